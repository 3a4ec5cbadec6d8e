# SPDX-License-Identifier: AGPL-3.0-or-later
"""O6: the tickets of the customer service's document, by its own addresses and names. Shapes are
checked at every request (support/contract.py)."""

import re

import pytest

from support.api import assert_problem
from support.naughty import NAUGHTY
from support.wait import wait_until

TICKETS = "/customerservices/tickets"
ADA = "whoever the test's customer is"
WORDS = {"description": "x"}
PLAIN_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


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


def create(agent, customer, **fields):
    told = {
        "user_id": customer.id,
        "subject": "Payment Issue",
        "description": "Cannot process payment",
        "category": "billing",
        "priority": "urgent",
        **fields,
    }
    return agent.ask("POST", TICKETS, told, status=201)["ticket"]


def own(agent, path):
    """An address below a ticket."""
    return f"{TICKETS}/{path}"


# The document's six examples


def test_1_get_all_tickets(agent, ada):
    made = create(agent, ada)
    answer = agent.ask("GET", TICKETS, status=200)
    assert set(answer["stats"]) == {"total", "open", "in_progress", "resolved", "urgent"}
    assert answer["stats"] == agent.get("/tickets", status=200)["stats"]
    first = answer["tickets"][0]
    assert (first["id"], first["subject"], first["priority"]) == (
        made["id"],
        "Payment Issue",
        "urgent",
    )
    assert first["user"]["name"] == "Ada Roy"


def test_2_view_ticket_details(agent, ada):
    made = create(agent, ada)
    ticket = agent.ask("GET", f"{TICKETS}/{made['id']}", status=200)["ticket"]
    assert ticket["ticket_number"] == f"TKT-{made['id']:06}"
    assert ticket["subject"] == "Payment Issue"
    assert ticket["description"] == "Cannot process payment"
    assert (ticket["priority"], ticket["category"]) == ("urgent", "billing")
    assert ticket["user"]["id"] == ada.id
    assert [m["message"] for m in ticket["messages"] if m["sender_id"]] == [ticket["description"]]
    assert PLAIN_TIME.fullmatch(ticket["created_at"])


def test_3_create_ticket(agent, ada):
    told = {"user_id": ada.id, "subject": "Payment Issue", "description": "Cannot process payment"}
    answer = agent.ask("POST", TICKETS, told, status=201)
    assert answer["success"] is True
    assert answer["message"] == "Ticket created successfully"
    assert answer["ticket"]["status"] == "open"
    assert answer["ticket"]["description"] == "Cannot process payment"


def test_4_update_ticket_status(admin, ada):
    path = f"{TICKETS}/{create(admin, ada)['id']}"
    for status in ("in_progress", "resolved", "closed"):
        answer = admin.ask("PUT", f"{path}/status", {"status": status}, status=200)
        assert answer == {"success": True, "message": "Ticket status updated"}
        assert admin.ask("GET", path, status=200)["ticket"]["status"] == status


def test_5_assign_ticket(admin, ada, login):
    other = login("agent2@example.com")
    path = f"{TICKETS}/{create(admin, ada)['id']}"
    answer = admin.ask("PUT", f"{path}/assign", {"assigned_to": other.id}, status=200)
    assert answer == {"success": True, "message": "Ticket assigned successfully"}
    ticket = admin.ask("GET", path, status=200)["ticket"]
    assert ticket["assigned_to"]["id"] == other.id
    assert ticket["status"] == "open", "assigned is open in the document's words"


def test_6_add_ticket_message(agent, ada):
    path = f"{TICKETS}/{create(agent, ada)['id']}"
    told = {"message": "We are looking into this issue", "is_internal": False}
    answer = agent.ask("POST", f"{path}/message", told, status=201)
    assert answer == {"success": True, "message": "Message added successfully"}
    agent.ask("POST", f"{path}/message", {"message": "hush", "is_internal": True}, status=201)
    said = agent.ask("GET", path, status=200)["ticket"]["messages"]
    assert [(m["message"], m["is_internal"]) for m in said if m["sender_id"] == agent.id] == [
        ("We are looking into this issue", False),
        ("hush", True),
    ]
    public = ada.ask("GET", path, status=200)["ticket"]["messages"]
    assert "hush" not in [m["message"] for m in public]


