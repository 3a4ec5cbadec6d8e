# SPDX-License-Identifier: AGPL-3.0-or-later
"""T13: deleting a ticket is soft, can be undone, and ends in a purge after a settable time."""

import threading
from datetime import datetime, timedelta, timezone

import pytest

from support.api import assert_problem
from support.desk import Desk
from support.tickets import assert_only_staff, look
from support.wait import wait_until


@pytest.fixture
def desk(server):
    desk = Desk(server, 2, 2)
    yield desk
    desk.close()


@pytest.fixture
def admin(server):
    return server.login("admin@example.com")


def delete(admin, ticket):
    admin.delete(f"/tickets/{ticket}", status=204)


def restore(admin, ticket):
    return admin.post(f"/tickets/{ticket}/restore", status=200)["ticket"]


def assign(desk, ticket, agent):
    agent.put("/me/presence", {"state": "away"}, status=200)
    agent.put(f"/tickets/{ticket}/assign", {"assigned_to": agent.id}, status=200)


def ids(person, query):
    return [t["id"] for t in person.get(f"/tickets?{query}&limit=100", status=200)["tickets"]]


def stats(person):
    return person.get("/tickets?limit=1", status=200)["stats"]


def test_a_deleted_ticket_is_there_for_nobody(desk, admin):
    agent, ticket = desk.agents[0], desk.chat()
    customer = desk.customers[ticket]
    delete(admin, ticket)
    for person in (agent, admin, customer):
        for path in ("", "/messages", "/position"):
            assert_problem(person.get(f"/tickets/{ticket}{path}"), 404, "not_found")
        answer = person.post(f"/tickets/{ticket}/messages", {"body": "Hello?"})
        assert_problem(answer, 404, "not_found")
        assert_problem(person.post(f"/tickets/{ticket}/read", {"seq": 1}), 404, "not_found")
        answer = person.put(f"/tickets/{ticket}/status", {"status": "closed"})
        assert_problem(answer, 404, "not_found")
    for path, fields in [
        ("tags", {"tags": ["x"]}),
        ("assign", {"assigned_to": agent.id}),
        ("follow", {}),
    ]:
        assert_problem(agent.put(f"/tickets/{ticket}/{path}", fields), 404, "not_found")
    assert_problem(admin.delete(f"/tickets/{ticket}"), 404, "not_found")
    assert ticket not in ids(agent, f"department={desk.department}")
    assert ids(customer, "channel=chat") == []
    assert customer.get("/tickets", status=200)["stats"]["total"] == 0


def test_nothing_of_it_is_found_by_searching(desk, admin):
    ticket = desk.chat(subject="Wombatology", description="A question of wombatology")
    kinds = ("tickets", "messages")

    def found():
        answer = admin.get("/search?q=wombatology", status=200)
        return [kind for kind in kinds if answer[kind]["results"]]

    wait_until(lambda: found() == [*kinds], 20, "the index to know it")
    delete(admin, ticket)
    assert found() == []
    restore(admin, ticket)
    assert found() == [*kinds]


def test_it_leaves_the_queue_and_comes_back_at_its_rank(desk, admin):
    first, second, third = desk.chat(), desk.chat(), desk.chat()
    delete(admin, second)
    assert desk.waiting() == [first, third]
    back = restore(admin, second)
    assert (back["status"], back["waiting"], back["deleted_at"]) == ("open", True, None)
    assert desk.waiting() == [first, second, third]


def test_it_frees_its_agents_place_and_comes_back_to_that_agent(desk, admin):
    agent, ticket = desk.agents[0], desk.chat()
    assign(desk, ticket, agent)
    assert desk.loads()[0] == (1, 2, 1)
    delete(admin, ticket)
    assert desk.loads()[0] == (0, 2, 0)
    back = restore(admin, ticket)
    assert (back["status"], back["assigned_to"]["id"]) == ("assigned", agent.id)
    assert desk.loads()[0] == (1, 2, 1)


def test_the_freed_place_is_filled_at_once(desk, admin):
    agent = desk.agents[0]
    held = [desk.chat(), desk.chat()]
    agent.put("/me/presence", {"state": "online"}, status=200)
    for ticket in held:
        desk.wait_assignee(ticket)
    waits = desk.chat()
    delete(admin, held[0])
    assert desk.wait_assignee(waits) == agent.id
    assert desk.loads()[0] == (2, 2, 2)


