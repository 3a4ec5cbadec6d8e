# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ten thousand people with the page open: what they cost to let in, to keep, and to everybody else.

Each idle socket belongs to a visitor of its own, said hello, and pings. The reference of the
conversation beside them is the same conversation beside 100.
"""

from harness import load
from harness.report import Report, column, interleave
from harness.shop import begin_chats, let_in_visitors, open_shop, sign_in_agents

CUSTOMERS = 100
IDLE = 10_000
FEW = 100
ROUNDS = 3
SECONDS = 5


def measure():
    report = Report("sockets")
    with open_shop() as server:
        customers = begin_chats(server, CUSTOMERS)
        idle = let_in_visitors(server, IDLE)
        agents = sign_in_agents(server)

        def talk_beside(count):
            return load.run(
                server,
                "live",
                customers=customers,
                agents=agents,
                idle=idle,
                idle_count=count,
                pid=server.pid,
                seconds=SECONDS,
            )

        gets, few, many = interleave(
            ROUNDS,
            lambda: load.run(server, "get", path="/healthz", seconds=SECONDS),
            lambda: talk_beside(FEW),
            lambda: talk_beside(IDLE),
        )

    report.at_least("accepts_per_s", column(many, "accepts_per_s"), column(gets, "per_s"), 0.25)
    report.note("welcomes_per_s", column(many, "welcomes_per_s"))
    # Only the first crowd makes the server grow; the next ones find its memory there.
    report.within("bytes_per_idle_socket", [max(column(many, "bytes_per_idle_socket"))], 1536)
    report.at_most(
        "delivery_p50_ms", column(many, "delivery_p50_ms"), column(few, "delivery_p50_ms"), 1.2
    )
    report.note("delivery_p99_ms", column(many, "delivery_p99_ms"))
    report.at_least(
        "messages_per_s", column(many, "messages_per_s"), column(few, "messages_per_s"), 0.9
    )
    return report
