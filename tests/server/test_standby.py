# SPDX-License-Identifier: AGPL-3.0-or-later
"""Q8: agents on standby are called in when customers wait too long, once for each shortage, and
released when it is over, without losing what they have."""

import pytest

from support.api import assert_problem
from support.desk import Desk
from support.wait import wait_until

LIMITS = {"call_at_seconds": 300, "release_at_seconds": 60, "stay_minutes": 0}


@pytest.fixture(scope="module")
def admin(server):
    return server.login("admin@example.com")


@pytest.fixture
def make_desk(server, admin):
    """make_desk(capacity, …, limit=…): a department of its own; its agents are on standby."""
    made = []

    def make(*capacities, **limits):
        desk = Desk(server, *capacities)
        made.append(desk)
        stand_by(desk)
        admin.put(f"/departments/{desk.department}/standby", {**LIMITS, **limits}, status=200)
        return desk

    yield make
    for desk in made:
        desk.close()


def stand_by(desk):
    for agent in desk.agents:
        agent.put("/me/standby", {"on_standby": True}, status=200)
    desk.open_up("away")


def let_wait(desk, seconds, count=1):
    """Chats that have waited for so long already; returns the last one."""
    for _ in range(count):
        ticket = desk.chat()
        desk.server.sql(
            "UPDATE ticket SET waiting_since = now() - %s * interval '1 second' WHERE id = %s",
            seconds,
            ticket,
        )
    return ticket


def standby(person, desk):
    entries = person.get("/standby", status=200)["departments"]
    return next(entry for entry in entries if entry["department"]["id"] == desk.department)


def call(person, desk):
    return standby(person, desk)["call"]


def wait_call(person, desk):
    return wait_until(lambda: call(person, desk), 20, "a call")


def wait_no_call(person, desk):
    wait_until(lambda: call(person, desk) is None, 20, "the end of the call")


def state(desk, agent):
    return next(a for a in agent.get("/agents", status=200)["agents"] if a["id"] == agent.id)[
        "presence"
    ]


def times_called(server, agent):
    rows = server.sql(
        "SELECT count(*) FROM event WHERE kind = 'standby.called' AND user_id = %s", agent.id
    )
    return rows[0][0]


def see_a_watch(make_desk, admin):
    """Returns when the server has looked at every department anew."""
    desk = make_desk(1)
    let_wait(desk, 999)
    wait_call(admin, desk)


# By the wait


@pytest.mark.parametrize("joined", ["- interval '15 minutes'", "+ interval '1 hour'"])
def test_who_is_called_joins_serves_and_is_released(make_desk, admin, joined):
    """In an hour from now is what it looks like when the clock was set back."""
    desk = make_desk(1, stay_minutes=15)
    agent = desk.agents[0]
    with agent.live() as live:
        first = let_wait(desk, 400)
        said = live.expect("standby.called", timeout=20)["data"]["call"]
        assert said["department"]["id"] == desk.department
        assert said["reason"] == "waited" and said["seconds"] >= 400
        agent.put("/me/presence", {"state": "online"}, status=200)
        assert desk.wait_assignee(first) == agent.id
        wait_until(
            lambda: call(admin, desk)["agents"][0]["joined_at"], 20, "the agent to have joined"
        )
        # Nobody waits any more, and whoever joined stays for a while all the same.
        see_a_watch(make_desk, admin)
        assert live.heard("standby.released") == []
        agent.put(f"/tickets/{first}/status", {"status": "in_progress"}, status=200)

        desk.server.sql(
            f"UPDATE standby_member SET joined_at = now() {joined} WHERE agent_id = %s",
            agent.id,
        )
        released = live.expect("standby.released", timeout=20)["data"]["call"]
        assert released["id"] == said["id"]
        assert live.expect(
            "presence.changed", lambda frame: frame["data"]["agent"]["state"] == "away"
        )
    # The chat stays, nothing new comes.
    wait_no_call(admin, desk)
    assert state(desk, agent) == "away"
    assert desk.held(agent) == [first]


def test_one_call_for_a_shortage(make_desk, admin, server):
    desk = make_desk(1, 1)
    let_wait(desk, 400)
    wait_call(admin, desk)
    let_wait(desk, 500)
    desk.agents[0].put("/me/presence", {"state": "online"}, status=200)
    wait_until(lambda: len(desk.held(desk.agents[0])) == 1, 20, desk.describe)
    see_a_watch(make_desk, admin)
    see_a_watch(make_desk, admin)
    assert [times_called(server, agent) for agent in desk.agents] == [1, 1]


