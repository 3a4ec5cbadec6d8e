# SPDX-License-Identifier: AGPL-3.0-or-later
"""T1, T11: making tickets, moving them, listing them."""

import threading

import pytest


def make(person, **fields):
    fields = {
        "channel": "portal",
        "subject": "Refund",
        "description": "Please refund 1042.",
        **fields,
    }
    return person.post("/tickets", fields, status=201)["ticket"]


def test_a_description_becomes_the_first_message(visitor):
    ada = visitor(name="Ada")
    ticket = make(ada, category="billing", priority="medium")
    assert ticket["ticket_number"] == f"TKT-{ticket['id']:06}"
    assert (ticket["status"], ticket["priority"], ticket["category"]) == (
        "open",
        "normal",
        "billing",
    )
    assert ticket["waiting"]
    detail = ada.get(f"/tickets/{ticket['id']}", status=200)
    assert [m["body"] for m in detail["messages"]][:1] == ["Please refund 1042."]


def test_a_draft_is_unseen_until_its_first_message(visitor, login):
    ada, agent = visitor(), login("agent1@example.com")
    draft = ada.post("/tickets", {"channel": "chat"}, status=201)["ticket"]["id"]
    assert agent.get(f"/tickets/{draft}").status_code == 404
    assert draft not in [t["id"] for t in agent.get("/tickets?limit=100", status=200)["tickets"]]
    ada.post(f"/tickets/{draft}/messages", {"body": "hello"}, status=201)
    assert agent.get(f"/tickets/{draft}").status_code == 200
    assert draft in [t["id"] for t in agent.get("/tickets?limit=100", status=200)["tickets"]]


@pytest.mark.parametrize(
    "written, subject",
    [
        ("  My parcel\n\n is late ", "My parcel is late"),
        ("word " * 40, "word " * 14 + "word…"),
        ("x" * 300, "x" * 79 + "…"),
        ("See " + "x" * 300, "See " + "x" * 75 + "…"),
    ],
)
def test_a_chat_without_a_subject_is_called_by_its_first_words(visitor, login, written, subject):
    ada, agent = visitor(), login("agent1@example.com")
    chat = ada.post("/tickets", {"channel": "chat"}, status=201)["ticket"]
    assert chat["subject"] == ""
    with agent.live() as live:
        ada.post(f"/tickets/{chat['id']}/messages", {"body": written}, status=201)
        ada.post(f"/tickets/{chat['id']}/messages", {"body": "And more"}, status=201)
        assert live.expect("ticket.created", ticket=chat["id"])["staff"]["subject"] == subject
    assert agent.get(f"/tickets/{chat['id']}", status=200)["ticket"]["subject"] == subject


def test_two_windows_of_one_customer_share_one_chat(visitor):
    ada = visitor()
    answers = []
    threads = [
        threading.Thread(target=lambda: answers.append(ada.post("/tickets", {"channel": "chat"})))
        for _ in range(8)
    ]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert len({a.json()["ticket"]["id"] for a in answers}) == 1
    assert sorted(a.status_code for a in answers) == [200] * 7 + [201]


def test_an_idempotency_key_makes_one_ticket(visitor):
    ada = visitor()
    fields = {"channel": "portal", "subject": "S", "description": "D"}
    key = {"Idempotency-Key": "key-1"}
    first = ada.post("/tickets", fields, headers=key, status=201)
    assert (
        ada.post("/tickets", fields, headers=key, status=200)["ticket"]["id"]
        == first["ticket"]["id"]
    )
    other = ada.post("/tickets", {**fields, "subject": "T"}, headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_mismatch")


@pytest.mark.parametrize("key", ["", "two words", "k" * 65, "\u00e9"])
def test_a_key_that_cannot_be_kept_makes_no_ticket(visitor, key):
    ada = visitor()
    fields = {"channel": "portal", "subject": "S", "description": "D"}
    refused = ada.post("/tickets", fields, headers={"Idempotency-Key": key.encode("latin-1")})
    assert (refused.status_code, refused.json()["code"]) == (400, "bad_request")
    assert ada.get("/tickets", status=200)["tickets"] == []


@pytest.mark.parametrize(
    "fields, field, code",
    [
        ({"channel": "fax"}, "channel", "not_allowed"),
        ({"priority": 3}, "priority", "wrong_type"),
        ({"category": "sports"}, "category", "unknown"),
        ({"subject": "x" * 201}, "subject", "too_long"),
        ({"description": " \n "}, "description", "too_short"),
        ({"description": None}, "description", "required"),
        ({"department": 99999}, "department", "unknown"),
        ({"department": -1}, "department", "out_of_range"),
        ({"language": "'; drop"}, "language", "bad_format"),
        ({"channel": "email"}, "channel", "not_allowed"),
    ],
)
def test_each_field_says_what_is_wrong_with_it(visitor, fields, field, code):
    answer = visitor().post(
        "/tickets", {"channel": "portal", "subject": "S", "description": "D", **fields}
    )
    assert answer.status_code == 422, answer.text
    assert [(e["field"], e["code"]) for e in answer.json()["errors"]] == [(field, code)]


def test_staff_name_the_customer(login, visitor):
    ada, agent = visitor(name="Ada"), login("agent1@example.com")
    ticket = make(agent, channel="api", user_id=ada.id)
    assert ticket["user"]["name"] == "Ada"
    assert ada.get(f"/tickets/{ticket['id']}", status=200)["ticket"]["subject"] == "Refund"
    answer = agent.post("/tickets", {"channel": "api", "description": "D"})
    assert [e["field"] for e in answer.json()["errors"]] == ["user_id"]
    for wrong in (agent.id, 999999):
        fields = {"channel": "api", "description": "D", "department": 1, "user_id": wrong}
        assert [e["field"] for e in agent.post("/tickets", fields).json()["errors"]] == ["user_id"]
    draft = agent.post("/tickets", {"channel": "chat", "user_id": ada.id})
    assert [e["field"] for e in draft.json()["errors"]] == ["description"]


def test_customers_close_and_reopen_only_their_own(visitor, login):
    ada, eve = visitor(), visitor()
    path = f"/tickets/{make(ada)['id']}/status"
    assert eve.put(path, {"status": "closed"}).status_code == 404
    assert ada.put(path, {"status": "in_progress"}).status_code == 403
    assert ada.put(path, {"status": "resolved"}, status=200)["ticket"]["status"] == "resolved"
    assert ada.put(path, {"status": "open"}, status=200)["ticket"]["status"] == "open"


def test_assigning_somebody_who_is_no_agent_is_refused(login, visitor):
    admin, ada = login("admin@example.com"), visitor()
    path = f"/tickets/{make(ada)['id']}/assign"
    for wrong in (999999, ada.id):
        answer = admin.put(path, {"assigned_to": wrong})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "assigned_to")
    assert admin.put(path, {}).status_code == 422
    assert ada.put(path, {"assigned_to": 4}).status_code == 403


