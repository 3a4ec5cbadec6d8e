# SPDX-License-Identifier: AGPL-3.0-or-later
"""T1, T2: how a ticket moves and what about it can be changed."""

import itertools

import pytest

from support.api import assert_problem
from support.naughty import NAUGHTY

STATUSES = ["open", "assigned", "in_progress", "waiting_on_customer", "resolved", "closed"]
PAIRS = list(itertools.product(STATUSES, STATUSES))
AGENT = 4


@pytest.fixture(scope="module")
def admin(server):
    return server.login("admin@example.com")


@pytest.fixture(scope="module")
def agent(server):
    return server.login("agent1@example.com")


@pytest.fixture(scope="module")
def moves(admin):
    """status → where it may move, as the server says it."""
    return {s["name"]: s["moves"] for s in admin.get("/statuses", status=200)["statuses"]}


def make(person, **fields):
    fields = {"channel": "portal", "subject": "Refund", "description": "Refund 1042.", **fields}
    return person.post("/tickets", fields, status=201)["ticket"]


def bring_to(admin, ticket, status):
    if status == "assigned":
        admin.put(f"/tickets/{ticket}/assign", {"assigned_to": AGENT}, status=200)
    elif status != "open":
        admin.put(f"/tickets/{ticket}/status", {"status": status}, status=200)


# Moves


def test_the_table_is_there_for_everybody_who_draws_a_menu(server, moves):
    assert list(moves) == STATUSES
    assert all(set(targets) <= set(STATUSES) for targets in moves.values())
    assert all(name not in targets for name, targets in moves.items())
    same = server.visitor().get("/statuses", status=200)["statuses"]
    assert {s["name"]: s["moves"] for s in same} == moves
    assert_problem(server.anonymous().get("/statuses"), 401, "unauthenticated")


def test_the_documented_moves_are_in_the_table(moves):
    # Assigned counts as open and waiting on the customer as in progress there.
    assert {"in_progress", "resolved", "closed"} <= set(moves["open"])
    assert {"open", "resolved", "closed"} <= set(moves["in_progress"])
    assert {"open", "in_progress", "closed"} <= set(moves["resolved"])
    assert moves["closed"] == ["open"]


def test_from_everywhere_everything_can_be_reached(moves):
    for start in STATUSES:
        reached, new = {start}, {start}
        while new:
            new = {t for s in new for t in moves[s]} - reached
            reached |= new
        assert reached >= set(STATUSES) - {"assigned"}, f"from {start} only {reached}"


@pytest.mark.parametrize("start, target", PAIRS)
def test_every_move_is_in_the_table_or_refused_with_the_moves_that_are(
    admin, visitor, moves, start, target
):
    ticket = make(visitor())["id"]
    bring_to(admin, ticket, start)
    before = admin.get(f"/tickets/{ticket}", status=200)
    assert before["ticket"]["status"] == start
    answer = admin.put(f"/tickets/{ticket}/status", {"status": target})
    if target in moves[start]:
        assert (answer.status_code, answer.json()["ticket"]["status"]) == (200, target)
    elif target == start:
        assert answer.status_code == 200
        assert admin.get(f"/tickets/{ticket}", status=200) == before
    else:
        assert assert_problem(answer, 409, "illegal_transition")["allowed"] == moves[start]
        assert admin.get(f"/tickets/{ticket}", status=200) == before


@pytest.mark.parametrize("status", ["", "Open", "pending", "done", None, 3, ["open"]])
def test_what_is_no_status_is_no_move(admin, visitor, status):
    answer = admin.put(f"/tickets/{make(visitor())['id']}/status", {"status": status})
    problem = assert_problem(answer, 422, "validation_failed")
    assert [e["field"] for e in problem["errors"]] == ["status"]


# Fields


def test_fields_change_together(agent, visitor):
    before = make(visitor())
    fields = {
        "subject": "Refund for 1042",
        "category": "billing",
        "priority": "medium",
        "language": "bn",
    }
    after = agent.patch(f"/tickets/{before['id']}", fields, status=200)["ticket"]
    assert {name: after[name] for name in fields} == {**fields, "priority": "normal"}
    assert after["revision"] > before["revision"] and after["updated_at"] > before["updated_at"]


def test_what_changes_nothing_is_no_change(agent, visitor):
    ticket = make(visitor(), category="account")
    with agent.live() as live:
        same = {
            "category": "account",
            "subject": "Refund",
            "department": ticket["department"]["id"],
        }
        for fields in ({}, same, {"subject": None}):
            answer = agent.patch(f"/tickets/{ticket['id']}", fields, status=200)["ticket"]
            assert answer["revision"] == ticket["revision"]
        live.sync()
        assert not live.heard("ticket.updated", ticket=ticket["id"])


def test_a_new_priority_is_a_new_rank_from_the_old_arrival(fresh_server):
    agent = fresh_server.login()
    people = [fresh_server.visitor() for _ in range(3)]
    tickets = [make(person)["id"] for person in people]

    def place(n):
        path = f"/tickets/{tickets[n]}/position"
        return people[n].get(path, status=200)["position"]["place"]

    places = [place(n) for n in range(3)]
    assert places == sorted(places)
    agent.patch(f"/tickets/{tickets[2]}", {"priority": "urgent"}, status=200)
    assert place(2) < place(0)
    agent.patch(f"/tickets/{tickets[2]}", {"priority": "low"}, status=200)
    agent.patch(f"/tickets/{tickets[0]}", {"priority": "low"}, status=200)
    assert place(1) < place(0) < place(2), "who came first still is first among equals"


