# SPDX-License-Identifier: AGPL-3.0-or-later
"""T7: one change for many tickets, with a result for each."""

import threading

import pytest

from support.api import assert_problem
from support.desk import Desk
from support.tickets import assert_only_staff, look, refused_fields

ABSENT = 999_999_999


@pytest.fixture
def desk(server):
    desk = Desk(server, 5, 3)
    for agent in desk.agents:
        agent.put("/me/presence", {"state": "away"}, status=200)
    yield desk
    desk.close()


def bulk(person, tickets, **change):
    fields = {"tickets": tickets, "change": change}
    return person.post("/tickets/bulk", fields, status=200)


def outcomes(answer):
    """(id, outcome, or the code of why not) in the order of the answer."""
    return [(entry["id"], entry.get("code", entry["outcome"])) for entry in answer["results"]]


def test_every_kind_of_change(desk):
    agent = desk.agents[0]
    tickets = [desk.chat() for _ in range(3)]
    answer = bulk(
        agent,
        tickets,
        status="waiting_on_customer",
        assigned_to=agent.id,
        category="billing",
        priority="urgent",
        department=1,
        add_tags=["Storm", "late"],
    )
    assert answer == {
        "changed": 3,
        "refused": 0,
        "results": [{"id": ticket, "outcome": "changed"} for ticket in tickets],
    }
    for ticket in tickets:
        seen = look(agent, ticket)
        assert (seen["status"], seen["assigned_to"]["id"]) == ("waiting_on_customer", agent.id)
        assert (seen["category"], seen["priority"]) == ("billing", "urgent")
        assert (seen["department"]["id"], seen["tags"]) == (1, ["late", "storm"])
    bulk(agent, tickets, remove_tags=["storm"], priority="medium")
    assert [look(agent, ticket)["tags"] for ticket in tickets] == [["late"]] * 3
    assert look(agent, tickets[0])["priority"] == "normal"


def test_each_ticket_says_what_became_of_it(desk):
    agent = desk.agents[0]
    admin = desk.server.login("admin@example.com")
    fine, there, closed, deleted = [desk.chat() for _ in range(4)]
    agent.put(f"/tickets/{there}/status", {"status": "in_progress"}, status=200)
    agent.put(f"/tickets/{closed}/status", {"status": "closed"}, status=200)
    admin.delete(f"/tickets/{deleted}", status=204)
    draft = desk.server.visitor().post("/tickets", {"channel": "chat"}, status=201)["ticket"]["id"]
    asked = [closed, fine, ABSENT, there, fine, deleted, draft, closed]
    answer = bulk(agent, asked, status="in_progress")
    assert outcomes(answer) == [
        (closed, "illegal_transition"),
        (fine, "changed"),
        (ABSENT, "not_found"),
        (there, "unchanged"),
        (fine, "repeated"),
        (deleted, "not_found"),
        (draft, "not_found"),
        (closed, "repeated"),
    ]
    assert (answer["changed"], answer["refused"]) == (1, 4)
    first = answer["results"][0]
    assert first["outcome"] == "refused" and first["allowed"] == ["open"] and first["detail"]
    assert look(agent, fine)["status"] == "in_progress"


def test_what_is_refused_is_not_changed_by_half(desk):
    agent = desk.agents[1]
    tickets = [desk.chat() for _ in range(5)]
    agent.put(f"/tickets/{tickets[0]}/status", {"status": "resolved"}, status=200)
    agent.put(f"/tickets/{tickets[1]}/tags", {"tags": [f"t{n}" for n in range(20)]}, status=200)
    before = {ticket: look(agent, ticket) for ticket in tickets}
    answer = bulk(
        agent, tickets, assigned_to=agent.id, priority="high", category="other", add_tags=["new"]
    )
    assert outcomes(answer) == [
        (tickets[0], "conflict"),
        (tickets[1], "conflict"),
        (tickets[2], "changed"),
        (tickets[3], "changed"),
        (tickets[4], "changed"),
    ]
    more = [desk.chat(), desk.chat()]
    before.update((ticket, look(agent, ticket)) for ticket in more)
    full = bulk(agent, more, assigned_to=agent.id, priority="high", add_tags=["new"])
    assert outcomes(full) == [(more[0], "conflict"), (more[1], "conflict")]
    assert "place free" in full["results"][0]["detail"]
    for ticket in tickets[:2] + more:
        assert look(agent, ticket) == before[ticket]


