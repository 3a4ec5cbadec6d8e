# SPDX-License-Identifier: AGPL-3.0-or-later
"""T3: the stale guard. Nobody answers past what a colleague has said or done meanwhile, nor, where
people don't type in parallel, past what the customer has written."""

import threading
from contextlib import closing
from types import SimpleNamespace

import psycopg2
import pytest

from support.api import assert_problem

CHANNELS = ["chat", "portal", "email", "api"]
SLOW = CHANNELS[1:]


@pytest.fixture
def desk(server):
    return SimpleNamespace(
        server=server,
        ada=server.visitor(name="Ada"),
        rina=server.login("agent1@example.com"),
        sam=server.login("agent2@example.com"),
        admin=server.login("admin@example.com"),
    )


def begin(desk, channel):
    """A ticket with a question and Rina's answer, that Rina has seen whole: path and last seq."""
    if channel in ("chat", "portal"):
        sent = {"channel": channel, "description": "hello"}
        ticket = desk.ada.post("/tickets", sent, status=201)["ticket"]["id"]
    else:
        sent = {"channel": channel, "description": "hello", "user_id": desk.ada.id}
        ticket = desk.rina.post("/tickets", sent, status=201)["ticket"]["id"]
    path = f"/tickets/{ticket}"
    desk.admin.put(f"{path}/assign", {"assigned_to": desk.rina.id}, status=200)
    say(desk.rina, path, "how can I help?")
    return path, last_seq(desk, path)


def last_seq(desk, path):
    return desk.rina.get(f"{path}/messages", status=200)["last_seq"]


def say(who, path, body, **fields):
    return who.post(f"{path}/messages", {"body": body, **fields}, status=201)["message"]


def reply(desk, path, seen):
    return desk.rina.post(f"{path}/messages", {"body": "the answer", "seen_seq": seen})


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_colleagues_reply_makes_a_reply_stale(desk, channel):
    path, seen = begin(desk, channel)
    theirs = say(desk.sam, path, "I have it")
    problem = assert_problem(reply(desk, path, seen), 409, "stale")
    assert theirs["seq"] in problem["arrived"]
    assert problem["by"] == {"id": desk.sam.id, "name": "Sam Okafor", "role": "agent"}
    assert reply(desk, path, last_seq(desk, path)).status_code == 201, "Send Anyway"


def test_in_a_chat_customers_type_in_parallel(desk):
    path, seen = begin(desk, "chat")
    say(desk.ada, path, "one more thing")
    assert reply(desk, path, seen).status_code == 201


@pytest.mark.parametrize("channel", SLOW)
def test_elsewhere_a_customers_message_makes_a_reply_stale(desk, channel):
    path, seen = begin(desk, channel)
    theirs = desk.rina.get(f"{path}/messages", status=200)["last_seq"] + 1
    say(desk.ada, path, "it came, thank you")
    problem = assert_problem(reply(desk, path, seen), 409, "stale")
    assert problem["arrived"] == [theirs]
    assert problem["by"]["name"] == "Ada"


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("status", ["waiting_on_customer", "resolved", "open"])
def test_a_colleagues_move_makes_a_reply_stale(desk, channel, status):
    path, seen = begin(desk, channel)
    desk.sam.put(f"{path}/status", {"status": status}, status=200)
    problem = assert_problem(reply(desk, path, seen), 409, "stale")
    assert problem["by"]["name"] == "Sam Okafor"
    assert reply(desk, path, last_seq(desk, path)).status_code == 201


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_ticket_given_to_a_colleague_makes_a_reply_stale(desk, channel):
    path, seen = begin(desk, channel)
    desk.admin.put(f"{path}/assign", {"assigned_to": desk.sam.id}, status=200)
    problem = assert_problem(reply(desk, path, seen), 409, "stale")
    assert problem["by"]["name"] == "Sam Okafor"


@pytest.mark.parametrize("channel", CHANNELS)
def test_nobody_is_surprised_by_what_they_did(desk, channel):
    path, seen = begin(desk, channel)
    say(desk.rina, path, "from my telephone")
    desk.rina.put(f"{path}/status", {"status": "waiting_on_customer"}, status=200)
    assert reply(desk, path, seen).status_code == 201


