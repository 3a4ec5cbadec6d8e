# SPDX-License-Identifier: AGPL-3.0-or-later
"""T11: figures are sums over all tickets, exact at every moment, whatever changed a ticket."""

import random
import threading
from datetime import datetime

import pytest

from support.api import assert_problem
from support.merging import Case
from support.wait import wait_until

FIVE = {"total", "open", "in_progress", "resolved", "urgent"}
STATUSES = ["open", "assigned", "in_progress", "waiting_on_customer", "resolved", "closed"]
AGENTS = [2, 3, 4, 5, 6]

# The same figures from scratch.
COUNTED = """
  SELECT count(*), count(*) FILTER (WHERE status IN ('open', 'assigned')),
         count(*) FILTER (WHERE status IN ('in_progress', 'waiting_on_customer')),
         count(*) FILTER (WHERE status = 'resolved'),
         count(*) FILTER (WHERE priority = 'urgent' AND status NOT IN ('resolved', 'closed'))
  FROM ticket WHERE NOT hidden AND (%s::bigint IS NULL OR customer_id = %s)
"""
TIMES = """
  SELECT count(first_response_at),
         round(avg(extract(epoch FROM first_response_at - created_at))),
         count(*) FILTER (WHERE status IN ('resolved', 'closed')),
         round(avg(extract(epoch FROM coalesce(resolved_at, closed_at) - created_at))
           FILTER (WHERE status IN ('resolved', 'closed')))
  FROM ticket WHERE NOT hidden
"""
BY_AGENT = """
  SELECT (SELECT count(*) FROM ticket t WHERE t.handled_by = %s AND NOT t.hidden
            AND t.status IN ('resolved', 'closed')),
         (SELECT count(*) FROM ticket t WHERE t.first_response_by = %s AND NOT t.hidden)
"""


def make(person, **fields):
    fields = {"channel": "portal", "subject": "S", "description": "D", **fields}
    return person.post("/tickets", fields, status=201)["ticket"]["id"]


def counted(server, customer=None):
    row = server.sql(COUNTED, customer, customer)[0]
    return dict(zip(["total", "open", "in_progress", "resolved", "urgent"], row))


