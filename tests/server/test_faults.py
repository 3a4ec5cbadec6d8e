# SPDX-License-Identifier: AGPL-3.0-or-later
"""T12 on a bad day: the server killed, PostgreSQL restarted, a dump running. Customers keep their
unsent messages and send them again, as the protocol says; whatever was acknowledged is there once
and in order, whatever was not arrives once by retry."""

import signal
import threading
import time

import pytest
import requests
import websockets

from support.live import Refused
from support.wait import wait_until

CUSTOMERS = 50


class Customer(threading.Thread):
    """Writes one message after the other; keeps each until it is acknowledged, over any number of
    connections."""

    def __init__(self, server, number, count):
        super().__init__(daemon=True)
        self.server, self.count = server, count
        self.person = server.visitor(name=f"Customer {number}")
        self.ticket = self.person.post("/tickets", {"channel": "chat"}, status=201)["ticket"]["id"]
        self.acknowledged = []
        self.connections = 0
        self.failure = None

    def run(self):
        deadline = time.monotonic() + 180
        while len(self.acknowledged) < self.count:
            try:
                self.talk()
            except (AssertionError, OSError, websockets.WebSocketException, TimeoutError) as error:
                self.failure = error
                if time.monotonic() > deadline:
                    return
                time.sleep(0.1)
        self.failure = None

    def talk(self):
        self.connections += 1
        with self.person.live() as live:
            while len(self.acknowledged) < self.count:
                self.say(live, f"message {len(self.acknowledged)}")

    def say(self, live, body):
        try:
            live.message(self.ticket, body, client_id=body.replace(" ", "-"))
            self.acknowledged.append(body)
        except Refused as refused:
            assert refused.args[0]["code"] == "unavailable", refused
            time.sleep(0.1)

    def written(self):
        page = self.person.get(f"/tickets/{self.ticket}/messages?after=0&limit=200", status=200)
        assert [m["seq"] for m in page["messages"]] == list(
            range(1, page["last_seq"] + 1)
        ), "seq has gaps"
        return [m["body"] for m in page["messages"] if m["type"] == "text"]


def start_customers(server, count):
    customers = [Customer(server, n, count) for n in range(CUSTOMERS)]
    for customer in customers:
        customer.start()
    return customers


def total(customers):
    return sum(len(c.acknowledged) for c in customers)


def check_all_arrived_once(customers):
    for customer in customers:
        customer.join(240)
        assert not customer.is_alive() and customer.failure is None, repr(customer.failure)
        assert customer.written() == customer.acknowledged


def test_kill_9_loses_and_doubles_nothing(fresh_server):
    customers = start_customers(fresh_server, 40)
    wait_until(lambda: total(customers) > CUSTOMERS * 5, 60, "customers to be writing")
    fresh_server.kill9()
    acknowledged = [list(c.acknowledged) for c in customers]
    assert total(customers) < CUSTOMERS * 40, "the kill came too late to prove anything"
    fresh_server.start()
    for customer, known in zip(customers, acknowledged):
        assert customer.written()[: len(known)] == known
    check_all_arrived_once(customers)
    assert all(c.connections > 1 for c in customers)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL], ids=["restarted", "crashed"])
def test_postgresql_goes_away_and_comes_back_under_load(fresh_server, how):
    watcher = fresh_server.login("agent1@example.com").live()
    customers = start_customers(fresh_server, 30)
    wait_until(lambda: total(customers) > CUSTOMERS * 3, 60, "customers to be writing")
    fresh_server.kill_postgres(how)
    answers = []

    def is_ready_again():
        answer = requests.get(f"{fresh_server.url}/readyz", timeout=30)
        answers.append(answer)
        return answer.status_code == 200

    wait_until(is_ready_again, 60, "the server to recover by itself")
    refused = [a for a in answers if a.status_code != 200]
    assert {a.status_code for a in refused} <= {503}
    assert all(int(a.headers["Retry-After"]) >= 1 for a in refused)
    check_all_arrived_once(customers)
    watcher.sync()
    assert watcher.is_open, "sockets stay while the database is away"
    heard = [f["data"]["message"]["id"] for f in watcher.heard("message.created")]
    assert len(heard) == len(set(heard))


def test_a_server_without_its_database_says_503_and_when_to_come_back(fresh_server, make_server):
    # A second server on the first one's PostgreSQL, which ends when the first one is stopped.
    server = make_server(environment={"DESKBELL_DATABASE_URL": fresh_server.database_url}).start()
    agent = server.login("agent1@example.com")
    ticket = agent.get("/tickets?limit=1&status=open,assigned,in_progress", status=200)["tickets"][
        0
    ]["id"]
    path, message = f"/tickets/{ticket}/messages", {"body": "hello", "client_id": "x-1"}
    with agent.live() as live:
        fresh_server.stop()
        for answer in (
            agent.get("/tickets"),
            agent.post(path, message),
            requests.get(f"{server.url}/readyz", timeout=30),
        ):
            assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
            assert int(answer.headers["Retry-After"]) >= 1
        assert requests.get(f"{server.url}/healthz", timeout=10).status_code == 200
        live.send("message", ticket=ticket, body="over the socket", client_id="x-2")
        assert live.expect("refused", client_id="x-2")["code"] == "unavailable"
        fresh_server.start()
        server.wait_ready()
        agent.post(path, message, status=201)
        live.message(ticket, "over the socket", client_id="x-2")
        live.expect("message.created", lambda f: f["data"]["message"]["body"] == "hello")


def test_a_dump_delays_no_event(fresh_server):
    agent, ada = fresh_server.login("agent1@example.com"), fresh_server.visitor()
    ticket = ada.post("/tickets", {"channel": "chat"}, status=201)["ticket"]["id"]
    at_agent, at_ada = agent.live(), ada.live()
    holder = fresh_server.database
    holder.autocommit = False
    with holder.cursor() as cursor:
        # What pg_dump holds as long as it runs: a repeatable-read snapshot, a lock on every table.
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'LOCK TABLE "{table}" IN ACCESS SHARE MODE')
        delays = []
        for number in range(30):
            start = time.monotonic()
            at_ada.message(ticket, f"m{number}")
            at_agent.expect(
                "message.created", lambda f: f["data"]["message"]["body"] == f"m{number}"
            )
            delays.append(time.monotonic() - start)
        holder.rollback()
    # The relay looks by itself once a second; an event that had to wait for the dump would take at
    # least that long.
    assert sorted(delays)[len(delays) // 2] < 0.9, delays


def test_an_outage_is_told_when_it_begins_and_when_it_is_over(fresh_server, make_server):
    server = make_server(environment={"DESKBELL_DATABASE_URL": fresh_server.database_url}).start()
    agent = server.login("agent1@example.com")

    def told():
        lines = [line for line in server.log_lines() if "route" not in line]
        return [line["message"] for line in lines if "database" in line["message"]]

    fresh_server.stop()
    refused = [agent.get("/tickets").status_code for _ in range(30)]
    assert refused == [503] * 30
    assert len(told()) == 1 and told()[0].startswith("the database does not answer"), told()
    fresh_server.start()
    server.wait_ready()
    wait_until(lambda: len(told()) == 2, 10, lambda: f"the end to be told: {told()}")
    assert agent.get("/tickets").status_code == 200
    assert told()[1].startswith("the database answers again"), told()
