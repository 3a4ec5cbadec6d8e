# SPDX-License-Identifier: AGPL-3.0-or-later
"""T7: merging tickets about the same thing, and undoing it: nothing is lost, all is as it was."""

import pytest

from support.api import assert_problem
from support.merging import STANDINGS, Case, bring_to, together
from support.wait import wait_until


@pytest.fixture
def case(server):
    return Case(server)


@pytest.fixture
def own(fresh_server):
    """A case on a server of its own, where nothing else moves."""
    fresh_server.sql("UPDATE agent_load SET capacity = 0")
    return Case(fresh_server)


# What a merge does


def test_the_sources_words_follow_the_targets_and_say_where_they_come_from(case):
    target = case.make(case.ada, "Where is it?")
    source = case.make(case.ada, "Hello?", "Where is order 1042?")
    case.say(case.agent, source, "a note", is_internal=True)
    case.say(case.agent, source, "I am looking.")
    before = case.messages(case.agent, source)
    answer = case.merge(target, source)
    assert (answer["ticket"]["id"], answer["source"]["id"]) == (target, source)
    assert (answer["source"]["status"], answer["source"]["merged_into"]) == ("closed", target)
    assert case.messages(case.agent, source) == before, "the source's own thread stays"

    number = answer["source"]["ticket_number"]
    line, *copies = case.messages(case.agent, target)[1:]
    assert (line["type"], line["body"], line["data"]) == (
        "system",
        "merged",
        {"ticket_number": number},
    )
    said = [m for m in before if m["type"] == "text"]
    same = ("body", "spans", "author", "type", "is_internal", "created_at")
    assert [{key: m[key] for key in same} for m in copies] == [
        {key: m[key] for key in same} for m in said
    ]
    assert [m["origin"] for m in copies] == [
        {"ticket_id": source, "ticket_number": number, "seq": m["seq"]} for m in said
    ]
    assert {m["client_id"] for m in copies} == {None}

    mine = case.messages(case.ada, target)
    words = ["Where is it?", "Hello?", "Where is order 1042?", "I am looking."]
    assert [m["body"] for m in mine if m["type"] == "text"] == words
    own = {m["body"]: m["seq"] for m in case.messages(case.ada, source)}
    assert [m["origin"]["seq"] for m in mine if m["origin"]] == [own[body] for body in words[1:]]
    assert "a note" not in case.ada.get(f"/tickets/{target}").text


def test_the_source_leads_to_the_target(case):
    target, source = case.make(case.ada, "one"), case.make(case.ada, "two")
    case.merge(target, source)
    assert case.ticket(case.ada, source)["merged_into"] == target
    assert case.ticket(case.ada, target)["merged_into"] is None
    assert case.say(case.ada, source, "by Ada")["ticket_id"] == target
    assert case.say(case.agent, source, "by Rina")["ticket_id"] == target
    assert case.say(case.agent, source, "a note", is_internal=True)["ticket_id"] == target
    with case.ada.live() as live:
        live.send("message", client_id="socket-1", ticket=source, body="by socket")
        ack = live.expect("ack", client_id="socket-1")
        assert ack["ticket"] == target
        heard = live.expect("message.created", ticket=target)
        assert (heard["seq"], heard["data"]["message"]["body"]) == (ack["seq"], "by socket")
    words = ["one", "two", "by Ada", "by Rina", "a note", "by socket"]
    assert case.texts(case.agent, target) == words
    assert case.texts(case.agent, source) == ["two"]