def test_the_first_ones_named_get_the_last_places(desk):
    agent = desk.agents[1]
    tickets = [desk.chat() for _ in range(5)]
    named = [tickets[n] for n in (4, 0, 3, 1, 2)]
    answer = bulk(agent, named, assigned_to=agent.id)
    assert outcomes(answer) == [(ticket, "changed") for ticket in named[:3]] + [
        (ticket, "conflict") for ticket in named[3:]
    ]
    assert desk.loads()[1] == (3, 3, 3)
    assert desk.held(agent) == sorted(named[:3])
    by_admin = bulk(desk.server.login("admin@example.com"), named, assigned_to=agent.id)
    assert by_admin["changed"] == 2 and desk.loads()[1] == (5, 3, 5)
    back = bulk(agent, named, assigned_to=None)
    assert back["changed"] == 5 and desk.waiting() == tickets
    assert desk.loads()[1] == (0, 3, 0)


def test_assigning_and_moving_at_once(desk):
    agent = desk.agents[0]
    waits, held = desk.chat(), desk.chat()
    agent.put(f"/tickets/{held}/assign", {"assigned_to": agent.id}, status=200)
    answer = bulk(agent, [waits, held], assigned_to=agent.id, status="in_progress")
    assert answer["changed"] == 2 and desk.loads()[0] == (2, 5, 2)
    again = bulk(agent, [waits, held], assigned_to=agent.id, status="in_progress")
    assert [outcome for _, outcome in outcomes(again)] == ["unchanged", "unchanged"]
    ended = bulk(agent, [waits, held], assigned_to=None, status="resolved")
    assert ended["changed"] == 2 and look(agent, held)["assigned_to"] is None
    assert desk.loads()[0] == (0, 5, 0)


@pytest.mark.parametrize(
    "tickets, code",
    [
        (None, "required"),
        ([], "required"),
        (7, "wrong_type"),
        ("7", "wrong_type"),
        ({}, "wrong_type"),
        (["7"], "wrong_type"),
        ([1.5], "wrong_type"),
        ([None], "wrong_type"),
        ([0], "out_of_range"),
        ([-1], "out_of_range"),
        ([1, 99999999999999999999], "out_of_range"),
        (list(range(1, 1002)), "too_long"),
    ],
)
def test_what_is_no_list_of_tickets_is_refused(desk, tickets, code):
    answer = desk.agents[0].post(
        "/tickets/bulk", {"tickets": tickets, "change": {"add_tags": ["never"]}}
    )
    assert refused_fields(answer) == [("tickets", code)]
    assert desk.agents[0].get("/tags?q=never", status=200)["tags"] == []


@pytest.mark.parametrize(
    "change, refused",
    [
        (None, [("change", "required")]),
        ([], [("change", "wrong_type")]),
        ("close", [("change", "wrong_type")]),
        ({}, [("change.status", "required")]),
        ({"colour": "red"}, [("change.status", "required")]),
        ({"status": None, "add_tags": None}, [("change.status", "required")]),
        ({"status": "lost"}, [("change.status", "not_allowed")]),
        ({"status": 5}, [("change.status", "wrong_type")]),
        ({"assigned_to": "me"}, [("change.assigned_to", "wrong_type")]),
        ({"assigned_to": ABSENT}, [("change.assigned_to", "unknown")]),
        ({"department": ABSENT}, [("change.department", "unknown")]),
        ({"category": "sports"}, [("change.category", "unknown")]),
        ({"priority": "soon"}, [("change.priority", "unknown")]),
        ({"category": "x" * 41}, [("change.category", "too_long")]),
        ({"add_tags": "x"}, [("change.add_tags", "wrong_type")]),
        ({"add_tags": ["a,b"]}, [("change.add_tags", "not_allowed")]),
        ({"remove_tags": ["\u0000"]}, [("change.remove_tags", "not_allowed")]),
        ({"assigned_to": 4, "status": "open"}, [("change.assigned_to", "not_allowed")]),
        ({"assigned_to": None, "status": "in_progress"}, [("change.assigned_to", "not_allowed")]),
    ],
)
def test_what_is_no_change_is_refused(desk, change, refused):
    agent, ticket = desk.agents[0], desk.chat()
    before = look(agent, ticket)
    answer = agent.post("/tickets/bulk", {"tickets": [ticket], "change": change})
    if change is None or not isinstance(change, dict):
        assert refused_fields(answer)[0] == refused[0]
    else:
        assert refused_fields(answer) == refused
    assert look(agent, ticket) == before