def test_the_rank_of_who_comes_back_has_the_new_priority(fresh_server):
    agent, ada, bo = fresh_server.login(), fresh_server.visitor(), fresh_server.visitor()
    ticket = make(ada)["id"]
    agent.put(f"/tickets/{ticket}/assign", {"assigned_to": 2}, status=200)
    other = make(bo, priority="high")["id"]
    agent.patch(f"/tickets/{ticket}", {"priority": "urgent"}, status=200)
    agent.put(f"/tickets/{ticket}/assign", {"assigned_to": None}, status=200)
    first = ada.get(f"/tickets/{ticket}/position", status=200)["position"]["place"]
    assert first < bo.get(f"/tickets/{other}/position", status=200)["position"]["place"]


def test_a_new_department_is_another_lane(agent, visitor):
    ada = visitor()
    ticket = make(ada)["id"]
    billing = next(
        d for d in agent.get("/departments", status=200)["departments"] if d["name"] == "Billing"
    )
    moved = agent.patch(f"/tickets/{ticket}", {"department": billing["id"]}, status=200)["ticket"]
    assert moved["department"] == {"id": billing["id"], "name": "Billing"} and moved["waiting"]
    lane = agent.get(f"/tickets?department={billing['id']}&status=open&limit=100", status=200)
    assert ticket in [t["id"] for t in lane["tickets"]]
    assert ada.get(f"/tickets/{ticket}/position", status=200)["position"]["place"] >= 1


def test_a_new_department_leaves_a_ticket_to_its_agent(agent, visitor):
    ticket = make(visitor())["id"]
    agent.put(f"/tickets/{ticket}/assign", {"assigned_to": agent.id}, status=200)
    moved = agent.patch(f"/tickets/{ticket}", {"department": 2}, status=200)["ticket"]
    assert (moved["assigned_to"]["id"], moved["status"]) == (agent.id, "assigned")


def test_what_was_decided_on_an_older_state_is_refused(agent, visitor):
    ada = visitor()
    ticket = make(ada)
    path, seen = f"/tickets/{ticket['id']}", ticket["revision"]
    agent.patch(path, {"subject": "One", "revision": seen}, status=200)
    assert_problem(agent.patch(path, {"subject": "Two", "revision": seen}), 409, "conflict")
    now = agent.get(path, status=200)["ticket"]
    assert now["subject"] == "One"
    agent.patch(path, {"subject": "Two", "revision": now["revision"]}, status=200)


def test_customers_and_strangers_change_no_fields(visitor, agent):
    ada = visitor()
    path = f"/tickets/{make(ada)['id']}"
    assert_problem(ada.patch(path, {"priority": "urgent"}), 403, "forbidden")
    assert_problem(agent.patch("/tickets/999999999", {"subject": "X"}), 404, "not_found")
    draft = ada.post("/tickets", {"channel": "chat"}, status=201)["ticket"]["id"]
    assert_problem(agent.patch(f"/tickets/{draft}", {"subject": "X"}), 404, "not_found")


@pytest.mark.parametrize("text", NAUGHTY)
def test_a_subject_comes_back_as_it_was_written(agent, visitor, text):
    ada = visitor()
    ticket = make(ada, subject=text)
    assert ticket["subject"] == text
    path = f"/tickets/{ticket['id']}"
    assert agent.patch(path, {"subject": text + "!"}, status=200)["ticket"]["subject"] == text + "!"
    assert ada.get(path, status=200)["ticket"]["subject"] == text + "!"


@pytest.mark.parametrize(
    "fields, field, code",
    [
        ({"subject": ""}, "subject", "too_short"),
        ({"subject": "x" * 201}, "subject", "too_long"),
        ({"subject": "two\nlines"}, "subject", "not_allowed"),
        ({"subject": "a\0b"}, "subject", "not_allowed"),
        ({"subject": 7}, "subject", "wrong_type"),
        ({"category": "sports"}, "category", "unknown"),
        ({"category": ["billing"]}, "category", "wrong_type"),
        ({"category": "x" * 41}, "category", "too_long"),
        ({"priority": "asap"}, "priority", "unknown"),
        ({"priority": 1}, "priority", "wrong_type"),
        ({"department": 99999}, "department", "unknown"),
        ({"department": 0}, "department", "out_of_range"),
        ({"department": "Billing"}, "department", "wrong_type"),
        ({"language": "klingon!"}, "language", "bad_format"),
        ({"revision": 0}, "revision", "out_of_range"),
        ({"revision": "new"}, "revision", "wrong_type"),
    ],
)
def test_a_field_that_is_not_possible_changes_nothing(agent, visitor, fields, field, code):
    ticket = make(visitor())
    answer = agent.patch(f"/tickets/{ticket['id']}", {"subject": "Else", **fields})
    errors = assert_problem(answer, 422, "validation_failed")["errors"]
    assert [(e["field"], e["code"]) for e in errors] == [(field, code)]
    now = agent.get(f"/tickets/{ticket['id']}", status=200)["ticket"]
    assert (now["subject"], now["revision"]) == ("Refund", ticket["revision"])


def test_a_lone_surrogate_is_no_text(agent, visitor):
    path = f"/tickets/{make(visitor())['id']}"
    answer = agent.request(
        "PATCH",
        path,
        data=b'{"subject": "\\ud800"}',
        headers={"Content-Type": "application/json"},
    )
    assert_problem(answer, 400, "bad_json")
