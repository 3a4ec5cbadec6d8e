# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who is there: what agents say, what their sockets say, and what becomes of their chats when the
connection is lost for longer than the grace time."""

import pytest

from support.desk import Desk
from support.server import running
from support.wait import wait_until

GRACE_S = 4


@pytest.fixture(scope="module")
def short_grace(demo_data):
    """A server that gives agents a few seconds to come back instead of a minute."""
    grace = {"DESKBELL_GRACE_SECONDS": str(GRACE_S)}
    with running(demo_data, "--demo", environment=grace) as server:
        yield server


@pytest.fixture
def make_desk(short_grace):
    """make_desk(capacity, …): a department of its own with an agent for each capacity."""
    made = []

    def make(*capacities):
        made.append(Desk(short_grace, *capacities))
        return made[-1]

    yield make
    for desk in made:
        desk.close()


def state_of(agent):
    return agent.get("/me", status=200)["presence"]


def leases(desk, agent):
    """(expires in seconds or None for never, lost) of every lease that the agent holds."""
    return desk.server.sql(
        "SELECT CASE WHEN isfinite(expires_at) THEN extract(epoch FROM expires_at - now())::float"
        " END, lost FROM presence_lease WHERE agent_id = %s ORDER BY device",
        agent.id,
    )


def wait_endless_lease(desk, agent):
    """A socket's lease is written by the dispatcher, a moment after the socket may speak."""
    wait_until(
        lambda: leases(desk, agent) == [(None, False)],
        20,
        lambda: f"one lease without end; there are {leases(desk, agent)}",
    )


def wait_leases(desk, agent, count):
    return wait_until(
        lambda: len(leases(desk, agent)) == count,
        30,
        lambda: f"{count} leases; there are {leases(desk, agent)}",
    )


def come_online(agent):
    """At a socket, as the desktop app does."""
    live = agent.live()
    live.send("presence", state="online")
    live.expect("presence.changed", lambda frame: frame["data"]["agent"]["id"] == agent.id)
    return live


# What an agent says


def test_everybody_hears_what_an_agent_chose(make_desk):
    agent, colleague = make_desk(1, 1).agents
    with colleague.live() as live:
        for state in ("online", "away", "offline"):
            assert agent.put("/me/presence", {"state": state}, status=200) == {"state": state}
            told = live.expect(
                "presence.changed", lambda frame: frame["data"]["agent"]["id"] == agent.id
            )
            assert told["data"]["agent"]["state"] == state
            assert state_of(agent) == state


def test_the_same_choice_again_is_no_news(make_desk):
    desk = make_desk(1)
    agent = desk.agents[0]
    with agent.live() as live:
        for state in ("online", "online", "away"):
            agent.put("/me/presence", {"state": state}, status=200)
        live.expect("presence.changed", lambda frame: frame["data"]["agent"]["state"] == "away")
        mine = live.heard(
            "presence.changed", lambda frame: frame["data"]["agent"]["id"] == agent.id
        )
        assert [frame["data"]["agent"]["state"] for frame in mine] == ["online", "away"]


def test_only_the_three_states_are_taken(make_desk):
    agent = make_desk(1).agents[0]
    for body in ({}, {"state": None}, {"state": "busy"}, {"state": 1}):
        answer = agent.put("/me/presence", body)
        assert answer.status_code == 422, answer.text
        assert answer.json()["errors"][0]["field"] == "state"
    with agent.live() as live:
        live.send("presence", state="busy")
        refused = live.expect("refused")
        assert (refused["frame"], refused["code"]) == ("presence", "validation_failed")
    assert state_of(agent) == "offline"


def test_customers_have_no_presence(short_grace):
    visitor = short_grace.visitor()
    answer = visitor.put("/me/presence", {"state": "online"})
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert visitor.get("/agents").status_code == 403
    with visitor.live() as live:
        live.send("presence", state="online")
        assert live.expect("refused")["code"] == "forbidden"


def test_agents_are_listed_with_presence_and_load(make_desk):
    desk = make_desk(2, 7)
    desk.agents[1].put("/me/presence", {"state": "online"}, status=200)
    desk.wait_assignee(desk.chat())
    listed = {agent["id"]: agent for agent in desk.agents[0].get("/agents", status=200)["agents"]}
    idle, busy = (listed[agent.id] for agent in desk.agents)
    assert (idle["presence"], idle["capacity"]["chat"]) == ("offline", {"limit": 2, "load": 0})
    assert (busy["presence"], busy["capacity"]["chat"]) == ("online", {"limit": 7, "load": 1})
    assert busy["departments"] == [desk.department]
    known = desk.agents[0].get("/departments", status=200)["departments"]
    assert [one["id"] for one in known if one["is_default"]] == [known[0]["id"]]
    assert desk.department in [one["id"] for one in known]