def test_a_customer_is_heard_also_when_the_target_was_deleted(case):
    """T7, T9: to them the source is there, so what they write to it must not be lost."""
    admin = case.server.login("admin@example.com")
    target, source = case.make(case.ada, "one"), case.make(case.ada, "two")
    case.merge(target, source)
    admin.delete(f"/tickets/{target}", status=204)
    begun = case.say(case.ada, source, "And now?")["ticket_id"]
    assert begun not in (target, source)
    assert case.ticket(case.agent, begun)["follow_up_of"] == source
    assert case.say(case.ada, source, "Hello?")["ticket_id"] == begun
    refused = case.agent.post(f"/tickets/{source}/messages", {"body": "Dear Ada"})
    assert_problem(refused, 409, "conflict")
    admin.post(f"/tickets/{target}/restore", status=200)
    assert case.say(case.ada, source, "Back there")["ticket_id"] == target
    assert case.texts(case.ada, target) == ["one", "two", "Back there"]


def test_a_message_sent_again_is_recognised_on_both_sides_of_a_merge(case):
    target, source = case.make(case.ada, "one"), case.make(case.ada, "two")
    path, key = f"/tickets/{source}/messages", {"body": "before", "client_id": "c-1"}
    first = case.ada.post(path, key, status=201)
    case.merge(target, source)
    assert case.ada.post(path, key, status=200) == first
    other = case.ada.post(path, {**key, "body": "else"})
    assert_problem(other, 422, "idempotency_mismatch")
    late = {"body": "after", "client_id": "c-2"}
    second = case.ada.post(path, late, status=201)
    assert second["message"]["ticket_id"] == target
    assert case.ada.post(path, late, status=200) == second
    assert case.ada.post(f"/tickets/{target}/messages", late, status=200) == second
    assert case.texts(case.ada, target) == ["one", "two", "before", "after"]


def test_a_reply_composed_before_the_merge_is_stale_where_it_would_go(case, login):
    sam = login("agent2@example.com")
    target, source = case.make(case.ada, "one"), case.make(case.ada, "two")
    case.say(sam, target, "I have it.")
    seen = case.messages(case.agent, source)[-1]["seq"]
    case.merge(target, source)
    path = f"/tickets/{source}/messages"
    answer = case.agent.post(path, {"body": "Me too", "seen_seq": seen})
    assert assert_problem(answer, 409, "stale")["arrived"]
    case.say(case.agent, source, "Me too")
    assert case.texts(case.agent, target)[-1] == "Me too"


def test_what_was_read_of_both_stays_read(case):
    def unread(ticket):
        shown = case.ticket(case.agent, ticket)
        return shown["agent_unread_count"], shown["user_unread_count"]

    target, source = case.make(case.ada, "one"), case.make(case.ada, "two", "three")
    case.say(case.agent, source, "answer")
    case.agent.post(f"/tickets/{target}/read", {"seq": 100}, status=204)
    case.agent.post(f"/tickets/{source}/read", {"seq": 1}, status=204)
    assert (unread(target), unread(source)) == ((0, 0), (1, 1))
    case.merge(target, source)
    assert unread(target) == (1, 1)
    other = case.make(case.ada, "four")
    case.merge(target, other)
    assert unread(target) == (2, 1), "what is unread stays, though read words follow it"


def test_the_newest_words_stand_in_the_list(case):
    target, source = case.make(case.ada, "older"), case.make(case.ada, "newer")
    newer = case.ticket(case.agent, source)
    case.merge(target, source)
    shown = case.ticket(case.agent, target)
    same = ("last_message", "last_message_at")
    assert {key: shown[key] for key in same} == {key: newer[key] for key in same}
    third = case.make(case.ada, "first")
    case.say(case.ada, target, "last")
    case.merge(target, third)
    assert case.ticket(case.ada, target)["last_message"]["preview"] == "last"


def test_merging_frees_the_agents_place_and_solves_nothing(own):
    target = own.make(own.ada, "one")
    source = own.make(own.ada, "two", channel="chat")
    own.server.sql("UPDATE agent_load SET capacity = 5 WHERE agent_id = 2")
    own.agent.put(f"/tickets/{source}/assign", {"assigned_to": 2}, status=200)
    loads = dict(((agent, channel), load) for agent, channel, load in own.loads())
    before = own.agent.get("/stats", status=200)
    own.merge(target, source)
    after = dict(((agent, channel), load) for agent, channel, load in own.loads())
    assert loads[2, "chat"] - after[2, "chat"] == 1
    assert own.agent.get("/stats", status=200)["resolution"] == before["resolution"]


