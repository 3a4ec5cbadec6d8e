# SPDX-License-Identifier: AGPL-3.0-or-later
"""Q3, Q5: chats that an agent is asked to take. One answer counts, the customer keeps the place and
hears nothing meanwhile, and who lets two pass is Away."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import psycopg2
import pytest

from support.api import assert_problem
from support.desk import Desk
from support.tickets import assert_only_staff, refused_fields
from support.wait import wait_until


@pytest.fixture(scope="module")
def admin(server):
    return server.login("admin@example.com")


@pytest.fixture
def make_desk(server, admin):
    """make_desk(capacity, …, strategy=…): a department that asks first, with its agents."""
    made = []

    def make(*capacities, **routing):
        desk = Desk(server, *capacities)
        made.append(desk)
        routing = {"offers_chats": True, "offer_seconds": 60, **routing}
        admin.patch(f"/departments/{desk.department}", routing, status=200)
        return desk

    yield make
    for desk in made:
        desk.close()


def offers(agent):
    return agent.get("/offers", status=200)["offers"]


def wait_offer(agent, ticket=None, timeout=20):
    """The agent's offer of this ticket, or of any."""
    return wait_until(
        lambda: next((o for o in offers(agent) if ticket in (None, o["ticket"])), None),
        timeout,
        lambda: f"an offer of {ticket or 'a ticket'} to {agent.id}; there are {offers(agent)}",
    )


def wait_no_offer(agent):
    wait_until(lambda: not offers(agent), 20, lambda: f"no offer; there are {offers(agent)}")


def let_pass(desk, ticket):
    """The time of the offer is over, also for a transaction that has begun already."""
    over = "UPDATE ticket_offer SET expires_at = now() - interval '1 minute' WHERE ticket_id = %s"
    desk.server.sql(over, ticket)


def offered_to(desk, ticket):
    rows = desk.server.sql("SELECT agent_id FROM ticket_offer WHERE ticket_id = %s", ticket)
    return rows[0][0] if rows else None


def wait_offered(desk, ticket):
    """The agent, by id, who is asked to take this ticket."""
    return wait_until(lambda: offered_to(desk, ticket), 20, f"ticket {ticket} to be offered")


def gone(live, ticket, timeout=20):
    """How the offer of the ticket ended, as its agent hears it."""
    return live.expect(
        "offer.gone", lambda frame: frame["data"]["offer"]["ticket"] == ticket, timeout=timeout
    )["data"]


# Asking


def test_an_agent_is_asked_and_the_customer_keeps_the_place(make_desk):
    desk = make_desk(2, 0)
    agent, colleague = desk.agents
    desk.open_up()
    customer = desk.server.visitor(name="Ada Roy")
    with agent.live() as at_agent, colleague.live() as at_colleague:
        ticket = desk.chat(customer, description="Where is my parcel?")
        with customer.live() as at_customer:
            offer = at_agent.expect("offer.made")["data"]["offer"]
            assert (offer["ticket"], offer["user"]["name"]) == (ticket, "Ada Roy")
            assert offer["subject"] == "Where is my parcel?"
            assert offers(agent) == [offer]
            assert desk.loads()[0] == (1, 2, 1), "it holds a place"
            position = customer.get(f"/tickets/{ticket}/position", status=200)["position"]
            assert (position["place"], position["of"]) == (1, 1)
            shown = customer.get(f"/tickets/{ticket}", status=200)["ticket"]
            assert (shown["waiting"], shown["assigned_to"]) == (True, None)

            accepted = agent.post(f"/tickets/{ticket}/accept", status=200)["ticket"]
            assert (accepted["assigned_to"]["id"], accepted["status"]) == (agent.id, "assigned")
            assert gone(at_agent, ticket)["reason"] == "accepted"
            changed = at_customer.expect("ticket.updated")["data"]["ticket"]
            assert changed["assigned_to"]["id"] == agent.id, "the first that the customer hears"
        at_colleague.expect("ticket.updated", ticket=ticket)
        assert not at_colleague.heard("offer.made") and not at_colleague.heard("offer.gone")
    assert desk.loads()[0] == (1, 2, 1)
    assert offers(agent) == []
    again = agent.post(f"/tickets/{ticket}/accept", status=200)["ticket"]
    assert again["revision"] >= accepted["revision"], "again is the same again"


