# SPDX-License-Identifier: AGPL-3.0-or-later
"""Q7: silence has consequences, once each. A customer is reminded, warned, and the ticket ends; an
agent who does not answer loses it to the queue. Time passes here by moving what is written into the
past."""

import random
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import psycopg2
import pytest

from support.api import assert_problem
from support.desk import Desk
from support.tickets import look, refused_fields
from support.wait import wait_until

TIMES = {"remind_minutes": 5, "warn_minutes": 10, "close_minutes": 5, "answer_minutes": 10}
NEVER = dict.fromkeys(TIMES)

PASS_TIME = """
    WITH passed AS (SELECT make_interval(secs => %(seconds)s) AS span),
    said AS (
      UPDATE message SET created_at = created_at - span FROM passed WHERE ticket_id = %(ticket)s),
    watched AS (
      UPDATE ticket_watch SET since = since - span, step_at = step_at - span, due_at = due_at - span
      FROM passed WHERE ticket_id = %(ticket)s)
    UPDATE ticket SET last_message_at = last_message_at - span FROM passed WHERE id = %(ticket)s"""


@pytest.fixture(scope="module")
def admin(server):
    return server.login("admin@example.com")


@pytest.fixture
def make_desk(server):
    """make_desk(capacity, …): a department of its own, whose chats have the usual times."""
    made = []

    def make(*capacities):
        made.append(Desk(server, *capacities))
        return made[-1]

    yield make
    for desk in made:
        desk.close()


@pytest.fixture
def desk(make_desk):
    desk = make_desk(5)
    desk.open_up()
    return desk


def pass_time(desk, ticket, minutes):
    with desk.server.database.cursor() as cursor:
        cursor.execute(PASS_TIME, {"ticket": ticket, "seconds": 60 * minutes})


def lines(desk, ticket):
    """The codes of the system lines that the customer sees."""
    answer = desk.customers[ticket].get(f"/tickets/{ticket}/messages", status=200)
    return [m["body"] for m in answer["messages"] if m["type"] == "system"]


def wait_line(desk, ticket, *expected):
    """The last lines become these."""
    wait_until(
        lambda: lines(desk, ticket)[-len(expected) :] == list(expected),
        20,
        lambda: f"{expected} in the thread; the lines are {lines(desk, ticket)}",
    )


def settle(desk, ticket):
    """What is due now has been done."""
    due = "SELECT due_at > now() FROM ticket_watch WHERE ticket_id = %s"
    wait_until(lambda: desk.server.sql(due, ticket) in ([], [(True,)]), 20, "nothing to be due")


def answered_chat(desk):
    """A chat whose agent has said something, and whose customer is to speak."""
    ticket = desk.chat()
    holder = desk.wait_assignee(ticket)
    agent = next(agent for agent in desk.agents if agent.id == holder)
    agent.post(f"/tickets/{ticket}/messages", {"body": "Which order?"}, status=201)
    return ticket


def say(desk, ticket, body="Still here"):
    desk.customers[ticket].post(f"/tickets/{ticket}/messages", {"body": body}, status=201)


def status(desk, ticket):
    return look(desk.customers[ticket], ticket)["status"]


# Silent customers


def test_a_silent_customer_is_reminded_and_warned_and_then_the_ticket_ends(desk):
    ticket = answered_chat(desk)
    with desk.customers[ticket].live() as live:
        pass_time(desk, ticket, 4.9)
        settle(desk, ticket)
        assert lines(desk, ticket) == ["assigned"]
        pass_time(desk, ticket, 0.2)
        wait_line(desk, ticket, "reminded")
        pass_time(desk, ticket, 9.9)
        settle(desk, ticket)
        pass_time(desk, ticket, 0.2)
        wait_line(desk, ticket, "reminded", "warned")
        told = live.expect(
            "message.created", lambda frame: frame["data"]["message"]["body"] == "warned"
        )["data"]["message"]
        assert told["data"]["minutes"] == 5 and told["data"]["closes_at"] > told["created_at"]
        assert status(desk, ticket) == "in_progress"
        pass_time(desk, ticket, 5.1)
        wait_line(desk, ticket, "reminded", "warned", "resolved")
    answer = desk.customers[ticket].get(f"/tickets/{ticket}/messages", status=200)
    assert answer["messages"][-1]["data"] == {"silent": True}
    assert status(desk, ticket) == "resolved"
    assert desk.loads() == [(0, 5, 0)], "the agent has a place free"
    say(desk, ticket, "Sorry, I was away")
    assert status(desk, ticket) == "in_progress", "nothing is lost"


