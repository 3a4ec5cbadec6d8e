# SPDX-License-Identifier: AGPL-3.0-or-later
"""Nothing missing, nothing doubled: what a client that comes back by cursor hears, after every kind
of parting."""

import json
import random
import re
import signal
import struct
import threading

import pytest

from support.raw_live import CLOSE, RawLive, say
from support.wait import wait_until

DROPS = 12


def open_chat(person):
    ticket = {"channel": "chat", "description": "0"}
    return person.post("/tickets", ticket, status=201)["ticket"]["id"]


def write(person, ticket, body, **fields):
    return person.post(f"/tickets/{ticket}/messages", {"body": body, **fields}, status=201)


def texts(events):
    """What people wrote, apart from what the server says itself (who was assigned)."""
    messages = [event["data"]["message"] for event in events]
    return [message["body"] for message in messages if message["type"] == "text"]


def heard(live, ticket):
    return texts(live.heard("message.created", ticket=ticket))


def expect_text(live, ticket, body, timeout=10):
    """Takes the event of that message."""
    return live.expect(
        "message.created", lambda event: texts([event]) == [body], ticket=ticket, timeout=timeout
    )


class Keeper:
    """Keeps what a client has to: the last cursor, and the ids of the events under it."""

    def __init__(self):
        self.cursor = None
        self.under_cursor = set()
        self.events = []

    def hear(self, frames):
        for said in frames:
            if said.get("cursor", self.cursor) != self.cursor:
                self.cursor = said["cursor"]
                self.under_cursor = set()
            if said["type"] == "event" and said["id"] not in self.under_cursor:
                self.under_cursor.add(said["id"])
                self.events.append(said)

    def messages(self, ticket):
        ours = {"kind": "message.created", "ticket": ticket}
        return [event for event in self.events if ours.items() <= event.items()]


def test_what_was_missed_comes_once_in_order_and_live_events_after_it(server):
    customer, agent = server.visitor(), server.login()
    ticket = open_chat(customer)
    with customer.live() as live:
        write(agent, ticket, "heard")
        expect_text(live, ticket, "heard")
        cursor = live.cursor
        live.drop()
    missed = [f"missed {n}" for n in range(6)]
    for body in missed:
        write(agent, ticket, body)
    with customer.live(resume=cursor) as live:
        assert live.welcome["resumed"]
        write(agent, ticket, "live")
        expect_text(live, ticket, "live")
        assert heard(live, ticket) == [*missed, "live"]


def test_a_resume_by_the_newest_cursor_brings_nothing(server):
    customer = server.visitor()
    ticket = open_chat(customer)
    with customer.live() as live:
        live.message(ticket, "last")
        expect_text(live, ticket, "last")
        live.sync()
        cursor = live.cursor
    with customer.live(resume=cursor) as live:
        assert live.welcome["resumed"]
        live.sync()
        assert heard(live, ticket) == []


def test_a_connection_lost_during_the_replay_begins_it_again(server):
    """The welcome repeats the client's own cursor as long as something is still to come."""
    customer, agent = server.visitor(), server.login()
    ticket = open_chat(customer)
    with customer.live() as live:
        cursor = live.cursor
    write(agent, ticket, "missed")
    with RawLive(server.url, customer.token, say("hello", resume=cursor)) as socket:
        welcome = socket.expect("welcome")
    assert (welcome["resumed"], welcome["cursor"]) == (True, cursor)
    with customer.live(resume=welcome["cursor"]) as live:
        assert expect_text(live, ticket, "missed")


def test_a_client_to_whom_nothing_happens_keeps_its_cursor_fresh_by_pings(server):
    quiet, customer = server.visitor(), server.visitor()
    with quiet.live() as live:
        first = live.cursor
        ticket = open_chat(customer)
        write(customer, ticket, "not for you")
        wait_until(lambda: live.sync() or live.cursor != first)
        with quiet.live(resume=live.cursor) as again:
            assert again.welcome["resumed"]


