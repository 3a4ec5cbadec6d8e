# SPDX-License-Identifier: AGPL-3.0-or-later
"""T7: merging tickets of different customers shows nobody what another one wrote, unless an agent
says so."""

import pytest

from support.api import assert_problem
from support.merging import Case

MARKER = "zebra-crossing-7731"


@pytest.fixture
def case(server):
    return Case(server)


def person_hears(person, paths):
    return [person.get(path).text for path in paths]


def every_path(*tickets):
    paths = ["/tickets?limit=100", "/me", "/search?q=zebra"]
    for ticket in tickets:
        for end in ("", "/messages", "/messages?after=0&limit=200", "/position"):
            paths.append(f"/tickets/{ticket}{end}")
    return paths


def test_tickets_of_different_customers_need_a_confirmation(case):
    target, source = case.make(case.ada, "one"), case.make(case.bo, "two")
    before = case.everything(target, source)
    for fields in ({}, {"other_customer": "refuse"}, {"add_participant": True}):
        problem = assert_problem(case.merge(target, source, status=None, **fields), 409, "conflict")
        assert [(e["field"], e["code"]) for e in problem["errors"]] == [
            ("other_customer", "required")
        ]
    assert case.everything(target, source) == before


def test_a_confirmed_merge_shows_no_customer_what_the_other_wrote(case):
    target = case.make(case.ada, f"Ada says {MARKER}-a")
    source = case.make(case.bo, f"Bo says {MARKER}-b")
    case.say(case.agent, target, f"To Ada {MARKER}-a")
    case.say(case.agent, source, f"To Bo {MARKER}-b")
    case.say(case.agent, source, f"note {MARKER}-n", is_internal=True)
    with case.ada.live() as at_ada, case.bo.live() as at_bo, case.agent.live() as at_agent:
        before = case.messages(case.ada, target)
        case.merge(target, source, other_customer="confirm")
        inner = case.messages(case.agent, target)[len(before) :]
        assert all(m["is_internal"] for m in inner), "the copies and the line are staff's own"
        assert [m["origin"]["ticket_id"] for m in inner if m["type"] == "text"] == [source] * 3
        case.say(case.agent, target, f"Again to Ada {MARKER}-a")
        case.unmerge(target, source)
        case.merge(target, source, other_customer="confirm")
        at_agent.expect("messages.removed")
        for live in (at_ada, at_bo):
            live.sync()
        assert case.messages(case.ada, target)[: len(before)] == before
        seen = person_hears(case.ada, every_path(target, source)) + [str(at_ada.frames)]
        assert not [text for text in seen if f"{MARKER}-b" in text or f"{MARKER}-n" in text]
        assert [text for text in seen if f"{MARKER}-a" in text], "or the test is worth nothing"
        seen = person_hears(case.bo, every_path(target, source)) + [str(at_bo.frames)]
        assert not [text for text in seen if f"{MARKER}-a" in text or f"{MARKER}-n" in text]
        assert [text for text in seen if f"{MARKER}-b" in text]
    assert case.ticket(case.bo, source)["merged_into"] is None
    assert case.ticket(case.agent, source)["merged_into"] == target
    assert case.bo.get(f"/tickets/{target}").status_code == 404
    assert case.ada.get(f"/tickets/{source}").status_code == 404


def test_an_outsiders_reply_begins_a_ticket_of_its_own(case):
    target, source = case.make(case.ada, "one"), case.make(case.bo, "two")
    case.merge(target, source, other_customer="confirm")
    message = case.say(case.bo, source, "And now?")
    assert message["ticket_id"] not in (target, source)
    begun = case.ticket(case.agent, message["ticket_id"])
    assert (begun["user"]["id"], begun["follow_up_of"]) == (case.bo.id, source)
    assert case.say(case.bo, source, "Hello?")["ticket_id"] == begun["id"]
    refused = case.agent.post(f"/tickets/{source}/messages", {"body": "Dear Bo"})
    assert_problem(refused, 409, "conflict")
    assert case.texts(case.ada, target) == ["one"]
    note = case.say(case.agent, source, "a note", is_internal=True)
    assert note["ticket_id"] == target and case.texts(case.ada, target) == ["one"]


