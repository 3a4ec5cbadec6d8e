# SPDX-License-Identifier: AGPL-3.0-or-later
"""Waiting tickets: who gets them, in which order, never more than fit, and what the customers hear
of their place."""

import json
import random
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import psycopg2
import pytest

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


def resolve(desk, agent, ticket):
    agent.put(f"/tickets/{ticket}/status", {"status": "resolved"}, status=200)


# Who gets a ticket


def test_the_least_busy_agent_gets_the_next_chat(make_desk):
    desk = make_desk(1, 2, 4)
    desk.open_up()
    for _ in range(7):
        before = {agent.id: load for agent, load in zip(desk.agents, desk.loads())}
        chosen = desk.wait_assignee(desk.chat())
        free = {key: load / limit for key, (load, limit, _) in before.items() if load < limit}
        assert free[chosen] == min(free.values()), f"{chosen} of {before}"
    assert desk.loads() == [(1, 1, 1), (2, 2, 2), (4, 4, 4)]


def test_of_equals_the_one_who_waited_longest_gets_it(make_desk):
    desk = make_desk(9, 9, 9)
    desk.open_up()
    chosen = []
    for _ in range(6):
        chosen.append(desk.wait_assignee(desk.chat()))
    assert len(set(chosen[:3])) == 3
    assert chosen[3:] == chosen[:3]


def test_nobody_away_or_offline_gets_anything(make_desk):
    desk = make_desk(5, 5, 5)
    away, offline, online = desk.agents
    away.put("/me/presence", {"state": "away"}, status=200)
    offline.put("/me/presence", {"state": "online"}, status=200)
    offline.put("/me/presence", {"state": "offline"}, status=200)
    tickets = [desk.chat() for _ in range(3)]
    online.put("/me/presence", {"state": "online"}, status=200)
    assert {desk.wait_assignee(ticket) for ticket in tickets} == {online.id}
    assert desk.held(away) == desk.held(offline) == []


def test_departments_are_served_by_their_own_agents(make_desk):
    sales, repairs = make_desk(5), make_desk(5)
    sales.open_up()
    for_repairs = repairs.chat()
    for_sales = sales.chat()
    assert sales.wait_assignee(for_sales) == sales.agents[0].id
    assert repairs.waiting() == [for_repairs]
    repairs.open_up()
    assert repairs.wait_assignee(for_repairs) == repairs.agents[0].id


def test_departments_that_share_an_agent_share_fairly(make_desk):
    sales, repairs = make_desk(2), make_desk()
    agent = sales.agents[0]
    repairs.enrol(agent.id)
    first, second, third = repairs.chat(), sales.chat(), repairs.chat()
    sales.open_up()
    assert sales.wait_assignee(first) == sales.wait_assignee(second) == agent.id
    assert repairs.waiting() == [third]


def test_both_sides_hear_that_an_agent_took_the_chat(make_desk):
    desk = make_desk(1)
    ticket = desk.chat()
    customer = desk.customers[ticket]
    with customer.live() as at_customer, desk.agents[0].live() as at_agent:
        desk.open_up()
        for live in (at_customer, at_agent):
            told = live.expect("ticket.updated", lambda frame: frame["ticket"] == ticket)
            changed = told["data"]["ticket"]
            assert changed["assigned_to"]["id"] == desk.agents[0].id
            assert (changed["status"], changed["waiting"]) == ("assigned", False)
            line = live.expect("message.created", lambda frame: frame["ticket"] == ticket)
            assert line["data"]["message"]["body"] == "assigned"


# How many


def test_capacity_holds_when_thirty_customers_come_at_once(make_desk):
    desk = make_desk(5, 3, 4)
    desk.open_up()
    customers = [desk.server.visitor() for _ in range(30)]
    with ThreadPoolExecutor(15) as pool:
        tickets = list(pool.map(desk.chat, customers))
    wait_until(lambda: len(desk.waiting()) == 18, 30, desk.describe)
    assert desk.loads() == [(5, 5, 5), (3, 3, 3), (4, 4, 4)]

    # A place that frees goes to the head, until everybody was served.
    by_id = {agent.id: agent for agent in desk.agents}
    while waiting := desk.waiting():
        busy = next(ticket for ticket in tickets if desk.assignee(ticket))
        tickets.remove(busy)
        resolve(desk, by_id[desk.assignee(busy)], busy)
        desk.wait_assignee(waiting[0])
        assert all(load == held <= limit for load, limit, held in desk.loads()), desk.loads()