def test_it_goes_to_the_queue_when_its_agent_is_full_or_gone(desk, admin):
    agent, ticket = desk.agents[0], desk.chat()
    assign(desk, ticket, agent)
    delete(admin, ticket)
    for _ in range(2):
        assign(desk, desk.chat(), agent)
    back = restore(admin, ticket)
    assert (back["status"], back["assigned_to"], back["waiting"]) == ("open", None, True)
    assert desk.loads()[0] == (2, 2, 2)
    other = desk.chat()
    assign(desk, other, desk.agents[1])
    delete(admin, other)
    desk.agents[1].put("/me/presence", {"state": "offline"}, status=200)
    gone = lambda: desk.server.sql(
        "SELECT presence FROM agent WHERE user_id = %s", desk.agents[1].id
    ) == [("offline",)]
    wait_until(gone, 20, "the agent to be gone")
    assert restore(admin, other)["waiting"]
    assert desk.loads()[1] == (0, 2, 0)


def test_it_comes_back_with_everything_it_had(desk, admin):
    agent, ticket, other = desk.agents[0], desk.chat(), desk.chat()
    path = f"/tickets/{ticket}"
    agent.put(path + "/tags", {"tags": ["kept"]}, status=200)
    agent.put(path + "/follow", status=200)
    agent.post(path + "/links", {"ticket": other, "kind": "parent"}, status=201)
    agent.post(path + "/messages", {"body": "A note", "is_internal": True}, status=201)
    agent.put(path + "/status", {"status": "waiting_on_customer"}, status=200)
    before = agent.get(path, status=200)
    before_ids = ids(agent, f"department={desk.department}")
    delete(admin, ticket)
    assert look(agent, other)["links"] == []
    restore(admin, ticket)
    after = agent.get(path, status=200)
    assert after["messages"] == before["messages"]
    changed = {key for key, value in after["ticket"].items() if value != before["ticket"][key]}
    assert changed == {"revision"}
    assert ids(agent, f"department={desk.department}") == before_ids
    assert [link["id"] for link in look(agent, other)["links"]] == [ticket]