def test_other_channels_and_departments_are_not_asked(make_desk, admin):
    desk = make_desk(5)
    desk.server.sql(
        "INSERT INTO agent_load (agent_id, channel, capacity) VALUES (%s, 'portal', 5)",
        desk.agents[0].id,
    )
    desk.open_up()
    assert desk.wait_assignee(desk.chat(channel="portal")) == desk.agents[0].id
    admin.patch(f"/departments/{desk.department}", {"offers_chats": False}, status=200)
    assert desk.wait_assignee(desk.chat()) == desk.agents[0].id


def test_an_offer_holds_a_place_so_that_capacity_is_never_exceeded(make_desk):
    desk = make_desk(1)
    agent = desk.agents[0]
    desk.open_up()
    first, second = desk.chat(), desk.chat()
    assert wait_offer(agent)["ticket"] == first
    assert_problem(agent.post(f"/tickets/{second}/claim"), 409, "conflict")
    agent.post(f"/tickets/{first}/accept", status=200)
    assert desk.loads() == [(1, 1, 1)] and offers(agent) == []
    desk.customers[first].put(f"/tickets/{first}/status", {"status": "closed"}, status=200)
    assert wait_offer(agent)["ticket"] == second


def test_answering_and_claiming_take_what_is_offered_too(make_desk):
    desk = make_desk(2)
    agent = desk.agents[0]
    desk.open_up()
    first, second = desk.chat(), desk.chat()
    for ticket in (first, second):
        wait_offer(agent, ticket)
    with agent.live() as live:
        agent.post(f"/tickets/{first}/messages", {"body": "Hello"}, status=201)
        assert gone(live, first)["reason"] == "accepted"
        agent.post(f"/tickets/{second}/claim", status=200)
        assert gone(live, second)["reason"] == "accepted"
    assert desk.loads() == [(2, 2, 2)]


# Not taking


def test_who_declines_is_passed_by_and_the_next_one_is_asked(make_desk):
    desk = make_desk(2, 2)
    desk.open_up()
    ticket = desk.chat()
    first = wait_offered(desk, ticket)
    one = next(agent for agent in desk.agents if agent.id == first)
    other = next(agent for agent in desk.agents if agent.id != first)
    rank = desk.server.sql("SELECT rank_at FROM ticket WHERE id = %s", ticket)
    with one.live() as live:
        live.send("decline", ticket=ticket)
        assert gone(live, ticket)["reason"] == "declined"
    wait_offer(other, ticket)
    one.post(f"/tickets/{ticket}/decline", status=204)
    other.post(f"/tickets/{ticket}/decline", status=204)
    wait_no_offer(other)
    assert desk.waiting() == [ticket] and desk.loads() == [(0, 2, 0)] * 2
    assert desk.server.sql("SELECT rank_at FROM ticket WHERE id = %s", ticket) == rank

    # Nobody is left out for ever.
    desk.server.sql("UPDATE ticket_pass SET until = now() WHERE ticket_id = %s", ticket)
    assert wait_offered(desk, ticket) in (one.id, other.id)