# Undoing it


@pytest.mark.parametrize("standing", STANDINGS)
def test_undoing_gives_back_exactly_what_was(own, standing):
    target = own.make(own.ada, "one", "two")
    source = own.make(own.ada, "three", "four")
    own.say(own.agent, target, "a note", is_internal=True)
    own.say(own.agent, target, "answer")
    own.ada.post(f"/tickets/{target}/read", {"seq": 2}, status=204)
    own.agent.post(f"/tickets/{source}/read", {"seq": 1}, status=204)
    bring_to(own, source, standing)
    before = own.everything(target, source), own.loads(), own.figures()
    shown = [own.messages(own.ada, target), own.messages(own.agent, target)]
    own.merge(target, source)
    assert own.everything(target, source) != before[0]
    own.unmerge(target, source)
    assert (own.everything(target, source), own.loads(), own.figures()) == before
    assert [own.messages(own.ada, target), own.messages(own.agent, target)] == shown
    assert own.ticket(own.ada, source)["merged_into"] is None
    own.merge(target, source)
    own.unmerge(target, source)
    assert (own.everything(target, source), own.loads(), own.figures()) == before


def test_what_was_written_since_stays_and_moves_up(case):
    target, source = case.make(case.ada, "one"), case.make(case.ada, "two")
    case.merge(target, source)
    sent = case.say(case.ada, source, "three", client_id="c-3")
    case.say(case.agent, target, "a note", is_internal=True)
    case.say(case.agent, target, "four")
    case.agent.post(f"/tickets/{target}/read", {"seq": 100}, status=204)
    case.unmerge(target, source)
    assert case.texts(case.agent, target) == ["one", "three", "a note", "four"]
    assert case.texts(case.ada, target) == ["one", "three", "four"]
    assert case.texts(case.ada, source) == ["two"]
    shown = case.ticket(case.agent, target)
    assert (shown["agent_read_seq"], shown["agent_unread_count"]) == (shown["last_seq"], 0)
    again = case.ada.post(
        f"/tickets/{target}/messages", {"body": "three", "client_id": "c-3"}, status=200
    )
    assert again["message"]["id"] == sent["id"]
    assert case.say(case.ada, source, "five")["ticket_id"] == source


def test_the_list_shows_words_that_are_left(case):
    """T7: also when what it showed was changed while the tickets were one."""
    target, source = case.make(case.ada, "one"), case.make(case.ada, "two")
    case.merge(target, source)
    slip = case.say(case.ada, target, "a slip")
    case.ada.delete(f"/messages/{slip['id']}", status=200)
    assert case.ticket(case.ada, target)["last_message"]["preview"] == "two"
    own = case.messages(case.ada, target)[0]
    case.ada.patch(f"/messages/{own['id']}", {"body": "one, corrected"}, status=200)
    case.unmerge(target, source)
    for person in (case.ada, case.agent):
        assert case.ticket(person, target)["last_message"]["preview"] == "one, corrected"
    case.merge(target, source)
    case.ada.patch(f"/messages/{own['id']}", {"body": "one again"}, status=200)
    case.unmerge(target, source)
    assert case.ticket(case.ada, target)["last_message"]["preview"] == "one again"


