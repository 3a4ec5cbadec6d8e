# SPDX-License-Identifier: AGPL-3.0-or-later
"""T7: snoozed tickets are out of the way until their time comes or their customer writes."""

from datetime import datetime, timedelta, timezone

import pytest

from support.api import assert_problem
from support.desk import Desk
from support.tickets import assert_only_staff, look, refused_fields
from support.wait import wait_until


@pytest.fixture
def desk(server):
    desk = Desk(server, 2, 2)
    yield desk
    desk.close()


def after(**span):
    return (datetime.now(timezone.utc) + timedelta(**span)).isoformat()


def snooze(person, ticket, until=None):
    until = until or after(hours=3)
    return person.post(f"/tickets/{ticket}/snooze", {"until": until}, status=200)["ticket"]


def make_due(desk, ticket):
    """Its time comes now."""
    statement = "UPDATE ticket SET snoozed_until = now() WHERE id = %s"
    desk.server.sql(statement, ticket)


def wait_awake(desk, ticket):
    agent = desk.agents[0]
    awake = lambda: look(agent, ticket)["snoozed_until"] is None
    wait_until(awake, 20, f"ticket {ticket} to wake up")
    return look(agent, ticket)


def say(customer, ticket, body="Hello?"):
    customer.post(f"/tickets/{ticket}/messages", {"body": body}, status=201)


def test_a_snoozed_ticket_leaves_the_queue_and_comes_back_at_its_rank(desk):
    agent = desk.agents[0]
    first, second, third = desk.chat(), desk.chat(), desk.chat()
    asleep = snooze(agent, second)
    assert asleep["snoozed_until"] and not asleep["waiting"] and asleep["status"] == "open"
    assert desk.waiting() == [first, third]
    make_due(desk, second)
    awake = wait_awake(desk, second)
    assert awake["waiting"] and awake["woken_at"]
    assert desk.waiting() == [first, second, third]


def test_a_snoozed_ticket_is_not_handed_out(desk):
    asleep = desk.chat()
    snooze(desk.agents[0], asleep)
    desk.agents[0].put("/me/presence", {"state": "online"}, status=200)
    taken = desk.chat()
    assert desk.wait_assignee(taken) == desk.agents[0].id
    assert desk.assignee(asleep) is None


def test_until_is_the_moment_that_was_said(desk):
    agent, ticket = desk.agents[0], desk.chat()
    until = (datetime.now(timezone.utc) + timedelta(days=2)).replace(microsecond=123456)
    nepal = timezone(timedelta(hours=5, minutes=45))
    snooze(agent, ticket, until.astimezone(nepal).isoformat())
    said = until.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    assert look(agent, ticket)["snoozed_until"] == said


def test_snoozing_frees_the_agents_place_and_waking_takes_it_again(desk):
    agent = desk.agents[0]
    ticket = desk.chat()
    agent.put(f"/tickets/{ticket}/assign", {"assigned_to": agent.id}, status=200)
    assert desk.loads()[0] == (1, 2, 1)
    asleep = snooze(agent, ticket)
    assert (asleep["status"], asleep["assigned_to"]["id"]) == ("assigned", agent.id)
    assert desk.loads()[0] == (0, 2, 0)
    agent.put("/me/presence", {"state": "away"}, status=200)
    make_due(desk, ticket)
    awake = wait_awake(desk, ticket)
    assert (awake["status"], awake["assigned_to"]["id"]) == ("assigned", agent.id)
    assert desk.loads()[0] == (1, 2, 1)


def test_who_is_full_when_it_wakes_does_not_get_it(desk):
    agent = desk.agents[0]
    agent.put("/me/presence", {"state": "away"}, status=200)
    asleep = desk.chat()
    agent.put(f"/tickets/{asleep}/assign", {"assigned_to": agent.id}, status=200)
    snooze(agent, asleep)
    for _ in range(2):
        path = f"/tickets/{desk.chat()}/assign"
        agent.put(path, {"assigned_to": agent.id}, status=200)
    make_due(desk, asleep)
    awake = wait_awake(desk, asleep)
    assert (awake["status"], awake["assigned_to"], awake["waiting"]) == ("open", None, True)
    assert desk.loads()[0] == (2, 2, 2)