def test_who_is_added_takes_part_in_everything_public(case):
    target = case.make(case.ada, "by Ada")
    case.say(case.agent, target, f"note {MARKER}", is_internal=True)
    source = case.make(case.bo, "by Bo")
    with case.ada.live() as at_ada, case.bo.live() as at_bo:
        merged = case.merge(target, source, other_customer="confirm", add_participant=True)
        assert merged["ticket"]["participants"] == [{"id": case.bo.id, "name": "Bo"}]
        led = at_bo.expect("ticket.updated", lambda f: f["data"]["ticket"].get("merged_into"))
        assert led["data"]["ticket"]["merged_into"] == target
        assert case.texts(case.ada, target) == case.texts(case.bo, target) == ["by Ada", "by Bo"]
        case.say(case.agent, target, "To both")
        at_ada.expect("message.created", lambda f: f["data"]["message"]["body"] == "To both")
        at_bo.expect("message.created", lambda f: f["data"]["message"]["body"] == "To both")
        case.say(case.bo, target, "by Bo again")
        at_ada.expect("message.created", lambda f: f["data"]["message"]["body"] == "by Bo again")
        case.bo.post(f"/tickets/{target}/read", {"seq": 3}, status=204)
        at_bo.send("typing", ticket=target, on=True)
        at_bo.sync()
        assert not at_bo.heard("refused")
    listed = [t["id"] for t in case.bo.get("/tickets", status=200)["tickets"]]
    assert listed == [target, source], "newest words first"
    by_staff = case.agent.get(f"/customers/{case.bo.id}/tickets", status=200)["tickets"]
    assert [t["id"] for t in by_staff] == listed
    theirs = case.ticket(case.bo, target)
    assert theirs["user"] == {"id": case.ada.id, "name": "Ada", "email": None}
    assert "ada@example.org" not in case.bo.get(f"/tickets/{target}").text
    assert MARKER not in "".join(person_hears(case.bo, every_path(target, source)))
    refused = case.bo.put(f"/tickets/{target}/status", {"status": "closed"})
    assert_problem(refused, 403, "forbidden")
    assert case.say(case.bo, source, "to the old one")["ticket_id"] == target
    eve = case.server.visitor()
    assert eve.get(f"/tickets/{target}").status_code == 404

    case.unmerge(target, source)
    assert case.bo.get(f"/tickets/{target}").status_code == 404
    assert case.ticket(case.ada, target)["participants"] == []
    assert case.ticket(case.ada, target)["user"]["email"] == "ada@example.org"
    assert case.say(case.bo, source, "home again")["ticket_id"] == source
    assert "by Bo" not in case.texts(case.ada, target)


def test_who_came_with_two_merges_stays_until_both_are_undone(case):
    target = case.make(case.ada, "by Ada")
    first, second = case.make(case.bo, "one"), case.make(case.bo, "two")
    both = {"other_customer": "confirm", "add_participant": True}
    case.merge(target, first, **both)
    case.merge(target, second, **both)
    case.unmerge(target, first)
    assert case.texts(case.bo, target) == ["by Ada", "two"]
    case.unmerge(target, second)
    assert case.bo.get(f"/tickets/{target}").status_code == 404


def test_a_third_customer_is_no_part_of_what_two_share(case):
    eve = case.server.visitor(name="Eve")
    shared, bos = case.make(case.ada, "by Ada"), case.make(case.bo, "by Bo")
    case.merge(shared, bos, other_customer="confirm", add_participant=True)
    target = case.make(case.ada, "Ada alone")
    refused = case.merge(target, shared, status=None)
    assert_problem(refused, 409, "conflict")
    case.merge(target, shared, other_customer="confirm")
    assert case.texts(case.ada, target) == ["Ada alone"]
    assert case.bo.get(f"/tickets/{target}").status_code == 404
    assert eve.get(f"/tickets/{target}").status_code == 404