def test_lower_capacity_only_stops_new_work(make_desk):
    desk = make_desk(3)
    desk.open_up()
    agent = desk.agents[0]
    held = [desk.chat() for _ in range(3)]
    for ticket in held:
        desk.wait_assignee(ticket)
    desk.server.sql("UPDATE agent_load SET capacity = 1 WHERE agent_id = %s", agent.id)
    waiting = desk.chat()
    resolve(desk, agent, held[0])
    resolve(desk, agent, held[1])
    wait_until(lambda: desk.loads() == [(1, 1, 1)], 10, desk.describe)
    assert desk.waiting() == [waiting]
    resolve(desk, agent, held[2])
    assert desk.wait_assignee(waiting) == agent.id


MOVES = [
    "SELECT ticket_assign(%(ticket)s, %(agent)s, false)",
    "SELECT ticket_assign(%(ticket)s, %(agent)s, true)",
    "SELECT ticket_assign(%(ticket)s, NULL, false)",
    "SELECT ticket_set_status(%(ticket)s, 'in_progress', %(agent)s, false)",
    "SELECT ticket_set_status(%(ticket)s, 'waiting_on_customer', %(agent)s, false)",
    "SELECT ticket_set_status(%(ticket)s, 'resolved', %(agent)s, false)",
    "SELECT ticket_set_status(%(ticket)s, 'closed', %(agent)s, false)",
    "SELECT ticket_set_status(%(ticket)s, 'open', %(agent)s, false)",
    "SELECT outcome FROM dispatch_assign(%(tickets)s, %(agents)s)",
    "SELECT ticket_claim(%(ticket)s, %(agent)s, false)",
    "SELECT ticket_transfer(%(ticket)s, %(agent)s, NULL, 'n', '[]', %(agent)s, false)",
    "SELECT ticket_transfer(%(ticket)s, NULL, %(department)s, 'n', '[]', %(agent)s, false)",
    "SELECT agent_change(%(agent)s, '{\"chat\": 4}', NULL, NULL, NULL, NULL, NULL, NULL, NULL,"
    " NULL, NULL, NULL)",
    "UPDATE app_user SET is_active = NOT is_active WHERE id = %(agent)s",
    "SELECT presence_set(%(agent)s, 'test', 'online', now() + interval '1 hour')",
    "SELECT presence_connection(%(agent)s, 'test', false, now())",
    "SELECT presence_sweep()",
    "SELECT outcome FROM message_append(%(tickets)s, %(agents)s, ARRAY[true, true, true],"
    " %(client_ids)s, ARRAY['a', 'b', 'c'], ARRAY['[]', '[]', '[]'],"
    " ARRAY[false, false, false], ARRAY[-1, -1, -1])",
    "UPDATE department SET offers_chats = NOT offers_chats WHERE id = %(department)s",
    "SELECT offer_accept(%(ticket)s, %(agent)s)",
    "SELECT offer_decline(%(ticket)s, %(agent)s)",
    "SELECT offer_accept(ticket_id, agent_id) FROM ticket_offer LIMIT 1",
    "UPDATE ticket_offer SET expires_at = now() WHERE ticket_id = %(ticket)s",
    "SELECT offers_expire()",
    "SELECT ticket_snooze(%(ticket)s, now() + interval '1 hour')",
    "SELECT ticket_wake(%(ticket)s)",
    "SELECT presence_set(%(agent)s, 'test', 'away', now() + interval '1 hour', now(), true)",
    "SELECT presence_idle(%(agent)s, 'test', '-infinity', now())",
    "SELECT presence_turn()",
    "UPDATE ticket_watch SET since = since - interval '1 hour', due_at = now()"
    " WHERE ticket_id = %(ticket)s",
    "UPDATE message SET created_at = created_at - interval '1 hour' WHERE ticket_id = %(ticket)s",
    "SELECT tickets_time_out()",
]


def test_load_is_the_count_of_tickets_whatever_happens_at_once(make_desk):
    """Also a test of the order of locks: a deadlock ends it."""
    desk = make_desk(2, 3, 4, 5)
    tickets = [desk.chat() for _ in range(12)]
    agents = [agent.id for agent in desk.agents]
    seed = random.randrange(10**6)

    def worker(number):
        dice = random.Random(f"{seed} {number}")
        with closing(psycopg2.connect(desk.server.database_url)) as connection:
            connection.autocommit = True
            for turn in range(200):
                some = dice.sample(tickets, 3)
                values = {
                    "ticket": some[0],
                    "agent": dice.choice(agents),
                    "department": desk.department,
                    "tickets": some,
                    "agents": dice.choices(agents, k=3),
                    "client_ids": [f"{number} {turn} {n}" for n in range(3)],
                }
                connection.cursor().execute(dice.choice(MOVES), values)

    with ThreadPoolExecutor(6) as pool:
        for done in [pool.submit(worker, number) for number in range(6)]:
            done.result()
    desk.server.sql("UPDATE app_user SET is_active = true WHERE id = ANY (%s)", agents)
    for agent in desk.agents:
        agent.token = desk.server.login(agent.user["email"]).token
    for load, _, held in desk.loads():
        assert load == held, f"seed {seed}: {desk.loads()}"