def test_who_misses_two_one_after_the_other_is_away(make_desk):
    desk = make_desk(5, 5, strategy="round_robin")
    agent, colleague = desk.agents
    with agent.live() as live:
        live.send("presence", state="online")
        for number in (1, 2):
            ticket = desk.chat()
            wait_offer(agent, ticket)
            let_pass(desk, ticket)
            told = gone(live, ticket)
            assert told["reason"] == "missed"
            assert told["presence"] == ("online" if number == 1 else "away")
        live.expect("presence.changed", lambda frame: frame["data"]["agent"]["state"] == "away")
        assert agent.get("/me", status=200)["presence"] == "away"
        colleague.put("/me/presence", {"state": "online"}, status=200)
        assert wait_offer(colleague, ticket)
        assert offers(agent) == []
        # Who comes back is asked again, and begins with nothing missed.
        live.send("presence", state="online")
        colleague.put("/me/presence", {"state": "offline"}, status=200)
        third = desk.chat()
        wait_offer(agent, third)
        let_pass(desk, third)
        assert gone(live, third)["presence"] == "online"


@pytest.mark.parametrize("answer", ["accept", "decline"])
def test_an_answer_between_two_missed_offers_starts_the_count_anew(make_desk, answer):
    desk = make_desk(9)
    agent = desk.agents[0]
    with agent.live() as live:
        live.send("presence", state="online")
        for number in range(3):
            ticket = desk.chat()
            wait_offer(agent, ticket)
            if number == 1:
                live.send(answer, ticket=ticket)
                assert gone(live, ticket)["reason"] == f"{answer}ed".replace("ee", "e")
            else:
                let_pass(desk, ticket)
                assert gone(live, ticket)["presence"] == "online"


def test_who_is_not_there_misses_nothing(make_desk):
    """Nobody hears it ring over a lost socket, or after having gone away."""
    desk = make_desk(5)
    agent = desk.agents[0]
    live = agent.live()
    live.send("presence", state="online")
    ticket = desk.chat()
    wait_offer(agent, ticket)
    with agent.live() as other:
        live.drop()
        agent.put("/me/presence", {"state": "away"}, status=200)
        assert gone(other, ticket)["reason"] == "withdrawn"
    assert desk.loads() == [(0, 5, 0)] and desk.waiting() == [ticket]
    missed = "SELECT missed_offers FROM agent WHERE user_id = %s"
    assert desk.server.sql(missed, agent.id) == [(0,)]


def test_the_offers_of_somebody_put_out_of_use_go_to_others(make_desk, admin):
    desk = make_desk(5, 0)
    agent = desk.agents[0]
    desk.open_up()
    tickets = [desk.chat() for _ in range(3)]
    for ticket in tickets:
        wait_offer(agent, ticket)
    admin.patch(f"/agents/{agent.id}", {"is_active": False}, status=200)
    admin.patch(f"/agents/{desk.agents[1].id}", {"capacity": {"chat": 5}}, status=200)
    for ticket in tickets:
        wait_offer(desk.agents[1], ticket)
    assert desk.loads() == [(0, 5, 0), (3, 5, 3)]
    admin.patch(f"/agents/{agent.id}", {"is_active": True}, status=200)
    agent.token = desk.server.login(agent.user["email"]).token


def test_a_clock_that_was_set_back_does_not_ring_for_hours(make_desk):
    desk = make_desk(5)
    desk.open_up()
    ticket = desk.chat()
    wait_offer(desk.agents[0], ticket)
    desk.server.sql(
        "UPDATE ticket_offer SET made_at = made_at + interval '1 hour',"
        " expires_at = expires_at + interval '1 hour' WHERE ticket_id = %s",
        ticket,
    )
    wait_no_offer(desk.agents[0])
    assert desk.waiting() == [ticket]


# One winner


def test_a_claim_by_somebody_else_ends_the_offer_and_says_who(make_desk):
    desk = make_desk(5, 5, strategy="round_robin")
    agent, colleague = desk.agents
    agent.put("/me/presence", {"state": "online"}, status=200)
    ticket = desk.chat()
    wait_offer(agent, ticket)
    with agent.live() as live:
        colleague.post(f"/tickets/{ticket}/claim", status=200)
        told = gone(live, ticket)
        name = colleague.user["name"]
        assert (told["reason"], told["by"]) == ("taken", {"id": colleague.id, "name": name})
        live.send("accept", ticket=ticket)
        refused = live.expect("refused")
        assert (refused["frame"], refused["code"]) == ("accept", "conflict")
    problem = assert_problem(agent.post(f"/tickets/{ticket}/accept"), 409, "conflict")
    assert problem["detail"] == f"{name} took this chat first. Nothing was sent."
    assert problem["by"] == {"id": colleague.id, "name": name, "role": "agent"}
    assert desk.loads() == [(0, 5, 0), (1, 5, 1)]


