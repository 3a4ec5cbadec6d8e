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
            answer = agent.put("/me/presence", {"state": state}, status=200)
            assert answer == {"state": state, "until": None, "handed_over": 0}
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


# Nobody at the desk


@pytest.fixture
def away_after(short_grace):
    """away_after(minutes): until an agent at no device is Away."""
    admin = short_grace.login("admin@example.com")

    def change(minutes):
        body = {"away_after_idle_minutes": minutes}
        answer = admin.patch("/settings/queue", body, status=200)
        assert answer["away_after_idle_minutes"] == minutes

    yield change
    change(10)


def wait_state(live, agent, state):
    live.expect("presence.changed", lambda frame: frame["data"]["agent"]["state"] == state)
    assert state_of(agent) == state


def test_who_is_idle_for_long_enough_is_away_and_back_with_the_first_return(make_desk, away_after):
    desk = make_desk(5)
    agent = desk.agents[0]
    with come_online(agent) as live:
        live.send("idle", on=True, why="idle", seconds=9 * 60)
        chat = desk.chat()
        assert desk.wait_assignee(chat) == agent.id, "not yet long enough"
        live.send("idle", on=True, why="idle", seconds=10 * 60)
        wait_state(live, agent, "away")
        waiting = desk.chat()
        assert desk.held(agent) == [chat], "who is away keeps what is there"
        live.send("idle", on=False)
        wait_state(live, agent, "online")
        assert desk.wait_assignee(waiting) == agent.id
        away_after(0)
        live.send("idle", on=True, seconds=60 * 60)
        live.send("idle", on=False)
        assert state_of(agent) == "online"


@pytest.mark.parametrize("why", ["lock", "suspend"])
def test_who_locks_or_sleeps_is_away_at_once(make_desk, why):
    desk = make_desk(5)
    agent = desk.agents[0]
    with come_online(agent) as live:
        live.send("idle", on=True, why=why)
        wait_state(live, agent, "away")
        live.send("idle", on=False)
        wait_state(live, agent, "online")


def test_one_device_with_somebody_at_it_is_enough(make_desk):
    desk = make_desk(5)
    agent = desk.agents[0]
    with come_online(agent) as one, agent.live() as other:
        wait_leases(desk, agent, 2)
        one.send("idle", on=True, why="lock")
        assert desk.wait_assignee(desk.chat()) == agent.id
        assert state_of(agent) == "online"
        other.send("idle", on=True, why="lock")
        wait_state(other, agent, "away")
        one.send("idle", on=False)
        wait_state(other, agent, "online")


@pytest.mark.parametrize("chosen", ["away", "offline"])
def test_who_chose_to_be_away_stays_so(make_desk, chosen):
    desk = make_desk(5)
    agent = desk.agents[0]
    with come_online(agent) as live:
        live.send("presence", state=chosen)
        wait_state(live, agent, chosen)
        live.send("idle", on=True, why="lock")
        live.send("idle", on=False)
        live.send("ping")
        live.expect("pong")
        assert state_of(agent) == chosen


def test_reports_that_make_no_sense_are_refused(make_desk, short_grace):
    agent = make_desk(1).agents[0]
    with agent.live() as live:
        for bad in ({}, {"on": 1}, {"on": True, "why": "tea"}, {"on": True, "seconds": -1}):
            live.send("idle", **bad)
            refused = live.expect("refused")
            assert (refused["frame"], refused["code"]) == ("idle", "validation_failed"), bad
    with short_grace.visitor().live() as live:
        live.send("idle", on=True)
        assert live.expect("refused")["code"] == "forbidden"
    admin = short_grace.login("admin@example.com")
    for minutes in (-1, 1441, 10**9, "5"):
        answer = admin.patch("/settings/queue", {"away_after_idle_minutes": minutes})
        assert answer.json()["errors"][0]["field"] == "away_after_idle_minutes", answer.text


# Away until, and leaving


def test_who_is_away_until_a_time_is_online_again_then(make_desk):
    desk = make_desk(5)
    agent = desk.agents[0]
    with come_online(agent) as live:
        until = desk.server.sql("SELECT rfc3339(now() + interval '1 hour')")[0][0]
        live.send("presence", state="away", until=until)
        wait_state(live, agent, "away")
        assert agent.get("/me", status=200)["away_until"] == until
        desk.server.sql("UPDATE agent SET away_until = now() WHERE user_id = %s", agent.id)
        wait_state(live, agent, "online")
        assert agent.get("/me", status=200)["away_until"] is None
        live.send("presence", state="away", until=until)
        wait_state(live, agent, "away")
        live.send("presence", state="online")
        wait_state(live, agent, "online")
        assert agent.get("/me", status=200)["away_until"] is None
    for bad in (
        {"state": "away", "until": "tomorrow"},
        {"state": "away", "until": "2020-01-01T00:00:00Z"},
        {"state": "away", "until": "2999-01-01T00:00:00Z"},
        {"state": "online", "until": until},
    ):
        answer = agent.put("/me/presence", bad)
        assert answer.json()["errors"][0]["field"] == "until", answer.text


