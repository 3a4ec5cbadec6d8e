# SPDX-License-Identifier: AGPL-3.0-or-later
"""The live socket: who gets in, what frames it accepts, who hears what, and how it ends."""

import base64
import hashlib
import hmac
import json
import re
import struct
import time

import pytest
import websockets

from support.raw_live import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, RawLive, frame, say
from support.server import running
from support.wait import wait_until

LIMIT = 64 * 1024


@pytest.fixture
def customer(server):
    return server.visitor(name="Ada")


@pytest.fixture
def agent(server):
    return server.login("agent1@example.com")


def open_chat(person, body="Where is my book?"):
    ticket = {"channel": "chat", "description": body}
    return person.post("/tickets", ticket, status=201)["ticket"]["id"]


def raw(server, person, first=None, **options):
    """A byte-level socket that has said hello, unless `first` says something else."""
    socket = RawLive(server.url, person.token, say("hello") if first is None else first, **options)
    assert socket.status == 101
    return socket


def ends_within(server, token, seconds):
    """The same token, signed again to end soon."""
    head, payload, _ = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    claims["exp"] = int(time.time()) + seconds
    text = f"{head}.{encode(json.dumps(claims).encode())}"
    key = (server.data / "secrets" / "token.key").read_bytes()
    return f"{text}.{encode(hmac.new(key, text.encode(), hashlib.sha256).digest())}"


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def is_text(body):
    """For expect(): that message, whatever the server itself says in between (who was assigned)."""
    return lambda event: event["data"]["message"]["body"] == body


def hears_nothing_of(socket, ticket):
    """All that went out before this is there once the pong is."""
    socket.sync()
    return [said for said in socket.frames if said.get("ticket") == ticket] == []


# Getting in


def test_the_first_frame_may_come_with_the_handshake(server, customer):
    with raw(server, customer) as socket:
        welcome = socket.expect("welcome")
    assert welcome["user"] == {"id": customer.id, "name": "Ada", "role": "customer"}
    assert (welcome["ping_s"], welcome["resumed"]) == (25, False)
    assert welcome["cursor"]


def test_many_frames_may_come_with_the_handshake(server, customer):
    frames = say("hello") + b"".join(frame(str(n), PING) for n in range(100))
    with raw(server, customer, frames) as socket:
        pongs = []
        while len(pongs) < 100:
            opcode, payload = socket.receive()
            pongs += [payload.decode()] if opcode == PONG else []
    assert pongs == [str(n) for n in range(100)]


def test_a_browser_shows_its_token_as_a_sub_protocol(server, customer):
    with customer.live(in_browser=True) as live:
        assert live._socket.subprotocol == "deskbell.v1"
        assert live.welcome["user"]["id"] == customer.id


@pytest.mark.parametrize("token", [None, "", "x", "a.b.c", "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0."])
def test_without_a_good_token_nothing_is_opened(server, token):
    assert RawLive(server.url, token).status == 401


def test_a_token_in_the_address_is_not_looked_at(server, customer):
    with pytest.raises(websockets.InvalidStatusCode) as refused:
        server.anonymous().live(in_browser=False, headers={"X-Token": customer.token})
    assert refused.value.status_code == 401


def test_a_tampered_token_is_refused(server, customer):
    head, payload, signature = customer.token.split(".")
    assert RawLive(server.url, f"{head}.{payload}.{signature[::-1]}").status == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-WebSocket-Version": "8"},
        {"Sec-WebSocket-Key": None},
        {"Sec-WebSocket-Protocol": "graphql-ws"},
    ],
)
def test_a_broken_handshake_is_a_problem_document(server, customer, headers):
    with RawLive(server.url, customer.token, headers=headers) as socket:
        assert socket.status == 400
        assert socket.headers["Content-Type"] == "application/problem+json"


