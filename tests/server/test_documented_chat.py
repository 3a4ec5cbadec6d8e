# SPDX-License-Identifier: AGPL-3.0-or-later
"""O6: the chats of the customer service's document, by its own addresses and names."""

import re

import pytest

from support.api import assert_problem
from support.naughty import NAUGHTY

CHAT = "/customerservices/chat"
PLAIN_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


@pytest.fixture
def agent(login):
    return login("agent1@example.com")


@pytest.fixture
def ada(visitor):
    return visitor(name="Ada Roy")


def begin(customer, text="Hello, I need help"):
    """A customer's chat with its first message."""
    chat = customer.post("/tickets", {"channel": "chat"}, status=201)["ticket"]["id"]
    customer.post(f"/tickets/{chat}/messages", {"body": text}, status=201)
    return chat


def find(person, chat):
    found = person.ask("GET", f"{CHAT}?limit=100", status=200)["conversations"]
    return next((one for one in found if one["id"] == chat), None)


def said(person, chat):
    return person.ask("GET", f"{CHAT}/{chat}/messages", status=200)["messages"]


# The document's five examples


def test_1_get_all_conversations(agent, ada):
    chat = begin(ada)
    ada.post(f"/tickets/{chat}/messages", {"body": "Is anybody there?"}, status=201)
    row = find(agent, chat)
    assert row["user"]["name"] == "Ada Roy"
    assert (row["last_message"], row["unread_count"]) == ("Is anybody there?", 2)
    assert PLAIN_TIME.fullmatch(row["updated_at"])


def test_2_get_conversation_messages(agent, ada):
    chat = begin(ada)
    first = said(agent, chat)[0]
    assert (first["sender_id"], first["message"]) == (ada.id, "Hello, I need help")
    assert first["is_read"] is False
    assert PLAIN_TIME.fullmatch(first["created_at"])


def test_3_send_message(agent, ada):
    chat = begin(ada)
    answer = agent.ask(
        "POST", f"{CHAT}/{chat}/send", {"message": "How can I help you?"}, status=201
    )
    assert answer == {"success": True, "message": "Message sent successfully"}
    heard = [m for m in said(ada, chat) if m["sender_id"] == agent.id]
    assert [m["message"] for m in heard] == ["How can I help you?"]
    assert heard[0]["is_read"] is False


def test_4_mark_as_read(agent, ada):
    chat = begin(ada)
    answer = agent.ask("POST", f"{CHAT}/{chat}/mark-read", status=200)
    assert answer == {"success": True, "message": "Conversation marked as read"}
    assert find(agent, chat)["unread_count"] == 0
    assert said(ada, chat)[0]["is_read"] is True
    agent.ask("POST", f"{CHAT}/{chat}/send", {"message": "Here I am"}, status=201)
    assert find(ada, chat)["unread_count"] == 1
    ada.ask("POST", f"{CHAT}/{chat}/mark-read/", status=200)
    assert find(ada, chat)["unread_count"] == 0
    assert all(m["is_read"] for m in said(agent, chat))


def test_5_create_conversation(agent, ada):
    told = {"user_id": ada.id, "message": "Starting a new conversation"}
    answer = agent.ask("POST", f"{CHAT}/create", told, status=201)
    assert set(answer) == {"success", "conversation_id"} and answer["success"] is True
    assert said(ada, answer["conversation_id"])[0]["message"] == "Starting a new conversation"
    again = assert_problem(agent.ask("POST", f"{CHAT}/create", told), 409, "conflict")
    assert again["ticket"] == answer["conversation_id"]


# What the list holds


def test_the_list_holds_chats_that_have_not_ended(agent, ada, visitor):
    chat = begin(ada)
    other = visitor(name="Bo").post("/tickets", {"description": "by the portal"}, status=201)
    assert find(agent, chat) and not find(agent, other["ticket"]["id"])
    agent.put(f"/tickets/{chat}/status", {"status": "resolved"}, status=200)
    assert not find(agent, chat)


