# SPDX-License-Identifier: AGPL-3.0-or-later
"""O6: the shop's chat, by the addresses and names of its own document, with the slash at the
end."""

import re

import pytest
import requests

from support.api import assert_problem
from support.files import png, text
from support.naughty import NAUGHTY
from support.routes import code_of
from support.statements import named

API = "/support/api"


@pytest.fixture
def agent(login):
    return login("agent1@example.com")


@pytest.fixture
def admin(login):
    """Moves tickets whatever the load."""
    return login("admin@example.com")


@pytest.fixture
def ada(visitor):
    return visitor(name="Ada Roy")


def create(person):
    return person.ask("GET", f"{API}/conversation/create/", status=200)


def own(conversation, what):
    return f"{API}/conversation/{conversation}/{what}/"


def send(person, conversation, content):
    return person.ask("POST", own(conversation, "send"), {"content": content}, status=201)


def read(person, conversation, query=""):
    return person.ask("GET", own(conversation, "messages") + query, status=200)


def ticket_of(person):
    """The id that /api/v1 knows the customer's newest conversation by."""
    return person.get("/tickets", status=200)["tickets"][0]["id"]


@pytest.fixture
def chat(ada):
    """A conversation in which Ada has written."""
    conversation = create(ada)["conversation_id"]
    send(ada, conversation, "I need help with my order")
    return conversation


# The document's six paths


def test_1_config(server):
    config = server.anonymous().ask("GET", f"{API}/config/", status=200)
    assert config["widget_position"] == "bottom-right"
    assert config["primary_color"] == "#008B8B"
    assert config["is_enabled"] is True and config["auto_assign"] is True
    assert re.search("[\u0980-\u09ff]", config["welcome_message_bn"])
    assert config["welcome_message"] != config["welcome_message_bn"]


def test_2_create_gives_the_active_conversation_or_makes_one(ada, agent, admin):
    first = create(ada)
    assert re.fullmatch(r"CONV-[0-9A-Z]{3,}", first["conversation_id"])
    assert (first["status"], first["agent"]) == ("open", None)
    assert create(ada) == first, "the same one until it is closed"
    send(ada, first["conversation_id"], "hello")
    ticket = ticket_of(ada)
    assert first["conversation_id"] == code_of(ticket)
    admin.put(f"/tickets/{ticket}/assign", {"assigned_to": agent.id}, status=200)
    told = create(ada)["agent"]
    assert (told["id"], told["display_name"]) == (agent.id, "Rina Das")
    ada.ask("POST", own(first["conversation_id"], "close"), status=200)
    assert create(ada)["conversation_id"] != first["conversation_id"]


def test_3_messages(ada, agent, chat):
    agent.post(f"/tickets/{ticket_of(ada)}/messages", {"body": "What is its number?"}, status=201)
    said = [m for m in read(ada, chat) if m["sender_id"]]
    assert [(m["content"], m["is_agent"], m["message_type"]) for m in said] == [
        ("I need help with my order", False, "text"),
        ("What is its number?", True, "text"),
    ]
    assert [m["sender_name"] for m in said] == ["Ada Roy", "Rina Das"]
    assert {m["conversation_id"] for m in said} == {chat}


def test_3_polling_gives_what_is_new_and_nothing_twice(ada, agent, chat):
    ticket = ticket_of(ada)
    known = read(ada, chat)[-1]["id"]
    assert read(ada, chat, f"?last_message_id={known}") == []
    agent.post(f"/tickets/{ticket}/messages", {"body": "a note", "is_internal": True}, status=201)
    assert read(ada, chat, f"?last_message_id={known}") == [], "a note is no news to a customer"
    sent = [
        agent.post(f"/tickets/{ticket}/messages", {"body": f"answer {n}"}, status=201)
        for n in (1, 2)
    ]
    fresh = [m for m in read(ada, chat, f"?last_message_id={known}") if m["sender_id"]]
    assert [m["id"] for m in fresh] == [one["message"]["id"] for one in sent]
    newest = read(ada, chat)[-1]["id"]
    assert read(ada, chat, f"?last_message_id={newest}") == []
    assert read(ada, chat, "?last_message_id=0") == read(ada, chat)


def test_3_polling_with_an_id_that_is_not_the_conversations(ada, agent, chat, visitor):
    """Somebody else's message, a note, one that never was: what came after it, and nothing more."""
    eve = visitor(name="Eve")
    other = create(eve)["conversation_id"]
    foreign = send(eve, other, "elsewhere")["id"]
    note = agent.post(
        f"/tickets/{ticket_of(ada)}/messages", {"body": "a note", "is_internal": True}, status=201
    )["message"]["id"]
    before = read(ada, chat)
    for known in (foreign, note, 2**63 - 1):
        assert read(ada, chat, f"?last_message_id={known}") == [
            m for m in before if m["id"] > known
        ]
    assert read(ada, chat, "?last_message_id=1") == before