def test_compression_is_not_negotiated(server, customer):
    offer = {"Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits"}
    with RawLive(server.url, customer.token, headers=offer) as socket:
        assert socket.status == 101
        assert "Sec-WebSocket-Extensions" not in socket.headers


# What is not a frame of this protocol


@pytest.mark.parametrize(
    "sent, code",
    [
        pytest.param(frame(b"\x01", BINARY), 1003, id="binary"),
        pytest.param(frame("{}", rsv=4), 1002, id="compressed"),
        pytest.param(frame("{}", mask=False), 1002, id="not masked"),
        pytest.param(frame("x", CONTINUATION), 1002, id="continues nothing"),
        pytest.param(frame("[", fin=False) + frame("]"), 1002, id="a message within a message"),
        pytest.param(frame("x", 0x3), 1002, id="reserved opcode"),
        pytest.param(frame("x", 0xB), 1002, id="reserved control opcode"),
        pytest.param(frame("x", PING, fin=False), 1002, id="fragmented ping"),
        pytest.param(frame("x" * 126, PING), 1002, id="long ping"),
        pytest.param(frame(b'{"type":"\xc3\x28"}'), 1007, id="not UTF-8"),
        pytest.param(frame(b'"\xed\xa0\x80"'), 1007, id="a surrogate as UTF-8"),
        pytest.param(
            frame(b'{"type":"\xe0\xa4', fin=False) + frame(b'"}', CONTINUATION),
            1007,
            id="a character cut off by a fragment",
        ),
        pytest.param(frame(""), 1008, id="empty"),
        pytest.param(frame("", fin=False) + frame("", CONTINUATION), 1008, id="empty fragments"),
        pytest.param(frame(b"\0"), 1008, id="NUL"),
        pytest.param(frame("{"), 1008, id="not JSON"),
        pytest.param(frame('{"type":"ping",}'), 1008, id="trailing comma"),
        pytest.param(frame("[" * 100000), 1009, id="deep and big"),
        pytest.param(frame("[" * 10000), 1008, id="deep"),
        pytest.param(frame('["ping"]'), 1008, id="not an object"),
        pytest.param(frame('{"frame":"ping"}'), 1008, id="no type"),
        pytest.param(frame('{"type":7}'), 1008, id="a type that is no text"),
        pytest.param(say("hello"), 1008, id="a second hello"),
        pytest.param(frame(b" " * (LIMIT + 1)), 1009, id="too big"),
        pytest.param(frame(b" ", length=1 << 62), 1009, id="says that it will be too big"),
        pytest.param(
            frame(b"[", fin=False) + frame(b" " * 4096, CONTINUATION, fin=False) * 100,
            1009,
            id="fragmentation bomb",
        ),
    ],
)
def test_what_breaks_the_protocol_closes_the_socket(server, customer, sent, code):
    with raw(server, customer) as socket:
        socket.expect("welcome")
        socket.flood(sent)
        assert socket.expect_close() == code


@pytest.mark.parametrize(
    "payload, answer",
    [
        (b"", 1000),
        (struct.pack("!H", 1000) + b"bye", 1000),
        (struct.pack("!H", 4000), 4000),
        (struct.pack("!H", 1005), 1002),
        (struct.pack("!H", 999), 1002),
        (b"\x03", 1002),
        (struct.pack("!H", 1000) + b"\xff", 1007),
    ],
)
def test_a_goodbye_is_answered(server, customer, payload, answer):
    with raw(server, customer) as socket:
        socket.send(frame(payload, CLOSE))
        assert socket.expect_close() == answer


@pytest.mark.parametrize("first", ["message", "ping", "subscribe", "auth", "nonsense"])
def test_hello_comes_before_everything_else(server, customer, first):
    with raw(server, customer, say(first)) as socket:
        assert socket.expect_close() == 1008


def test_a_message_of_the_full_size_is_read(server, customer):
    padded = json.dumps({"type": "ping", "padding": ""})[:-2]
    with raw(server, customer) as socket:
        socket.send(frame(padded + "x" * (LIMIT - len(padded) - 2) + '"}'))
        assert socket.expect("pong")