def test_a_ticket_given_to_oneself_surprises_nobody(desk):
    path, _ = begin(desk, "portal")
    desk.admin.put(f"{path}/assign", {"assigned_to": desk.sam.id}, status=200)
    seen = last_seq(desk, path)
    desk.admin.put(f"{path}/assign", {"assigned_to": desk.rina.id}, status=200)
    assert reply(desk, path, seen).status_code == 201


@pytest.mark.parametrize("channel", CHANNELS)
def test_notes_make_nothing_stale_and_never_are(desk, channel):
    path, seen = begin(desk, channel)
    say(desk.sam, path, "they called", is_internal=True)
    assert reply(desk, path, seen).status_code == 201
    say(desk.sam, path, "I answer")
    sent = {"body": "fine", "is_internal": True, "seen_seq": seen}
    desk.rina.post(f"{path}/messages", sent, status=201)


@pytest.mark.parametrize("channel", CHANNELS)
def test_what_was_taken_back_makes_nothing_stale(desk, channel):
    path, seen = begin(desk, channel)
    theirs = say(desk.sam, path, "wrong window")
    desk.sam.delete(f"/messages/{theirs['id']}", status=200)
    assert reply(desk, path, seen).status_code == 201


def test_who_does_not_say_what_was_seen_is_not_asked(desk):
    path, _ = begin(desk, "portal")
    say(desk.sam, path, "I have it")
    say(desk.rina, path, "me too")


def test_customers_are_never_stale(desk):
    path, seen = begin(desk, "portal")
    say(desk.sam, path, "I have it")
    desk.ada.post(f"{path}/messages", {"body": "thank you", "seen_seq": 0}, status=201)


@pytest.mark.parametrize("seen", ["1", 1.5, -1, 2**31, [1], True])
def test_what_was_seen_is_a_number(desk, seen):
    path, _ = begin(desk, "chat")
    problem = assert_problem(reply(desk, path, seen), 422, "validation_failed")
    assert [error["field"] for error in problem["errors"]] == ["seen_seq"]


@pytest.mark.parametrize(
    "channel, other, refused",
    [
        ("chat", "sam", True),
        ("chat", "ada", False),
        ("portal", "sam", True),
        ("portal", "ada", True),
    ],
)
def test_no_answer_slips_past_one_of_the_same_moment(desk, channel, other, refused):
    """The writer takes all that waits at once; an answer is still judged by what stands before."""
    path, seen = begin(desk, channel)
    elsewhere, _ = begin(desk, "portal")
    ticket, busy = (int(one.rsplit("/", 1)[1]) for one in (path, elsewhere))
    with (
        desk.rina.live() as ours,
        getattr(desk, other).live() as theirs,
        closing(psycopg2.connect(desk.server.database_url)) as blocking,
    ):
        blocking.cursor().execute("SELECT FROM ticket WHERE id = %s FOR UPDATE", (busy,))
        ours.send("message", ticket=busy, body="holds the writer up", client_id="m0")
        ours.sync()
        theirs.send("message", ticket=ticket, body="I have it", client_id="m1")
        theirs.sync()
        ours.send("message", ticket=ticket, body="me too", client_id="m2", seen_seq=seen)
        ours.sync()
        blocking.rollback()
        theirs.expect("ack", client_id="m1")
        if refused:
            assert ours.expect("refused", client_id="m2")["code"] == "stale"
        else:
            assert ours.expect("ack", client_id="m2")


def test_of_two_agents_who_answer_at_once_one_is_first(desk):
    path, seen = begin(desk, "chat")
    for _ in range(10):
        barrier, answers = threading.Barrier(2), []

        def answer(who):
            barrier.wait()
            sent = {"body": f"{who.user['name']} answers", "seen_seq": seen}
            answers.append(who.post(f"{path}/messages", sent).status_code)

        agents = [threading.Thread(target=answer, args=(who,)) for who in (desk.rina, desk.sam)]
        [agent.start() for agent in agents]
        [agent.join() for agent in agents]
        assert sorted(answers) == [201, 409]
        seen = last_seq(desk, path)