def test_a_chat_whose_agent_is_gone_wakes_into_the_queue(desk):
    agent = desk.agents[0]
    ticket = desk.chat()
    agent.put(f"/tickets/{ticket}/assign", {"assigned_to": agent.id}, status=200)
    snooze(agent, ticket)
    make_due(desk, ticket)
    assert wait_awake(desk, ticket)["waiting"]
    assert desk.loads()[0] == (0, 2, 0)


def test_the_customers_reply_wakes_it(desk):
    agent, ticket = desk.agents[0], desk.chat()
    snooze(agent, ticket)
    say(desk.customers[ticket], ticket)
    awake = look(agent, ticket)
    assert (awake["snoozed_until"], awake["waiting"]) == (None, True)
    assert awake["last_message_at"] == awake["woken_at"]


def test_the_customers_reply_wakes_one_that_waits_on_the_customer(desk):
    agent, ticket = desk.agents[0], desk.chat()
    agent.put("/me/presence", {"state": "away"}, status=200)
    agent.put(f"/tickets/{ticket}/assign", {"assigned_to": agent.id}, status=200)
    agent.put(f"/tickets/{ticket}/status", {"status": "waiting_on_customer"}, status=200)
    asleep = snooze(agent, ticket)
    assert asleep["status"] == "waiting_on_customer"
    say(desk.customers[ticket], ticket)
    awake = look(agent, ticket)
    assert (awake["status"], awake["snoozed_until"]) == ("in_progress", None)
    assert desk.loads()[0] == (1, 2, 1)


def test_one_that_waits_on_the_customer_wakes_as_it_was(desk):
    agent, ticket = desk.agents[0], desk.chat()
    agent.put(f"/tickets/{ticket}/status", {"status": "waiting_on_customer"}, status=200)
    snooze(agent, ticket)
    make_due(desk, ticket)
    awake = wait_awake(desk, ticket)
    assert (awake["status"], awake["waiting"]) == ("waiting_on_customer", False)


def test_an_agents_reply_and_notes_let_it_sleep(desk):
    agent, ticket = desk.agents[0], desk.chat()
    agent.put(f"/tickets/{ticket}/assign", {"assigned_to": agent.id}, status=200)
    snooze(agent, ticket)
    path = f"/tickets/{ticket}/messages"
    agent.post(path, {"body": "I ask the depot tomorrow."}, status=201)
    agent.post(path, {"body": "They open at nine.", "is_internal": True}, status=201)
    assert look(agent, ticket)["snoozed_until"]
    assert desk.loads()[0] == (0, 2, 0)


def test_work_on_it_ends_the_snooze(desk):
    agent = desk.agents[0]
    for change in ("status", "assign"):
        ticket = desk.chat()
        snooze(agent, ticket)
        fields = {"status": "in_progress"} if change == "status" else {"assigned_to": agent.id}
        awake = agent.put(f"/tickets/{ticket}/{change}", fields, status=200)["ticket"]
        assert awake["snoozed_until"] is None and awake["woken_at"]
    assert desk.loads()[0] == (2, 2, 2)
    resolved = desk.chat()
    snooze(agent, resolved)
    agent.put(f"/tickets/{resolved}/status", {"status": "resolved"}, status=200)
    assert look(agent, resolved)["snoozed_until"] is None


def test_waking_it_by_hand(desk):
    agent, ticket = desk.agents[0], desk.chat()
    snooze(agent, ticket)
    agent.delete(f"/tickets/{ticket}/snooze", status=204)
    assert look(agent, ticket)["waiting"]
    revision = look(agent, ticket)["revision"]
    agent.delete(f"/tickets/{ticket}/snooze", status=204)
    assert look(agent, ticket)["revision"] == revision


def test_snoozing_again_moves_the_time(desk):
    agent, ticket = desk.agents[0], desk.chat()
    agent.put(f"/tickets/{ticket}/assign", {"assigned_to": agent.id}, status=200)
    first = snooze(agent, ticket)["snoozed_until"]
    assert snooze(agent, ticket, after(days=3))["snoozed_until"] > first
    assert desk.loads()[0] == (0, 2, 0)