def test_of_many_who_want_it_at_once_one_gets_it(make_desk):
    desk = make_desk(9, 9, 9, 9)
    desk.open_up()
    for _ in range(3):
        ticket = desk.chat()
        asked = wait_offered(desk, ticket)

        def take(agent):
            let_pass(desk, ticket)
            return agent.post(f"/tickets/{ticket}/{'accept' if agent.id == asked else 'claim'}")

        with ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(take, desk.agents * 4))
        winner = desk.assignee(ticket)
        assert winner and {answer.status_code for answer in answers} <= {200, 409}
        for agent, answer in zip(desk.agents * 4, answers):
            assert answer.status_code == 409 or agent.id == winner
    assert all(load == held for load, _, held in desk.loads()), desk.loads()


@pytest.mark.parametrize("first", ["accept", "expiry"])
def test_the_answer_and_the_end_of_the_time_never_both_count(make_desk, first):
    """Whoever has the ticket's lock first is the one that happened."""
    desk = make_desk(5)
    agent = desk.agents[0]
    desk.open_up()
    ticket = desk.chat()
    wait_offer(agent, ticket)
    with closing(psycopg2.connect(desk.server.database_url)) as holder:
        with holder.cursor() as cursor:
            cursor.execute("SELECT FROM ticket WHERE id = %s FOR NO KEY UPDATE", (ticket,))
            let_pass(desk, ticket)
            if first == "accept":
                desk.server.sql("SELECT offers_expire()")
                assert offered_to(desk, ticket) == agent.id, "what is being answered is left alone"
                cursor.execute("SELECT offer_accept(%s, %s)", (ticket, agent.id))
                assert cursor.fetchall() == [("done",)]
            else:
                cursor.execute("SELECT offers_expire()")
            with ThreadPoolExecutor(1) as pool:
                late = pool.submit(agent.post, f"/tickets/{ticket}/accept")
                holder.commit()
                answer = late.result()
    if first == "accept":
        assert answer.status_code == 200 and desk.assignee(ticket) == agent.id
    else:
        problem = assert_problem(answer, 409, "conflict")
        assert problem["detail"] == "This chat is not offered to you any more."
        assert desk.waiting() == [ticket]
    assert all(load == held for load, _, held in desk.loads()), desk.loads()
    missed = "SELECT missed_offers FROM agent WHERE user_id = %s"
    assert desk.server.sql(missed, agent.id) == [(int(first == "expiry"),)]


def test_two_servers_end_an_offer_once(make_desk):
    desk = make_desk(9, 9)
    desk.open_up()
    tickets = [desk.chat() for _ in range(6)]
    for ticket in tickets:
        wait_offered(desk, ticket)
    with ThreadPoolExecutor(6) as pool:
        for ticket in tickets:
            let_pass(desk, ticket)
        list(pool.map(desk.server.sql_apart, ["SELECT offers_expire()"] * 12))
    ended = desk.server.sql(
        "SELECT (data -> 'offer' ->> 'ticket')::bigint, count(*) FROM event"
        " WHERE kind = 'offer.gone' AND data -> 'offer' ->> 'ticket' = ANY (%s)"
        " AND data ->> 'reason' IN ('missed', 'withdrawn') GROUP BY 1 ORDER BY 1",
        [str(ticket) for ticket in tickets],
    )
    assert ended == [(ticket, 1) for ticket in tickets]
    assert all(load == held for load, _, held in desk.loads()), desk.loads()


# What ends an offer otherwise