def test_only_what_one_may_hear_is_replayed(server):
    customer, stranger, agent = server.visitor(), server.visitor(), server.login()
    ticket = open_chat(customer)
    with agent.live() as live:
        start = live.cursor
    write(agent, ticket, "a note", is_internal=True)
    write(agent, ticket, "an answer")
    may_hear = {agent: ["a note", "an answer"], customer: ["an answer"], stranger: []}
    for person, bodies in may_hear.items():
        with person.live(resume=start) as live:
            for body in bodies:
                expect_text(live, ticket, body)
            live.sync()
            assert heard(live, ticket) == bodies
            assert ("a note" in json.dumps(live.frames)) == (person is agent)


def test_topics_in_the_hello_narrow_the_replay(server):
    customer, agent = server.visitor(), server.login()
    one, other = open_chat(customer), open_chat(server.visitor())
    with agent.live() as live:
        start = live.cursor
    write(agent, other, "other")
    write(agent, one, "one")
    with agent.live(resume=start, topics=[f"ticket:{one}"]) as live:
        expect_text(live, one, "one")
        live.sync()
        assert heard(live, other) == []


def rubbish(server):
    epoch, snapshot = server.visitor().live().cursor.split(":", 1)
    return {
        "a word": "rubbish",
        "another epoch": f"00000000-0000-0000-0000-000000000000:{snapshot}",
        "no snapshot": f"{epoch}:",
        "no epoch": snapshot,
        "a broken snapshot": f"{epoch}:9:5:7",
        "letters": f"{epoch}:a:b:c",
        "numbers beyond all": f"{epoch}:99999999999999999999:99999999999999999999:",
        "SQL": f"{epoch}:1:1:'; DROP TABLE event; --",
        "long": f"{epoch}:1:1:" + "1," * 3000,
        "spaces": f" {epoch}:{snapshot} ",
        "other letters": "করসর:১:২",
    }


def test_a_cursor_of_no_use_is_answered_with_resync(server):
    customer = server.visitor()
    ticket = open_chat(customer)
    for kind, cursor in rubbish(server).items():
        with customer.live(resume=cursor) as live:
            assert not live.welcome["resumed"], kind
            assert live.expect("resync")["cursor"] == live.welcome["cursor"], kind
            live.message(ticket, kind)
            assert expect_text(live, ticket, kind)


@pytest.mark.parametrize("cursor", [7, True, ["a"], {}, "", "x" * 9000])
def test_what_cannot_be_a_cursor_is_refused(server, cursor):
    with server.visitor().live(hello=False) as live:
        live.send("hello", resume=cursor)
        assert live.expect("refused", frame="hello", code="validation_failed")
        assert live.hello()["resumed"] is False


def test_a_restored_database_has_every_client_fetch_again(fresh_server):
    customer = fresh_server.visitor()
    with customer.live() as live:
        cursor = live.cursor
    fresh_server.sql("UPDATE epoch SET name = gen_random_uuid()::text")
    fresh_server.restart()
    with customer.live(resume=cursor) as live:
        assert not live.welcome["resumed"]
        assert live.expect("resync")["cursor"].split(":")[0] != cursor.split(":")[0]


def test_a_line_that_breaks_again_and_again_loses_nothing(server):
    """One writes all the time, the other's connection breaks wherever it likes."""
    customer, agent = server.visitor(), server.login()
    ticket = open_chat(customer)
    chance = random.Random(7)
    keeper = Keeper()
    done = threading.Event()
    written = []

    def keep_writing():
        with agent.live() as live:
            while not done.is_set():
                written.append(f"number {len(written)}")
                live.message(ticket, written[-1])

    writer = threading.Thread(target=keep_writing)
    live = customer.live()
    writer.start()
    try:
        for _ in range(DROPS):
            enough = len(live.frames) + chance.randrange(1, 60)
            wait_until(lambda: len(live.frames) >= enough, 30)
            live.drop()
            keeper.hear(live.frames)
            live = customer.live(resume=keeper.cursor)
            assert live.welcome["resumed"]
    finally:
        done.set()
        writer.join()
    expect_text(live, ticket, written[-1], timeout=30)
    live.close()
    keeper.hear(live.frames)
    events = keeper.messages(ticket)
    assert texts(events) == written
    first = events[0]["seq"]
    assert [event["seq"] for event in events] == list(range(first, first + len(events)))