def test_a_woken_ticket_comes_back_on_top_of_the_list(desk):
    agent = desk.agents[0]
    old, new = desk.chat(), desk.chat()
    path = f"/tickets?department={desk.department}"
    listed = lambda: [ticket["id"] for ticket in agent.get(path, status=200)["tickets"]]
    assert listed() == [new, old]
    snooze(agent, old)
    make_due(desk, old)
    assert wait_awake(desk, old)["last_message_at"] < look(agent, new)["last_message_at"]
    assert listed() == [old, new]
    seen = [agent.get(f"{path}&limit=1", status=200)]
    seen.append(agent.get(f"{path}&limit=1&after={seen[0]['next']}", status=200))
    assert [page["tickets"][0]["id"] for page in seen] == [old, new]


def test_a_snoozed_ticket_is_out_of_the_way_of_lists(desk):
    agent = desk.agents[0]
    asleep, awake = desk.chat(), desk.chat()
    snooze(agent, asleep)
    path = f"/tickets?department={desk.department}"
    listed = lambda query: [
        ticket["id"] for ticket in agent.get(f"{path}{query}", status=200)["tickets"]
    ]
    assert listed("") == listed("&snoozed=false") == listed("&status=open") == [awake]
    assert listed("&snoozed=true") == [asleep]
    assert listed("&snoozed=any") == [awake, asleep]
    assert listed(f"&customer={desk.customers[asleep].id}") == [asleep]
    assert [t["id"] for t in desk.customers[asleep].get("/tickets").json()["tickets"]] == [asleep]
    assert_problem(agent.get(path + "&snoozed=maybe"), 400, "bad_request")


def test_customers_see_no_snooze(desk):
    agent, ticket = desk.agents[0], desk.chat()
    customer = desk.customers[ticket]
    before = look(customer, ticket)
    snooze(agent, ticket)
    seen = look(customer, ticket)
    changed = {key for key in seen if seen[key] != before[key]}
    assert changed == {"revision", "waiting"} and "snoozed_until" not in seen
    make_due(desk, ticket)
    wait_awake(desk, ticket)
    seen = look(customer, ticket)
    assert {key for key in seen if seen[key] != before[key]} <= {"revision", "updated_at"}


@pytest.mark.parametrize(
    "until, code",
    [
        (None, "required"),
        (5, "wrong_type"),
        ("tomorrow", "bad_format"),
        ("2027-01-01", "bad_format"),
        ("2027-01-01T00:00:00", "bad_format"),
        ("2027-02-30T00:00:00Z", "bad_format"),
        ("2027-W01-1T00:00:00Z", "bad_format"),
        ("99999-01-01T00:00:00Z", "bad_format"),
        ("2027-01-01T00:00:00Z\n", "not_allowed"),
        ("2027-01-01T00:00:00Z\u0000", "not_allowed"),
        ("2001-01-01T00:00:00Z", "out_of_range"),
        ("9999-12-31T23:59:59Z", "out_of_range"),
    ],
)
def test_what_is_no_time_to_come_is_refused(desk, until, code):
    agent, ticket = desk.agents[0], desk.chat()
    answer = agent.post(f"/tickets/{ticket}/snooze", {"until": until})
    assert refused_fields(answer) == [("until", code)]
    assert look(agent, ticket)["snoozed_until"] is None


def test_what_has_ended_cannot_sleep(desk):
    agent, ticket = desk.agents[0], desk.chat()
    for status in ("resolved", "closed"):
        agent.put(f"/tickets/{ticket}/status", {"status": status}, status=200)
        answer = agent.post(f"/tickets/{ticket}/snooze", {"until": after(hours=1)})
        assert_problem(answer, 409, "conflict")


def test_who_may_snooze(desk):
    ticket = desk.chat()
    path = f"/tickets/{ticket}/snooze"
    assert_only_staff(desk, ticket, "POST", path, {"until": after(hours=1)})
    assert_only_staff(desk, ticket, "DELETE", path)
    snooze(desk.server.login("admin@example.com"), ticket)
    absent = desk.agents[0].post("/tickets/999999999/snooze", {"until": after(hours=1)})
    assert_problem(absent, 404, "not_found")
