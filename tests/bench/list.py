# SPDX-License-Identifier: AGPL-3.0-or-later
"""Agents' lists of 20 tickets over REST, among a hundred thousand tickets and a million: every
filter alone, filters that find next to nothing together, a page far behind. The plain list and
three others also against the same statement run by pgbench.

Both sizes are spread over the same three years, so a list that grows with what is there shows it.
"""

import json
import subprocess
from pathlib import Path
from statistics import median
from urllib.parse import quote

from harness import load, pgbench, statement
from harness.report import Report, column, interleave
from harness.shop import open_shop, sign_in_agents

SMALL, LARGE = 100_000, 1_000_000
ROUNDS = 3
SECONDS = 4
TRIES = 21  # of each shape and size
FLAT = 2.5  # times the figure with a tenth of the tickets, or the plain list if that is slower
WORST = 12  # times the plain list
FILL = Path(__file__).parent / "sql/list-shop.sql"

# What the server gives the statement for the first page.
FIRST = {"p2": 8999999999999999, "p3": 2**63 - 1, "p4": 20}
ACTIVE = ["open", "assigned", "in_progress", "waiting_on_customer"]
AGAINST_SQL = {
    "plain": ("", {}),
    "status_and_priority": (
        "status=closed&priority=urgent",
        {"status": ["closed"], "priority": ["urgent"]},
    ),
    "held_and_active": (
        "assigned_to=3&status=" + ",".join(ACTIVE),
        {"holder": 3, "status": ACTIVE},
    ),
    "rare_facets": (
        "category=fax&priority=urgent",
        {"category": ["fax"], "priority": ["urgent"]},
    ),
}

SHAPES = {
    "plain": "",
    "status": "status=open",
    "status_active": "status=" + ",".join(ACTIVE),
    "status_ended": "status=resolved",
    "priority": "priority=urgent",
    "category": "category=billing",
    "category_given_up": "category=fax",
    "category_unused": "category=never",
    "channel_unused": "channel=api",
    "department": "department=2",
    "department_old": "department=4",
    "department_rare": "department=5",
    "unassigned": "assigned_to=unassigned",
    "unassigned_open": "assigned_to=unassigned&status=open",
    "waiting": "waiting=true",
    "agent": "assigned_to=3",
    "agent_active": "assigned_to=3&status=" + ",".join(ACTIVE),
    "agent_rare": "assigned_to=3&category=fax&priority=urgent",
    "tag": "tag=late",
    "tag_rare": "tag=lost",
    "day": "date={year_ago}",
    "until": "date_to={year_ago}",
    "since": "date_from={week_ago}",
    "year_ago_open": "date_to={year_ago}&status=open",
    "following": "following=me",
    "search": "search=" + quote("Order 4711"),
    "all_rare": "status=open&priority=urgent&category=other&channel=email&department=5",
    "mixed_rare": "tag=late&category=fax&status=resolved",
    "mixed_nothing": "tag=late&category=fax&assigned_to=unassigned&date_to={year_ago}",
    "deep": "after={middle}",
    "deep_filtered": "status=closed&priority=high&after={middle}",
}


def fill(server, tickets):
    subprocess.run(
        ["psql", "-q", "-v", "ON_ERROR_STOP=1", "-v", f"tickets={tickets}", "-f", FILL]
        + ["-o", "/dev/null", server.database_url],
        check=True,
    )


def places(server):
    """What the shapes leave open."""
    rows = server.sql(
        "SELECT (current_date - 365)::text, (current_date - 7)::text,"
        " (extract(epoch FROM listed_at) * 1000000)::bigint || '.' || id FROM ticket"
        " WHERE NOT hidden AND listed_at < now() - interval '500 days'"
        " ORDER BY listed_at DESC LIMIT 1"
    )
    return dict(zip(["year_ago", "week_ago", "middle"], rows[0]))


def time_shapes(servers):
    """For each shape the milliseconds of every try, a list for each server; they take turns, so
    that a noisy minute hits them all alike."""
    agents = [server.login("agent1@example.com") for server in servers]
    known = [places(server) for server in servers]
    times = {name: [[] for _ in servers] for name in SHAPES}
    for name, query in SHAPES.items():
        for _ in range(TRIES):
            for agent, place, taken in zip(agents, known, times[name]):
                answer = agent.get(f"/tickets?limit=20&{query.format(**place)}")
                taken.append(answer.elapsed.total_seconds() * 1000)
    return times


def compare_with_sql(report, server):
    agents = sign_in_agents(server)
    for name, (query, fields) in AGAINST_SQL.items():
        with statement.script("ticket/list.sql", "ticket_list") as script:
            lists, sql = interleave(
                ROUNDS,
                lambda: load.run(
                    server,
                    "get",
                    path=f"/api/v1/tickets?limit=20&{query}",
                    agents=agents,
                    seconds=SECONDS,
                ),
                lambda: pgbench.per_second(
                    server, script, {"p1": json.dumps(fields), **FIRST}, SECONDS
                ),
            )
        report.at_least(f"{name}_per_s", column(lists, "per_s"), sql, 0.5)
        report.note(f"{name}_p99_ms", column(lists, "answer_p99_ms"))


def measure():
    report = Report("list")
    with open_shop() as small, open_shop() as large:
        fill(small, SMALL)
        fill(large, LARGE)
        times = time_shapes([small, large])
        compare_with_sql(report, large)
    plain = median(times["plain"][1])
    for name, (of_small, of_large) in times.items():
        report.at_most(f"{name}_ms", of_large, [max(plain, median(of_small))], FLAT)
    worst = max(median(of_large) for _, of_large in times.values())
    report.at_most("worst_ms", [worst], [plain], WORST)
    return report