def moment(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


@pytest.fixture
def agent(fresh_server):
    """Somebody of the desk, all of whom have places free."""
    fresh_server.sql("UPDATE agent_load SET capacity = 1000")
    return fresh_server.login("agent1@example.com")


def stats(person):
    return person.get("/stats", status=200)


def of_agent(person, agent):
    return next(a for a in stats(person)["agents"] if a["id"] == agent)


def test_stats_are_the_staffs(server):
    assert_problem(server.visitor().get("/stats"), 403, "forbidden")
    assert_problem(server.anonymous().get("/stats"), 401, "unauthenticated")
    answer = stats(server.login("agent1@example.com"))
    assert set(answer) == {"stats", "statuses", "first_response", "resolution", "agents"}
    assert set(answer["stats"]) == FIVE and list(answer["statuses"]) == STATUSES
    assert answer["stats"]["total"] == sum(answer["statuses"].values())
    for a in answer["agents"]:
        assert set(a) == {"id", "name", "handled", "load", "first_response", "resolution"}
    for times in [answer, *answer["agents"]]:
        assert set(times["first_response"]) == set(times["resolution"]) == {"tickets", "average_s"}


def test_an_empty_desk_has_no_averages(empty_server):
    empty_server.create_user("admin", "admin@example.com")
    answer = stats(empty_server.login("admin@example.com"))
    assert set(answer["stats"].values()) == set(answer["statuses"].values()) == {0}
    assert answer["first_response"] == answer["resolution"] == {"tickets": 0, "average_s": None}
    assert [a["handled"] for a in answer["agents"]] == [0]


def walk(server, agent, customers, random):
    """One change of one ticket, by whatever way there is."""
    customer = random.choice(customers)
    if not customer.tickets or random.random() < 0.2:
        customer.tickets.append(make(customer, priority=random.choice(["low", "urgent"])))
        return
    ticket = random.choice(customer.tickets)
    path = f"/tickets/{ticket}"
    action = random.randrange(8)
    if action == 0:
        agent.post(path + "/messages", {"body": "Looking."})
    elif action == 1:
        customer.post(path + "/messages", {"body": "And?"})
    elif action == 2:
        agent.put(path + "/assign", {"assigned_to": random.choice([*AGENTS, None])})
    elif action == 3:
        agent.patch(path, {"priority": random.choice(["normal", "urgent"])})
    elif action == 4:
        customer.put(path + "/status", {"status": random.choice(["closed", "open"])})
    elif action == 5 and random.random() < 0.3:
        server.sql("UPDATE ticket SET deleted_at = now(), waiting = false WHERE id = %s", ticket)
        customer.tickets.remove(ticket)
    else:
        agent.put(path + "/status", {"status": random.choice(STATUSES)})


@pytest.mark.parametrize("seed", [1, 2])
def test_after_any_walk_the_sums_are_those_from_scratch(fresh_server, agent, seed):
    chance = random.Random(seed)
    customers = [fresh_server.visitor() for _ in range(4)]
    for customer in customers:
        customer.tickets = []
    for step in range(240):
        walk(fresh_server, agent, customers, chance)
        if step % 40 != 39:
            continue
        answer = stats(agent)
        assert answer["stats"] == counted(fresh_server), f"after {step} steps of walk {seed}"
        for customer in customers:
            mine = customer.get("/tickets", status=200)["stats"]
            assert mine == counted(fresh_server, customer.id), f"after {step} steps of walk {seed}"
        responses, response_s, ended, resolution_s = fresh_server.sql(TIMES)[0]
        assert answer["first_response"]["tickets"] == responses
        assert answer["resolution"]["tickets"] == ended
        assert abs(answer["first_response"]["average_s"] - response_s) <= 1
        assert abs(answer["resolution"]["average_s"] - resolution_s) <= 1
        for a in answer["agents"]:
            did = fresh_server.sql(BY_AGENT, a["id"], a["id"])[0]
            assert (a["handled"], a["first_response"]["tickets"]) == did


def test_no_reader_ever_sees_a_half_change(fresh_server, agent):
    """Tickets move to and fro while others read: the total stays, also while sums are folded."""
    ada = fresh_server.visitor()
    tickets = [make(ada) for _ in range(6)]
    total = stats(agent)["stats"]["total"]
    stop = threading.Event()

    def move(ticket):
        mine = fresh_server.login("agent1@example.com")
        while not stop.is_set():
            for status in ("in_progress", "waiting_on_customer", "open"):
                mine.put(f"/tickets/{ticket}/status", {"status": status})

    movers = [threading.Thread(target=move, args=[ticket]) for ticket in tickets]
    [m.start() for m in movers]
    try:
        for _ in range(150):
            answer = stats(agent)
            assert answer["stats"]["total"] == sum(answer["statuses"].values()) == total
            fresh_server.sql("SELECT figures_fold()")
    finally:
        stop.set()
        [m.join() for m in movers]
    assert stats(agent)["stats"] == counted(fresh_server)


def test_what_is_pending_is_folded(fresh_server, agent):
    make(fresh_server.visitor())
    wait_until(
        lambda: fresh_server.sql("SELECT count(*) FROM figure_change") == [(0,)],
        10,
        "the clock to fold the figures",
    )
    assert stats(agent)["stats"] == counted(fresh_server)


def test_the_first_response_counts_once_and_from_the_first_message(fresh_server, agent):
    ada = fresh_server.visitor()
    before = of_agent(agent, agent.id)["first_response"]["tickets"]
    ticket = ada.post("/tickets", {"channel": "chat"}, status=201)["ticket"]["id"]
    fresh_server.sql(
        "UPDATE ticket SET created_at = now() - interval '3 hours' WHERE id = %s", ticket
    )
    path = f"/tickets/{ticket}"
    ada.post(path + "/messages", {"body": "Hello?"}, status=201)
    agent.post(path + "/messages", {"body": "A note", "is_internal": True}, status=201)
    assert agent.get(path, status=200)["ticket"]["first_response_at"] is None
    agent.post(path + "/messages", {"body": "Hello."}, status=201)
    answered = agent.get(path, status=200)["ticket"]
    waited = moment(answered["first_response_at"]) - moment(answered["created_at"])
    assert 0 < waited.total_seconds() < 600, "a draft that lay open waited for nobody"
    agent.post(path + "/messages", {"body": "More."}, status=201)
    now = agent.get(path, status=200)["ticket"]["first_response_at"]
    assert now == answered["first_response_at"]
    assert of_agent(agent, agent.id)["first_response"]["tickets"] == before + 1
    assert "first_response_at" not in ada.get(path, status=200)["ticket"]


def test_reopening_takes_a_resolution_back(fresh_server, agent):
    ada = fresh_server.visitor()
    before = of_agent(agent, agent.id)["handled"], stats(agent)["resolution"]["tickets"]

    def handled():
        counts = of_agent(agent, agent.id)["handled"], stats(agent)["resolution"]["tickets"]
        return counts[0] - before[0], counts[1] - before[1]

    path = f"/tickets/{make(ada)}"
    agent.put(path + "/assign", {"assigned_to": agent.id}, status=200)
    agent.put(path + "/status", {"status": "resolved"}, status=200)
    assert handled() == (1, 1)
    agent.put(path + "/status", {"status": "closed"}, status=200)
    assert handled() == (1, 1), "closing what is resolved ends it no second time"
    agent.put(path + "/status", {"status": "open"}, status=200)
    assert handled() == (0, 0)
    agent.put(path + "/status", {"status": "closed"}, status=200)
    assert handled() == (1, 1)


def test_who_ends_what_nobody_has_has_handled_it(fresh_server, agent):
    path = f"/tickets/{make(fresh_server.visitor())}/status"
    before = of_agent(agent, agent.id)["handled"]
    agent.put(path, {"status": "closed"}, status=200)
    assert of_agent(agent, agent.id)["handled"] == before + 1


def test_what_a_customer_ends_counts_for_who_had_it_or_for_nobody(fresh_server, agent):
    ada = fresh_server.visitor()
    one, two = make(ada), make(ada)
    before = stats(agent)
    agent.put(f"/tickets/{one}/assign", {"assigned_to": 3}, status=200)
    for ticket in (one, two):
        ada.put(f"/tickets/{ticket}/status", {"status": "resolved"}, status=200)
    after = stats(agent)
    assert after["resolution"]["tickets"] == before["resolution"]["tickets"] + 2
    grown = {
        now["id"]: now["handled"] - then["handled"]
        for now, then in zip(after["agents"], before["agents"])
    }
    assert {id: by for id, by in grown.items() if by} == {3: 1}


def test_stats_of_a_list_do_not_depend_on_its_filters(agent):
    everything = agent.get("/tickets?limit=1", status=200)["stats"]
    filtered = agent.get("/tickets?limit=1&status=closed&priority=urgent", status=200)["stats"]
    assert everything == filtered == stats(agent)["stats"]


def test_who_takes_part_in_a_ticket_has_it_in_their_figures(fresh_server, agent):
    """T11: the figures of a customer are those of the list that they stand in."""
    case = Case(fresh_server)
    target, source = case.make(case.ada, "one", priority="urgent"), case.make(case.bo, "two")
    alone = case.bo.get("/tickets", status=200)["stats"]
    whole = stats(agent)["stats"]
    case.merge(target, source, other_customer="confirm", add_participant=True)
    fresh_server.sql("SELECT figures_fold()")
    agent.put(f"/tickets/{target}/status", {"status": "in_progress"}, status=200)
    both = {"total": 2, "open": 0, "in_progress": 1, "resolved": 0, "urgent": 1}
    assert case.bo.get("/tickets", status=200)["stats"] == both
    assert agent.get(f"/customers/{case.bo.id}/tickets", status=200)["stats"] == both
    profile = agent.get(f"/customers/{case.bo.id}", status=200)["tickets"]
    assert profile == {"total": 2, "open": 1}
    assert case.ada.get("/tickets", status=200)["stats"] == {**both, "total": 1}
    assert stats(agent)["stats"]["total"] == whole["total"], "the desk counts it once"
    case.unmerge(target, source)
    assert case.bo.get("/tickets", status=200)["stats"] == alone


def test_the_demo_tells_of_quick_answers(fresh_server):
    """Its past is made up: every first answer stands minutes after the question."""
    answer = stats(fresh_server.login("agent1@example.com"))
    assert answer["first_response"]["tickets"] > 100
    assert 60 < answer["first_response"]["average_s"] < 10 * 60