def test_whose_time_away_ends_while_gone_is_not_online(make_desk):
    desk = make_desk(5)
    agent = desk.agents[0]
    live = come_online(agent)
    until = desk.server.sql("SELECT rfc3339(now() + interval '1 hour')")[0][0]
    live.send("presence", state="away", until=until)
    wait_state(live, agent, "away")
    live.close()
    wait_until(lambda: state_of(agent) == "offline", 30)
    desk.server.sql("UPDATE agent SET away_until = now() WHERE user_id = %s", agent.id)
    wait_until(lambda: agent.get("/me", status=200)["away_until"] is None, 20)
    assert state_of(agent) == "offline"


def test_who_leaves_hands_over_or_keeps(make_desk):
    desk = make_desk(5, 5)
    agent, colleague = desk.agents
    with come_online(agent) as live:
        chats = [desk.chat() for _ in range(3)]
        for chat in chats:
            desk.wait_assignee(chat)
        ranks = "SELECT id, rank_at FROM ticket WHERE id = ANY (%s) ORDER BY id"
        before = desk.server.sql(ranks, chats)
        live.send("presence", state="away")
        wait_state(live, agent, "away")
        assert desk.held(agent) == chats
        answer = agent.put("/me/presence", {"state": "offline", "hand_over": True}, status=200)
        assert (answer["state"], answer["handed_over"]) == ("offline", 3)
        assert desk.waiting() == chats and desk.server.sql(ranks, chats) == before
        agent.put("/me/presence", {"state": "online"}, status=200)
        colleague.put("/me/presence", {"state": "online"}, status=200)
        assert {desk.wait_assignee(chat) for chat in chats} == {colleague.id}, "others come first"
    answer = agent.put("/me/presence", {"state": "online", "hand_over": True})
    assert answer.json()["errors"][0]["field"] == "hand_over"


# Limits, and clocks that jump


def test_limits_that_make_no_sense_are_refused(make_desk, short_grace):
    agent = make_desk(3).agents[0]
    admin = short_grace.login("admin@example.com")
    path = f"/agents/{agent.id}"
    for capacity in ({"chat": -1}, {"chat": 10**9}, {"chat": 1001}, {"chat": "5"}, {"fax": 1}):
        answer = admin.patch(path, {"capacity": capacity})
        assert answer.status_code == 422, answer.text
        assert answer.json()["errors"][0]["field"].startswith("capacity"), answer.text
    capacity = {"chat": 2, "portal": 7, "email": 1000, "api": 0}
    changed = admin.patch(path, {"capacity": capacity}, status=200)["agent"]["capacity"]
    assert {channel: place["limit"] for channel, place in changed.items()} == capacity


def test_ten_chats_of_somebody_put_out_of_use_go_back_at_their_rank(make_desk, short_grace):
    desk = make_desk(10)
    agent = desk.agents[0]
    admin = short_grace.login("admin@example.com")
    agent.put("/me/presence", {"state": "online"}, status=200)
    chats = [desk.chat() for _ in range(10)]
    for chat in chats:
        desk.wait_assignee(chat)
    ranks = "SELECT id, rank_at FROM ticket WHERE id = ANY (%s) ORDER BY id"
    before = desk.server.sql(ranks, chats)
    admin.patch(f"/agents/{agent.id}", {"is_active": False}, status=200)
    wait_until(lambda: desk.waiting() == chats, 20, desk.describe)
    assert desk.server.sql(ranks, chats) == before and desk.loads() == [(0, 10, 0)]
    admin.patch(f"/agents/{agent.id}", {"is_active": True}, status=200)
    agent.token = short_grace.login(agent.user["email"]).token


def test_a_clock_that_was_set_back_holds_nobody_s_chats_for_hours(make_desk):
    """What was written before then lies in the future; a socket that is open does not care."""
    desk = make_desk(5, 5)
    lost, there = desk.agents
    lost.put("/me/presence", {"state": "online"}, status=200)
    chat = desk.chat()
    assert desk.wait_assignee(chat) == lost.id
    with come_online(there):
        wait_endless_lease(desk, there)
        ids = [lost.id, there.id]
        desk.server.sql(
            "UPDATE presence_lease SET since = since + interval '2 hours',"
            " expires_at = expires_at + interval '2 hours' WHERE agent_id = ANY (%s)",
            ids,
        )
        wait_until(lambda: desk.assignee(chat) == there.id, 30, desk.describe)
        assert (state_of(lost), state_of(there)) == ("offline", "online")


def test_a_clock_that_was_set_forward_leaves_who_is_connected_alone(make_desk):
    desk = make_desk(5)
    agent = desk.agents[0]
    with come_online(agent):
        wait_endless_lease(desk, agent)
        chat = desk.chat()
        desk.wait_assignee(chat)
        desk.server.sql(
            "UPDATE presence_lease SET since = since - interval '2 hours',"
            " expires_at = expires_at - interval '2 hours' WHERE agent_id = %s",
            agent.id,
        )
        desk.server.sql("SELECT presence_sweep()")
        assert desk.held(agent) == [chat] and state_of(agent) == "online"