# Words


@pytest.mark.parametrize(
    "ours, theirs",
    [
        ("assigned", "open"),
        ("in_progress", "in_progress"),
        ("waiting_on_customer", "in_progress"),
        ("resolved", "resolved"),
        ("closed", "closed"),
    ],
)
def test_our_statuses_in_the_documents_words(agent, admin, ada, ours, theirs):
    ticket = create(agent, ada)["id"]
    if ours == "assigned":
        admin.put(f"/tickets/{ticket}/assign", {"assigned_to": agent.id}, status=200)
    else:
        admin.put(f"/tickets/{ticket}/status", {"status": ours}, status=200)
    assert agent.get(f"/tickets/{ticket}", status=200)["ticket"]["status"] == ours
    assert agent.ask("GET", f"{TICKETS}/{ticket}", status=200)["ticket"]["status"] == theirs
    found = agent.ask("GET", f"{TICKETS}?status={theirs}", status=200)["tickets"]
    assert ticket in [one["id"] for one in found]


def test_a_status_that_it_has_already_in_these_words_moves_nothing(agent, admin, ada):
    ticket = create(agent, ada)["id"]
    admin.put(f"/tickets/{ticket}/assign", {"assigned_to": agent.id}, status=200)
    before = agent.get(f"/tickets/{ticket}", status=200)["ticket"]
    agent.ask("PUT", f"{TICKETS}/{ticket}/status", {"status": "open"}, status=200)
    after = agent.get(f"/tickets/{ticket}", status=200)["ticket"]
    assert (after["status"], after["revision"]) == ("assigned", before["revision"])


def test_a_move_that_is_not_possible_says_where_it_can_go(agent, ada):
    path = f"{TICKETS}/{create(agent, ada)['id']}/status"
    agent.ask("PUT", path, {"status": "closed"}, status=200)
    problem = assert_problem(
        agent.ask("PUT", path, {"status": "resolved"}), 409, "illegal_transition"
    )
    assert problem["allowed"] == ["open"]


def test_filters(agent, admin, ada, login):
    other = login("agent3@example.com")
    ticket = create(agent, ada, subject="A quite particular matter")["id"]

    def finds(query):
        found = agent.ask("GET", f"{TICKETS}?{query}", status=200)["tickets"]
        return ticket in [one["id"] for one in found]

    created = agent.get(f"/tickets/{ticket}", status=200)["ticket"]["created_at"][:10]
    assert not finds("assigned_to=unassigned&status=closed")
    admin.ask("PUT", f"{TICKETS}/{ticket}/assign", {"assigned_to": other.id}, status=200)
    for query in (
        "category=billing",
        "priority=urgent",
        "status=open",
        f"assigned_to={other.id}",
        f"date={created}",
        "status=&category=&search=",
    ):
        assert finds(query), query
    for query in ("category=other", "priority=low", "status=closed", "date=2001-01-01"):
        assert not finds(query), query
    assert not finds("assigned_to=unassigned")
    wait_until(lambda: finds("search=particular"), 30, "the ticket to be found by its subject")
    assert finds(f"search=TKT-{ticket:06}")


def test_pages(agent, ada):
    for _ in range(3):
        create(agent, ada)
    first = agent.ask("GET", f"{TICKETS}?limit=2", status=200)
    second = agent.ask("GET", f"{TICKETS}?limit=2&after={first['next']}", status=200)
    ids = [one["id"] for one in first["tickets"] + second["tickets"]]
    assert len(set(ids)) == 4


