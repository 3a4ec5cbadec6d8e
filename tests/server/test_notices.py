# SPDX-License-Identifier: AGPL-3.0-or-later
"""N2: notices reach the one person whom something concerns and who is not looking, once, on every
screen, and only of what the person wants to hear. Where nothing must come, something that does come
later is waited for."""

import uuid

import pytest

from support.api import assert_problem
from support.desk import Desk
from support.server import PASSWORD
from support.tickets import refused_fields
from support.wait import wait_until


@pytest.fixture
def desk(server):
    desk = Desk(server, 5, 5, 5)
    yield desk
    desk.close()


@pytest.fixture
def registered(server):
    """A customer who has an account."""
    email = f"{uuid.uuid4().hex}@example.com"
    server.create_user("customer", email)
    return server.login(email, PASSWORD)


def notices(person, **query):
    page = person.get("/notices", params=query, status=200)
    return page["notices"]


def kinds(person):
    return [(n["kind"], n["ticket"]["id"]) for n in notices(person)]


def wait_for(person, kind, ticket, count=None):
    def found():
        return [
            n
            for n in notices(person)
            if (n["kind"], n["ticket"]["id"]) == (kind, ticket) and count in (None, n["count"])
        ]

    return wait_until(found, 20, lambda: f"{kind} of {ticket} among {notices(person)}")[0]


def say(person, ticket, body, **fields):
    return person.post(f"/tickets/{ticket}/messages", {"body": body, **fields}, status=201)


def assigned_chat(desk, agent):
    ticket = desk.chat()
    desk.agents[2].put(f"/tickets/{ticket}/assign", {"assigned_to": agent.id}, status=200)
    return ticket


def test_whoever_is_given_a_ticket_hears_of_it(desk):
    agent, _, giver = desk.agents
    with agent.live() as live, giver.live() as at_giver:
        ticket = assigned_chat(desk, agent)
        frame = live.expect("notice.created", timeout=20)
    notice = frame["data"]["notice"]
    assert (notice["kind"], notice["ticket"]["id"], notice["count"]) == ("assigned", ticket, 1)
    assert notice["actor"]["id"] == giver.id and notice["read_at"] is None
    assert frame["data"] == {"notice": notice, "replaces": None, "unread_count": 1}
    page = agent.get("/notices", status=200)
    assert page == {"notices": [notice], "next": None, "unread_count": 1}
    assert not at_giver.heard("notice.created")


def test_nobody_hears_of_what_they_did_themselves(desk):
    agent, other, giver = desk.agents
    ticket = desk.chat()
    agent.put(f"/tickets/{ticket}/assign", {"assigned_to": agent.id}, status=200)
    agent.put(f"/tickets/{ticket}/follow", status=200)
    say(agent, ticket, "I look into it")
    giver.put(f"/tickets/{ticket}/assign", {"assigned_to": other.id}, status=200)
    wait_for(other, "assigned", ticket)
    # What the customer wrote just before the agent followed may be news.
    assert agent.id not in [n["actor"]["id"] for n in notices(agent)]


def test_a_customers_messages_become_one_notice_that_counts(desk):
    agent = desk.agents[0]
    ticket = assigned_chat(desk, agent)
    for body in ("Hello?", "Is anybody there?"):
        say(desk.customers[ticket], ticket, body)
    wait_until(
        lambda: [n["count"] for n in notices(agent) if n["kind"] == "message"] in ([2], [3]),
        20,
        lambda: f"one notice of all messages, not {notices(agent)}",
    )
    newest = [n for n in notices(agent) if n["kind"] == "message"][0]
    say(desk.customers[ticket], ticket, "Third")
    third = wait_for(agent, "message", ticket, newest["count"] + 1)
    assert third["id"] > newest["id"] and third["preview"] == "Third"


def test_what_was_read_in_the_thread_is_no_news(desk):
    agent = desk.agents[0]
    ticket = assigned_chat(desk, agent)
    say(desk.customers[ticket], ticket, "Hello?")
    wait_for(agent, "assigned", ticket)
    with agent.live() as live:
        agent.post(f"/tickets/{ticket}/read", {"seq": 1000}, status=204)
        read = live.expect("notice.read")["data"]
    assert read["unread_count"] == 0 and read["read_at"] is not None
    assert [n["read_at"] is not None for n in notices(agent)] == [True] * len(notices(agent))
    assert sorted(read["ids"])[-1] == notices(agent)[0]["id"]