def test_a_live_chat_whose_agent_left_waits_instead_at_its_old_rank(own):
    target, source = own.make(own.ada, "one"), own.make(own.ada, "two", channel="chat")
    own.server.sql("UPDATE agent_load SET capacity = 5 WHERE agent_id = 2")
    rank = own.server.sql("SELECT rank_at FROM ticket WHERE id = %s", source)
    own.agent.put("/me/presence", {"state": "online"}, status=200)
    own.agent.put(f"/tickets/{source}/assign", {"assigned_to": 2}, status=200)
    own.merge(target, source)
    own.agent.put("/me/presence", {"state": "offline"}, status=200)
    source_now = own.unmerge(target, source)["source"]
    assert (source_now["status"], source_now["assigned_to"], source_now["waiting"]) == (
        "open",
        None,
        True,
    )
    assert own.server.sql("SELECT rank_at FROM ticket WHERE id = %s", source) == rank
    assert [m["body"] for m in own.messages(own.ada, source) if m["type"] == "system"][
        -1
    ] == "returned"


def test_a_merge_can_be_undone_for_a_day(own):
    target, source = own.make(own.ada, "one"), own.make(own.ada, "two")
    own.merge(target, source)
    own.server.sql("UPDATE ticket_merge SET merged_at = now() - interval '25 hours'")
    before = own.everything(target, source)
    answer = own.unmerge(target, source, status=None)
    assert "older" in assert_problem(answer, 409, "conflict")["detail"]
    assert own.everything(target, source) == before
    own.server.sql("UPDATE ticket_merge SET merged_at = now() - interval '23 hours'")
    own.unmerge(target, source)


# What is refused


def test_only_staff_who_edit_tickets_merge(case):
    target, source = case.make(case.ada, "one"), case.make(case.ada, "two")
    for path in (f"/tickets/{target}/merge", f"/tickets/{target}/unmerge"):
        assert_problem(case.ada.post(path, {"source": source}), 403, "forbidden")


@pytest.mark.parametrize("end", ["merge", "unmerge"])
@pytest.mark.parametrize(
    "fields, field, code",
    [
        ({}, "source", "required"),
        ({"source": None}, "source", "required"),
        ({"source": "2"}, "source", "wrong_type"),
        ({"source": 0}, "source", "out_of_range"),
        ({"source": 2**63}, "source", "out_of_range"),
        ({"source": 99999999}, "source", "unknown"),
    ],
)
def test_a_source_that_is_none_is_refused(case, end, fields, field, code):
    path = f"/tickets/{case.make(case.ada, 'one')}/{end}"
    problem = assert_problem(case.agent.post(path, fields), 422, "validation_failed")
    assert [(e["field"], e["code"]) for e in problem["errors"]] == [(field, code)]


def test_other_values_are_looked_at_too(case):
    target, source = case.make(case.ada, "one"), case.make(case.ada, "two")
    for fields, field in (
        ({"other_customer": "maybe"}, "other_customer"),
        ({"add_participant": "yes"}, "add_participant"),
    ):
        problem = assert_problem(
            case.merge(target, source, status=None, **fields), 422, "validation_failed"
        )
        assert problem["errors"][0]["field"] == field
    same = assert_problem(case.merge(target, target, status=None), 422, "validation_failed")
    assert same["errors"][0]["code"] == "not_allowed"
    assert_problem(case.merge(99999999, source, status=None), 404, "not_found")
    assert_problem(case.unmerge(99999999, source, status=None), 404, "not_found")
    draft = case.bo.post("/tickets", {"channel": "chat"}, status=201)["ticket"]["id"]
    problem = assert_problem(case.merge(target, draft, status=None), 422, "validation_failed")
    assert problem["errors"][0]["code"] == "unknown"
    assert_problem(case.merge(draft, target, status=None), 404, "not_found")


