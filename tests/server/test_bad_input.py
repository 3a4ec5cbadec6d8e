# SPDX-License-Identifier: AGPL-3.0-or-later
"""Nothing that comes over the wire hurts: each kind of bad request has its documented error, memory
stays bounded, and other people notice nothing."""

import os
import resource
import statistics
import time

import pytest
import requests

from support import raw
from support.api import assert_problem
from support.json_cases import NOT_JSON, REFUSED_TOO
from support.server import running

LIMIT = 256 * 1024
CROWD = 5000
CHUNK = b"4000\r\n" + b"x" * 0x4000 + b"\r\n"


@pytest.fixture(scope="module")
def customer(server):
    return server.visitor(name="Ada")


@pytest.fixture(scope="module")
def lean_server(demo_data):
    """A server whose sanitizer, if it has one, keeps as little as possible of what was freed."""
    lean = "quarantine_size_mb=1:detect_stack_use_after_return=0"
    sanitizer = f"{os.environ.get('ASAN_OPTIONS', '')}:{lean}"
    with running(demo_data, "--demo", environment={"ASAN_OPTIONS": sanitizer}) as server:
        yield server


def post_bytes(person, body, content_type="application/json", path="/tickets"):
    return person.http.post(
        f"{person.url}/api/v1{path}", data=body, headers={"Content-Type": content_type}, timeout=60
    )


def post_head(person, **headers):
    return raw.head(
        "POST",
        "/api/v1/tickets",
        Authorization=f"Bearer {person.token}",
        Content_Type="application/json",
        **headers,
    )


def assert_raw_problem(answer, status, code):
    assert answer is not None, "the server said nothing"
    assert (answer.status, answer.json()["code"]) == (status, code), answer


# Bodies


@pytest.mark.parametrize("name", [*NOT_JSON, *REFUSED_TOO])
def test_what_is_not_json_is_refused(customer, name):
    answer = post_bytes(customer, {**NOT_JSON, **REFUSED_TOO}[name])
    assert_problem(answer, 400, "bad_json")


@pytest.mark.parametrize("body", [b"[]", b"1", b"null", b'"text"'])
def test_json_that_is_no_object_is_refused(customer, body):
    assert_problem(post_bytes(customer, body), 400, "bad_json")


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", "text/json", "json"],
)
def test_another_content_type_is_refused(customer, content_type):
    assert_problem(post_bytes(customer, b"{}", content_type), 415, "unsupported_media_type")


def test_a_content_type_may_have_parameters(customer):
    answer = post_bytes(customer, b'{"subject": 7}', "Application/JSON; charset=utf-8")
    assert_problem(answer, 422, "validation_failed")


def test_every_wrong_field_is_named_once(customer):
    problem = assert_problem(
        customer.post("/tickets", {"subject": 7, "description": "a\0b", "priority": ["high"]}),
        422,
        "validation_failed",
    )
    assert {(error["field"], error["code"]) for error in problem["errors"]} == {
        ("subject", "wrong_type"),
        ("description", "not_allowed"),
        ("priority", "wrong_type"),
    }


@pytest.mark.parametrize(
    "subject, code",
    [
        ("a\0b", "not_allowed"),
        ("two\nlines", "not_allowed"),
        ("x" * 201, "too_long"),
        ("", "too_short"),
        (["a"], "wrong_type"),
        ({"a": 1}, "wrong_type"),
        (True, "wrong_type"),
    ],
)
def test_text_that_cannot_be_kept_is_refused(customer, subject, code):
    sent = {"channel": "portal", "subject": subject, "description": "Anything"}
    problem = assert_problem(customer.post("/tickets", sent), 422, "validation_failed")
    assert [(error["field"], error["code"]) for error in problem["errors"]] == [("subject", code)]


def test_lengths_count_characters_and_not_bytes(customer):
    subject = "\U0001f40d" * 200
    ticket = customer.post(
        "/tickets", {"channel": "portal", "subject": subject, "description": "Long"}, status=201
    )["ticket"]
    assert ticket["subject"] == subject


@pytest.mark.parametrize("number", ["1.5", "1e3", "-1", "99999999999999999999", '"1"', "true"])
def test_a_number_has_to_be_a_possible_one(customer, number):
    ticket = customer.post("/tickets", {"channel": "chat"}, status=None).json()["ticket"]["id"]
    answer = post_bytes(customer, f'{{"seq": {number}}}'.encode(), path=f"/tickets/{ticket}/read")
    assert_problem(answer, 422, "validation_failed")


# Sizes


def test_a_body_of_the_full_size_is_read(customer):
    body = b'{"subject": 1, "x": "' + b"x" * (LIMIT - 23) + b'"}'
    assert len(body) == LIMIT
    assert_problem(post_bytes(customer, body), 422, "validation_failed")


def test_a_larger_body_is_refused(customer):
    assert_problem(post_bytes(customer, b" " * (LIMIT + 1)), 413, "payload_too_large")


def test_a_body_that_announces_too_much_is_refused_before_it_comes(server, customer):
    answer = raw.ask(server.url, post_head(customer, Content_Length=10**15))
    assert_raw_problem(answer, 413, "payload_too_large")
    asked = raw.ask(
        server.url, post_head(customer, Content_Length=LIMIT + 1, Expect="100-continue")
    )
    assert_raw_problem(asked, 413, "payload_too_large")


