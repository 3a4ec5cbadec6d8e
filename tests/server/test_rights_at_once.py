# SPDX-License-Identifier: AGPL-3.0-or-later
"""I1: rights that are taken away are gone at once, on sockets that are open too: what happens after
that is neither delivered nor replayed."""

import pytest
import websockets

from support.api import Api, assert_problem
from support.hearing import heard_of, tell_everybody
from support.permissions import AGENTS
from support.server import PASSWORD, Server, copy_data


@pytest.fixture(scope="module")
def house(demo_data):
    """A server of our own: rights change there."""
    house = Server("--demo")
    copy_data(demo_data, house.data)
    try:
        yield house.start()
    finally:
        house.dispose()


@pytest.fixture
def admin(house):
    return house.login("admin@example.com")


@pytest.fixture
def agent(house, admin):
    """Agent 1, and agents, as they were at first when the test is over."""
    agent = house.login("agent1@example.com")
    yield agent
    house.sql("UPDATE app_user SET role = 'agent', is_active = true WHERE id = %s", agent.id)
    house.sql("DELETE FROM role_permission WHERE role = 'agent'")
    house.sql("INSERT INTO role_permission SELECT 'agent', unnest(%s)", list(AGENTS))


def open_chat(house, words="hello"):
    customer = house.visitor(name="Ada")
    ticket = customer.post(
        "/tickets", {"channel": "chat", "description": words, "subject": "A matter"}, status=201
    )["ticket"]["id"]
    return customer, ticket


def take_away(house, permission):
    house.sql("DELETE FROM role_permission WHERE role = 'agent' AND permission = %s", permission)


def test_without_view_tickets_nothing_more_is_heard_and_nothing_replayed(house, admin, agent):
    customer, ticket = open_chat(house)
    socket, other = agent.live(), admin.live()
    tell_everybody(admin, socket, other)
    cursor, seen = socket.cursor, len(socket.frames)
    take_away(house, "view_tickets")
    customer.post(f"/tickets/{ticket}/messages", {"body": "after"}, status=201)
    tell_everybody(admin, socket, other)
    assert heard_of(socket, ticket, seen) == [] and "message.created" in heard_of(other, ticket)
    assert_problem(agent.get(f"/tickets/{ticket}"), 403, "forbidden")
    again = agent.live(resume=cursor)
    tell_everybody(admin, again)
    assert again.welcome["resumed"] and heard_of(again, ticket) == []
    house.sql("INSERT INTO role_permission VALUES ('agent', 'view_tickets')")
    tell_everybody(admin, socket)
    customer.post(f"/tickets/{ticket}/messages", {"body": "given back"}, status=201)
    socket.expect("message.created", lambda f: f["data"]["message"]["body"] == "given back")


def test_without_send_messages_an_open_socket_cannot_write(house, admin, agent):
    _, ticket = open_chat(house)
    socket = agent.live()
    assert socket.message(ticket, "before")["ticket"] == ticket
    take_away(house, "send_messages")
    tell_everybody(admin, socket)
    socket.send("message", ticket=ticket, body="after", client_id="after")
    assert socket.expect("refused", client_id="after")["code"] == "forbidden"
    assert_problem(agent.post(f"/tickets/{ticket}/messages", {"body": "after"}), 403, "forbidden")


def test_who_is_no_agent_any_more_hears_no_notes_and_no_notices(house, admin, agent):
    customer, ticket = open_chat(house)
    admin.put(f"/tickets/{ticket}/assign", {"assigned_to": agent.id}, status=200)
    socket, other = agent.live(), admin.live()
    tell_everybody(admin, socket)
    cursor = socket.cursor
    note = {"body": "a note", "is_internal": True, "mentions": [agent.id]}
    admin.post(f"/tickets/{ticket}/messages", note, status=201)
    house.sql("SELECT notices_fold(20000)")
    socket.expect("notice.created", lambda f: f["data"]["notice"]["preview"] == "a note")
    house.sql("UPDATE app_user SET role = 'customer' WHERE id = %s", agent.id)
    seen = len(socket.frames)
    customer.post(f"/tickets/{ticket}/messages", {"body": "after"}, status=201)
    house.sql("SELECT notices_fold(20000)")
    tell_everybody(admin, socket, other)
    assert heard_of(socket, ticket, seen) == [] and "message.created" in heard_of(other, ticket)
    again = agent.live(resume=cursor)
    tell_everybody(admin, again)
    assert again.welcome["resumed"] and heard_of(again, ticket) == []
    assert agent.get("/notices", status=200)["notices"] == []
    assert_problem(agent.get(f"/tickets/{ticket}"), 404, "not_found")