def test_a_message_may_come_byte_by_byte_with_a_ping_between_its_fragments(server, customer):
    text = json.dumps({"type": "ping", "padding": "é" * 300}, ensure_ascii=False).encode()
    sent = (
        frame(text[:51], fin=False)
        + frame("between", PING)
        + frame(text[51:400], CONTINUATION, fin=False)
        + frame(text[400:], CONTINUATION)
    )
    with raw(server, customer) as socket:
        socket.expect("welcome")
        for at in range(len(sent)):
            socket.send(sent[at : at + 1])
        assert socket.receive() == (PONG, b"between")
        assert socket.expect("pong")


# What is refused


def test_an_unknown_type_is_refused_and_the_socket_stays(server, customer):
    with customer.live() as live:
        live.send("dance", client_id="c1")
        refused = live.expect("refused")
        assert (refused["frame"], refused["code"]) == ("dance", "bad_request")
        assert refused["client_id"] == "c1"
        live.sync()


def test_wrong_values_are_refused_field_by_field(server, customer):
    with customer.live() as live:
        live.send("message", ticket="42", body="", client_id="x" * 65)
        refused = live.expect("refused", frame="message", code="validation_failed")
        fields = {error["field"]: error["code"] for error in refused["errors"]}
        assert fields == {"ticket": "wrong_type", "body": "too_short", "client_id": "too_long"}


@pytest.mark.parametrize("topics", ["tickets", [1], ["everything"], ["ticket:0"], ["ticket:x"]])
def test_what_is_no_topic_is_refused(server, agent, topics):
    with agent.live() as live:
        live.send("subscribe", topics=topics)
        assert live.expect("refused", frame="subscribe", code="validation_failed")


def test_staff_only_frames_are_forbidden_to_customers(server, customer):
    ticket = open_chat(customer)
    with customer.live() as live:
        live.send("presence", state="online")
        assert live.expect("refused", frame="presence")["code"] == "forbidden"
        live.send("message", ticket=ticket, body="x", client_id="n1", is_internal=True)
        assert live.expect("refused", client_id="n1")["code"] == "forbidden"


def test_too_many_frames_close_the_socket(empty_data):
    with running(empty_data, environment={"DESKBELL_RATE_LIMIT": "on"}) as server:
        with raw(server, server.visitor()) as socket:
            socket.expect("welcome")
            socket.flood(say("ping") * 1000)
            assert socket.expect_close() == 4429


# Messages


def test_a_message_is_acknowledged_and_heard_by_both_sides(server, customer, agent):
    ticket = open_chat(customer)
    with customer.live() as ours, agent.live() as theirs:
        ack = ours.message(ticket, "Hello **there**", client_id="m1")
        assert (ack["ticket"], ack["repeated"]) == (ticket, False)
        for live in (ours, theirs):
            event = live.expect("message.created", is_text("Hello **there**"), ticket=ticket)
            assert event["seq"] == ack["seq"]
            message = event["data"]["message"]
            assert (message["id"], message["client_id"]) == (ack["message_id"], "m1")
            assert message["created_at"] == ack["created_at"]


def test_the_same_message_again_gets_the_same_answer(server, customer):
    ticket = open_chat(customer)
    with customer.live() as live:
        first = live.message(ticket, "Once", client_id="m1")
        again = live.message(ticket, "Once", client_id="m1")
        assert again == {**first, "repeated": True}
        live.send("message", ticket=ticket, body="Other", client_id="m1")
        assert live.expect("refused", client_id="m1")["code"] == "idempotency_mismatch"
        live.sync()
        assert len(live.heard("message.created", is_text("Once"))) == 1