def test_the_list_is_searched(agent, ada):
    chat = begin(ada)
    found = agent.ask("GET", f"{CHAT}?search=TKT-{chat:06}", status=200)["conversations"]
    assert [one["id"] for one in found] == [chat]


def test_a_message_that_was_taken_back_says_so(agent, ada):
    chat = begin(ada)
    path = f"/tickets/{chat}/messages"
    sent = ada.post(path, {"body": "not so fast"}, status=201)["message"]["id"]
    ada.delete(f"/messages/{sent}", status=200)
    assert said(ada, chat)[-1]["message"] == "This message was taken back."


# Who may what


def test_customers_have_their_own_chats_only(agent, ada, visitor):
    eve, chat = visitor(name="Eve"), begin(ada)
    assert find(ada, chat) and not find(eve, chat)
    for method, path in (("GET", "messages"), ("POST", "send"), ("POST", "mark-read")):
        answer = eve.ask(method, f"{CHAT}/{chat}/{path}", {"message": "me too"})
        assert_problem(answer, 404, "not_found")
    told = {"user_id": ada.id, "message": "hello"}
    assert_problem(eve.ask("POST", f"{CHAT}/create", told), 403, "forbidden")
    agent.post(f"/tickets/{chat}/messages", {"body": "hush", "is_internal": True}, status=201)
    assert "hush" in [m["message"] for m in said(agent, chat)]
    assert "hush" not in [m["message"] for m in said(ada, chat)]


def test_nobody_gets_in_without_a_token(server):
    nobody = server.anonymous()
    for method, path in (("GET", ""), ("GET", "/1/messages"), ("POST", "/1/send")):
        assert_problem(nobody.ask(method, CHAT + path), 401, "unauthenticated")


# Bad input


@pytest.mark.parametrize(
    "path, body, field, code",
    [
        ("send", {}, "message", "required"),
        ("send", {"message": None}, "message", "required"),
        ("send", {"message": {}}, "message", "wrong_type"),
        ("send", {"message": "\n \t"}, "message", "too_short"),
        ("send", {"message": "x" * 16001}, "message", "too_long"),
        ("create", {"message": "x"}, "user_id", "required"),
        ("create", {"user_id": 1.5, "message": "x"}, "user_id", "wrong_type"),
        ("create", {"user_id": 1}, "message", "required"),
        ("create", {"user_id": 2**62, "message": "x"}, "user_id", "unknown"),
    ],
)
def test_wrong_values_are_named_as_the_document_names_them(agent, ada, path, body, field, code):
    address = f"{CHAT}/create" if path == "create" else f"{CHAT}/{begin(ada)}/{path}"
    problem = assert_problem(agent.ask("POST", address, body), 422, "validation_failed")
    assert (field, code) in [(error["field"], error["code"]) for error in problem["errors"]]


def test_a_body_has_to_be_json(agent, ada):
    path = f"{CHAT}/{begin(ada)}/send"
    answer = agent.ask("POST", path, data="message=hi", headers={"Content-Type": "text/plain"})
    assert_problem(answer, 415, "unsupported_media_type")
    answer = agent.ask("POST", path, data="{", headers={"Content-Type": "application/json"})
    assert_problem(answer, 400, "bad_json")


def test_what_is_not_there(agent):
    for method, path in (("GET", f"/{2**62}/messages"), ("POST", f"/{2**62}/mark-read")):
        assert_problem(agent.ask(method, CHAT + path), 404, "not_found")
    assert_problem(agent.ask("GET", f"{CHAT}/x/messages"), 404, "not_found")
    assert_problem(agent.ask("GET", f"{CHAT}/1/send"), 405, "method_not_allowed")


@pytest.mark.parametrize("text", NAUGHTY)
def test_naughty_texts_come_back_as_they_went(agent, ada, text):
    chat = begin(ada, text)
    agent.ask("POST", f"{CHAT}/{chat}/send", {"message": text}, status=201)
    assert [m["message"] for m in said(ada, chat) if m["sender_id"]] == [text, text]
    assert find(agent, chat)["last_message"] == text[:160]