def test_a_wait_that_is_to_come_calls_too(make_desk, admin, server):
    """Six tickets waited for two minutes each, one after the other; whoever comes fifth now waits
    for ten minutes."""
    desk = make_desk(1, call_at_seconds=400, release_at_seconds=200)
    agent = desk.agents[0]
    for back in range(6):
        ticket = desk.chat()
        server.sql("SELECT ticket_assign(%s, %s, true)", ticket, agent.id)
        server.sql("SELECT ticket_set_status(%s, 'resolved', NULL, true)", ticket)
        server.sql(
            "UPDATE ticket SET handed_over_at = now() - %s * interval '2 minutes',"
            " waiting_since = now() - (%s + 1) * interval '2 minutes' WHERE id = %s",
            back,
            back,
            ticket,
        )
    desk.chat()
    see_a_watch(make_desk, admin)
    assert call(admin, desk) is None
    for _ in range(4):
        desk.chat()
    called = wait_call(admin, desk)
    assert called["reason"] == "predicted"
    assert 400 <= called["seconds"] <= 900


def test_between_the_limits_nothing_changes(make_desk, admin, server):
    desk = make_desk(0)
    ticket = let_wait(desk, 200)
    see_a_watch(make_desk, admin)
    assert call(admin, desk) is None
    server.sql(
        "UPDATE ticket SET waiting_since = waiting_since - interval '200 s' WHERE id = %s", ticket
    )
    wait_call(admin, desk)
    server.sql(
        "UPDATE ticket SET waiting_since = waiting_since + interval '200 s' WHERE id = %s", ticket
    )
    see_a_watch(make_desk, admin)
    assert call(admin, desk)
    server.sql("UPDATE ticket SET waiting_since = now() WHERE id = %s", ticket)
    wait_no_call(admin, desk)


def test_only_those_are_called_who_stand_by(make_desk, admin, server):
    desk, elsewhere = make_desk(1, 0, 1, 1), make_desk(1)
    ready, online, offline, unwilling = desk.agents
    online.put("/me/presence", {"state": "online"}, status=200)
    offline.put("/me/presence", {"state": "offline"}, status=200)
    unwilling.put("/me/standby", {"on_standby": False}, status=200)
    let_wait(desk, 400)
    assert [agent["id"] for agent in wait_call(admin, desk)["agents"]] == [ready.id]
    # Who comes back while the shortage lasts is called as well.
    offline.put("/me/presence", {"state": "away"}, status=200)
    wait_until(lambda: times_called(server, offline) == 1, 20, "the second call")
    others = [*elsewhere.agents, online, unwilling]
    assert [times_called(server, agent) for agent in others] == [0, 0, 0]


def test_a_closed_department_calls_nobody(make_desk, admin):
    desk = make_desk(1)
    week = ["1 00:00-00:01"]
    hours = admin.put(
        f"/departments/{desk.department}/hours", {"time_zone": "UTC", "week": week}, status=200
    )
    if hours["hours"]["is_open"]:
        pytest.skip("the one minute of the week")
    let_wait(desk, 400)
    see_a_watch(make_desk, admin)
    assert call(admin, desk) is None


def test_a_department_can_do_without(make_desk, admin):
    desk = make_desk(1)
    let_wait(desk, 400)
    wait_call(admin, desk)
    path = f"/departments/{desk.department}/standby"
    assert not admin.put(path, {"is_on": False}, status=200)["standby"]["is_on"]
    wait_no_call(admin, desk)
    see_a_watch(make_desk, admin)
    assert call(admin, desk) is None


def test_a_restart_calls_nobody_again(fresh_server):
    admin = fresh_server.login("admin@example.com")
    desk = Desk(fresh_server, 0)
    stand_by(desk)
    let_wait(desk, 400)
    before = wait_call(admin, desk)
    fresh_server.restart()
    # Who calls now shows that the server has looked.
    other = Desk(fresh_server, 1)
    stand_by(other)
    let_wait(other, 400)
    wait_call(admin, other)
    assert call(admin, desk) == before
    assert times_called(fresh_server, desk.agents[0]) == 1


# By hand


def test_an_admin_calls_in_and_releases(make_desk, admin):
    desk = make_desk(1)
    agent, path = desk.agents[0], f"/departments/{desk.department}/standby"
    with agent.live() as live:
        assert admin.post(f"{path}/call", status=200)["standby"]["call"]["reason"] == "by_hand"
        assert live.expect("standby.called")["data"]["call"]["seconds"] == 0
        agent.put("/me/presence", {"state": "online"}, status=200)
        # Nobody waits, and still it is the admin who says when it is over.
        see_a_watch(make_desk, admin)
        assert call(admin, desk)["agents"][0]["joined_at"]
        assert admin.post(f"{path}/release", status=200)["standby"]["call"] is None
        live.expect("standby.released")
    assert state(desk, agent) == "away"


