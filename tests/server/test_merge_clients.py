# SPDX-License-Identifier: AGPL-3.0-or-later
"""T7, T12: every client stays true through merges and their undoing, in any order at any time."""

import random
import threading
import uuid

import pytest

from support.merging import STANDINGS, Case, Watch, bring_to
from support.mirror import Mirror


@pytest.fixture
def own(fresh_server):
    """A case on a server of its own, where nothing else moves."""
    fresh_server.sql("UPDATE agent_load SET capacity = 0")
    return Case(fresh_server)


def test_snapshot_and_events_agree_after_every_step(own):
    watch = Watch(own.agent, own.ada, own.bo)
    target = own.make(own.ada, "one", "two")
    source = own.make(own.ada, "three")
    other = own.make(own.bo, "four")
    own.say(own.agent, source, "a note", is_internal=True)
    own.say(own.agent, source, "answer")
    watch.fetch(target, source, other)
    own.merge(target, source)
    watch.agree("a merge")
    own.say(own.ada, source, "five")
    own.say(own.agent, target, "another note", is_internal=True)
    own.ada.post(f"/tickets/{target}/read", {"seq": 5}, status=204)
    own.agent.post(f"/tickets/{target}/read", {"seq": 6}, status=204)
    watch.agree("words and marks behind it")
    own.merge(target, other, other_customer="confirm")
    watch.agree("a merge of another customer's")
    own.say(own.agent, target, "six")
    own.unmerge(target, source)
    watch.agree("undoing the first")
    own.unmerge(target, other)
    watch.agree("undoing the second")
    own.merge(target, other, other_customer="confirm", add_participant=True)
    watch.fetch(target)
    watch.agree("a participant")
    own.say(own.bo, target, "seven")
    watch.agree("a participant's words")
    own.say(own.agent, target, "eight")
    watch.agree("words to both")
    watch.close()


def test_a_client_that_was_away_catches_up(own):
    target, source = own.make(own.ada, "one"), own.make(own.ada, "two", "three")
    mirror = Mirror(own.ada, is_staff=False)
    with own.ada.live() as live:
        mirror.fetch(target)
        cursor = live.welcome["cursor"]
    own.merge(target, source)
    own.say(own.agent, target, "four")
    own.unmerge(target, source)
    own.say(own.agent, target, "five")
    with own.ada.live(resume=cursor) as live:
        live.expect("message.created", lambda f: f["data"]["message"]["body"] == "five")
        for frame in live.frames:
            mirror.apply(frame)
    assert mirror.differences(target) == []


@pytest.mark.parametrize("seed", range(3))
def test_any_merges_can_be_undone_in_any_order(own, seed):
    chance = random.Random(seed)
    people = [own.ada, own.ada, own.ada, own.bo]
    tickets = []
    for n, person in enumerate(people * 2):
        tickets.append(own.make(person, *(f"{n}.{m}" for m in range(chance.randint(1, 4)))))
    for ticket in tickets:
        if chance.random() < 0.5:
            own.say(own.agent, ticket, "answer", is_internal=chance.random() < 0.5)
        if chance.random() < 0.5:
            own.agent.post(f"/tickets/{ticket}/read", {"seq": chance.randint(1, 9)}, status=204)
        if chance.random() < 0.3:
            bring_to(own, ticket, chance.choice(STANDINGS[1:5]))
    before = own.everything(*tickets), own.loads(), own.figures()
    watch = Watch(own.agent, own.ada)
    watch.fetch(*tickets)
    merged = []
    for step in range(40):
        if merged and chance.random() < 0.4:
            pair = chance.choice(merged)
            if own.unmerge(*pair, status=None).status_code == 200:
                merged.remove(pair)
        else:
            pair = tuple(chance.sample(tickets, 2))
            fields = {"other_customer": chance.choice(["refuse", "confirm"])}
            fields["add_participant"] = chance.random() < 0.5
            if own.merge(*pair, status=None, **fields).status_code == 200:
                merged.append(pair)
        for ticket in tickets:
            own.messages(own.agent, ticket)
    watch.agree("forty random steps")
    while merged:
        pair = chance.choice(merged)
        if own.unmerge(*pair, status=None).status_code == 200:
            merged.remove(pair)
    assert (own.everything(*tickets), own.loads(), own.figures()) == before
    watch.agree("undoing all of them")
    watch.close()


def test_words_sent_while_tickets_are_merged_and_parted_are_all_there_once(own):
    target, source = own.make(own.ada, "one"), own.make(own.ada, "two")
    watch = Watch(own.agent, own.ada)
    watch.fetch(target, source)
    sent, refused, stop = [], [], threading.Event()

    def talk(person, ticket):
        while not stop.is_set():
            body = uuid.uuid4().hex
            answer = person.post(f"/tickets/{ticket}/messages", {"body": body, "client_id": body})
            (sent if answer.status_code == 201 else refused).append((answer.status_code, body))

    talkers = [
        threading.Thread(target=talk, args=pair)
        for pair in ((own.ada, source), (own.ada, target), (own.agent, source), (own.agent, target))
    ]
    [t.start() for t in talkers]
    for _ in range(15):
        own.merge(target, source)
        own.unmerge(target, source)
    stop.set()
    [t.join() for t in talkers]
    assert not refused and len(sent) > 30
    words = [
        m["body"] for t in (target, source) for m in all_messages(own, t) if m["type"] == "text"
    ]
    assert sorted(words) == sorted(["one", "two"] + [body for _, body in sent])
    for person in (own.agent, own.ada):
        for ticket in (target, source):
            page = person.get(f"/tickets/{ticket}/messages", status=200)
            assert page["messages"][-1]["seq"] == page["last_seq"]
    watch.close()


def all_messages(case, ticket):
    found, after = [], 0
    while True:
        path = f"/tickets/{ticket}/messages?after={after}&limit=200"
        page = case.agent.get(path, status=200)["messages"]
        if not page:
            assert [m["seq"] for m in found] == list(range(1, len(found) + 1))
            return found
        found += page
        after = page[-1]["seq"]