def leave(desk, ticket):
    desk.customers[ticket].put(f"/tickets/{ticket}/status", {"status": "closed"}, status=200)


def resolve(desk, ticket):
    desk.agents[1].put(f"/tickets/{ticket}/status", {"status": "resolved"}, status=200)


def snooze(desk, ticket):
    until = desk.server.sql("SELECT rfc3339(now() + interval '1 day')")[0][0]
    desk.agents[1].post(f"/tickets/{ticket}/snooze", {"until": until}, status=200)


def delete(desk, ticket):
    desk.server.login("admin@example.com").delete(f"/tickets/{ticket}", status=204)


def transfer(desk, ticket):
    desk.agents[1].post(f"/tickets/{ticket}/transfer", {"department": 1}, status=200)


def edit(desk, ticket):
    desk.agents[1].patch(f"/tickets/{ticket}", {"department": 1}, status=200)


def close_department(desk, ticket):
    admin = desk.server.login("admin@example.com")
    admin.delete(f"/departments/{desk.department}?move_to=1", status=204)


@pytest.mark.parametrize("act", [leave, resolve, snooze, delete, transfer, edit, close_department])
def test_what_nobody_needs_any_more_is_offered_to_nobody(make_desk, act):
    desk = make_desk(5, 0)
    agent = desk.agents[0]
    desk.open_up()
    ticket = desk.chat()
    wait_offer(agent, ticket)
    with agent.live() as live:
        act(desk, ticket)
        told = gone(live, ticket)
        assert (told["reason"], told["by"], told["presence"]) == ("ended", None, "online")
    assert offers(agent) == [] and desk.loads() == [(0, 5, 0), (0, 0, 0)]
    late = (404, "not_found") if act is delete else (409, "conflict")
    assert_problem(agent.post(f"/tickets/{ticket}/accept"), *late)


# Strategies


def test_only_a_chat_that_is_taken_counts_as_a_turn(make_desk):
    desk = make_desk(9, 9, 9, strategy="round_robin")
    desk.open_up()
    one, two, three = desk.agents
    missed = desk.chat()
    assert wait_offered(desk, missed) == one.id
    together = desk.chat()
    assert wait_offered(desk, together) == two.id, "two at once are not both the first one's"
    let_pass(desk, missed)
    wait_until(lambda: offered_to(desk, missed) == three.id, 20, "it to be the third one's")
    two.post(f"/tickets/{together}/accept", status=200)
    three.post(f"/tickets/{missed}/accept", status=200)
    # The first one has not had a turn yet.
    following = desk.chat()
    assert wait_offered(desk, following) == one.id
    one.post(f"/tickets/{following}/accept", status=200)
    assert wait_offered(desk, desk.chat()) == two.id


def test_who_knows_the_case_is_asked_first_and_may_decline(make_desk):
    desk = make_desk(9, 9, 9)
    desk.open_up()
    knows = desk.agents[2]
    ticket = desk.chat()
    knows.post(f"/tickets/{ticket}/claim", status=200)
    desk.server.sql("SELECT ticket_change(%s, 'open', NULL, true, 'returned')", ticket)
    wait_offer(knows, ticket)
    knows.post(f"/tickets/{ticket}/decline", status=204)
    wait_until(lambda: offered_to(desk, ticket) not in (None, knows.id), 20, "somebody else's")


# Settings, rights, restarts


def test_what_can_be_set(make_desk, admin):
    desk = make_desk()
    path = f"/departments/{desk.department}"
    with desk.server.visitor().live() as live:
        changed = admin.patch(path, {"offer_seconds": 45}, status=200)["department"]
        assert (changed["offers_chats"], changed["offer_seconds"]) == (True, 45)
        assert live.expect("department.changed")["data"]["department"] == changed
    for seconds in (4, 301, -1, 10**9, "20", 20.5):
        answer = admin.patch(path, {"offer_seconds": seconds})
        assert refused_fields(answer)[0][0] == "offer_seconds", seconds
    assert refused_fields(admin.patch(path, {"offers_chats": 1})) == [
        ("offers_chats", "wrong_type")
    ]
    fresh = admin.post("/departments", {"name": f"Fresh {desk.department}"}, status=201)
    assert fresh["department"]["offers_chats"] is False
    assert fresh["department"]["offer_seconds"] == 20
    admin.delete(f"/departments/{fresh['department']['id']}", status=204)


