# SPDX-License-Identifier: AGPL-3.0-or-later
"""Chat messages: customer's socket in, committed, out on the agent's socket; and over REST.

The reference makes the same writes with the same SQL function, one message a transaction, from 16
connections of pgbench to tickets of its own. A second one writes the same rows by the leanest SQL
that is good for one message only, to show how much of the first is that function's price. The
search index is folded on both sides, by the server itself, because both write the same events.
"""

from pathlib import Path

from harness import load, pgbench
from harness.report import Report, column, interleave
from harness.shop import begin_chats, open_shop, sign_in_agents

CUSTOMERS = 100
ROUNDS = 3
SECONDS = 5
RATE = 200
SQL = Path(__file__).parent / "sql"
ONE_BY_ONE = SQL / "message.sql"
LEAN = SQL / "message-lean.sql"


def numbered(customers):
    """Customers as variables of pgbench, which knows no arrays: made one after another on a server
    of our own, their ids and their tickets' ids both go up by one."""
    first = customers[0]
    assert all(
        (customer.id, customer.ticket) == (first.id + n, first.ticket + n)
        for n, customer in enumerate(customers)
    )
    return {"first_author": first.id, "first_ticket": first.ticket, "count": len(customers)}


def measure():
    report = Report("messages")
    with open_shop() as server:
        customers = begin_chats(server, CUSTOMERS)
        variables = numbered(begin_chats(server, CUSTOMERS))
        agents = sign_in_agents(server)
        one_by_one, lean, steady, rest, live = interleave(
            ROUNDS,
            lambda: pgbench.per_second(server, ONE_BY_ONE, variables, SECONDS),
            lambda: pgbench.per_second(server, LEAN, variables, SECONDS),
            lambda: pgbench.percentile_at_rate(server, ONE_BY_ONE, variables, SECONDS, RATE, 99),
            lambda: load.run(server, "post", customers=customers, seconds=SECONDS),
            lambda: load.run(
                server, "live", customers=customers, agents=agents, rate=RATE, seconds=SECONDS
            ),
        )

    report.at_least("messages_per_s", column(live, "messages_per_s"), one_by_one, 1.5)
    report.at_least("posts_per_s", column(rest, "per_s"), one_by_one, 0.7)
    report.within("delivery_p99_ms", column(live, "delivery_p99_ms"), 6)
    report.compare("messages_per_s_to_lean", column(live, "messages_per_s"), lean)
    report.note("delivery_p50_ms", column(live, "delivery_p50_ms"))
    report.note("ack_p99_ms", column(live, "ack_p99_ms"))
    report.note("one_by_one_p99_ms", steady)
    report.note("full_delivery_p50_ms", column(live, "full_delivery_p50_ms"))
    report.note("full_delivery_p99_ms", column(live, "full_delivery_p99_ms"))
    report.note("post_p50_ms", column(rest, "answer_p50_ms"))
    report.note("post_p99_ms", column(rest, "answer_p99_ms"))
    return report