def test_a_full_agent_and_a_closed_ticket_are_said_apart(fresh_server):
    agent, ada = fresh_server.login("agent1@example.com"), fresh_server.visitor()
    fresh_server.sql("UPDATE agent_load SET capacity = load WHERE agent_id = 4")
    path = f"/tickets/{make(ada)['id']}"
    full = agent.put(path + "/assign", {"assigned_to": 4})
    assert (full.status_code, full.json()["detail"]) == (409, "This agent has no place free.")
    agent.put(path + "/status", {"status": "closed"}, status=200)
    closed = agent.put(path + "/assign", {"assigned_to": 3})
    assert closed.status_code == 409 and "Reopen it" in closed.json()["detail"]


def test_pages_hold_every_ticket_once(login):
    agent = login("agent1@example.com")
    seen, after = [], ""
    while after is not None:
        page = agent.get(f"/tickets?limit=37{after}", status=200)
        seen += [t["id"] for t in page["tickets"]]
        after = page["next"] and f"&after={page['next']}"
    assert len(seen) == len(set(seen)) >= 200
    assert page["stats"]["total"] >= 200


def test_filters_narrow_the_list(login):
    agent = login("agent2@example.com")
    page = agent.get("/tickets?status=resolved,closed&priority=urgent&limit=100", status=200)
    assert page["tickets"]
    assert {t["status"] for t in page["tickets"]} <= {"resolved", "closed"}
    assert {t["priority"] for t in page["tickets"]} == {"urgent"}
    mine = agent.get("/tickets?assigned_to=me&limit=100", status=200)["tickets"]
    assert {t["assigned_to"]["id"] for t in mine} == {agent.id}
    nobody = agent.get("/tickets?assigned_to=unassigned&limit=100", status=200)["tickets"]
    assert {t["assigned_to"] for t in nobody} == {None}
    billing = agent.get("/tickets?department=2&channel=chat&limit=100", status=200)["tickets"]
    assert {(t["department"]["name"], t["channel"]) for t in billing} == {("Billing", "chat")}


@pytest.mark.parametrize(
    "query",
    [
        "status=lost",
        "assigned_to=nobody",
        "limit=0",
        "limit=101",
        "limit=ten",
        "after=yesterday",
        "after=1.0",
        "department=-3",
    ],
)
def test_a_query_that_is_not_possible_is_400(login, query):
    answer = login("agent1@example.com").get(f"/tickets?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request"), answer.text


def test_stats_count_what_the_list_holds(fresh_server):
    agent, ada = fresh_server.login(), fresh_server.visitor()
    before = agent.get("/tickets", status=200)["stats"]
    ticket = make(ada, priority="urgent")["id"]
    agent.put(f"/tickets/{ticket}/status", {"status": "in_progress"}, status=200)
    after = agent.get("/tickets", status=200)["stats"]
    changed = {key: after[key] - before[key] for key in after}
    assert changed == {"total": 1, "open": 0, "in_progress": 1, "resolved": 0, "urgent": 1}
    counted = fresh_server.sql(
        "SELECT count(*), count(*) FILTER (WHERE status IN ('open', 'assigned')),"
        " count(*) FILTER (WHERE status = 'resolved') FROM ticket WHERE NOT hidden"
    )[0]
    assert counted == (after["total"], after["open"], after["resolved"])


def test_customers_see_only_their_own(visitor):
    ada, eve = visitor(), visitor()
    ticket = make(ada)["id"]
    assert [t["id"] for t in ada.get("/tickets", status=200)["tickets"]] == [ticket]
    assert eve.get("/tickets", status=200)["tickets"] == []
    assert ada.get("/tickets", status=200)["stats"]["total"] == 1
    for path in (
        f"/tickets/{ticket}",
        f"/tickets/{ticket}/messages",
        f"/tickets/{ticket}/position",
    ):
        assert eve.get(path).status_code == 404
