# SPDX-License-Identifier: AGPL-3.0-or-later
"""A13: conversations that staff begin: their message is the first, and the customer hears it at
once."""

import threading

import pytest

from support.api import assert_problem
from support.merging import Watch

NAUGHTY = [
    "<script>alert(1)</script>",
    "'; DROP TABLE ticket; --",
    "\\N \\\\ \" ' ` ${HOME} %s %n",
    "আসসালামু আলাইকুম",
    "田中さんにあげて下さい",
    "👩🏽\u200d🚀 e\u0301",
    "line one\nline two",
]


@pytest.fixture
def agent(login):
    return login("agent1@example.com")


def begin(agent, customer, message="Your parcel is back with us.", status=201, **fields):
    fields = {"user_id": customer.id, "message": message, **fields}
    answer = agent.post("/tickets", fields, status=status)
    return answer["ticket"] if status else answer


def messages(person, ticket):
    return person.get(f"/tickets/{ticket}/messages", status=200)["messages"]


def test_it_is_the_agents_and_waits_on_the_customer(agent, visitor):
    ada = visitor(name="Ada", language="bn")
    load = agent.get("/me", status=200)["capacity"]["chat"]["load"]
    ticket = begin(agent, ada)
    assert (ticket["channel"], ticket["status"], ticket["waiting"]) == (
        "chat",
        "waiting_on_customer",
        False,
    )
    assert (ticket["assigned_to"]["id"], ticket["user"]["id"]) == (agent.id, ada.id)
    assert (ticket["subject"], ticket["language"]) == ("Your parcel is back with us.", "bn")
    assert (
        agent.get("/me", status=200)["capacity"]["chat"]["load"] == load
    ), "it waits, it is no load"
    for person in (agent, ada):
        [first] = messages(person, ticket["id"])
        assert (first["seq"], first["body"]) == (1, "Your parcel is back with us.")
        assert (first["author"]["id"], first["is_internal"]) == (agent.id, False)
    mine = ada.get(f"/tickets/{ticket['id']}", status=200)["ticket"]
    assert mine["user_unread_count"] == 1
    assert [t["id"] for t in ada.get("/tickets", status=200)["tickets"]] == [ticket["id"]]


def test_the_customer_hears_it_at_once(agent, visitor):
    ada, eve = visitor(), visitor()
    with ada.live() as at_ada, eve.live() as at_eve, agent.live() as at_agent:
        ticket = begin(agent, ada, "Hello Ada")
        for live in (at_ada, at_agent):
            created = live.expect("ticket.created", ticket=ticket["id"])
            heard = live.expect("message.created", ticket=ticket["id"])
            assert created["id"] < heard["id"] and heard["seq"] == 1
            assert heard["data"]["message"]["body"] == "Hello Ada"
        at_eve.sync()
        assert not [f for f in at_eve.frames if f.get("ticket") == ticket["id"]]


def test_an_answer_brings_it_back_to_the_agent(fresh_server):
    agent, ada = fresh_server.login("agent1@example.com"), fresh_server.visitor()
    agent.put("/me/presence", {"state": "online"}, status=200)
    ticket = begin(agent, ada)["id"]
    ada.post(f"/tickets/{ticket}/messages", {"body": "Oh."}, status=201)
    shown = agent.get(f"/tickets/{ticket}", status=200)["ticket"]
    assert (shown["status"], shown["assigned_to"]["id"]) == ("in_progress", agent.id)
    assert shown["first_response_at"] is None, "nobody was kept waiting"


def test_an_answer_to_an_agent_who_is_gone_waits_in_the_queue(fresh_server):
    fresh_server.sql("UPDATE agent_load SET capacity = 0")
    agent, ada = fresh_server.login("agent1@example.com"), fresh_server.visitor()
    ticket = begin(agent, ada)["id"]
    ada.post(f"/tickets/{ticket}/messages", {"body": "Oh."}, status=201)
    shown = agent.get(f"/tickets/{ticket}", status=200)
    assert (shown["ticket"]["status"], shown["ticket"]["waiting"]) == ("open", True)
    assert shown["position"]["place"] >= 1


def test_who_answers_no_customers_begins_for_those_who_do(fresh_server):
    fresh_server.sql("UPDATE agent_load SET capacity = 0")
    admin, ada = fresh_server.login("admin@example.com"), fresh_server.visitor()
    ticket = begin(admin, ada)
    assert (ticket["assigned_to"], ticket["status"]) == (None, "waiting_on_customer")
    ada.post(f"/tickets/{ticket['id']}/messages", {"body": "Oh."}, status=201)
    assert admin.get(f"/tickets/{ticket['id']}", status=200)["ticket"]["waiting"]