def test_frames_sent_together_are_acknowledged_in_order(server, customer):
    ticket = open_chat(customer)
    with raw(server, customer) as socket:
        said = [say("message", ticket=ticket, body=str(n), client_id=f"n{n}") for n in range(50)]
        socket.send(b"".join(said))
        acks = [socket.expect("ack") for _ in range(50)]
    assert [ack["client_id"] for ack in acks] == [f"n{n}" for n in range(50)]
    assert [ack["seq"] for ack in acks] == sorted({ack["seq"] for ack in acks})


# Who hears what


def test_a_customer_hears_only_own_tickets(server, customer, agent):
    stranger = server.visitor(name="Eve")
    ticket = open_chat(customer)
    with stranger.live(topics=["tickets", f"ticket:{ticket}"]) as eve, agent.live() as theirs:
        with customer.live() as ours:
            ours.message(ticket, "A secret")
            ours.send("typing", ticket=ticket, on=True)
            theirs.message(ticket, "An answer")
            theirs.expect("typing", ticket=ticket)
        eve.send("message", ticket=ticket, body="Hi", client_id="e1")
        assert eve.expect("refused", client_id="e1")["code"] == "not_found"
        eve.send("read", ticket=ticket, seq=1)
        assert eve.expect("refused", frame="read")["code"] == "not_found"
        eve.send("typing", ticket=ticket, on=True)
        assert eve.expect("refused", frame="typing")["code"] == "not_found"
        eve.sync()
        assert {said["type"] for said in eve.frames if said.get("ticket") == ticket} == {"refused"}
        theirs.sync()
        assert not theirs.heard("typing", lambda said: said["user"]["id"] == stranger.id)


def test_notes_never_reach_a_customer_in_any_way(server, customer, agent):
    ticket = open_chat(customer)
    with customer.live() as ours, agent.live() as theirs:
        before = ours.cursor
        note = theirs.message(ticket, "Careful, note", is_internal=True)
        public = theirs.message(ticket, "For you")
        assert public["seq"] > note["seq"], "staff count notes"
        event = theirs.expect("message.created", is_text("Careful, note"))
        assert event["data"]["message"]["is_internal"]
        seq = ours.expect("message.created", is_text("For you"))["seq"]
        assert seq < public["seq"], "customers do not"
        with customer.live(resume=before) as resumed:
            assert resumed.expect("message.created", is_text("For you"))["seq"] == seq
            everything = json.dumps(ours.frames + resumed.frames)
    assert "Careful" not in everything
    assert '"staff"' not in everything


def test_two_devices_of_one_agent_hear_the_same(server, customer, agent):
    ticket = open_chat(customer)
    with agent.live() as desk, agent.live() as phone:
        customer.post(f"/tickets/{ticket}/messages", {"body": "Both?"}, status=201)
        heard = [live.expect("message.created", is_text("Both?")) for live in (desk, phone)]
        assert heard[0] == heard[1]
        ack = desk.message(ticket, "Yes")
        assert phone.expect("message.created", ticket=ticket, seq=ack["seq"])


def test_topics_narrow_what_staff_hear(server, customer, agent):
    one, other = open_chat(customer), open_chat(server.visitor())
    with agent.live(topics=[f"ticket:{one}"]) as live:
        for ticket in (other, one):
            agent.post(f"/tickets/{ticket}/messages", {"body": "Hello"}, status=201)
        live.expect("message.created", ticket=one)
        assert hears_nothing_of(live, other)
        live.subscribe(f"ticket:{other}")
        agent.post(f"/tickets/{other}/messages", {"body": "Again"}, status=201)
        assert live.expect("message.created", ticket=other)


def test_presence_is_heard_by_everyone_who_asked(server, customer, agent):
    with agent.live() as desk, customer.live() as ours:
        desk.send("presence", state="away")
        for live in (desk, ours):
            assert live.expect("presence.changed", lambda e: e["data"]["agent"]["id"] == agent.id)
        desk.send("presence", state="online")
        desk.expect("presence.changed", lambda e: e["data"]["agent"]["state"] == "online")


# Typing


