# SPDX-License-Identifier: AGPL-3.0-or-later
"""An agent's list of 20 tickets over REST, against the same statement run by pgbench."""

from harness import load, pgbench, statement
from harness.report import Report, column, interleave
from harness.shop import open_shop, sign_in_agents

ROUNDS = 3
SECONDS = 5

# What the server gives the statement for `?limit=20`: the first page, nothing filtered.
PARAMETERS = {
    "p1": 8999999999999999,
    "p2": 2**63 - 1,
    "p3": 20,
    "p4": "{open,assigned,in_progress,waiting_on_customer,resolved,closed}",
    "p5": "{low,normal,normal,high,urgent}",
    "p6": "{chat,portal,email,api}",
    "p7": "{technical,billing,account,feature_request,bug_report,general,other}",
}


def measure():
    report = Report("list")
    with open_shop() as server, statement.script("ticket/ticket.sql", "ticket_list_all") as script:
        agents = sign_in_agents(server)
        lists, sql = interleave(
            ROUNDS,
            lambda: load.run(
                server, "get", path="/api/v1/tickets?limit=20", agents=agents, seconds=SECONDS
            ),
            lambda: pgbench.per_second(server, script, PARAMETERS, SECONDS),
        )

    report.at_least("lists_per_s", column(lists, "per_s"), sql, 0.5)
    report.note("list_p50_ms", column(lists, "answer_p50_ms"))
    report.note("list_p99_ms", column(lists, "answer_p99_ms"))
    return report