def test_a_window_that_is_open_shows_it(agent, visitor):
    ada = visitor()
    draft = ada.post("/tickets", {"channel": "chat"}, status=201)["ticket"]["id"]
    ticket = begin(agent, ada, priority="high", subject="Parcel", department=2)
    assert ticket["id"] == draft
    assert (ticket["priority"], ticket["subject"]) == ("high", "Parcel")
    assert (ticket["department"]["id"], ticket["assigned_to"]["id"]) == (2, agent.id)
    assert ada.post("/tickets", {"channel": "chat"}, status=200)["ticket"]["id"] == draft


def test_who_is_in_the_middle_of_a_chat_is_not_begun_with(agent, visitor):
    ada = visitor()
    chat = ada.post("/tickets", {"channel": "chat", "description": "Hi"}, status=201)["ticket"][
        "id"
    ]
    problem = assert_problem(begin(agent, ada, status=None), 409, "conflict")
    assert problem["ticket"] == chat
    other = begin(agent, ada, channel="portal")
    assert other["id"] != chat and other["channel"] == "portal"
    agent.put(f"/tickets/{chat}/status", {"status": "closed"}, status=200)
    assert begin(agent, ada)["id"] not in (chat, other["id"])


def test_two_agents_who_begin_at_once_make_one_chat(login, visitor):
    ada, answers = visitor(), []
    agents = [login(f"agent{n}@example.com") for n in range(1, 5)]
    threads = [
        threading.Thread(target=lambda a=a: answers.append(begin(a, ada, status=None)))
        for a in agents
    ]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert sorted(a.status_code for a in answers) == [201, 409, 409, 409]


def test_a_key_begins_one(agent, visitor):
    ada = visitor()
    fields = {"user_id": ada.id, "channel": "portal", "message": "Once"}
    key = {"Idempotency-Key": f"begin-{ada.id}"}
    first = agent.post("/tickets", fields, headers=key, status=201)
    assert agent.post("/tickets", fields, headers=key, status=200) == first
    other = agent.post("/tickets", {**fields, "message": "Twice"}, headers=key)
    assert_problem(other, 422, "idempotency_mismatch")
    assert len(messages(ada, first["ticket"]["id"])) == 1


@pytest.mark.parametrize("text", NAUGHTY, ids=range(len(NAUGHTY)))
def test_any_text_comes_back_as_it_went_in(agent, visitor, text):
    ada = visitor()
    assert messages(ada, begin(agent, ada, text)["id"])[0]["body"] == text


@pytest.mark.parametrize(
    "fields, field, code",
    [
        ({"message": " "}, "message", "too_short"),
        ({"message": "x" * 16001}, "message", "too_long"),
        ({"message": 5}, "message", "wrong_type"),
        ({"message": "a\0b"}, "message", "not_allowed"),
        ({"description": "theirs"}, "description", "not_allowed"),
        ({"user_id": None}, "user_id", "required"),
        ({"user_id": 99999999}, "user_id", "unknown"),
        ({"user_id": 1}, "user_id", "unknown"),
        ({"department": 999}, "department", "unknown"),
        ({"category": "sports"}, "category", "unknown"),
        ({"channel": "fax"}, "channel", "not_allowed"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_each_field_says_what_is_wrong_with_it(agent, visitor, fields, field, code):
    ada = visitor()
    problem = assert_problem(begin(agent, ada, status=None, **fields), 422, "validation_failed")
    assert (field, code) in [(e["field"], e["code"]) for e in problem["errors"]]
    assert ada.get("/tickets", status=200)["tickets"] == []


def test_customers_begin_with_their_own_words(visitor):
    ada, eve = visitor(), visitor()
    answer = ada.post("/tickets", {"channel": "chat", "user_id": eve.id, "message": "psst"})
    problem = assert_problem(answer, 422, "validation_failed")
    assert [(e["field"], e["code"]) for e in problem["errors"]] == [("message", "not_allowed")]
    assert eve.get("/tickets", status=200)["tickets"] == []


def test_snapshot_and_events_agree(fresh_server):
    agent, ada = fresh_server.login("agent1@example.com"), fresh_server.visitor()
    draft = ada.post("/tickets", {"channel": "chat"}, status=201)["ticket"]["id"]
    watch = Watch(agent, ada)
    ticket = begin(agent, ada)["id"]
    assert ticket == draft
    for _, live, _ in watch.seats:
        live.expect("message.created", ticket=ticket)
    watch.agree("a conversation begun by staff")
    assert all(ticket in mirror.tickets for mirror, _, _ in watch.seats)
    ada.post(f"/tickets/{ticket}/messages", {"body": "Oh."}, status=201)
    watch.agree("the answer")
    watch.close()