def test_typing_reaches_colleagues_but_never_oneself(server, customer, agent):
    ticket = open_chat(customer)
    colleague = server.login("agent3@example.com")
    with agent.live() as ours, agent.live() as elsewhere, colleague.live() as theirs:
        ours.send("typing", ticket=ticket, on=True)
        assert theirs.expect("typing", ticket=ticket)["user"]["id"] == agent.id
        for live in (ours, elsewhere):
            live.sync()
            assert not live.heard("typing", ticket=ticket)


def test_viewing_is_told_to_colleagues_and_ends_with_the_socket(server, customer, agent):
    ticket, other = open_chat(customer), open_chat(server.visitor())
    colleague = server.login("agent3@example.com")
    with customer.live() as visitor, colleague.live() as theirs:
        with agent.live() as ours:
            ours.send("viewing", ticket=ticket, on=True)
            said = theirs.expect("viewing", ticket=ticket)
            assert (said["on"], said["user"]["id"]) == (True, agent.id)
            ours.send("viewing", ticket=other, on=True)
            theirs.expect("viewing", ticket=ticket, on=False)
            theirs.expect("viewing", ticket=other, on=True)
            ours.send("viewing", ticket=ticket, on=False)
            ours.sync()
            assert not ours.heard("viewing")
        theirs.expect("viewing", ticket=other, on=False)
        visitor.sync()
        assert not visitor.heard("viewing")
        visitor.send("viewing", ticket=ticket, on=True)
        assert visitor.expect("refused", frame="viewing")["code"] == "forbidden"


def test_typing_reaches_the_other_side_only(server, customer, agent):
    ticket = open_chat(customer)
    with customer.live() as ours, agent.live() as theirs:
        ours.send("typing", ticket=ticket, on=True)
        typing = theirs.expect("typing", ticket=ticket)
        assert (typing["on"], typing["user"]["role"]) == (True, "customer")
        theirs.send("typing", ticket=ticket, on=True)
        assert ours.expect("typing", on=True)["user"]["id"] == agent.id
        theirs.send("typing", ticket=ticket, on=False)
        assert ours.expect("typing", on=False)["user"]["id"] == agent.id
        ours.sync()
        assert not ours.heard("typing", lambda said: said["user"]["id"] == customer.id)


def test_typing_ends_by_itself_and_with_the_socket(server, customer, agent):
    ticket = open_chat(customer)
    with agent.live() as theirs:
        ours = customer.live()
        start = time.monotonic()
        ours.send("typing", ticket=ticket, on=True)
        theirs.expect("typing", ticket=ticket, on=True)
        theirs.expect("typing", ticket=ticket, on=False, timeout=20)
        assert time.monotonic() - start > 4
        ours.send("typing", ticket=ticket, on=True)
        theirs.expect("typing", ticket=ticket, on=True)
        ours.drop()
        theirs.expect("typing", ticket=ticket, on=False)


def test_typing_on_an_old_ticket_is_known_after_a_restart(fresh_server):
    customer, agent = fresh_server.visitor(), fresh_server.login()
    ticket = open_chat(customer)
    fresh_server.restart()
    agent = fresh_server.login()
    with customer.live() as ours, agent.live() as theirs:
        theirs.send("typing", ticket=ticket, on=True)
        assert ours.expect("typing", ticket=ticket)["user"]["id"] == agent.id
        theirs.send("typing", ticket=10**12, on=True)
        assert theirs.expect("refused", frame="typing")["code"] == "not_found"


# Tokens and deadlines


def test_a_socket_that_never_says_hello_is_closed(server, customer):
    start = time.monotonic()
    with raw(server, customer, b"") as socket:
        assert socket.expect_close() == 4408
        assert time.monotonic() - start > 8