@pytest.mark.parametrize("step", ["reminded", "warned"])
def test_any_word_of_the_customer_begins_anew(desk, step):
    ticket = answered_chat(desk)
    pass_time(desk, ticket, 6)
    wait_line(desk, ticket, "reminded")
    if step == "warned":
        pass_time(desk, ticket, 11)
        wait_line(desk, ticket, "warned")
    say(desk, ticket)
    desk.agents[0].post(f"/tickets/{ticket}/messages", {"body": "Good"}, status=201)
    before = lines(desk, ticket)
    pass_time(desk, ticket, 4.9)
    settle(desk, ticket)
    assert lines(desk, ticket) == before and status(desk, ticket) == "in_progress"
    pass_time(desk, ticket, 0.2)
    wait_line(desk, ticket, step, "reminded")


def test_a_customer_keeps_it_open_without_a_word(desk):
    ticket = answered_chat(desk)
    customer, path = desk.customers[ticket], f"/tickets/{ticket}/keep-open"
    customer.post(path, status=204)
    assert lines(desk, ticket) == ["assigned"], "nobody had asked"
    pass_time(desk, ticket, 6)
    wait_line(desk, ticket, "reminded")
    pass_time(desk, ticket, 11)
    wait_line(desk, ticket, "warned")
    customer.post(path, status=204)
    customer.post(path, status=204)
    wait_line(desk, ticket, "warned", "kept_open")
    pass_time(desk, ticket, 4.9)
    settle(desk, ticket)
    assert status(desk, ticket) == "in_progress"
    pass_time(desk, ticket, 0.2)
    wait_line(desk, ticket, "kept_open", "reminded")

    assert_problem(desk.server.visitor().post(path), 404, "not_found")
    assert_problem(desk.agents[0].post(path), 404, "not_found")
    customer.put(f"/tickets/{ticket}/status", {"status": "resolved"}, status=200)
    assert_problem(customer.post(path), 409, "conflict")


def test_who_waits_on_the_customer_is_no_load_and_ends_too(desk):
    ticket = answered_chat(desk)
    body = {"status": "waiting_on_customer"}
    desk.agents[0].put(f"/tickets/{ticket}/status", body, status=200)
    for minutes, line in ((6, "reminded"), (11, "warned"), (6, "resolved")):
        pass_time(desk, ticket, minutes)
        wait_line(desk, ticket, line)
    assert status(desk, ticket) == "resolved"


def test_a_clock_that_jumps_ends_nothing_that_was_not_warned(desk):
    """A day at once is one step: each of the others waits from when the one before was said."""
    ticket = answered_chat(desk)
    pass_time(desk, ticket, 24 * 60)
    wait_line(desk, ticket, "reminded")
    settle(desk, ticket)
    assert lines(desk, ticket) == ["assigned", "reminded"]
    # And back: nothing is said that was not due, and it goes on when the clock is there again.
    pass_time(desk, ticket, -24 * 60)
    settle(desk, ticket)
    assert lines(desk, ticket) == ["assigned", "reminded"]


def test_what_waits_sleeps_or_has_ended_is_left_alone(make_desk):
    desk = make_desk(5)
    waiting = desk.chat()
    desk.open_up()
    asleep, ended = answered_chat(desk), answered_chat(desk)
    desk.wait_assignee(waiting)
    until = desk.server.sql("SELECT rfc3339(now() + interval '1 day')")[0][0]
    desk.agents[0].post(f"/tickets/{asleep}/snooze", {"until": until}, status=200)
    desk.agents[0].put(f"/tickets/{ended}/status", {"status": "resolved"}, status=200)
    desk.open_up("away")
    desk.agents[0].put(f"/tickets/{waiting}/assign", {"assigned_to": None}, status=200)
    watched = "SELECT count(*) FROM ticket_watch WHERE ticket_id = ANY (%s)"
    assert desk.server.sql(watched, [waiting, asleep, ended]) == [(0,)]


# Silent agents