def test_a_thousand_at_once(desk):
    agent = desk.agents[0]
    tickets = [desk.chat() for _ in range(120)]
    asked = tickets + list(range(ABSENT, ABSENT + 780)) + tickets[:100]
    answer = bulk(agent, asked, status="closed", add_tags=["bulk"])
    assert len(answer["results"]) == 1000
    assert [entry["id"] for entry in answer["results"]] == asked
    assert (answer["changed"], answer["refused"]) == (120, 780)
    assert [entry["outcome"] for entry in answer["results"][900:]] == ["repeated"] * 100
    assert desk.waiting() == []
    states = desk.server.sql(
        "SELECT DISTINCT status, tags FROM ticket WHERE id = ANY (%s)", tickets
    )
    assert states == [("closed", ["bulk"])]


def test_who_may(desk):
    ticket = desk.chat()
    fields = {"tickets": [ticket], "change": {"priority": "high"}}
    assert_only_staff(desk, ticket, "POST", "/tickets/bulk", fields)
    admin = desk.server.login("admin@example.com")
    assert bulk(admin, [ticket], priority="high")["changed"] == 1


def test_what_a_role_may_not_do_is_refused_for_each(fresh_server):
    fresh_server.sql(
        "DELETE FROM role_permission WHERE role = 'agent' AND permission = 'close_tickets'"
    )
    fresh_server.stop()
    fresh_server.start()
    desk = Desk(fresh_server, 5)
    agent, tickets = desk.agents[0], [desk.chat(), desk.chat()]
    answer = bulk(agent, [*tickets, ABSENT], status="closed", priority="high")
    assert outcomes(answer) == [
        (tickets[0], "forbidden"),
        (tickets[1], "forbidden"),
        (ABSENT, "not_found"),
    ]
    assert look(agent, tickets[0])["priority"] == "normal"
    assert bulk(agent, tickets, priority="high")["changed"] == 2


def test_both_sides_hear_of_every_ticket(desk):
    agent, tickets = desk.agents[0], [desk.chat(), desk.chat()]
    with agent.live() as at_agent, desk.customers[tickets[1]].live() as at_customer:
        bulk(agent, tickets, status="resolved", add_tags=["heard"])
        for ticket in tickets:
            at_agent.expect(
                "ticket.updated", lambda f: f["data"]["ticket"].get("status"), ticket=ticket
            )
            at_agent.expect(
                "ticket.updated", lambda f: f.get("staff") == {"tags": ["heard"]}, ticket=ticket
            )
        at_customer.expect("message.created", ticket=tickets[1])
        assert "heard" not in str(at_customer.frames)


def test_many_bulks_messages_and_moves_at_once(desk):
    """In every order of ids, beside everything else that takes the same locks."""
    first, second = desk.agents
    tickets = [desk.chat() for _ in range(24)]
    failures = []

    def work(task):
        for n in range(4):
            answer = task(n)
            if answer.status_code >= 500:
                failures.append(answer.text)

    def change(person, order, **change):
        return lambda n: person.post("/tickets/bulk", {"tickets": order, "change": change})

    other = tickets[12:] + tickets[:12]
    path = lambda n: f"/tickets/{tickets[n * 5]}"
    threads = [
        threading.Thread(target=work, args=(task,))
        for task in (
            change(first, tickets, assigned_to=first.id),
            change(second, tickets[::-1], assigned_to=second.id),
            change(first, other, assigned_to=None),
            change(second, tickets[::-1], status="in_progress", add_tags=["a"]),
            change(first, other, status="waiting_on_customer", remove_tags=["a"]),
            lambda n: desk.customers[tickets[n]].post(path(0) + "/messages", {"body": "?"}),
            lambda n: first.post(path(n) + "/messages", {"body": "!"}),
            lambda n: second.put(path(n) + "/assign", {"assigned_to": second.id}),
        )
    ]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert not failures
    for load, capacity, held in desk.loads():
        assert load == held <= capacity
