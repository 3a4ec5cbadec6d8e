# SPDX-License-Identifier: AGPL-3.0-or-later
"""T1, T2: how a ticket moves and what about it can be changed."""

import itertools
import threading

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


# Writing again


@pytest.fixture
def shop(fresh_server):
    """A desk whose customers can reopen for three days."""
    fresh_server.login("admin@example.com").patch(
        "/settings/tickets", {"reopen_within_days": 3}, status=200
    )
    return Shop(fresh_server)


class Shop:
    def __init__(self, server):
        self.server = server
        self.agent = server.login("agent1@example.com")
        self.ada = server.visitor(name="Ada")

    def end(self, status, days_ago, **fields):
        """A ticket of Ada's that ended so many days ago; returns its id."""
        ticket = make(self.ada, **fields)["id"]
        self.agent.put(f"/tickets/{ticket}/assign", {"assigned_to": 3}, status=200)
        self.agent.put(f"/tickets/{ticket}/status", {"status": status}, status=200)
        self.age(ticket, days_ago)
        return ticket

    def age(self, ticket, days):
        self.server.sql(
            "UPDATE ticket SET resolved_at = resolved_at - make_interval(days => %s),"
            " closed_at = closed_at - make_interval(days => %s) WHERE id = %s",
            days,
            days,
            ticket,
        )

    def write(self, ticket, body, **fields):
        answer = self.ada.post(f"/tickets/{ticket}/messages", {"body": body, **fields})
        assert answer.status_code in (200, 201), answer.text
        return answer.json()["message"]

    def read(self, ticket):
        return self.agent.get(f"/tickets/{ticket}", status=200)

    def status(self, ticket):
        return self.read(ticket)["ticket"]["status"]


def test_a_reply_in_time_reopens_a_resolved_ticket(shop):
    ticket = shop.end("resolved", days_ago=2)
    assert shop.write(ticket, "Not solved.")["ticket_id"] == ticket
    assert shop.status(ticket) in ("open", "in_progress")


def test_a_reply_to_a_closed_ticket_is_refused_until_it_is_reopened(shop):
    ticket = shop.end("closed", days_ago=2)
    answer = shop.ada.post(f"/tickets/{ticket}/messages", {"body": "Hello?"})
    assert_problem(answer, 409, "conflict")
    shop.ada.put(f"/tickets/{ticket}/status", {"status": "open"}, status=200)
    assert shop.write(ticket, "Hello?")["ticket_id"] == ticket


@pytest.mark.parametrize("status", ["resolved", "closed"])
def test_a_reply_that_comes_too_late_begins_a_new_ticket(shop, status):
    old = shop.end(status, days_ago=4, category="billing", priority="high", subject="Order 1042")
    before = shop.read(old)
    with shop.agent.live() as live:
        message = shop.write(old, "It broke again.")
        assert message["ticket_id"] != old and message["seq"] == 1
        created = live.expect("ticket.created", ticket=message["ticket_id"])["staff"]
    new = shop.read(message["ticket_id"])
    assert new["ticket"]["follow_up_of"] == created["follow_up_of"] == old
    assert [m["body"] for m in new["messages"]][0] == "It broke again."
    same = ("channel", "subject", "category", "priority", "language", "department", "user")
    assert {n: new["ticket"][n] for n in same} == {n: before["ticket"][n] for n in same}
    after = shop.read(old)
    assert after["messages"] == before["messages"]
    assert after["ticket"]["status"] == status
    assert [(k["id"], k["kind"]) for k in after["ticket"]["links"]] == [
        (message["ticket_id"], "follow_up")
    ]
    assert [(k["id"], k["kind"]) for k in new["ticket"]["links"]] == [(old, "origin")]
    mine = shop.ada.get(f"/tickets/{message['ticket_id']}", status=200)["ticket"]
    assert mine["follow_up_of"] == old
    numbers = [t["id"] for t in shop.ada.get("/tickets", status=200)["tickets"]]
    assert set(numbers) == {old, message["ticket_id"]}


def test_what_follows_is_first_offered_to_who_knows_the_matter(shop):
    old = shop.end("closed", days_ago=4)
    message = shop.write(old, "Again.")
    preferred = shop.server.sql(
        "SELECT preferred_agent FROM ticket WHERE id = %s", message["ticket_id"]
    )
    assert preferred == [(3,)]