def what_became_of(desk, ticket, before):
    """The ticket's row and everything that was written with it, without what differs anyway."""
    row = desk.server.sql("SELECT row_to_json(t) FROM ticket t WHERE id = %s", ticket)[0][0]
    events = desk.server.sql(
        "SELECT kind, audience::text, seq, public_seq, data, staff::text FROM event"
        " WHERE ticket_id = %s AND id > %s ORDER BY id",
        ticket,
        before,
    )
    lines = desk.server.sql(
        "SELECT row_to_json(m) FROM message m WHERE ticket_id = %s ORDER BY seq DESC LIMIT 1",
        ticket,
    )
    text = json.dumps([row, events, lines])
    own = (
        r'"(id|ticket_id|customer_id|\w+_at|waiting_since|created_by|last_message_preview)": [^,}]+'
    )
    return re.sub(own, "", text)


def test_the_dispatcher_does_what_a_claim_does(make_desk):
    """It hands many over in one statement of its own, which must not do anything else."""
    desk = make_desk(9)
    agent = desk.agents[0].id
    desk.server.sql("UPDATE department SET strategy = 'manual' WHERE id = %s", desk.department)
    desk.open_up()
    claimed, dispatched = desk.chat(), desk.chat()
    claim = "SELECT ticket_assign(%s, %s, false)"
    dispatch = (
        "UPDATE department SET strategy = 'least_busy' WHERE strategy = 'manual';"
        " SELECT outcome FROM dispatch_assign(ARRAY[%s], ARRAY[%s])"
    )
    became = []
    for ticket, statement in ((claimed, claim), (dispatched, dispatch)):
        before = desk.server.sql("SELECT max(id) FROM event")[0][0]
        assert desk.server.sql(statement, ticket, agent) == [("done",)]
        became.append(what_became_of(desk, ticket, before))
    assert became[0] == became[1]
    assert '"assigned"' in became[0] and '"ticket.updated"' in became[0]
    assert desk.loads() == [(2, 9, 2)]


# In which order


def test_head_starts_order_the_queue(make_desk):
    desk = make_desk(1)
    server = desk.server
    customers = {name: server.visitor() for name in ("low", "vip", "normal", "high", "urgent")}
    server.sql("UPDATE app_user SET tier = 'vip' WHERE id = %s", customers["vip"].id)
    names = {}
    for name, customer in customers.items():
        priority = "normal" if name == "vip" else name
        names[desk.chat(customer, priority=priority)] = name
    order = ["urgent", "vip", "high", "normal", "low"]
    # 15 minutes each: whoever came first.
    assert [names[ticket] for ticket in desk.waiting()] == order

    desk.open_up()
    for name in order:
        held = wait_until(lambda: desk.held(desk.agents[0]), 20, desk.describe)
        assert [names[ticket] for ticket in held] == [name]
        resolve(desk, desk.agents[0], held[0])
        wait_until(lambda: desk.held(desk.agents[0]) != held, 20, desk.describe)


def test_a_returned_ticket_keeps_its_rank_and_comes_back_to_who_knows_it(make_desk):
    desk = make_desk(1, 1)
    knows, other = desk.agents
    knows.put("/me/presence", {"state": "online"}, status=200)
    returned = desk.chat()
    desk.wait_assignee(returned)
    behind = [desk.chat(), desk.chat()]
    knows.put("/me/presence", {"state": "away"}, status=200)
    other.put(f"/tickets/{returned}/assign", {"assigned_to": None}, status=200)
    assert desk.waiting() == [returned, *behind]
    desk.open_up()
    assert desk.wait_assignee(returned) == knows.id
    assert desk.wait_assignee(behind[0]) == other.id


def test_a_held_head_keeps_nobody_waiting(make_desk):
    desk = make_desk(5)
    head, behind = desk.chat(), desk.chat()
    with closing(psycopg2.connect(desk.server.database_url)) as connection:
        connection.cursor().execute("SELECT FROM ticket WHERE id = %s FOR UPDATE", (head,))
        desk.open_up()
        desk.wait_assignee(behind)
        assert desk.assignee(head) is None
    desk.wait_assignee(head)


