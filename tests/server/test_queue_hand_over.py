# SPDX-License-Identifier: AGPL-3.0-or-later
"""Q4: whose a ticket is. One of many who claim it wins, it is handed on whole, and whoever goes
leaves nothing behind."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from support.api import assert_problem
from support.desk import Desk
from support.wait import wait_until


@pytest.fixture
def make_desk(server):
    """make_desk(capacity, …): a department of its own with an agent for each capacity."""
    made = []

    def make(*capacities):
        made.append(Desk(server, *capacities))
        return made[-1]

    yield make
    for desk in made:
        desk.close()


@pytest.fixture(scope="module")
def admin(server):
    return server.login("admin@example.com")


def rank(desk, ticket):
    return desk.server.sql("SELECT rank_at FROM ticket WHERE id = %s", ticket)[0][0]


# Claiming


def test_one_of_fifty_claims_wins_and_the_others_hear_who(make_desk):
    desk = make_desk(*[9] * 10)
    for _ in range(3):
        ticket = desk.chat()
        with ThreadPoolExecutor(50) as pool:
            claims = [agent for agent in desk.agents for _ in range(5)]
            answers = list(pool.map(lambda agent: agent.post(f"/tickets/{ticket}/claim"), claims))
        winner = desk.assignee(ticket)
        name = next(agent.user["name"] for agent in desk.agents if agent.id == winner)
        for agent, answer in zip(claims, answers):
            if agent.id == winner:
                assert answer.status_code == 200, answer.text
                assert answer.json()["ticket"]["assigned_to"]["id"] == winner
                continue
            problem = assert_problem(answer, 409, "conflict")
            assert problem["by"] == {"id": winner, "name": name, "role": "agent"}
            assert problem["detail"] == f"{name} took this chat first. Nothing was sent."
    assert all(load == held for load, _, held in desk.loads()), desk.loads()
    assert sum(load for load, _, _ in desk.loads()) == 3


def test_a_claim_counts_and_is_told_once(make_desk):
    desk = make_desk(2)
    agent, ticket = desk.agents[0], desk.chat()
    with desk.customers[ticket].live() as live:
        first = agent.post(f"/tickets/{ticket}/claim", status=200)["ticket"]
        assert (first["status"], first["waiting"]) == ("assigned", False)
        again = agent.post(f"/tickets/{ticket}/claim", status=200)["ticket"]
        assert again["revision"] == first["revision"]
        live.expect("message.created", lambda frame: frame["data"]["message"]["body"] == "assigned")
        live.sync()
        assert len(live.heard("event")) == 2
    assert desk.loads() == [(1, 2, 1)]


def test_nobody_claims_what_is_not_there_to_be_claimed(make_desk, admin):
    desk = make_desk(1, 1)
    agent, other = desk.agents
    ticket = desk.chat()
    agent.post(f"/tickets/{ticket}/claim", status=200)
    assert_problem(agent.post(f"/tickets/{desk.chat()}/claim"), 409, "conflict")  # full
    agent.put(f"/tickets/{ticket}/status", {"status": "resolved"}, status=200)
    assert_problem(other.post(f"/tickets/{ticket}/claim"), 409, "conflict")
    assert_problem(agent.post("/tickets/999999999/claim"), 404, "not_found")
    customer = desk.customers[ticket]
    assert_problem(customer.post(f"/tickets/{ticket}/claim"), 403, "forbidden")
    # The demo's admin answers no customers.
    assert_problem(admin.post(f"/tickets/{desk.chat()}/claim"), 403, "forbidden")


# Assigning what one saw


@pytest.mark.parametrize("seen", ["expected", "revision"])
def test_of_two_who_assign_what_they_saw_one_wins(make_desk, seen):
    desk = make_desk(5, 5, 5)
    for _ in range(5):
        ticket = desk.chat()
        revision = desk.agents[0].get(f"/tickets/{ticket}", status=200)["ticket"]["revision"]
        said = {"expected": None} if seen == "expected" else {"revision": revision}

        def assign(agent):
            body = {"assigned_to": agent.id, **said}
            return desk.agents[0].put(f"/tickets/{ticket}/assign", body)

        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(assign, desk.agents[1:]))
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        winner = next(answer.json() for answer in answers if answer.status_code == 200)
        assert desk.assignee(ticket) == winner["ticket"]["assigned_to"]["id"]
        loser = assert_problem(next(a for a in answers if a.status_code == 409), 409, "conflict")
        if seen == "expected":
            assert loser["by"]["id"] == desk.assignee(ticket)


def test_expected_is_who_has_it(make_desk):
    desk = make_desk(5, 5)
    one, other = desk.agents
    ticket = desk.chat()
    path = f"/tickets/{ticket}/assign"
    refused = one.put(path, {"assigned_to": one.id, "expected": other.id})
    assert_problem(refused, 409, "conflict")
    one.put(path, {"assigned_to": one.id, "expected": None}, status=200)
    one.put(path, {"assigned_to": other.id, "expected": one.id}, status=200)
    assert_problem(one.put(path, {"assigned_to": None, "expected": one.id}), 409, "conflict")
    one.put(path, {"assigned_to": None, "expected": other.id}, status=200)
    for nonsense in ({"expected": 0}, {"expected": "me"}, {"revision": 0}, {"revision": -1}):
        answer = one.put(path, {"assigned_to": one.id, **nonsense})
        assert_problem(answer, 422, "validation_failed")


# Giving back


def test_who_gives_a_ticket_back_is_not_given_it_again(make_desk):
    desk = make_desk(5, 5)
    holder, other = desk.agents
    holder.put("/me/presence", {"state": "online"}, status=200)
    ticket = desk.chat()
    assert desk.wait_assignee(ticket) == holder.id
    before = rank(desk, ticket)
    holder.put(f"/tickets/{ticket}/assign", {"assigned_to": None}, status=200)
    # The next one shows that the dispatcher has looked.
    assert desk.wait_assignee(desk.chat()) == holder.id
    assert desk.waiting() == [ticket]
    assert rank(desk, ticket) == before
    other.put("/me/presence", {"state": "online"}, status=200)
    assert desk.wait_assignee(ticket) == other.id


def test_after_a_while_it_can_come_back(make_desk):
    desk = make_desk(5)
    desk.open_up()
    agent, ticket = desk.agents[0], desk.chat()
    desk.wait_assignee(ticket)
    agent.put(f"/tickets/{ticket}/assign", {"assigned_to": None}, status=200)
    desk.wait_assignee(desk.chat())
    assert desk.waiting() == [ticket]
    desk.server.sql("UPDATE ticket_pass SET until = now() WHERE ticket_id = %s", ticket)
    assert desk.wait_assignee(ticket) == agent.id
    assert not desk.server.sql("SELECT FROM ticket_pass WHERE ticket_id = %s", ticket)


# Handing on


def notes(agent, ticket):
    messages = agent.get(f"/tickets/{ticket}/messages", status=200)["messages"]
    return [m for m in messages if m["is_internal"]]


def test_a_transfer_to_an_agent_carries_a_note(make_desk):
    desk = make_desk(5, 5)
    giver, taker = desk.agents
    desk.open_up()
    ticket = desk.chat()
    giver.put(f"/tickets/{ticket}/assign", {"assigned_to": giver.id}, status=200)
    body = {"agent": taker.id, "note": "Knows **French**"}
    got = giver.post(f"/tickets/{ticket}/transfer", body, status=200)["ticket"]
    assert (got["assigned_to"]["id"], got["status"]) == (taker.id, "assigned")
    (note,) = notes(taker, ticket)
    assert (note["body"], note["author"]["id"]) == ("Knows **French**", giver.id)
    assert {"t": "b", "c": ["French"]} in note["spans"][0]["c"]
    assert "French" not in desk.customers[ticket].get(f"/tickets/{ticket}/messages").text
    assert desk.loads() == [(0, 5, 0), (1, 5, 1)]


def test_a_transfer_to_a_department_keeps_the_rank(make_desk):
    sales, repairs = make_desk(5), make_desk(5)
    giver = sales.agents[0]
    repairs.enrol(giver.id)
    early, ticket, late = repairs.chat(), sales.chat(), repairs.chat()
    before = rank(sales, ticket)
    giver.post(f"/tickets/{ticket}/claim", status=200)
    sales.server.sql("UPDATE agent_load SET capacity = 0 WHERE agent_id = %s", giver.id)
    giver.put("/me/presence", {"state": "online"}, status=200)
    customer = sales.customers[ticket]
    with customer.live() as live:
        body = {"department": repairs.department, "note": "A broken one"}
        got = giver.post(f"/tickets/{ticket}/transfer", body, status=200)["ticket"]
        assert (got["department"]["id"], got["waiting"]) == (repairs.department, True)
        assert (got["assigned_to"], got["status"]) == (None, "open")
        live.expect("ticket.updated", lambda frame: frame["data"]["ticket"].get("department"))
        live.expect("position", place=2, of=3, timeout=20)
    assert repairs.waiting() == [early, ticket, late]
    assert rank(sales, ticket) == before
    assert [note["body"] for note in notes(giver, ticket)] == ["A broken one"]
    # It does not come right back to who gave it away, who serves that department too.
    sales.server.sql("UPDATE agent_load SET capacity = 9 WHERE agent_id = %s", giver.id)
    assert sales.wait_assignee(early) == sales.wait_assignee(late) == giver.id
    assert repairs.waiting() == [ticket]
    repairs.open_up()
    assert sales.wait_assignee(ticket) == repairs.agents[0].id


def test_a_transfer_that_cannot_be_changes_nothing(make_desk):
    desk = make_desk(5, 1, 5)
    giver, full, offline = desk.agents
    ticket = desk.chat()
    giver.post(f"/tickets/{ticket}/claim", status=200)
    full.post(f"/tickets/{desk.chat()}/claim", status=200)
    for agent in (giver, full):
        agent.put("/me/presence", {"state": "online"}, status=200)
    path, before = f"/tickets/{ticket}/transfer", giver.get(f"/tickets/{ticket}").json()["ticket"]
    refusals = [
        ({"agent": full.id, "note": "N"}, 409, "conflict"),
        ({"agent": offline.id, "note": "N"}, 409, "conflict"),
        ({"agent": 999999999}, 422, "validation_failed"),
        ({"agent": desk.customers[ticket].id}, 422, "validation_failed"),
        ({"department": 999999999, "note": "N"}, 422, "validation_failed"),
        ({"agent": full.id, "department": desk.department}, 422, "validation_failed"),
        ({"note": "N"}, 422, "validation_failed"),
        ({}, 422, "validation_failed"),
        ({"agent": -1}, 422, "validation_failed"),
        ({"agent": giver.id, "note": " "}, 422, "validation_failed"),
        ({"agent": giver.id, "note": "x" * 16001}, 422, "validation_failed"),
    ]
    for body, status, code in refusals:
        assert_problem(giver.post(path, body), status, code)
    assert giver.get(f"/tickets/{ticket}").json()["ticket"] == before
    assert not notes(giver, ticket)
    assert_problem(desk.customers[ticket].post(path, {"agent": full.id}), 403, "forbidden")
    giver.put(f"/tickets/{ticket}/status", {"status": "closed"}, status=200)
    assert_problem(giver.post(path, {"department": desk.department}), 409, "conflict")


# Who goes


def test_a_deactivated_agent_hands_ten_chats_on_in_their_order(make_desk, admin):
    desk = make_desk(10, 6)
    leaver, stayer = desk.agents
    leaver.put("/me/presence", {"state": "online"}, status=200)
    tickets = [desk.chat() for _ in range(10)]
    for ticket in tickets:
        assert desk.wait_assignee(ticket) == leaver.id
    stayer.put("/me/presence", {"state": "online"}, status=200)
    with leaver.live() as live:
        shown = admin.patch(f"/agents/{leaver.id}", {"is_active": False}, status=200)["agent"]
        assert (shown["is_active"], shown["presence"]) == (False, "offline")
        live.expect_close(4401)
    wait_until(lambda: len(desk.held(stayer)) == 6, 20, desk.describe)
    assert desk.held(stayer) == tickets[:6]
    assert desk.waiting() == tickets[6:]
    assert desk.loads() == [(0, 10, 0), (6, 6, 6)]
    assert leaver.get("/me").status_code == 401
    listed = [agent["id"] for agent in admin.get("/agents", status=200)["agents"]]
    assert leaver.id not in listed and stayer.id in listed
    everybody = admin.get("/agents?all=true", status=200)["agents"]
    assert leaver.id in [agent["id"] for agent in everybody]
    admin.patch(f"/agents/{leaver.id}", {"is_active": True}, status=200)
    leaver.token = desk.server.login(leaver.user["email"]).token


def test_mail_too_leaves_a_deactivated_agent(make_desk, admin):
    desk = make_desk(5)
    agent = desk.agents[0]
    admin.patch(f"/agents/{agent.id}", {"capacity": {"portal": 5}}, status=200)
    ticket = desk.chat(channel="portal", subject="S")
    agent.post(f"/tickets/{ticket}/claim", status=200)
    admin.patch(f"/agents/{agent.id}", {"is_active": False}, status=200)
    wait_until(lambda: desk.waiting() == [ticket], 20, desk.describe)
    admin.patch(f"/agents/{agent.id}", {"is_active": True}, status=200)
    agent.token = desk.server.login(agent.user["email"]).token


# Departments and people, as admins change them


def make_department(admin):
    return admin.post("/departments", {"name": uuid.uuid4().hex}, status=201)["department"]


def test_a_department_with_waiting_tickets_goes_only_with_a_word_where_to(make_desk, admin):
    desk, heir = make_desk(1), make_desk(1)
    between = heir.chat()
    tickets = [desk.chat() for _ in range(3)]
    agent = desk.agents[0]
    agent.post(f"/tickets/{tickets[0]}/claim", status=200)
    ended = desk.chat()
    desk.customers[ended].put(f"/tickets/{ended}/status", {"status": "closed"}, status=200)
    ranks = [rank(desk, ticket) for ticket in tickets]

    path = f"/departments/{desk.department}"
    problem = assert_problem(admin.delete(path), 409, "conflict")
    assert problem["tickets"] == 3
    assert desk.waiting() == tickets[1:]
    for nowhere in (desk.department, 999999999):
        assert_problem(admin.delete(f"{path}?move_to={nowhere}"), 400, "bad_request")
    put_away = admin.delete(f"{path}?move_to={heir.department}", status=200)["department"]
    assert not put_away["is_active"]
    assert heir.waiting() == [between, *tickets[1:]]
    assert [rank(desk, ticket) for ticket in tickets] == ranks
    assert desk.assignee(tickets[0]) == agent.id
    shown = agent.get(f"/tickets/{tickets[0]}", status=200)["ticket"]
    assert shown["department"]["id"] == heir.department

    # Nothing new gets in, and what ended there comes back elsewhere.
    customer = desk.server.visitor()
    fields = {"channel": "chat", "department": desk.department, "description": "Hi"}
    assert_problem(customer.post("/tickets", fields), 422, "validation_failed")
    for body in ({"department": desk.department},):
        assert_problem(agent.patch(f"/tickets/{between}", body), 422, "validation_failed")
        transfer = agent.post(f"/tickets/{between}/transfer", body)
        assert_problem(transfer, 422, "validation_failed")
    desk.customers[ended].put(f"/tickets/{ended}/status", {"status": "open"}, status=200)
    default = next(d for d in admin.get("/departments").json()["departments"] if d["is_default"])
    reopened = agent.get(f"/tickets/{ended}", status=200)["ticket"]
    assert (reopened["waiting"], reopened["department"]["id"]) == (True, default["id"])

    names = [d["id"] for d in admin.get("/departments", status=200)["departments"]]
    assert desk.department not in names
    everything = admin.get("/departments?all=true", status=200)["departments"]
    assert desk.department in [d["id"] for d in everything]
    admin.patch(path, {"is_active": True}, status=200)
    assert customer.post("/tickets", fields).status_code == 201


@pytest.mark.parametrize("left", ["with an agent", "a draft"])
def test_a_department_goes_though_all_its_tickets_went_elsewhere(make_desk, admin, left):
    desk, heir = make_desk(1), make_desk()
    ticket = desk.chat(**({"description": None} if left == "a draft" else {}))
    if left == "with an agent":
        desk.agents[0].post(f"/tickets/{ticket}/claim", status=200)
    answer = admin.delete(f"/departments/{desk.department}?move_to={heir.department}", status=200)
    assert not answer["department"]["is_active"]
    desk.customers[ticket].post(f"/tickets/{ticket}/messages", {"body": "Still here"}, status=201)
    shown = admin.get(f"/tickets/{ticket}", status=200)["ticket"]
    assert shown["department"]["id"] == heir.department
    assert shown["waiting"] == (left == "a draft")


def test_a_department_that_no_ticket_was_in_is_gone(admin):
    made = make_department(admin)
    admin.delete(f"/departments/{made['id']}", status=204)
    assert_problem(admin.delete(f"/departments/{made['id']}"), 404, "not_found")
    assert_problem(admin.patch(f"/departments/{made['id']}", {"name": "N"}), 404, "not_found")


def test_there_is_always_one_default_department(fresh_server):
    admin = fresh_server.login("admin@example.com")
    was = next(d for d in admin.get("/departments").json()["departments"] if d["is_default"])
    assert_problem(admin.delete(f"/departments/{was['id']}?move_to=2"), 409, "conflict")
    made = make_department(admin)
    with admin.live() as live:
        now = admin.patch(f"/departments/{made['id']}", {"is_default": True}, status=200)
        assert now["department"]["is_default"]
        for _ in range(2):
            live.expect("department.changed")
    defaults = [d["id"] for d in admin.get("/departments").json()["departments"] if d["is_default"]]
    assert defaults == [made["id"]]
    customer = fresh_server.visitor()
    fields = {"channel": "chat", "description": "Hi"}
    ticket = customer.post("/tickets", fields, status=201)["ticket"]
    assert ticket["department"]["id"] == made["id"]
    answer = admin.patch(f"/departments/{was['id']}", {"is_default": False})
    assert_problem(answer, 422, "validation_failed")


def test_a_department_is_made_once_and_has_a_name_of_its_own(admin):
    fields, key = {"name": uuid.uuid4().hex}, {"Idempotency-Key": uuid.uuid4().hex}
    made = admin.post("/departments", fields, headers=key, status=201)
    assert admin.post("/departments", fields, headers=key, status=200) == made
    answer = admin.post("/departments", {"name": "Else"}, headers=key)
    assert_problem(answer, 422, "idempotency_mismatch")
    assert_problem(admin.post("/departments", fields), 409, "conflict")
    for name in ("", "  ", "x" * 201, 5, None, "a\nb"):
        assert_problem(admin.post("/departments", {"name": name}), 422, "validation_failed")


def test_only_admins_change_departments_and_agents(server, make_desk):
    agent = make_desk(1).agents[0]
    for person in (agent, server.visitor()):
        for answer in (
            person.post("/departments", {"name": "N"}),
            person.patch("/departments/1", {"name": "N"}),
            person.delete("/departments/1"),
            person.patch(f"/agents/{agent.id}", {"capacity": {"chat": 9}}),
        ):
            assert_problem(answer, 403, "forbidden")


def test_capacity_is_a_number_that_makes_sense(make_desk, admin):
    desk = make_desk(3)
    path = f"/agents/{desk.agents[0].id}"
    for capacity in (
        {"chat": -1},
        {"chat": 10**9},
        {"chat": 1001},
        {"chat": "5"},
        {"chat": 1.5},
        {"chat": None},
        {"fax": 3},
        {"chat": 10**30},
        5,
    ):
        assert_problem(admin.patch(path, {"capacity": capacity}), 422, "validation_failed")
    assert_problem(admin.patch("/agents/999999999", {"capacity": {}}), 404, "not_found")
    assert desk.loads() == [(0, 3, 0)]
    desk.open_up()
    for _ in range(4):
        last = desk.chat()
    wait_until(lambda: desk.waiting() == [last], 20, desk.describe)
    # The dispatcher hears of it.
    shown = admin.patch(path, {"capacity": {"chat": 4}}, status=200)["agent"]
    assert shown["capacity"]["chat"]["limit"] == 4
    desk.wait_assignee(last)
    admin.patch(path, {"capacity": {"chat": 0}}, status=200)
    assert desk.loads() == [(4, 0, 4)]


def test_an_agent_serves_the_departments_that_are_named(make_desk, admin):
    desk, other = make_desk(3), make_desk()
    agent = desk.agents[0]
    waiting = other.chat()
    desk.open_up()
    answer = admin.patch(f"/agents/{agent.id}", {"departments": [desk.department, 999999999]})
    problem = assert_problem(answer, 422, "validation_failed")
    assert [(e["field"], e["code"]) for e in problem["errors"]] == [("departments", "unknown")]
    both = sorted([desk.department, other.department])
    shown = admin.patch(f"/agents/{agent.id}", {"departments": both}, status=200)["agent"]
    assert shown["departments"] == both
    assert other.wait_assignee(waiting) == agent.id
    admin.patch(f"/agents/{agent.id}", {"departments": []}, status=200)
    # Nobody is there for the second one until somebody serves the department again.
    ticket = desk.chat()
    admin.patch(f"/agents/{agent.id}", {"departments": [desk.department]}, status=200)
    assert desk.wait_assignee(ticket) == agent.id


def test_nobody_locks_themselves_out(admin):
    answer = admin.patch(f"/agents/{admin.id}", {"is_active": False})
    assert_problem(answer, 422, "validation_failed")
    assert admin.get("/me").status_code == 200