def test_who_is_released_while_nobody_is_at_the_desk_comes_back_away(make_desk, admin):
    desk = make_desk(1)
    agent, path = desk.agents[0], f"/departments/{desk.department}/standby"
    # Over REST the agent would be at a device that never says whether anybody is there.
    desk.server.sql("DELETE FROM presence_lease WHERE agent_id = %s", agent.id)
    with agent.live() as live:
        live.send("presence", state="away")
        wait_until(lambda: state(desk, agent) == "away", 20, "the agent to be away")
        admin.post(f"{path}/call", status=200)
        live.send("presence", state="online")
        wait_until(lambda: call(admin, desk)["agents"][0]["joined_at"], 20, "the agent to join")
        live.send("idle", on=True, why="lock")
        wait_until(lambda: state(desk, agent) == "away", 20, "the agent to be away")
        admin.post(f"{path}/release", status=200)
        live.send("idle", on=False)
        here = "SELECT 1 FROM presence_lease WHERE agent_id = %s AND idle_since IS NULL"
        wait_until(lambda: desk.server.sql(here, agent.id), 20, "the return to be noted")
        assert state(desk, agent) == "away"


def test_a_call_ends_with_its_department(make_desk, admin):
    desk, heir = make_desk(1), make_desk()
    agent, path = desk.agents[0], f"/departments/{desk.department}"
    with agent.live() as live:
        admin.post(f"{path}/standby/call", status=200)
        agent.put("/me/presence", {"state": "online"}, status=200)
        desk.wait_assignee(desk.chat())
        admin.delete(f"{path}?move_to={heir.department}", status=200)
        live.expect("standby.released", timeout=20)
    assert state(desk, agent) == "away"
    assert_problem(admin.post(f"{path}/standby/call"), 404, "not_found")


def test_who_is_sent_home_is_not_called_again_for_this_shortage(make_desk, admin, server):
    desk = make_desk(0)
    agent, path = desk.agents[0], f"/departments/{desk.department}/standby"
    ticket = let_wait(desk, 400)
    wait_call(admin, desk)
    called_off = admin.post(f"{path}/release", status=200)["standby"]["call"]
    assert called_off["is_called_off"]
    see_a_watch(make_desk, admin)
    assert times_called(server, agent) == 1
    server.sql("UPDATE ticket SET waiting_since = now() WHERE id = %s", ticket)
    wait_no_call(admin, desk)
    let_wait(desk, 400)
    wait_until(lambda: times_called(server, agent) == 2, 20, "the call for the next shortage")


def test_agents_see_whether_they_may_be_called(make_desk, admin):
    agent = make_desk(1).agents[0]
    assert agent.get("/standby", status=200)["on_standby"]
    agent.put("/me/standby", {"on_standby": False}, status=200)
    assert not agent.get("/standby", status=200)["on_standby"]
    assert not admin.get("/standby", status=200)["on_standby"]


def test_nobody_can_be_called_who_is_not_there(make_desk, admin):
    desk = make_desk()
    path = f"/departments/{desk.department}/standby"
    assert_problem(admin.post(f"{path}/call"), 409, "conflict")
    assert admin.post(f"{path}/release", status=200)["standby"]["call"] is None


def test_everybody_of_staff_sees_who_is_called(make_desk, admin):
    desk = make_desk(1)
    with admin.live() as live:
        admin.post(f"/departments/{desk.department}/standby/call", status=200)
        told = live.expect("standby.changed")["data"]["standby"]
        assert told == standby(desk.agents[0], desk)
        assert [agent["id"] for agent in told["call"]["agents"]] == [desk.agents[0].id]


# What is not possible


@pytest.mark.parametrize(
    ("limits", "field"),
    [
        ({"call_at_seconds": 9}, "call_at_seconds"),
        ({"call_at_seconds": 10**9}, "call_at_seconds"),
        ({"release_at_seconds": -1}, "release_at_seconds"),
        ({"call_at_seconds": 60, "release_at_seconds": 60}, "release_at_seconds"),
        ({"stay_minutes": 1441}, "stay_minutes"),
        ({"is_on": 1}, "is_on"),
    ],
)
def test_nonsense_is_refused_by_name(admin, limits, field):
    problem = assert_problem(admin.put("/departments/1/standby", limits), 422, "validation_failed")
    assert [entry["field"] for entry in problem["errors"]] == [field]


def test_standby_is_for_admins_to_change_and_for_agents_to_offer(make_desk, admin, server):
    desk = make_desk(1)
    agent, path = desk.agents[0], f"/departments/{desk.department}/standby"
    for answer in (agent.put(path, {}), agent.post(f"{path}/call"), agent.post(f"{path}/release")):
        assert_problem(answer, 403, "forbidden")
    for answer in (
        admin.put("/departments/999999/standby", {}),
        admin.post("/departments/999999/standby/call"),
        admin.post("/departments/999999/standby/release"),
    ):
        assert_problem(answer, 404, "not_found")
    visitor = server.visitor()
    assert_problem(visitor.get("/standby"), 403, "forbidden")
    assert_problem(visitor.put("/me/standby", {"on_standby": True}), 403, "forbidden")
    assert_problem(agent.put("/me/standby", {}), 422, "validation_failed")