# What customers hear


def position(customer, ticket):
    return customer.get(f"/tickets/{ticket}/position", status=200)["position"]


def expect_place(live, place, of):
    return live.expect("position", place=place, of=of, timeout=20)


def test_places_are_exact_and_pushed_when_they_change(make_desk):
    desk = make_desk(1)
    tickets = [desk.chat() for _ in range(3)]
    customers = [desk.customers[ticket] for ticket in tickets]
    lives = [customer.live() for customer in customers]
    for place, (live, ticket) in enumerate(zip(lives, tickets), 1):
        frame = expect_place(live, place, 3)
        assert frame == {
            "type": "position",
            "ticket": ticket,
            "place": place,
            "of": 3,
            "wait_low_s": None,
            "wait_high_s": None,
            "next_open_at": None,
        }

    desk.chat()
    for place, live in enumerate(lives, 1):
        expect_place(live, place, 4)
    desk.open_up()
    expect_place(lives[1], 1, 3)
    expect_place(lives[2], 2, 3)
    assert position(customers[0], tickets[0]) is None
    assert position(customers[2], tickets[2])["place"] == 2
    shown = customers[2].get(f"/tickets/{tickets[2]}", status=200)
    assert (shown["position"]["place"], shown["position"]["of"]) == (2, 3)
    for live in lives:
        live.close()


def test_a_second_window_hears_the_place_too(make_desk):
    desk = make_desk()
    ticket = desk.chat()
    customer = desk.customers[ticket]
    with customer.live() as first, customer.live() as second:
        expect_place(first, 1, 1)
        expect_place(second, 1, 1)


def test_only_those_hear_a_place_whose_place_changed(make_desk):
    """Two departments; one moves. The place pushed there last shows that the push was made."""
    quiet, busy = make_desk(), make_desk()
    ticket = quiet.chat()
    with quiet.customers[ticket].live() as live:
        expect_place(live, 1, 1)
        moved = busy.chat()
        with busy.customers[moved].live() as mover:
            expect_place(mover, 1, 1)
            busy.chat()
            expect_place(mover, 1, 2)
        live.sync()
        assert len(live.heard("position")) == 1


def test_the_wait_follows_the_pace_of_the_lane(make_desk):
    """12 tickets of this lane waited 2 minutes each, one after the other: 2 minutes a place."""
    desk = make_desk(1)
    served = [desk.chat() for _ in range(12)]
    for back, ticket in enumerate(reversed(served)):
        agent = desk.agents[0]
        desk.server.sql("SELECT ticket_assign(%s, %s, true)", ticket, agent.id)
        desk.server.sql("SELECT ticket_set_status(%s, 'resolved', NULL, true)", ticket)
        desk.server.sql(
            "UPDATE ticket SET handed_over_at = now() - %s * interval '2 minutes',"
            " waiting_since = now() - (%s + 1) * interval '2 minutes' WHERE id = %s",
            back,
            back,
            ticket,
        )
    desk.server.sql("UPDATE agent_load SET capacity = 0 WHERE agent_id = %s", desk.agents[0].id)
    ticket = desk.chat()
    customer = desk.customers[ticket]
    assert position(customer, ticket)["wait_high_s"] is None, "nobody is there to take it"

    desk.open_up()
    wait = position(customer, ticket)
    # The quantiles of the head of the queue have a closed form; see server/queue/place.h.
    low, high = (1440 * ((1 - share) ** (-1 / 12.5) - 1) for share in (0.1, 0.9))
    assert wait["wait_low_s"] <= low < high <= wait["wait_high_s"]
    assert (wait["wait_low_s"], wait["wait_high_s"]) == (10, 300)
    with customer.live() as live:
        frame = live.expect("position", timeout=20)
        assert {key: frame[key] for key in wait} == wait


def test_a_place_is_nobody_elses_business(make_desk):
    desk = make_desk(1)
    ticket = desk.chat()
    stranger = desk.server.visitor()
    assert stranger.get(f"/tickets/{ticket}/position").status_code == 404
    assert desk.server.anonymous().get(f"/tickets/{ticket}/position").status_code == 401
    assert desk.agents[0].get(f"/tickets/{ticket}/position", status=200)["position"]["place"] == 1


# Faults


def test_hand_out_goes_on_after_the_database_was_away(fresh_server):
    desk = Desk(fresh_server, 5)
    desk.open_up()
    desk.wait_assignee(desk.chat())
    fresh_server.kill_postgres()
    fresh_server.wait_ready()
    desk.wait_assignee(desk.chat(), timeout=60)