def test_a_snoozed_one_sleeps_on(desk, admin):
    agent, ticket = desk.agents[0], desk.chat()
    assign(desk, ticket, agent)
    until = (datetime.now(timezone.utc) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    agent.post(f"/tickets/{ticket}/snooze", {"until": until}, status=200)
    delete(admin, ticket)
    back = restore(admin, ticket)
    assert (back["snoozed_until"], back["waiting"]) == (until, False)
    assert desk.loads()[0] == (0, 2, 0)
    delete(admin, ticket)
    desk.server.sql("UPDATE ticket SET snoozed_until = now() WHERE id = %s", ticket)
    restore(admin, ticket)
    wait_until(lambda: look(agent, ticket)["snoozed_until"] is None, 20, "the ticket to wake up")
    assert desk.loads()[0] == (1, 2, 1)


def test_counts_leave_and_come_back(fresh_server):
    admin, ada = fresh_server.login("admin@example.com"), fresh_server.visitor()
    fields = {"channel": "portal", "subject": "S", "description": "D", "priority": "urgent"}
    before = stats(admin)
    ticket = ada.post("/tickets", fields, status=201)["ticket"]["id"]
    admin.put(f"/tickets/{ticket}/tags", {"tags": ["counted"]}, status=200)
    with_it = stats(admin)
    assert with_it["total"] == before["total"] + 1
    delete(admin, ticket)
    assert stats(admin) == before
    assert admin.get("/tags?q=counted", status=200)["tags"] == []
    restore(admin, ticket)
    assert stats(admin) == with_it
    assert admin.get("/tags?q=counted", status=200)["tags"] == [{"name": "counted", "tickets": 1}]


def test_restoring_what_is_not_deleted_changes_nothing(desk, admin):
    ticket = desk.chat()
    revision = look(admin, ticket)["revision"]
    assert restore(admin, ticket)["revision"] == revision
    assert_problem(admin.post("/tickets/999999999/restore"), 404, "not_found")
    draft = desk.server.visitor().post("/tickets", {"channel": "chat"}, status=201)["ticket"]["id"]
    assert_problem(admin.post(f"/tickets/{draft}/restore"), 404, "not_found")
    assert_problem(admin.delete(f"/tickets/{draft}"), 404, "not_found")


def test_who_may_delete(desk, admin):
    ticket = desk.chat()
    path = f"/tickets/{ticket}"
    assert_only_staff(desk, ticket, "DELETE", path)
    assert_only_staff(desk, ticket, "POST", path + "/restore")
    assert_problem(desk.agents[0].delete(path), 403, "forbidden")
    assert_problem(desk.agents[0].post(path + "/restore"), 403, "forbidden")
    assert look(admin, ticket)["deleted_at"] is None


def test_both_sides_hear_of_it(desk, admin):
    agent, ticket = desk.agents[0], desk.chat()
    customer = desk.customers[ticket]
    with agent.live() as at_agent, customer.live() as at_customer:
        delete(admin, ticket)
        for live in (at_agent, at_customer):
            frame = live.expect("ticket.deleted", ticket=ticket)
            assert set(frame["data"]["ticket"]) == {"id", "revision"}
        restore(admin, ticket)
        frame = at_agent.expect("ticket.restored", ticket=ticket)
        assert {**frame["data"]["ticket"], **frame["staff"]} == look(agent, ticket)
        frame = at_customer.expect("ticket.restored", ticket=ticket)
        assert frame["data"]["ticket"] == look(customer, ticket) and "staff" not in frame


def test_a_customer_whose_chat_is_deleted_begins_a_new_one(desk, admin):
    ticket = desk.chat()
    customer = desk.customers[ticket]
    delete(admin, ticket)
    again = customer.post("/tickets", {"channel": "chat"}, status=201)["ticket"]
    assert again["id"] != ticket


def test_deleting_and_restoring_at_once_ends_in_one_of_both(desk, admin):
    agent = desk.agents[0]
    tickets = [desk.chat() for _ in range(4)]
    for ticket in tickets[:2]:
        assign(desk, ticket, agent)
    for here, there in zip(tickets, tickets[1:]):
        agent.post(f"/tickets/{here}/links", {"ticket": there, "kind": "related"}, status=201)

    def work(ticket):
        for _ in range(5):
            assert admin.delete(f"/tickets/{ticket}").status_code in (204, 404)
            assert admin.post(f"/tickets/{ticket}/restore").status_code == 200

    threads = [threading.Thread(target=work, args=(ticket,)) for ticket in tickets * 2]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    load, _, held = desk.loads()[0]
    assert load == held
    assert set(ids(agent, f"department={desk.department}")) == set(tickets)


def test_the_clock_purges_after_the_time_that_was_set(fresh_server):
    desk = Desk(fresh_server, 5)
    admin = fresh_server.login("admin@example.com")
    agent, old, new = desk.agents[0], desk.chat(), desk.chat()
    for ticket in (old, new):
        agent.post(f"/tickets/{ticket}/messages", {"body": "Words that go"}, status=201)
    agent.post(f"/tickets/{old}/links", {"ticket": new, "kind": "related"}, status=201)
    for ticket in (old, new):
        delete(admin, ticket)
    admin.patch("/settings/tickets", {"purge_deleted_after_days": 7}, status=200)
    age = "UPDATE ticket SET deleted_at = now() - make_interval(hours => %s) WHERE id = %s"
    fresh_server.sql(age, 7 * 24 - 1, new)
    fresh_server.sql(age, 7 * 24 + 1, old)
    left = lambda: fresh_server.sql("SELECT id FROM ticket WHERE deleted_at IS NOT NULL")
    wait_until(lambda: left() == [(new,)], 40, "the old ticket to be purged")
    assert_problem(admin.post(f"/tickets/{old}/restore"), 404, "not_found")
    for table in ("message", "ticket_link"):
        where = f"SELECT count(*) FROM {table} WHERE ticket_id = %s"
        assert fresh_server.sql(where, old) == [(0,)]
    assert restore(admin, new)["links"] == []
