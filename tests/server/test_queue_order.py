# SPDX-License-Identifier: AGPL-3.0-or-later
"""Q2: the order of the queue. Whatever happened to tickets while they waited, a lane is served by
arrival less head start: a model of a few lines says in which order, and the dispatcher has to
agree."""

import random
from datetime import timedelta

import pytest

from support.desk import Desk
from support.wait import wait_until

PRIORITIES = ["low", "normal", "high", "urgent"]
HEAD_STARTS = {"low": 0, "normal": 5, "high": 15, "urgent": 60}
VIP_HEAD_START = 10


@pytest.fixture
def make_desk(server):
    made = []

    def make(*capacities):
        made.append(Desk(server, *capacities))
        return made[-1]

    yield make
    for desk in made:
        desk.close()


@pytest.fixture
def admin(server):
    """Whatever head starts a test sets, the next one finds the usual ones."""
    admin = server.login("admin@example.com")
    yield admin
    admin.patch("/settings/tickets", {"vip_head_start_minutes": VIP_HEAD_START}, status=200)
    for priority, minutes in HEAD_STARTS.items():
        set_head_start(admin, priority, minutes)


def set_head_start(admin, priority, minutes):
    entries = admin.get("/priorities", status=200)["priorities"]
    entry = next(e for e in entries if e["name"] == priority)
    admin.patch(f"/priorities/{entry['id']}", {"head_start_minutes": minutes}, status=200)


class Model:
    """What the queue should be: of every waiting ticket its lane, its arrival, its head start."""

    def __init__(self):
        self.head_starts = dict(HEAD_STARTS)
        self.vip = VIP_HEAD_START
        self.lanes = {}
        self.arrivals = {}
        self.starts = {}

    def head_start(self, priority, is_vip):
        return self.head_starts[priority] + (self.vip if is_vip else 0)

    def arrive(self, ticket, lane, arrival, start):
        self.lanes[ticket], self.arrivals[ticket], self.starts[ticket] = lane, arrival, start

    def order(self, lane):
        mine = [ticket for ticket, own in self.lanes.items() if own == lane]
        return sorted(mine, key=lambda ticket: (self.rank(ticket), ticket))

    def rank(self, ticket):
        return self.arrivals[ticket] - self.minutes(ticket)

    def minutes(self, ticket):
        return timedelta(minutes=self.starts[ticket])


class History:
    """Random things that happen to the queues of two departments, through REST; only arrivals are
    moved into the past, since nobody waits hours for a test."""

    def __init__(self, server, admin, desks, seed):
        self.server, self.admin, self.desks = server, admin, desks
        self.clerk = desks[0].agents[0]
        self.dice = random.Random(seed)
        self.model = Model()
        self.facts = {}  # ticket → [priority, whether its customer is a VIP]

    def do_something(self):
        doings = [self.arrival] * 6 + [self.other_priority, self.other_department] * 2
        doings += [self.there_and_back, self.sleep_and_wake, self.end_and_reopen]
        doings += [self.delete_and_restore, self.other_head_start, self.other_tier]
        self.dice.choice(doings if self.facts else [self.arrival])()

    def some(self):
        return self.dice.choice(list(self.facts))

    def arrival(self):
        desk, priority = self.dice.choice(self.desks), self.dice.choice(PRIORITIES)
        customer, is_vip = self.server.visitor(), self.dice.random() < 0.3
        if is_vip:
            self.server.sql("UPDATE app_user SET tier = 'vip' WHERE id = %s", customer.id)
        ticket = desk.chat(customer, priority=priority)
        self.desks[0].customers[ticket] = customer
        self.facts[ticket] = [priority, is_vip]
        self.backdate(ticket)
        self.arrived(ticket, desk.department)

    def backdate(self, ticket):
        """Arrival and rank go by the same time, so a rank that is wrong stays wrong by as much."""
        self.server.sql(
            "UPDATE ticket SET enqueued_at = enqueued_at - back, rank_at = rank_at - back"
            " FROM (SELECT %s * interval '1 second' AS back) AS b WHERE id = %s",
            self.dice.randrange(7200),
            ticket,
        )

    def arrived(self, ticket, lane):
        row = self.server.sql("SELECT enqueued_at FROM ticket WHERE id = %s", ticket)
        self.model.arrive(ticket, lane, row[0][0], self.model.head_start(*self.facts[ticket]))

    def other_priority(self):
        ticket, priority = self.some(), self.dice.choice(PRIORITIES)
        self.clerk.patch(f"/tickets/{ticket}", {"priority": priority}, status=200)
        if self.facts[ticket][0] != priority:
            self.facts[ticket][0] = priority
            self.model.starts[ticket] = self.model.head_start(*self.facts[ticket])

    def other_department(self):
        ticket, lane = self.some(), self.dice.choice(self.desks).department
        if self.dice.random() < 0.5:
            self.clerk.patch(f"/tickets/{ticket}", {"department": lane}, status=200)
        else:
            self.clerk.post(f"/tickets/{ticket}/transfer", {"department": lane}, status=200)
        self.model.lanes[ticket] = lane

    def there_and_back(self):
        path = f"/tickets/{self.some()}"
        self.clerk.post(f"{path}/claim", status=200)
        self.clerk.put(f"{path}/assign", {"assigned_to": None}, status=200)

    def sleep_and_wake(self):
        path = f"/tickets/{self.some()}/snooze"
        row = self.server.sql("SELECT rfc3339(now() + interval '1 day')")
        self.clerk.post(path, {"until": row[0][0]}, status=200)
        self.clerk.delete(path, status=204)

    def end_and_reopen(self):
        ticket = self.some()
        customer = self.desks[0].customers[ticket]
        for status in ("closed", "open"):
            customer.put(f"/tickets/{ticket}/status", {"status": status}, status=200)
        self.arrived(ticket, self.model.lanes[ticket])

    def delete_and_restore(self):
        path = f"/tickets/{self.some()}"
        self.admin.delete(path, status=204)
        self.admin.post(f"{path}/restore", status=200)

    def other_head_start(self):
        """Holds for those that arrive, or get another priority, from now on."""
        minutes = self.dice.randrange(0, 90)
        if self.dice.random() < 0.3:
            settings = {"vip_head_start_minutes": minutes}
            self.admin.patch("/settings/tickets", settings, status=200)
            self.model.vip = minutes
        else:
            priority = self.dice.choice(PRIORITIES)
            set_head_start(self.admin, priority, minutes)
            self.model.head_starts[priority] = minutes

    def other_tier(self):
        """Who waits already stays in place."""
        ticket = self.some()
        is_vip = not self.facts[ticket][1]
        self.server.sql(
            "UPDATE app_user SET tier = %s WHERE id = %s",
            "vip" if is_vip else "standard",
            self.desks[0].customers[ticket].id,
        )
        self.facts[ticket][1] = is_vip


