# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a chat window costs that asks every three seconds whether there is anything new, and there
is nothing: in a new conversation and in one of 10,000 messages. The server's own time is what its
log says of each request; what many such windows get is compared with a GET that asks for nothing,
and with the statement alone."""

from statistics import median

from harness import load, pgbench, statement
from harness.report import Report, column, interleave, percentile
from harness.shop import begin_chats, open_shop

from support.routes import code_of

LONG = 10_000
ROUNDS = 3
SECONDS = 4
POLLS = 300
BUDGET_MS = 1
ROUTE = "/support/api/conversation/{id:code}/messages/"


def lengthen(server, customer):
    """Fills a conversation; returns the id of its newest message."""
    server.sql(
        "INSERT INTO message (ticket_id, seq, public_seq, author_id, body)"
        " SELECT %s, n, n, %s, 'line ' || n FROM generate_series(100, %s) AS n",
        customer.ticket,
        customer.id,
        LONG,
    )
    server.sql(
        "UPDATE ticket SET last_seq = %s, last_public_seq = %s WHERE id = %s",
        LONG,
        LONG,
        customer.ticket,
    )


def newest(server, customer):
    return server.sql("SELECT max(id) FROM message WHERE ticket_id = %s", customer.ticket)[0][0]


def address(server, customer):
    path = ROUTE.replace("{id:code}", code_of(customer.ticket))
    return f"{path}?last_message_id={newest(server, customer)}"


def server_times(server, customer):
    """Milliseconds of the server's own for each of some polls, one after another."""
    window = server.anonymous()
    window.token = customer.token
    path = address(server, customer)
    seen = len(server.log_lines())
    for _ in range(POLLS):
        assert window.ask("GET", path, status=200) == []
    lines = server.log_lines()[seen:]
    return [float(line["ms"]) for line in lines if line.get("route") == ROUTE]


def many(server, customer, path):
    return load.run(server, "get", path=path, agents=[customer.token], seconds=SECONDS)


def measure():
    report = Report("polling")
    with open_shop() as server:
        short, long = begin_chats(server, 2)
        lengthen(server, long)
        of_short, of_long = interleave(
            ROUNDS, lambda: server_times(server, short), lambda: server_times(server, long)
        )
        with statement.script("documented/documented.sql", "documented_news_customer") as script:
            polls, trivial, sql = interleave(
                ROUNDS,
                lambda: many(server, long, address(server, long)),
                lambda: many(server, long, "/healthz"),
                lambda: pgbench.per_second(
                    server,
                    script,
                    {"p1": long.ticket, "p2": long.id, "p3": newest(server, long)},
                    SECONDS,
                ),
            )
    for name, rounds in (("", of_short), ("_of_10000", of_long)):
        report.within(f"server_ms{name}", [median(times) for times in rounds], BUDGET_MS)
        report.note(f"server_p95_ms{name}", [percentile(times, 95) for times in rounds])
    report.at_least("per_s", column(polls, "per_s"), column(trivial, "per_s"), 0.5)
    report.compare("per_s_to_sql", column(polls, "per_s"), sql)
    return report