def test_whoever_is_put_out_of_use_is_cut_off(house, admin, agent):
    socket = agent.live()
    admin.patch(f"/agents/{agent.id}", {"is_active": False}, status=200)
    assert socket.expect_close() == 4401
    assert_problem(agent.get("/me"), 401, "unauthenticated")
    with pytest.raises(websockets.InvalidStatusCode) as refused:
        agent.live(resume=socket.cursor)
    assert refused.value.status_code == 401


def test_whoever_is_put_to_use_again_finds_no_old_way_in(house, admin, agent):
    """Neither a session nor its refresh, nor a key, nor a link for another password."""
    refresh = {"refresh_token": agent.session["refresh_token"]}
    body = {"name": "x", "permissions": ["view_tickets"], "password": PASSWORD}
    script = Api(house.url, agent.post("/me/api-keys", body, status=201)["key"])
    house.anonymous().post("/auth/password/forgotten", {"email": agent.user["email"]}, status=204)
    for active in (False, True):
        admin.patch(f"/agents/{agent.id}", {"is_active": active}, status=200)
    house.login(agent.user["email"])
    assert_problem(agent.get("/me"), 401, "unauthenticated")
    assert_problem(script.get("/me"), 401, "unauthenticated")
    assert house.anonymous().post("/auth/refresh", refresh).status_code == 401
    assert house.sql("SELECT * FROM password_reset WHERE user_id = %s", agent.id) == []


def test_who_gave_a_ticket_away_gets_no_notices_of_it(house, admin, agent):
    customer, ticket = open_chat(house)
    admin.put(f"/tickets/{ticket}/assign", {"assigned_to": agent.id}, status=200)
    colleague = house.login("agent2@example.com")
    agent.post(f"/tickets/{ticket}/transfer", {"department": 1}, status=200)
    admin.put(f"/tickets/{ticket}/assign", {"assigned_to": colleague.id}, status=200)
    house.sql("SELECT notices_fold(20000)")
    mine, theirs = agent.live(), colleague.live()
    customer.post(f"/tickets/{ticket}/messages", {"body": "for whom?"}, status=201)
    house.sql("SELECT notices_fold(20000)")
    theirs.expect("notice.created", lambda f: f["data"]["notice"]["preview"] == "for whom?")
    tell_everybody(admin, mine)
    assert (
        mine.heard("notice.created", lambda f: f["data"]["notice"]["ticket"]["id"] == ticket) == []
    )


def test_who_left_a_department_is_handed_nothing_of_it(house, admin, agent):
    colleague = house.login("agent2@example.com")
    made = admin.post("/departments", {"name": "Left"}, status=201)["department"]["id"]
    for person in (agent, colleague):
        admin.patch(f"/agents/{person.id}", {"departments": [made]}, status=200)
        person.live()
        person.put("/me/presence", {"state": "online"}, status=200)
    admin.patch(f"/agents/{agent.id}", {"departments": [1]}, status=200)
    customer = house.visitor(name="Bo")
    heard = admin.live()
    given = set()
    for _ in range(3):
        begun = {"channel": "portal", "description": "hello", "department": made}
        ticket = customer.post("/tickets", begun, status=201)["ticket"]["id"]
        told = heard.expect(
            "ticket.updated",
            lambda f: f["data"]["ticket"]["id"] == ticket
            and f["data"]["ticket"].get("assigned_to"),
        )
        given.add(told["data"]["ticket"]["assigned_to"]["id"])
    assert given == {colleague.id}