def test_4_send(ada, chat):
    message = send(ada, chat, "ORDER-12345")
    assert (message["content"], message["is_agent"]) == ("ORDER-12345", False)
    assert (message["sender_id"], message["conversation_id"]) == (ada.id, chat)
    assert read(ada, chat)[-1]["id"] == message["id"]


def attach(person, conversation, content, name="photo.png", kind="image/png", **headers):
    address = own(conversation, "upload")
    files = {"file": (name, content, kind)}
    return person.ask("POST", address, files=files, headers=headers)


def test_5_upload(ada, agent, chat):
    answer = attach(ada, chat, png(40, 30))
    message = answer.json()
    assert answer.status_code == 201
    assert (message["message_type"], message["attachment_name"]) == ("image", "photo.png")
    assert read(agent, chat)[-1]["id"] == message["id"]
    for person in (ada, agent):
        opened = requests.get(person.url + read(person, chat)[-1]["attachment"], timeout=60)
        assert opened.content == png(40, 30), "a browser opens it without a token"


def test_5_the_same_upload_again_sends_nothing_new(ada, chat):
    key = {"Idempotency-Key": f"upload-{chat}"}
    first, again = (attach(ada, chat, text(), "order.txt", "text/plain", **key) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]


def test_5_what_cannot_be_sent(ada, chat, visitor):
    eve = visitor(name="Eve")
    assert_problem(attach(eve, chat, png()), 404, "not_found")
    assert_problem(attach(ada, chat, b"\0" * (6 * 2**20)), 413, "file_too_large")
    refused = attach(ada, chat, b"MZ\x90\0" + bytes(200), "virus.exe", "image/png")
    assert_problem(refused, 415, "file_type_refused")
    ada.ask("POST", own(chat, "close"), status=200)
    assert_problem(attach(ada, chat, png()), 409, "conflict")
    assert ada.ask("GET", f"{API}/config/", status=200)["max_file_size"] == 5


def test_an_agent_reads(ada, agent, chat):
    assert read(ada, chat)[0]["is_read"] is False
    agent.ask("POST", f"/customerservices/chat/{ticket_of(ada)}/mark-read", status=200)
    assert read(ada, chat)[0]["is_read"] is True


def test_6_close(ada, chat):
    answer = ada.ask("POST", own(chat, "close"), status=200)
    assert answer == {"success": True, "status": "closed"}
    assert ada.get(f"/tickets/{ticket_of(ada)}", status=200)["ticket"]["status"] == "closed"
    assert_problem(ada.ask("POST", own(chat, "send"), {"content": "one more"}), 409, "conflict")


# Words and addresses


@pytest.mark.parametrize(
    "ours, theirs",
    [
        ("in_progress", "open"),
        ("waiting_on_customer", "pending"),
    ],
)
def test_our_statuses_in_the_documents_words(ada, admin, chat, ours, theirs):
    admin.put(f"/tickets/{ticket_of(ada)}/status", {"status": ours}, status=200)
    assert create(ada)["status"] == theirs


def test_the_slash_at_the_end_may_be_missing(ada, chat):
    assert ada.ask("GET", f"{API}/config", status=200) == ada.ask(
        "GET", f"{API}/config/", status=200
    )
    path = own(chat, "messages")
    assert ada.ask("GET", path.rstrip("/"), status=200) == read(ada, chat)
    ada.ask("POST", own(chat, "close").rstrip("/"), status=200)


def test_pages_of_other_origins_may_call_it(ada, chat):
    answer = ada.ask("GET", own(chat, "messages"), headers={"Origin": "https://shop.example"})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers


# Who may what


def test_customers_have_their_own_conversations_only(ada, chat, visitor, server):
    eve, nobody = visitor(name="Eve"), server.anonymous()
    for method, what in (("GET", "messages"), ("POST", "send"), ("POST", "close")):
        address = own(chat, what)
        assert_problem(eve.ask(method, address, {"content": "hi"}), 404, "not_found")
        assert_problem(nobody.ask(method, address, {"content": "hi"}), 401, "unauthenticated")
    assert_problem(eve.ask("GET", own(chat, "messages") + "?last_message_id=1"), 404, "not_found")
    assert_problem(nobody.ask("GET", f"{API}/conversation/create/"), 401, "unauthenticated")