def serve_all(desk, count):
    """Lets one agent take one ticket after the other; returns them in that order."""
    agent, served = desk.agents[1], []
    agent.put("/me/presence", {"state": "online"}, status=200)
    while len(served) < count:
        (ticket,) = wait_until(lambda: desk.held(agent), 20, desk.describe)
        served.append(ticket)
        if len(served) == count:
            agent.put("/me/presence", {"state": "away"}, status=200)
        agent.put(f"/tickets/{ticket}/status", {"status": "resolved"}, status=200)
    return served


def assert_fair(served, model):
    """What the order promises, said without the order."""
    for n, first in enumerate(served):
        for later in served[n + 1 :]:
            ahead = model.minutes(first) - model.minutes(later)
            late = model.arrivals[first] - model.arrivals[later]
            if not ahead:
                assert late <= timedelta(0), f"{later} waited behind {first}, of its class"
            assert late <= ahead, f"{first} came too late to pass {later}"


@pytest.mark.parametrize("round_number", range(4))
def test_any_history_is_served_in_the_order_of_the_model(server, admin, make_desk, round_number):
    seed = f"{random.randrange(10**6)} {round_number}"
    desks = [make_desk(100, 1), make_desk(0, 1)]
    history = History(server, admin, desks, seed)
    for _ in range(60):
        history.do_something()
    for desk in desks:
        order = history.model.order(desk.department)
        assert desk.waiting() == order, f"seed {seed}"
        ranks = server.sql("SELECT id, rank_at FROM ticket WHERE id = ANY (%s)", order)
        assert dict(ranks) == {ticket: history.model.rank(ticket) for ticket in order}, seed
        for place, ticket in enumerate(order, 1):
            told = history.clerk.get(f"/tickets/{ticket}/position", status=200)["position"]
            assert (told["place"], told["of"]) == (place, len(order)), f"seed {seed}"
        served = serve_all(desk, len(order))
        assert served == order, f"seed {seed}"
        assert_fair(served, history.model)


def move_arrival(server, ticket, minutes):
    server.sql(
        "UPDATE ticket SET enqueued_at = enqueued_at + move, rank_at = rank_at + move,"
        " waiting_since = waiting_since + move"
        " FROM (SELECT %s * interval '1 minute' AS move) AS m WHERE id = %s",
        minutes,
        ticket,
    )


def test_the_urgent_pass_the_low_by_an_hour_and_no_more(server, make_desk):
    desk = make_desk(0, 1)
    low, urgent, late_urgent = (desk.chat(priority=p) for p in ("low", "urgent", "urgent"))
    move_arrival(server, low, -61)
    move_arrival(server, urgent, -2)
    assert desk.waiting() == [urgent, low, late_urgent]
    assert serve_all(desk, 3) == [urgent, low, late_urgent]


def test_a_clock_that_jumps_loses_nobody(server, make_desk):
    """Arrivals from an hour ahead are what is left when the clock was set back."""
    desk = make_desk(0, 1)
    ahead, behind, now = desk.chat(), desk.chat(), desk.chat()
    move_arrival(server, ahead, 60)
    move_arrival(server, behind, -60)
    server.sql("UPDATE agent SET last_assigned_at = now() + interval '1 hour'")
    order = [behind, now, ahead]
    for place, ticket in enumerate(order, 1):
        with desk.customers[ticket].live() as live:
            live.expect("position", place=place, of=3, timeout=20)
    assert serve_all(desk, 3) == order
    server.sql("UPDATE ticket SET handed_over_at = handed_over_at + interval '1 hour'")
    last = desk.chat()
    told = desk.customers[last].get(f"/tickets/{last}/position", status=200)["position"]
    assert (told["place"], told["of"]) == (1, 1)
    assert serve_all(desk, 1) == [last]


def test_head_starts_are_numbers_that_make_sense(admin):
    entry = admin.get("/priorities", status=200)["priorities"][0]
    for minutes in (-1, 10**9, "5", 1.5):
        answer = admin.patch(f"/priorities/{entry['id']}", {"head_start_minutes": minutes})
        assert answer.status_code == 422, answer.text
        answer = admin.patch("/settings/tickets", {"vip_head_start_minutes": minutes})
        assert answer.status_code == 422, answer.text