@pytest.mark.parametrize("address", [TICKETS, "/customerservices/chat"])
def test_a_slash_more_at_the_end_changes_nothing(agent, address):
    assert agent.ask("GET", address, status=200) == agent.ask("GET", address + "/", status=200)


# Who may what


def test_customers_see_and_change_their_own_only(agent, ada, visitor):
    eve = visitor(name="Eve")
    ticket = create(agent, ada)["id"]
    path = f"{TICKETS}/{ticket}"
    assert [one["id"] for one in ada.ask("GET", TICKETS, status=200)["tickets"]] == [ticket]
    assert eve.ask("GET", TICKETS, status=200)["tickets"] == []
    assert_problem(eve.ask("GET", path), 404, "not_found")
    assert_problem(eve.ask("POST", f"{path}/message", {"message": "mine"}), 404, "not_found")
    assert_problem(eve.ask("PUT", f"{path}/status", {"status": "closed"}), 404, "not_found")
    assert_problem(ada.ask("PUT", f"{path}/assign", {"assigned_to": agent.id}), 403, "forbidden")
    assert_problem(ada.ask("PUT", f"{path}/status", {"status": "in_progress"}), 403, "forbidden")
    note = {"message": "psst", "is_internal": True}
    assert_problem(ada.ask("POST", f"{path}/message", note), 403, "forbidden")
    ada.ask("PUT", f"{path}/status", {"status": "resolved"}, status=200)


def test_a_customer_makes_a_ticket_for_nobody_else(agent, ada, visitor):
    eve = visitor(name="Eve")
    made = create(eve, ada)
    assert made["user"]["id"] == eve.id
    assert "tier" not in made["user"]


def test_nobody_gets_in_without_a_token(server):
    nobody = server.anonymous()
    for method, path in (("GET", ""), ("POST", ""), ("GET", "/1"), ("PUT", "/1/status")):
        assert_problem(nobody.ask(method, TICKETS + path, {}), 401, "unauthenticated")


# Bad input


@pytest.mark.parametrize(
    "method, path, body, field, code",
    [
        ("POST", "", {"subject": "x"}, "user_id", "required"),
        ("POST", "", {"user_id": "1", "description": "x"}, "user_id", "wrong_type"),
        ("POST", "", {"user_id": 2**62, "description": "x"}, "user_id", "unknown"),
        ("POST", "", {"user_id": 0, "description": "x"}, "user_id", "out_of_range"),
        ("POST", "", {"user_id": ADA}, "description", "required"),
        ("POST", "", {"user_id": ADA, "description": 7}, "description", "wrong_type"),
        ("POST", "", {"user_id": ADA, "description": " "}, "description", "too_short"),
        ("POST", "", {"user_id": ADA, **WORDS, "subject": "y" * 201}, "subject", "too_long"),
        ("POST", "", {"user_id": ADA, **WORDS, "category": "no"}, "category", "unknown"),
        ("POST", "", {"user_id": ADA, **WORDS, "priority": "no"}, "priority", "unknown"),
        ("PUT", "/status", {}, "status", "required"),
        ("PUT", "/status", {"status": "assigned"}, "status", "not_allowed"),
        ("PUT", "/status", {"status": 1}, "status", "wrong_type"),
        ("PUT", "/assign", {}, "assigned_to", "required"),
        ("PUT", "/assign", {"assigned_to": "unassigned"}, "assigned_to", "wrong_type"),
        ("PUT", "/assign", {"assigned_to": 2**62}, "assigned_to", "unknown"),
        ("POST", "/message", {}, "message", "required"),
        ("POST", "/message", {"body": "x"}, "message", "required"),
        ("POST", "/message", {"message": []}, "message", "wrong_type"),
        ("POST", "/message", {"message": "x" * 16001}, "message", "too_long"),
        ("POST", "/message", {"message": "a\0b"}, "message", "not_allowed"),
        ("POST", "/message", {"message": "x", "is_internal": "yes"}, "is_internal", "wrong_type"),
    ],
)  # fmt: skip
def test_wrong_values_are_named_as_the_document_names_them(
    agent, ada, method, path, body, field, code
):
    body = {key: ada.id if value == ADA else value for key, value in body.items()}
    address = f"{TICKETS}/{create(agent, ada)['id']}{path}" if path else TICKETS
    problem = assert_problem(agent.ask(method, address, body), 422, "validation_failed")
    assert (field, code) in [(error["field"], error["code"]) for error in problem["errors"]]