def test_a_body_in_chunks_is_counted(server, customer):
    head = post_head(customer, Transfer_Encoding="chunked")
    answer = raw.ask(server.url, head, CHUNK * (LIMIT // 0x4000), b"1\r\nx\r\n")
    assert_raw_problem(answer, 413, "payload_too_large")


def test_a_body_without_end_is_not_read_to_its_end(server, customer):
    before = server.resident_bytes()
    with raw.connect(server.url) as connection:
        connection.sendall(post_head(customer, Transfer_Encoding="chunked"))
        with pytest.raises(ConnectionError):
            for _ in range(10_000):
                connection.sendall(CHUNK)
    assert server.resident_bytes() - before < 32 * 1024 * 1024


def test_a_body_in_small_chunks_is_read(server, customer):
    parts = [b"%x\r\n%b\r\n" % (1, bytes([letter])) for letter in b'{"subject": 7}']
    answer = raw.ask(
        server.url, post_head(customer, Transfer_Encoding="chunked"), *parts, b"0\r\n\r\n"
    )
    assert_raw_problem(answer, 422, "validation_failed")


# Heads


@pytest.mark.parametrize(
    "head",
    [
        b"NONSENSE\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET /healthz\r\n\r\n",
        b"GET /healthz HTTP/9.9\r\nHost: x\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\n\r\n",
        b"GET healthz HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /a\0b HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: x/y\r\n\r\n",
        b"POST /api/v1/visitors HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n",
        b"POST /api/v1/visitors HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /api/v1/visitors HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n"
        b"Content-Length: 3\r\n\r\n{}",
        b"POST /api/v1/visitors HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"\xff" * 9000,
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
    ],
    ids=range(15),
)
def test_a_head_that_cannot_be_read_is_refused_or_cut_off(server, head):
    answer = raw.ask(server.url, head)
    assert answer is None or answer.status in (400, 404, 505), answer
    assert server.is_ready()


def test_an_unknown_transfer_encoding_is_refused(server):
    answer = raw.ask(server.url, raw.head("POST", "/api/v1/visitors", Transfer_Encoding="gzip"))
    assert answer.status in (400, 501)


@pytest.mark.parametrize("method", ["PATCH", "TRACE", "CONNECT", "get", "BREW"])
def test_a_method_that_the_path_does_not_have_is_refused(server, method):
    answer = raw.ask(server.url, raw.head(method, "/healthz"))
    assert answer.status in (400, 404, 405)


def bad_heads(round):
    yield raw.head("X" * 7000 + str(round), "/healthz")
    yield raw.head("POST", "/" + "x" * 7000, Content_Length="many")
    yield raw.head("POST", "/" + "x" * 7000, Transfer_Encoding="gzip")


def test_bad_heads_leave_nothing_behind(lean_server):
    """Not even behind a good one, on a connection that is kept."""

    def say_all(rounds):
        for round in rounds:
            for head in bad_heads(round):
                with raw.connect(lean_server.url) as connection:
                    connection.sendall(raw.head("GET", "/healthz") + head)
                    stream = connection.makefile("rb")
                    assert raw.read_answer(stream).status == 200
                    assert raw.read_answer(stream).status == 400
                    assert raw.read_answer(stream) is None

    say_all(range(1000))
    before = lean_server.resident_bytes()
    say_all(range(1000, 2500))
    assert lean_server.resident_bytes() - before < 1500 * 7000 * 0.8


# Ids


def test_what_is_unknown_and_what_is_another_persons_look_the_same(server, customer):
    other = server.visitor(name="Ben")
    ticket = other.post("/tickets", {"channel": "chat"}, status=201)["ticket"]["id"]
    answers = [customer.get(f"/tickets/{id}") for id in (ticket, 2**62)]
    for answer in answers:
        assert_problem(answer, 404, "not_found")
    assert answers[0].json()["detail"] == answers[1].json()["detail"]


# Crowds


def others_latency(server):
    """How long somebody else waits for an answer, the median of some: the machine may be busy with
    something else for a moment."""
    seconds = []
    with requests.Session() as session:
        for _ in range(21):
            start = time.monotonic()
            assert session.get(f"{server.url}/readyz", timeout=60).status_code == 200
            seconds.append(time.monotonic() - start)
    return statistics.median(seconds)


@pytest.fixture
def crowd(lean_server):
    """crowd(said): that many connections which have said so much and no more."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    size = min(CROWD, most // 3)
    connections = []

    def gather(said):
        for _ in range(size):
            connections.append(raw.connect(lean_server.url))
            connections[-1].sendall(said)
        return connections

    yield gather
    for connection in connections:
        connection.close()


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ",
        raw.head("GET", "/healthz"),
        raw.head("POST", "/api/v1/visitors", Content_Length=100, Content_Type="application/json")
        + b"{",
    ],
    ids=["silent", "slow head", "kept alive", "slow body"],
)
def test_thousands_who_say_nothing_more_hinder_nobody(lean_server, crowd, said):
    before = lean_server.resident_bytes()
    crowd(said)
    lean_server.wait_ready()
    assert others_latency(lean_server) < 1
    assert lean_server.resident_bytes() - before < 96 * 1024 * 1024


def test_a_head_that_never_ends_is_cut_off(server):
    with raw.connect(server.url) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n")
        assert raw.is_closed_within(connection, 40)


def test_a_body_that_never_ends_is_cut_off(server, customer):
    with raw.connect(server.url) as connection:
        connection.sendall(post_head(customer, Content_Length=100) + b"{")
        assert raw.is_closed_within(connection, 60)