def test_over_rest_presence_ends_by_itself(make_desk):
    desk = make_desk(1)
    agent = desk.agents[0]
    agent.put("/me/presence", {"state": "online"}, status=200)
    [(left, lost)] = leases(desk, agent)
    assert 14 * 60 < left <= 15 * 60 and not lost
    chat = desk.chat()
    desk.wait_assignee(chat)

    desk.server.sql("UPDATE presence_lease SET expires_at = now() WHERE agent_id = %s", agent.id)
    wait_until(lambda: state_of(agent) == "offline", 20)
    assert desk.waiting() == [chat]


# What a socket says


def test_chats_return_when_a_socket_is_lost_for_longer_than_the_grace_time(make_desk):
    desk = make_desk(5, 5)
    agent, colleague = desk.agents
    live = come_online(agent)
    wait_endless_lease(desk, agent)
    chats = [desk.chat(), desk.chat()]
    for chat in chats:
        desk.wait_assignee(chat)
    with colleague.live() as witness, desk.customers[chats[0]].live() as customer:
        live.drop()
        for chat in chats:
            told = witness.expect(
                "ticket.updated", lambda frame: frame["ticket"] == chat, timeout=30
            )
            changed = told["data"]["ticket"]
            assert (changed["status"], changed["assigned_to"]) == ("open", None)
        gone = witness.expect(
            "presence.changed", lambda frame: frame["data"]["agent"]["id"] == agent.id
        )
        assert gone["data"]["agent"]["state"] == "offline"
        assert customer.expect("ticket.updated")["data"]["ticket"]["waiting"] is True
        customer.expect(
            "message.created", lambda frame: frame["data"]["message"]["body"] == "returned"
        )
    assert desk.waiting() == chats
    assert desk.loads() == [(0, 5, 0), (0, 5, 0)]

    colleague.put("/me/presence", {"state": "online"}, status=200)
    assert {desk.wait_assignee(chat) for chat in chats} == {colleague.id}


def test_who_comes_back_within_the_grace_time_keeps_everything(make_desk):
    desk = make_desk(5)
    agent = desk.agents[0]
    live = come_online(agent)
    chats = [desk.chat(), desk.chat()]
    for chat in chats:
        desk.wait_assignee(chat)
    live.drop()
    with agent.live():
        wait_leases(desk, agent, 2)
        wait_leases(desk, agent, 1)
        wait_endless_lease(desk, agent)
        assert state_of(agent) == "online"
        assert desk.held(agent) == chats
        assert desk.wait_assignee(desk.chat()) == agent.id


def test_nobody_gets_new_chats_while_the_connection_is_lost(make_desk):
    desk = make_desk(5, 5)
    lost, there = desk.agents
    live = come_online(lost)
    live.drop()
    wait_until(lambda: [gone for _, gone in leases(desk, lost)] == [True], 20)
    there.put("/me/presence", {"state": "online"}, status=200)
    assert {desk.wait_assignee(desk.chat()) for _ in range(3)} == {there.id}


def test_one_of_two_devices_is_enough(make_desk):
    desk = make_desk(5)
    agent = desk.agents[0]
    first, second = come_online(agent), agent.live()
    wait_leases(desk, agent, 2)
    chat = desk.chat()
    desk.wait_assignee(chat)
    first.drop()
    wait_leases(desk, agent, 1)
    assert (state_of(agent), desk.held(agent)) == ("online", [chat])
    second.close()
    wait_until(lambda: state_of(agent) == "offline", 30)
    assert desk.waiting() == [chat]


def test_who_left_for_good_gives_the_chats_back_too(make_desk):
    """An agent who says offline keeps the chats while connected, and loses them with the socket."""
    desk = make_desk(5)
    agent = desk.agents[0]
    live = come_online(agent)
    chat = desk.chat()
    desk.wait_assignee(chat)
    live.send("presence", state="offline")
    live.expect("presence.changed", lambda frame: frame["data"]["agent"]["state"] == "offline")
    assert desk.held(agent) == [chat]
    live.close()
    wait_until(lambda: desk.waiting() == [chat], 30, desk.describe)


def test_other_work_stays_with_who_has_it(make_desk):
    """Only live chats go back: whoever wrote a mail does not sit and wait."""
    desk = make_desk(5)
    agent = desk.agents[0]
    live = come_online(agent)
    chat, ticket = desk.chat(), desk.chat(channel="portal")
    desk.server.sql("SELECT ticket_assign(%s, %s, true)", ticket, agent.id)
    desk.wait_assignee(chat)
    live.close()
    wait_until(lambda: desk.waiting() == [chat], 30, desk.describe)
    assert desk.held(agent) == [ticket]


# Restarts


def test_after_a_crash_agents_have_the_grace_time_to_come_back(make_desk, short_grace):
    desk = make_desk(5, 5)
    back, gone = desk.agents
    for agent in desk.agents:
        come_online(agent)
    chats = {desk.wait_assignee(chat): chat for chat in (desk.chat(), desk.chat())}
    short_grace.kill9()
    short_grace.start()
    for agent in desk.agents:
        agent.url = short_grace.url
    with back.live():
        # Whoever came back kept the own chat, and is handed the one of whoever did not.
        wait_until(lambda: sorted(desk.held(back)) == sorted(chats.values()), 30, desk.describe)
        assert (state_of(back), state_of(gone)) == ("online", "offline")