def test_chains_are_followed_and_circles_are_refused(case):
    one, two, three = (case.make(case.ada, body) for body in ("one", "two", "three"))
    before = case.everything(one, two, three)
    case.merge(two, one)
    circle = assert_problem(case.merge(one, two, status=None), 409, "conflict")
    assert circle["merged_into"] == two
    again = assert_problem(case.merge(three, one, status=None), 409, "conflict")
    assert (again["merged_into"], again["errors"][0]["field"]) == (two, "source")
    case.merge(three, two)
    assert case.ticket(case.ada, one)["merged_into"] == three
    assert case.say(case.ada, one, "four")["ticket_id"] == three
    copies = [m for m in case.messages(case.agent, three) if m["origin"]]
    assert [(m["body"], m["origin"]["ticket_id"]) for m in copies] == [("two", two), ("one", one)]
    for wrong in ((three, one), (one, two)):
        assert_problem(case.unmerge(*wrong, status=None), 409, "conflict")
    inner = assert_problem(case.unmerge(two, one, status=None), 409, "conflict")
    assert inner["merged_into"] == three
    case.unmerge(three, two)
    assert case.ticket(case.ada, one)["merged_into"] == two
    case.unmerge(two, one)
    after = case.everything(one, two, three)
    assert after[:2] == before[:2]
    assert case.texts(case.ada, three) == ["three", "four"]


def test_a_closed_target_is_reopened_first(case):
    target, source = case.make(case.ada, "one"), case.make(case.ada, "two")
    case.agent.put(f"/tickets/{target}/status", {"status": "closed"}, status=200)
    assert_problem(case.merge(target, source, status=None), 409, "conflict")
    case.agent.put(f"/tickets/{target}/status", {"status": "open"}, status=200)
    case.merge(target, source)


def test_a_merged_ticket_stands_still(case):
    target, source = case.make(case.ada, "one"), case.make(case.ada, "two")
    mine = [m for m in case.messages(case.ada, source) if m["body"] == "two"][0]
    note = case.say(case.agent, source, "a note", is_internal=True)
    case.merge(target, source)
    for person in (case.agent, case.ada):
        moved = person.put(f"/tickets/{source}/status", {"status": "open"})
        assert "goes on there" in assert_problem(moved, 409, "conflict")["detail"]
    assert_problem(case.agent.put(f"/tickets/{source}/assign", {"assigned_to": 3}), 409, "conflict")
    for person, message in ((case.ada, mine), (case.agent, note)):
        path = f"/messages/{message['id']}"
        assert_problem(person.patch(path, {"body": "else"}), 409, "conflict")
        assert_problem(person.delete(path), 409, "conflict")
    copies = [m for m in case.messages(case.agent, target) if m["origin"]]
    for person, message in ((case.ada, copies[0]), (case.agent, copies[1])):
        assert_problem(person.patch(f"/messages/{message['id']}", {"body": "x"}), 403, "forbidden")
        assert_problem(person.delete(f"/messages/{message['id']}"), 403, "forbidden")


def test_of_merges_of_one_pair_at_once_one_wins(case):
    for _ in range(5):
        pair = [case.make(case.ada, "one"), case.make(case.ada, "two")]
        answers = together(
            lambda n, pair=pair: case.merge(pair[n % 2], pair[1 - n % 2], status=None), 8
        )
        assert sorted(a.status_code for a in answers) == [200] + [409] * 7
        for answer in answers:
            if answer.status_code == 409:
                assert answer.json()["code"] == "conflict" and answer.json()["merged_into"]
        assert sorted(len(case.texts(case.agent, ticket)) for ticket in pair) == [1, 2]


def test_copies_are_no_news(case):
    target, source = case.make(case.ada, "one"), case.make(case.ada, "two", "three")
    for ticket in (target, source):
        case.server.login("admin@example.com").put(
            f"/tickets/{ticket}/assign", {"assigned_to": case.agent.id}, status=200
        )
    case.agent.put(f"/tickets/{target}/follow", status=200)

    def noticed():
        notices = case.agent.get("/notices?limit=100", status=200)["notices"]
        return sorted((n["kind"], n["count"]) for n in notices if n["ticket"]["id"] == target)

    wait_until(noticed, 10, "the notice of the assignment")
    before = noticed()
    case.merge(target, source)
    case.say(case.ada, target, "news")
    wait_until(lambda: noticed() != before, 10, "the notice of what is news")
    assert [count for kind, count in noticed() if kind in ("message", "followed")] == [1]