def test_the_end_of_the_token_ends_the_socket_unless_a_fresh_one_came(server, customer):
    ending = RawLive(server.url, ends_within(server, customer.token, 6), say("hello"))
    renewed = RawLive(server.url, ends_within(server, customer.token, 6), say("hello"))
    renewed.send(say("auth", token=customer.token))
    assert ending.expect_close() == 4401
    renewed.send(say("ping"))
    assert renewed.expect("pong")
    renewed.close()


def test_a_forged_or_foreign_token_renews_nothing(server, customer):
    stranger = server.visitor()
    with RawLive(server.url, ends_within(server, customer.token, 6), say("hello")) as socket:
        for token in ("forged", stranger.token, customer.token[:-2] + "AA"):
            socket.send(say("auth", token=token))
            refused = socket.expect("refused")
            assert (refused["frame"], refused["code"]) == ("auth", "unauthenticated")
        assert socket.expect_close() == 4401


def test_signing_out_closes_the_sockets_of_that_session_only(server):
    here, there = server.login("agent2@example.com"), server.login("agent2@example.com")
    with there.live() as stays:
        leaves = here.live()
        here.post("/auth/logout", status=204)
        assert leaves.expect_close() == 4401
        stays.sync()


def test_whoever_is_deactivated_hears_nothing_from_then_on(fresh_server):
    agent = fresh_server.login("agent3@example.com")
    customer = fresh_server.visitor()
    ticket = open_chat(customer)
    live = agent.live()
    fresh_server.sql("UPDATE app_user SET is_active = false WHERE id = %s", agent.id)
    customer.post(f"/tickets/{ticket}/messages", {"body": "Still there?"}, status=201)
    assert live.expect_close() == 4401
    assert not live.heard("message.created")


# Under strain


def test_a_socket_that_sends_and_never_reads_is_dropped(server, customer):
    before = server.resident_bytes()
    with raw(server, customer, receive_buffer=4096) as socket:
        socket.flood(frame("x" * 125, PING) * 60000)
        assert socket.expect_close() == 4413
    assert server.resident_bytes() - before < 32 << 20


def test_half_messages_of_many_sockets_hold_nobody_up(server, customer):
    half = say("hello") + frame(b"[" * 100, fin=False) + frame(b"[" * 100, CONTINUATION)[:50]
    sockets = [raw(server, customer, half) for _ in range(300)]
    ticket = open_chat(customer)
    with customer.live() as live:
        live.message(ticket, "Through")
        assert live.expect("message.created", is_text("Through"))
    for socket in sockets:
        socket.expect("welcome")
        socket.close()


def test_sockets_are_counted(server, customer):
    def count(what):
        text = server.anonymous().http.get(f"{server.url}/metrics").text
        return float(re.search(rf"^deskbell_live_sockets_{what}\S* (\S+)$", text, re.MULTILINE)[1])

    opened, closed = count("opened"), count("closed")
    customer.live().close()
    wait_until(lambda: count("closed") > closed)
    assert count("opened") > opened


def test_the_server_says_goodbye_when_it_stops(fresh_server):
    customer, agent = fresh_server.visitor(), fresh_server.login()
    sockets = [customer.live(), agent.live(), customer.live(hello=False)]
    fresh_server.stop()
    assert [live.expect_close() for live in sockets] == [1001, 1001, 1001]


def test_texts_in_frames_keep_every_character(server, customer):
    ticket = open_chat(customer)
    body = 'ওগো "quotes" \\ backslash \u2028 \U0001f600 <b>&amp;</b>'
    with customer.live() as live:
        live.message(ticket, body)
        assert live.expect("message.created", is_text(body))
        live.send_raw('{"type":"message","ticket":%d,"client_id":"n","body":"a\\u0000b"}' % ticket)
        refused = live.expect("refused", client_id="n", code="validation_failed")
        assert refused["errors"][0]["field"] == "body"


def test_text_frames_are_utf8_whole(server, customer):
    with raw(server, customer) as socket:
        opcode, payload = socket.receive()
        assert opcode == TEXT
        assert json.loads(payload.decode())["type"] == "welcome"
