# SPDX-License-Identifier: AGPL-3.0-or-later
"""T7: following a ticket that somebody else has."""

import threading

import pytest

from support.api import assert_problem
from support.desk import Desk
from support.tickets import assert_only_staff, look


@pytest.fixture
def desk(server):
    desk = Desk(server, 5, 5, 5)
    yield desk
    desk.close()


def test_following_and_following_no_longer(desk):
    first, second, _ = desk.agents
    ticket = desk.chat()
    path = f"/tickets/{ticket}/follow"
    assert look(first, ticket)["followers"] == []
    assert second.put(path, status=200)["ticket"]["followers"] == [second.id]
    assert first.put(path, status=200)["ticket"]["followers"] == [first.id, second.id]
    second.delete(path, status=204)
    assert look(first, ticket)["followers"] == [first.id]


def test_saying_it_again_is_no_change(desk):
    agent, ticket = desk.agents[0], desk.chat()
    path = f"/tickets/{ticket}/follow"
    agent.delete(path, status=204)
    agent.put(path, status=200)
    revision = look(agent, ticket)["revision"]
    assert agent.put(path, status=200)["ticket"]["revision"] == revision
    agent.delete(path, status=204)
    agent.delete(path, status=204)
    assert look(agent, ticket)["followers"] == []


def test_all_who_follow_at_once_are_kept(desk):
    ticket = desk.chat()
    threads = [
        threading.Thread(target=agent.put, args=(f"/tickets/{ticket}/follow",))
        for agent in desk.agents
    ]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    ids = sorted(agent.id for agent in desk.agents)
    assert look(desk.agents[0], ticket)["followers"] == ids


def test_everybody_hears_who_follows(desk):
    first, second, _ = desk.agents
    ticket = desk.chat()
    with first.live() as live, desk.customers[ticket].live() as at_customer:
        second.put(f"/tickets/{ticket}/follow", status=200)
        frame = live.expect("ticket.updated", ticket=ticket)
        assert frame["staff"] == {"followers": [second.id]}
        frame = at_customer.expect("ticket.updated", ticket=ticket)
        assert set(frame["data"]["ticket"]) == {"id", "revision"} and "staff" not in frame
    assert "followers" not in desk.customers[ticket].get(f"/tickets/{ticket}").text


def test_who_may_follow(desk):
    ticket = desk.chat()
    assert_only_staff(desk, ticket, "PUT", f"/tickets/{ticket}/follow")
    assert_only_staff(desk, ticket, "DELETE", f"/tickets/{ticket}/follow")
    admin = desk.server.login("admin@example.com")
    assert admin.put(f"/tickets/{ticket}/follow", status=200)["ticket"]["followers"] == [admin.id]


def test_what_is_not_there_cannot_be_followed(desk):
    agent = desk.agents[0]
    draft = desk.server.visitor().post("/tickets", {"channel": "chat"}, status=201)["ticket"]["id"]
    for ticket in (draft, 999_999_999):
        assert_problem(agent.put(f"/tickets/{ticket}/follow"), 404, "not_found")
        assert_problem(agent.delete(f"/tickets/{ticket}/follow"), 404, "not_found")