def test_more_replies_go_where_the_first_one_went(shop):
    old = shop.end("resolved", days_ago=4)
    first = shop.write(old, "One")["ticket_id"]
    assert shop.write(old, "Two")["ticket_id"] == first
    shop.agent.put(f"/tickets/{first}/status", {"status": "resolved"}, status=200)
    assert shop.write(old, "Three")["ticket_id"] == first, "in time for that one"
    shop.agent.put(f"/tickets/{first}/status", {"status": "closed"}, status=200)
    shop.age(first, 4)
    last = shop.write(old, "Four")["ticket_id"]
    assert last not in (old, first)
    assert shop.read(last)["ticket"]["follow_up_of"] == first


def test_the_same_late_reply_twice_is_one(shop):
    old = shop.end("closed", days_ago=4)
    sent = shop.write(old, "Again.", client_id="late-1")
    again = shop.ada.post(f"/tickets/{old}/messages", {"body": "Again.", "client_id": "late-1"})
    assert (again.status_code, again.json()["message"]) == (200, sent)
    other = shop.ada.post(f"/tickets/{old}/messages", {"body": "Else.", "client_id": "late-1"})
    assert_problem(other, 422, "idempotency_mismatch")
    assert len(shop.ada.get("/tickets", status=200)["tickets"]) == 2


def test_what_was_sent_in_time_is_repeated_where_it_is(shop):
    ticket = make(shop.ada)["id"]
    sent = shop.write(ticket, "In time.", client_id="early-1")
    shop.agent.put(f"/tickets/{ticket}/status", {"status": "closed"}, status=200)
    shop.age(ticket, 4)
    assert shop.write(ticket, "In time.", client_id="early-1")["id"] == sent["id"]
    assert len(shop.ada.get("/tickets", status=200)["tickets"]) == 1


def test_many_late_replies_at_once_begin_one_ticket(shop):
    old = shop.end("closed", days_ago=4)
    answers = []
    threads = [
        threading.Thread(target=lambda n=n: answers.append(shop.write(old, f"Reply {n}")))
        for n in range(12)
    ]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert len({a["ticket_id"] for a in answers}) == 1
    assert sorted(a["seq"] for a in answers) == list(range(1, 13))


def test_the_ack_of_a_late_reply_names_the_new_ticket(shop):
    old = shop.end("resolved", days_ago=4)
    with shop.ada.live() as live:
        live.send("message", client_id="late-2", ticket=old, body="Again.")
        ack = live.expect("ack", lambda f: f["client_id"] == "late-2")
        assert ack["ticket"] != old and ack["seq"] == 1
        created = live.expect("message.created", ticket=ack["ticket"])
        assert created["data"]["message"]["body"] == "Again."


def test_customers_are_too_late_to_reopen_by_a_move(shop):
    old = shop.end("closed", days_ago=4)
    answer = shop.ada.put(f"/tickets/{old}/status", {"status": "open"})
    assert "a new one begins" in assert_problem(answer, 409, "conflict")["detail"]
    shop.agent.put(f"/tickets/{old}/status", {"status": "open"}, status=200)


def test_staff_write_into_a_resolved_ticket_however_late(shop):
    old = shop.end("resolved", days_ago=400)
    sent = shop.agent.post(f"/tickets/{old}/messages", {"body": "By the way"}, status=201)
    assert (sent["message"]["ticket_id"], shop.status(old)) == (old, "resolved")


def test_a_stranger_begins_nothing(shop):
    old, eve = shop.end("closed", days_ago=4), shop.server.visitor()
    answer = eve.post(f"/tickets/{old}/messages", {"body": "Mine?"})
    assert_problem(answer, 404, "not_found")
    assert eve.get("/tickets", status=200)["tickets"] == []


def test_without_days_nothing_is_reopened_by_a_reply(shop):
    shop.server.login("admin@example.com").patch(
        "/settings/tickets", {"reopen_within_days": 0}, status=200
    )
    old = shop.end("resolved", days_ago=0)
    assert shop.write(old, "Again.")["ticket_id"] != old


def test_what_is_not_used_any_more_is_not_inherited(shop):
    admin = shop.server.login("admin@example.com")
    made = admin.post("/categories", {"name": "old", "titles": {"en": "Old"}}, status=201)
    old = shop.end("closed", days_ago=4, category="old")
    admin.patch(f"/categories/{made['category']['id']}", {"is_active": False}, status=200)
    new = shop.read(shop.write(old, "Again.")["ticket_id"])["ticket"]
    assert (new["category"], new["priority"]) == ("general", "normal")