def test_an_agent_who_does_not_answer_loses_the_chat_to_the_queue(make_desk):
    desk = make_desk(5, 0)
    silent, other = desk.agents
    desk.open_up()
    ticket = desk.chat()
    assert desk.wait_assignee(ticket) == silent.id
    rank = desk.server.sql("SELECT rank_at FROM ticket WHERE id = %s", ticket)
    pass_time(desk, ticket, 6)
    # Neither who asks again makes the time longer, nor a note that the customer cannot see.
    say(desk, ticket, "Hello?")
    note = {"body": "Looking", "is_internal": True}
    silent.post(f"/tickets/{ticket}/messages", note, status=201)
    pass_time(desk, ticket, 3.9)
    settle(desk, ticket)
    assert desk.assignee(ticket) == silent.id
    pass_time(desk, ticket, 0.2)
    wait_line(desk, ticket, "returned")
    assert desk.waiting() == [ticket], "whoever was silent is not given it right back"
    assert desk.server.sql("SELECT rank_at FROM ticket WHERE id = %s", ticket) == rank
    desk.server.sql("UPDATE agent_load SET capacity = 5 WHERE agent_id = %s", other.id)
    other.put("/me/presence", {"state": "online"}, status=200)
    assert desk.wait_assignee(ticket) == other.id


def test_who_is_handed_a_chat_has_the_whole_time(make_desk):
    desk = make_desk(5, 5)
    desk.open_up()
    ticket = desk.chat()
    first = desk.wait_assignee(ticket)
    second = next(agent for agent in desk.agents if agent.id != first)
    pass_time(desk, ticket, 9.5)
    second.post(f"/tickets/{ticket}/transfer", {"agent": second.id}, status=200)
    pass_time(desk, ticket, 9.5)
    settle(desk, ticket)
    assert desk.assignee(ticket) == second.id
    pass_time(desk, ticket, 0.6)
    wait_line(desk, ticket, "returned", "assigned")


# Once, and never against an answer


@pytest.mark.parametrize("first", ["answer", "timeout"])
def test_the_answer_and_the_end_at_the_same_moment(desk, first):
    """Whoever has the ticket's lock first is the one that happened first."""
    ticket = answered_chat(desk)
    for minutes, line in ((6, "reminded"), (11, "warned")):
        pass_time(desk, ticket, minutes)
        wait_line(desk, ticket, line)
    with closing(psycopg2.connect(desk.server.database_url)) as holder:
        with holder.cursor() as cursor:
            cursor.execute("SELECT FROM ticket WHERE id = %s FOR NO KEY UPDATE", (ticket,))
            pass_time_of_watch(desk, ticket, 7)
            with ThreadPoolExecutor(1) as pool:
                if first == "answer":
                    cursor.execute(
                        "SELECT outcome FROM message_append(ARRAY[%s], ARRAY[%s], ARRAY[false],"
                        " ARRAY['late'], ARRAY['Here'], ARRAY['[]'], ARRAY[false], ARRAY[-1])",
                        (ticket, desk.customers[ticket].id),
                    )
                    desk.server.sql("SELECT tickets_time_out()")
                    holder.commit()
                    settle(desk, ticket)
                else:
                    cursor.execute("SELECT tickets_time_out()")
                    late = pool.submit(say, desk, ticket, "Here")
                    holder.commit()
                    late.result()
    assert status(desk, ticket) == "in_progress"
    ended = ["resolved", "reopened"] if first == "timeout" else []
    assert lines(desk, ticket) == ["assigned", "reminded", "warned", *ended]


def pass_time_of_watch(desk, ticket, minutes):
    """As pass_time(), of what needs no lock of the ticket."""
    desk.server.sql(
        "UPDATE ticket_watch SET step_at = step_at - make_interval(mins => %s),"
        " due_at = due_at - make_interval(mins => %s) WHERE ticket_id = %s",
        minutes,
        minutes,
        ticket,
    )


def test_two_servers_say_each_thing_once(make_desk):
    desk = make_desk(9, 9)
    desk.open_up()
    tickets = [answered_chat(desk) for _ in range(8)]
    tell = ["reminded", "warned", "resolved"]
    with ThreadPoolExecutor(4) as pool:
        for minutes, line in zip((6, 11, 6), tell):
            for ticket in random.sample(tickets, len(tickets)):
                pass_time(desk, ticket, minutes)
            list(pool.map(desk.server.sql_apart, ["SELECT tickets_time_out()"] * 8))
            for ticket in tickets:
                wait_line(desk, ticket, line)
    for ticket in tickets:
        assert lines(desk, ticket) == ["assigned", *tell]
    assert all(load == held == 0 for load, _, held in desk.loads()), desk.loads()


