# SPDX-License-Identifier: AGPL-3.0-or-later
"""Q11: five agents and a hundred and twenty customers who all come at once, every one on a socket
of their own. Everybody is served, nobody has more than they can do, and nobody is passed over."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

import pytest

from support.desk import Desk
from support.wait import wait_until

CUSTOMERS = 120
CAPACITIES = (6, 5, 4, 3, 2)


class Clerk:
    """An agent at a desk of their own: answers a chat that is theirs, and resolves it."""

    def __init__(self, agent, capacity):
        self.agent, self.capacity = agent, capacity
        self.live = agent.live()
        self.served = []

    def work(self, is_over):
        """Serves one after another until nothing is left; each time it looks how much it holds."""
        most = 0
        while not is_over():
            held = self.agent.get(
                "/tickets?assigned_to=me&status=assigned,in_progress&limit=100", status=200
            )["tickets"]
            most = max(most, len(held))
            if not held:
                self.live.sync()
                continue
            ticket = min(held, key=lambda ticket: ticket["id"])["id"]
            self.live.message(ticket, f"Hello from {self.agent.id}")
            self.agent.put(f"/tickets/{ticket}/status", {"status": "resolved"}, status=200)
            self.served.append(ticket)
        return most


@pytest.fixture
def desk(server):
    desk = Desk(server, *CAPACITIES)
    yield desk
    desk.close()


def say_hello(desk, customer):
    """Opens a socket, then a chat whose first message goes through it; returns (socket, ticket)."""
    live = customer.live()
    fields = {"channel": "chat", "department": desk.department}
    ticket = customer.post("/tickets", fields, status=201)["ticket"]["id"]
    live.message(ticket, "Is anybody there?")
    return live, ticket


def hand_overs(server, tickets):
    """(rank, came, handed over) of each, in the order of the hand-overs."""
    return server.sql(
        "SELECT rank_at, waiting_since, handed_over_at, id FROM ticket WHERE id = ANY (%s)"
        " ORDER BY handed_over_at, rank_at, id",
        tickets,
    )


def test_everybody_is_served_when_a_hundred_and_twenty_come_at_once(server, desk):
    with ThreadPoolExecutor(12) as pool:
        customers = list(pool.map(lambda _: server.visitor(), range(CUSTOMERS)))
        arrived = list(pool.map(lambda customer: say_hello(desk, customer), customers))
    tickets = [ticket for _, ticket in arrived]
    assert len(desk.waiting()) == CUSTOMERS
    # Each knows a place of their own.
    places = [live.expect("position", of=CUSTOMERS, timeout=30)["place"] for live, _ in arrived]
    assert sorted(places) == list(range(1, CUSTOMERS + 1))

    clerks = [Clerk(agent, capacity) for agent, capacity in zip(desk.agents, CAPACITIES)]
    left, lock = set(tickets), Lock()

    def is_over():
        with lock:
            left.difference_update(*(clerk.served for clerk in clerks))
            return not left

    desk.open_up()
    with ThreadPoolExecutor(len(clerks)) as pool:
        most = list(pool.map(lambda clerk: clerk.work(is_over), clerks))

    served = [ticket for clerk in clerks for ticket in clerk.served]
    assert Counter(served) == Counter(tickets), "each once"
    assert all(count <= limit for count, limit in zip(most, CAPACITIES)), most
    assert all(most), f"everybody had something to do: {most}"
    wait_until(lambda: all(load == 0 for load, _, _ in desk.loads()), 20, desk.describe)
    for live, ticket in arrived:
        live.expect(
            "message.created",
            lambda frame: (frame["data"]["message"]["body"] or "").startswith("Hello from"),
            timeout=30,
            ticket=ticket,
        )
        live.close()
    for clerk in clerks:
        clerk.live.close()

    # All waited before the first hand-over, so the order is that of the ranks.
    given = hand_overs(server, tickets)
    assert max(came for _, came, _, _ in given) <= min(handed for _, _, handed, _ in given)
    ranks = [rank for rank, _, _, _ in given]
    assert ranks == sorted(ranks)