def read_all(socket):
    """Reads to the end; (frames, close code)."""
    frames, code = [], None
    while (received := socket.receive()) is not None:
        opcode, payload = received
        if opcode == CLOSE:
            code = struct.unpack("!H", payload[:2])[0]
        else:
            frames.append(json.loads(payload))
    return frames, code


def test_a_slow_reader_is_dropped_and_resumes_with_nothing_missing(server):
    customer, agent = server.visitor(), server.login()
    ticket = open_chat(customer)
    keeper = Keeper()
    slow = RawLive(server.url, customer.token, say("hello"), receive_buffer=4096)
    keeper.hear([slow.expect("welcome")])
    written = []
    with agent.live(topics=[]) as live:
        before = count_slow(server)
        while count_slow(server) == before and len(written) < 1000:
            written.append(f"{len(written)} " + "x" * 15000)
            live.message(ticket, written[-1])
        frames, code = read_all(slow)
        assert code == 4413
        keeper.hear(frames)
        assert len(texts(keeper.messages(ticket))) < len(written), "something was still to come"
        with RawLive(server.url, customer.token, say("hello", resume=keeper.cursor)) as socket:
            assert socket.expect("welcome")["resumed"]
            written.append("the last")
            live.message(ticket, written[-1])
            while texts(keeper.messages(ticket)[-1:]) != written[-1:]:
                keeper.hear([socket.expect("event")])
    assert texts(keeper.messages(ticket)) == written


def count_slow(server):
    text = server.anonymous().http.get(f"{server.url}/metrics").text
    line = re.search(r"^deskbell_live_sockets_slow\S* (\S+)$", text, re.MULTILINE)
    return float(line[1])


def test_cursors_outlive_the_server(fresh_server):
    customer, agent = fresh_server.visitor(), fresh_server.login()
    ticket = open_chat(customer)
    with agent.live() as live:
        live.message(ticket, "before")
        expect_text(live, ticket, "before")
        live.sync()
        cursor = live.cursor
        write(customer, ticket, "missed")
        fresh_server.kill9()
    fresh_server.start()
    write(customer, ticket, "after")
    with agent.live(resume=cursor) as live:
        assert live.welcome["resumed"]
        expect_text(live, ticket, "after")
        assert heard(live, ticket) == ["missed", "after"]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_sockets_survive_a_restart_of_postgresql(fresh_server, how):
    customer, agent = fresh_server.visitor(), fresh_server.login()
    ticket = open_chat(customer)
    with customer.live() as ours, agent.live() as theirs:
        ours.message(ticket, "before")
        fresh_server.kill_postgres(how)
        fresh_server.wait_ready()
        wait_until(lambda: is_acknowledged(ours, ticket, "after"), 30)
        for live in (ours, theirs):
            expect_text(live, ticket, "after", timeout=30)
            assert live.is_open
            assert heard(live, ticket).count("after") == 1
        with customer.live(resume=ours.cursor) as again:
            assert again.welcome["resumed"]


def is_acknowledged(live, ticket, body):
    """Sends it, as a client does with the same client_id until it is acknowledged."""

    def answers():
        return live.heard("ack", client_id=body) + live.heard("refused", client_id=body)

    known = len(answers())
    live.send("message", ticket=ticket, body=body, client_id=body)
    wait_until(lambda: len(answers()) > known, 30)
    assert {answer.get("code", "unavailable") for answer in answers()} == {"unavailable"}
    return live.heard("ack", client_id=body) != []