def test_a_colleague_who_is_mentioned_hears_it_and_no_customer_does(desk, registered):
    writer, mentioned, follower = desk.agents
    ticket = desk.chat(registered)
    mentioned.put(f"/tickets/{ticket}/follow", status=200)
    follower.put(f"/tickets/{ticket}/follow", status=200)
    note = {"is_internal": True, "mentions": [mentioned.id]}
    say(writer, ticket, "zebra-4711: ask the depot", **note)
    assert wait_for(mentioned, "mention", ticket)["preview"].startswith("zebra-4711")
    wait_until(lambda: "zebra-4711" in str(notices(follower)), 20, "the follower to hear of it")
    told = [n["kind"] for n in notices(mentioned) if "zebra-4711" in (n["preview"] or "")]
    assert told == ["mention"], "once, though they follow the ticket too"
    say(writer, ticket, "It comes tomorrow")
    reply = wait_for(registered, "reply", ticket)
    assert reply["preview"] == "It comes tomorrow"
    assert "zebra-4711" not in registered.get("/notices").text


def test_a_customer_with_an_account_hears_of_the_status_but_not_of_their_own_doing(
    desk, registered
):
    agent = desk.agents[0]
    ticket = desk.chat(registered)
    registered.put(f"/tickets/{ticket}/status", {"status": "closed"}, status=200)
    registered.put(f"/tickets/{ticket}/status", {"status": "open"}, status=200)
    agent.put(f"/tickets/{ticket}/status", {"status": "resolved"}, status=200)
    notice = wait_for(registered, "status", ticket)
    assert (notice["preview"], notice["count"]) == ("resolved", 1)


def test_new_tickets_are_told_only_to_those_who_ask(desk):
    asks, silent, _ = desk.agents
    asks.put("/notices/preferences", {"preferences": {"unassigned": True}}, status=200)
    ticket = desk.chat()
    wait_for(asks, "unassigned", ticket)
    assert kinds(silent) == []


def test_preferences_are_kept_and_obeyed(desk):
    agent = desk.agents[0]
    before = agent.get("/notices/preferences", status=200)["preferences"]
    assert before == {
        "assigned": True,
        "message": True,
        "mention": True,
        "followed": True,
        "unassigned": False,
    }
    wish = {"preferences": {"assigned": False}}
    after = agent.put("/notices/preferences", wish, status=200)["preferences"]
    assert after == {**before, "assigned": False}
    ticket = assigned_chat(desk, agent)
    say(desk.customers[ticket], ticket, "Hello?")
    wait_for(agent, "message", ticket)
    assert ("assigned", ticket) not in kinds(agent)


def test_preferences_that_make_no_sense_change_nothing(desk, registered):
    agent = desk.agents[0]
    before = agent.get("/notices/preferences", status=200)
    for person, wish in (
        (agent, {"assigned": "yes"}),
        (agent, {"assigned": None}),
        (agent, {"lottery": True}),
        (agent, {"reply": True, "assigned": False}),
        (agent, {'x":true,"assigned': False}),
        (registered, {"mention": False}),
        (agent, []),
        (agent, None),
    ):
        assert refused_fields(person.put("/notices/preferences", {"preferences": wish}))
    assert agent.get("/notices/preferences", status=200) == before
    assert agent.put("/notices/preferences", {"preferences": {}}, status=200) == before


def test_reading_one_and_reading_all_up_to_one(desk):
    agent = desk.agents[0]
    tickets = [assigned_chat(desk, agent) for _ in range(3)]
    given = [wait_for(agent, "assigned", ticket) for ticket in tickets]
    with agent.live() as live:
        agent.post(f"/notices/{given[1]['id']}/read", status=204)
        frame = live.expect("notice.read")
        assert (frame["data"]["ids"], frame["data"]["unread_count"]) == ([given[1]["id"]], 2)
        agent.post("/notices/read", {"upto": given[0]["id"]}, status=204)
        assert live.expect("notice.read")["data"]["ids"] == [given[0]["id"]]
        agent.post("/notices/read", {"upto": given[0]["id"]}, status=204)
        live.sync()
        assert len(live.heard("notice.read")) == 2, "reading it again is no news"
    assert [n["id"] for n in notices(agent, unread="true")] == [given[2]["id"]]