def test_staff_have_no_conversation_of_their_own(agent):
    assert_problem(agent.ask("GET", f"{API}/conversation/create/"), 403, "forbidden")


def test_notes_are_no_part_of_it_even_for_staff(ada, agent, chat):
    path = f"/tickets/{ticket_of(ada)}/messages"
    note = agent.post(path, {"body": "hush", "is_internal": True}, status=201)["message"]["id"]
    assert "hush" not in [m["content"] for m in read(agent, chat)]
    assert "hush" not in [m["content"] for m in read(agent, chat, f"?last_message_id={note - 1}")]


# Bad input


@pytest.mark.parametrize(
    "code",
    [
        *["1", "CONV-", "CONV-1", "CONV-01", "CONV-00000", "CONV-000", "conv-001", "CONV-00i"],
        *["CONV-OIL", "CONV-0001", "CONV-ZZZZZZZZZZZZZ", "CONV-ZZZZZZZZZZZZZZZZZZ"],
        *["CONV-7ZZZZZZZZZZZZ", "CONV-%30%30%31", "XONV-001"],
    ],
)  # fmt: skip
def test_what_is_no_code_of_a_conversation_is_not_there(ada, code):
    assert_problem(ada.ask("GET", own(code, "messages")), 404, "not_found")


@pytest.mark.parametrize(
    "body, code",
    [
        ({}, "required"),
        ({"content": 1}, "wrong_type"),
        ({"content": ""}, "too_short"),
        ({"content": "x" * 16001}, "too_long"),
        ({"body": "x"}, "required"),
        ({"message": "x"}, "required"),
    ],
)
def test_wrong_values_are_named_as_the_document_names_them(ada, chat, body, code):
    problem = assert_problem(ada.ask("POST", own(chat, "send"), body), 422, "validation_failed")
    assert [(e["field"], e["code"]) for e in problem["errors"]] == [("content", code)]


@pytest.mark.parametrize("value", ["x", "-1", "1.5", "", str(2**63)])
def test_the_last_message_has_a_number(ada, chat, value):
    address = own(chat, "messages") + f"?last_message_id={value}"
    assert_problem(ada.ask("GET", address), 400, "bad_request")


def test_other_methods_are_named(ada, chat):
    for method, what in (("POST", "messages"), ("GET", "send"), ("DELETE", "close")):
        answer = ada.ask(method, own(chat, what))
        assert_problem(answer, 405, "method_not_allowed")
        assert answer.headers["Allow"]


@pytest.mark.parametrize("text", NAUGHTY)
def test_naughty_texts_come_back_as_they_went(ada, chat, text):
    assert send(ada, chat, text)["content"] == text
    assert read(ada, chat)[-1]["content"] == text


# Polling costs next to nothing


def walk_plan(node):
    yield node
    for child in node.get("Plans", []):
        yield from walk_plan(child)


def test_asking_for_news_reads_a_few_index_entries_however_long_the_thread(ada, chat, server):
    """The statement of the shape that a widget asks every three seconds (documented.sql)."""
    ticket, known = ticket_of(ada), read(ada, chat)[-1]["id"]
    pages = [pages_read(server, ticket, ada.id, known)]
    server.sql(
        "INSERT INTO message (ticket_id, seq, public_seq, author_id, body)"
        " SELECT %s, n, n, %s, 'line ' || n FROM generate_series(100, 5000) AS n",
        ticket,
        ada.id,
    )
    server.sql("UPDATE ticket SET last_seq = 5000, last_public_seq = 5000 WHERE id = %s", ticket)
    newest = server.sql("SELECT max(id) FROM message WHERE ticket_id = %s", ticket)[0][0]
    assert read(ada, chat, f"?last_message_id={newest}") == []
    pages.append(pages_read(server, ticket, ada.id, newest))
    assert pages[1] <= pages[0] + 2, pages


def pages_read(server, ticket, customer, known):
    statement = named("documented/documented.sql", "documented_news_customer")
    server.sql("SET plan_cache_mode = force_generic_plan")
    server.sql("SET enable_seqscan = off")
    server.sql(f"PREPARE news AS {statement}")
    explain = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE news({ticket}, {customer}, {known})"
    try:
        server.sql(explain)
        plan = server.sql(explain)[0][0][0]["Plan"]
    finally:
        server.sql("DEALLOCATE news")
        server.sql("RESET ALL")
    ran = [node for node in walk_plan(plan) if node["Actual Loops"] > 0]
    assert {node["Node Type"] for node in ran} <= {"Index Scan", "Index Only Scan", "Result"}, ran
    return plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