@pytest.mark.parametrize(
    "query", ["status=never", "assigned_to=nobody", "date=yesterday", "limit=0", "after=x"]
)
def test_filters_that_cannot_be_read_are_refused(agent, query):
    assert_problem(agent.ask("GET", f"{TICKETS}?{query}"), 400, "bad_request")


def test_what_is_not_there(agent):
    for method, path in (
        ("GET", "/9223372036854775807"),
        ("GET", "/0"),
        ("GET", "/x"),
        ("PUT", "/9223372036854775807/status"),
        ("POST", "/9223372036854775807/message"),
    ):
        body = {"status": "closed", "message": "x"}
        assert_problem(agent.ask(method, TICKETS + path, body), 404, "not_found")


def test_other_methods_are_named(agent, ada):
    path = f"{TICKETS}/{create(agent, ada)['id']}"
    for method, address in (
        ("DELETE", TICKETS),
        ("POST", path),
        ("POST", f"{path}/status"),
        ("GET", f"{path}/message"),
    ):
        answer = agent.ask(method, address)
        assert_problem(answer, 405, "method_not_allowed")
        assert answer.headers["Allow"]


@pytest.mark.parametrize("text", NAUGHTY)
def test_naughty_texts_come_back_as_they_went(agent, ada, text):
    subject = re.sub(r"[\n\r\v\f\x85\u2028\u2029]", " ", text)[:200]
    ticket = create(agent, ada, subject=subject, description=text)
    path = f"{TICKETS}/{ticket['id']}"
    assert (ticket["subject"], ticket["description"]) == (subject, text)
    agent.ask("POST", f"{path}/message", {"message": text}, status=201)
    said = agent.ask("GET", path, status=200)["ticket"]["messages"]
    assert [m["message"] for m in said if m["sender_id"]] == [text, text]


def test_the_same_request_again_makes_nothing_new(agent, ada):
    told = {"user_id": ada.id, "description": "once"}
    key = {"Idempotency-Key": f"doc-{ada.id}"}
    first = agent.ask("POST", TICKETS, told, headers=key, status=201)["ticket"]
    assert agent.ask("POST", TICKETS, told, headers=key, status=200)["ticket"]["id"] == first["id"]
    path = f"{TICKETS}/{first['id']}/message"
    for status in (201, 200):
        agent.ask("POST", path, {"message": "once"}, headers=key, status=status)
    said = agent.ask("GET", f"{TICKETS}/{first['id']}", status=200)["ticket"]["messages"]
    assert len([m for m in said if m["sender_id"] == agent.id]) == 1


def test_the_servers_own_lines_are_in_the_readers_language(agent, ada):
    ticket = create(agent, ada)["id"]
    agent.put(f"/tickets/{ticket}/status", {"status": "resolved"}, status=200)

    def last_line(language):
        said = ada.ask(
            "GET", f"{TICKETS}/{ticket}", status=200, headers={"Accept-Language": language}
        )["ticket"]["messages"][-1]
        assert (said["sender_id"], said["sender_name"]) == (None, None)
        return said["message"]

    assert last_line("en") == "Resolved" == last_line("xx, en;q=0.3, bn;q=0.1")
    assert re.search("[\u0980-\u09ff]", last_line("bn-BD,en;q=0.5"))