def test_only_who_is_asked_can_answer(make_desk):
    desk = make_desk(1, 1, strategy="round_robin")
    asked, other = desk.agents
    asked.put("/me/presence", {"state": "online"}, status=200)
    ticket = desk.chat()
    wait_offer(asked, ticket)
    for what in ("accept", "decline"):
        assert_only_staff(desk, ticket, "POST", f"/tickets/{ticket}/{what}")
        assert_problem(other.post(f"/tickets/{ticket}/{what}"), 409, "conflict")
        assert_problem(asked.post(f"/tickets/{10**9}/{what}"), 404, "not_found")
        with other.live() as live:
            for bad in ({}, {"ticket": "x"}, {"ticket": 0}):
                live.send(what, **bad)
                assert live.expect("refused")["code"] == "validation_failed"
    assert_problem(desk.customers[ticket].get("/offers"), 403, "forbidden")
    assert offers(other) == []
    assert offers(asked) != []


def test_offers_and_events_make_a_fresh_list_of_offers(make_desk):
    """T12: snapshot + events = fresh snapshot."""
    desk = make_desk(3, 3)
    agent = desk.agents[0]
    with agent.live() as live:
        live.send("presence", state="online")
        known, applied = {}, [0]

        def apply():
            for frame in live.frames[applied[0] :]:
                applied[0] += 1
                if frame.get("kind") == "offer.made":
                    known[frame["data"]["offer"]["ticket"]] = frame["data"]["offer"]
                elif frame.get("kind") == "offer.gone":
                    known.pop(frame["data"]["offer"]["ticket"])
            return sorted(known.values(), key=lambda offer: (offer["made_at"], offer["ticket"]))

        def agree(count):
            wait_until(
                lambda: apply() == offers(agent) and len(known) == count,
                20,
                lambda: f"{count} offers; known {known}, fresh {offers(agent)}",
            )

        one, two, three = desk.chat(), desk.chat(), desk.chat()
        agree(3)
        agent.post(f"/tickets/{one}/accept", status=200)
        agree(2)
        agent.post(f"/tickets/{two}/decline", status=204)
        agree(1)
        desk.agents[1].post(f"/tickets/{three}/claim", status=200)
        agree(0)


def test_an_offer_survives_a_crash_with_the_time_that_it_has(fresh_server):
    desk = Desk(fresh_server, 5)
    agent = desk.agents[0]
    fresh_server.sql(
        "UPDATE department SET offers_chats = true, offer_seconds = 300 WHERE id = %s",
        desk.department,
    )
    desk.open_up()
    late, ticket = desk.chat(), desk.chat()
    before = [wait_offer(agent, late), wait_offer(agent, ticket)]
    let_pass_later = (
        "UPDATE ticket_offer SET expires_at = now() + interval '1 ms' WHERE ticket_id = %s"
    )
    with closing(psycopg2.connect(fresh_server.database_url)) as holder:
        # Nobody notices before the crash.
        holder.cursor().execute("SELECT FROM ticket WHERE id = %s FOR NO KEY UPDATE", (late,))
        fresh_server.sql(let_pass_later, late)
        fresh_server.kill9()
    fresh_server.start()
    agent.url = fresh_server.url
    wait_until(
        lambda: offers(agent) == before[1:], 20, lambda: f"{before[1:]}, not {offers(agent)}"
    )
    agent.post(f"/tickets/{ticket}/accept", status=200)
    assert desk.held(agent) == [ticket] and desk.loads() == [(1, 5, 1)]