def test_pages_follow_each_other(desk):
    agent = desk.agents[0]
    tickets = [assigned_chat(desk, agent) for _ in range(4)]
    for ticket in tickets:
        wait_for(agent, "assigned", ticket)
    first = agent.get("/notices", params={"limit": 3}, status=200)
    second = agent.get("/notices", params={"limit": 3, "after": first["next"]}, status=200)
    assert second["next"] is None
    ids = [n["id"] for n in first["notices"] + second["notices"]]
    assert len(ids) == 4 and ids == sorted(ids, reverse=True)


def test_snapshot_and_events_agree(desk):
    agent = desk.agents[0]
    with agent.live() as live:
        known = {n["id"]: n for n in notices(agent)}
        ticket = assigned_chat(desk, agent)
        for body in ("one", "two"):
            say(desk.customers[ticket], ticket, body)
            wait_until(lambda: body in str(notices(agent)), 20, f"a notice of {body}")
        agent.post(f"/tickets/{ticket}/read", {"seq": 1000}, status=204)
        live.expect("notice.read")
        for frame in live.frames:
            data = frame.get("data")
            if frame.get("kind") == "notice.created":
                known.pop(data["replaces"], None)
                known[data["notice"]["id"]] = data["notice"]
            elif frame.get("kind") == "notice.read":
                for one in data["ids"]:
                    known[one]["read_at"] = data["read_at"]
    assert sorted(known.values(), key=lambda n: -n["id"]) == notices(agent)


def test_other_peoples_notices_are_not_there(desk):
    agent, other, _ = desk.agents
    ticket = assigned_chat(desk, agent)
    notice = wait_for(agent, "assigned", ticket)
    assert_problem(other.post(f"/notices/{notice['id']}/read"), 404, "not_found")
    assert_problem(agent.post("/notices/999999999/read"), 404, "not_found")
    assert other.get("/notices", status=200)["notices"] == []
    assert_problem(desk.server.anonymous().get("/notices"), 401, "unauthenticated")


def test_bad_values_are_named(desk):
    agent = desk.agents[0]
    for query in ("after=0", "after=x", "limit=0", "limit=101", "unread=maybe"):
        assert_problem(agent.get(f"/notices?{query}"), 400, "bad_request")
    for upto in (0, -1, "3", None, 2**63, 1.5):
        assert [f for f, _ in refused_fields(agent.post("/notices/read", {"upto": upto}))] == [
            "upto"
        ]


def test_a_deleted_tickets_notices_hide_with_it(desk):
    agent = desk.agents[0]
    admin = desk.server.login("admin@example.com")
    ticket = assigned_chat(desk, agent)
    wait_for(agent, "assigned", ticket)
    admin.delete(f"/tickets/{ticket}", status=204)
    assert agent.get("/notices", status=200) == {"notices": [], "next": None, "unread_count": 0}
    admin.post(f"/tickets/{ticket}/restore", status=200)
    wait_for(agent, "assigned", ticket)


def test_every_event_is_folded_once_over_a_crash(fresh_server):
    desk = Desk(fresh_server, 50)
    agent = desk.agents[0]
    admin = fresh_server.login("admin@example.com")
    tickets = [desk.chat() for _ in range(20)]
    for ticket in tickets:
        admin.put(f"/tickets/{ticket}/assign", {"assigned_to": agent.id}, status=200)
    fresh_server.kill9()
    fresh_server.restart()
    agent = fresh_server.login(agent.user["email"], PASSWORD)
    wait_until(lambda: len(notices(agent, limit=100)) == 20, 20, "a notice of every ticket")
    last = desk.chat(fresh_server.visitor())
    fresh_server.login("admin@example.com").put(
        f"/tickets/{last}/assign", {"assigned_to": agent.id}, status=200
    )
    wait_for(agent, "assigned", last)
    given = notices(agent, limit=100)
    assert sorted(n["ticket"]["id"] for n in given) == sorted(tickets + [last])
    assert {n["count"] for n in given} == {1}