def test_a_server_killed_in_the_middle_says_it_once(fresh_server):
    desk = Desk(fresh_server, 5)
    desk.open_up()
    ticket = answered_chat(desk)
    for minutes, line in ((6, "reminded"), (11, "warned")):
        pass_time(desk, ticket, minutes)
        wait_line(desk, ticket, line)
    with closing(psycopg2.connect(fresh_server.database_url)) as dying:
        cursor = dying.cursor()
        cursor.execute("SELECT FROM ticket WHERE id = %s FOR NO KEY UPDATE", (ticket,))
        pass_time_of_watch(desk, ticket, 7)
        cursor.execute("SELECT tickets_time_out()")
        fresh_server.kill9()
    fresh_server.start()
    for person in (*desk.agents, *desk.customers.values()):
        person.url = fresh_server.url
    wait_line(desk, ticket, "reminded", "warned", "resolved")
    settle(desk, ticket)
    assert lines(desk, ticket) == ["assigned", "reminded", "warned", "resolved"]


# Settings


def test_each_department_says_for_each_channel_after_how_long(desk, admin):
    path = f"/departments/{desk.department}/timeouts"
    usual = {channel: NEVER for channel in ("chat", "portal", "email", "api")} | {"chat": TIMES}
    assert admin.get(path, status=200) == {"timeouts": usual}
    changed = {"remind_minutes": 60, "answer_minutes": 30}
    answer = admin.put(path, {"channel": "portal", **changed}, status=200)
    assert answer["timeouts"] == usual | {"portal": NEVER | changed}

    # Silence from before somebody set a time does not count.
    body = {"channel": "email", **TIMES}
    admin.put(path, body, status=200)
    assert admin.put(path, {"channel": "email"}, status=200)["timeouts"]["email"] == NEVER


def test_a_time_that_is_set_counts_for_tickets_that_are_there(desk, admin):
    path = f"/departments/{desk.department}/timeouts"
    admin.put(path, {"channel": "chat"}, status=200)
    ticket = answered_chat(desk)
    pass_time(desk, ticket, 60)
    admin.put(path, {"channel": "chat", "remind_minutes": 2}, status=200)
    settle(desk, ticket)
    assert lines(desk, ticket) == ["assigned"], "silence counts from when somebody watches"
    pass_time(desk, ticket, 2.1)
    wait_line(desk, ticket, "reminded")
    settle(desk, ticket)
    admin.put(path, {"channel": "chat", "warn_minutes": 1, "close_minutes": 1}, status=200)
    pass_time(desk, ticket, 1.1)
    wait_line(desk, ticket, "warned")


def test_other_channels_are_off_at_first(desk, admin):
    desk.server.sql(
        "INSERT INTO agent_load (agent_id, channel, capacity) VALUES (%s, 'portal', 5)",
        desk.agents[0].id,
    )
    ticket = desk.chat(channel="portal")
    desk.wait_assignee(ticket)
    pass_time(desk, ticket, 60 * 24 * 30)
    settle(desk, ticket)
    assert desk.assignee(ticket) == desk.agents[0].id and lines(desk, ticket) == ["assigned"]


def test_times_that_make_no_sense_are_refused(desk, admin):
    path = f"/departments/{desk.department}/timeouts"
    for field in TIMES:
        for value in (0, -1, 43201, 10**9, "5", 1.5, True):
            body = {"channel": "chat", **TIMES, field: value}
            assert refused_fields(admin.put(path, body))[0][0] == field, value
    for body in ({"warn_minutes": 5}, {"close_minutes": 5}):
        answer = admin.put(path, {"channel": "chat", **body})
        assert refused_fields(answer) == [("close_minutes", "not_allowed")]
    for channel in (None, "fax", 1):
        assert refused_fields(admin.put(path, {"channel": channel}))[0][0] == "channel"
    nowhere = f"/departments/{10**9}/timeouts"
    assert_problem(admin.get(nowhere), 404, "not_found")
    assert_problem(admin.put(nowhere, {"channel": "chat"}), 404, "not_found")
    for person in (desk.agents[0], desk.server.visitor()):
        assert_problem(person.get(path), 403, "forbidden")
        assert_problem(person.put(path, {"channel": "chat"}), 403, "forbidden")
