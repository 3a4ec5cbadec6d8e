# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every answer has, whatever the route: ids, headers, methods, limits, files, and the log."""

import gzip
import re
import socket
import struct
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from support import raw
from support.api import assert_problem
from support.server import running
from support.wait import wait_until

RATE_LIMITED = {"DESKBELL_RATE_LIMIT": "on", "DESKBELL_TRUSTED_PROXIES": "127.0.0.1"}


def swept(server):
    metrics = requests.get(f"{server.url}/metrics", timeout=60).text
    return int(re.search(r"^\w*connections_swept\w* (\d+)", metrics, re.M)[1])


def descriptors(server):
    return len(list(Path(f"/proc/{server.pid}/fd").iterdir()))


def test_every_answer_has_a_request_id(server):
    first = requests.get(f"{server.url}/healthz", timeout=60).headers["X-Request-Id"]
    second = requests.get(f"{server.url}/nothing", timeout=60).headers["X-Request-Id"]
    assert first and second and first != second


def test_a_plain_request_id_is_kept_and_another_replaced(server):
    def returned(sent):
        answer = requests.get(f"{server.url}/nothing", headers={"X-Request-Id": sent}, timeout=60)
        assert answer.json()["request_id"] == answer.headers["X-Request-Id"]
        return answer.headers["X-Request-Id"]

    assert returned("Order-1.a_b") == "Order-1.a_b"
    for strange in ["a b", "x" * 65, "<script>", "é".encode()]:
        assert returned(strange) != strange


def test_answers_cannot_be_sniffed_framed_or_kept(server, login):
    for answer in [
        login("agent1@example.com").get("/me"),
        requests.get(f"{server.url}/nothing", timeout=60),
    ]:
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert "Server" not in answer.headers


def test_a_path_that_is_not_there_is_a_problem(server):
    assert_problem(requests.get(f"{server.url}/api/v1/nothing", timeout=60), 404, "not_found")


@pytest.mark.parametrize("id", ["0", "-1", "01", "1.5", "x", "1%20", "9223372036854775808"])
def test_an_id_that_no_thing_can_have_is_not_found(login, id):
    assert_problem(login("agent1@example.com").get(f"/tickets/{id}"), 404, "not_found")


def test_another_method_is_refused_with_those_that_are_there(server):
    answer = requests.delete(f"{server.url}/api/v1/tickets", timeout=60)
    assert_problem(answer, 405, "method_not_allowed")
    assert {"GET", "HEAD", "POST", "OPTIONS"} == set(answer.headers["Allow"].split(", "))


def test_head_answers_like_get_without_the_body(server):
    whole = requests.get(f"{server.url}/healthz", timeout=60)
    answer = requests.head(f"{server.url}/healthz", timeout=60)
    assert answer.status_code == 200
    assert answer.headers["Content-Length"] == str(len(whole.content))
    assert answer.content == b""


def test_pages_of_other_origins_may_call_the_api(server):
    asked = requests.options(
        f"{server.url}/api/v1/visitors",
        headers={
            "Origin": "https://shop.example",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type, idempotency-key",
        },
        timeout=60,
    )
    assert asked.status_code == 204
    assert asked.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in asked.headers["Access-Control-Allow-Methods"]
    assert "Idempotency-Key" in asked.headers["Access-Control-Allow-Headers"]
    assert "Authorization" in asked.headers["Access-Control-Allow-Headers"]
    assert asked.headers["Access-Control-Max-Age"] == "600"
    assert "Access-Control-Allow-Credentials" not in asked.headers
    refused = requests.get(f"{server.url}/api/v1/me", timeout=60)
    assert refused.headers["Access-Control-Allow-Origin"] == "*"
    assert refused.headers["WWW-Authenticate"] == "Bearer"


def test_only_who_may_gets_in(server, visitor):
    assert_problem(server.anonymous().get("/tickets"), 401, "unauthenticated")
    assert_problem(visitor().get("/agents"), 403, "forbidden")


def test_the_live_path_without_a_handshake_is_a_bad_request(server):
    assert_problem(server.anonymous().get("/live"), 400, "bad_request")
    assert_problem(server.anonymous().post("/live"), 405, "method_not_allowed")


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "limit=", "after=%FF"])
def test_a_query_that_cannot_be_read_is_a_bad_request(login, query):
    assert_problem(login("agent1@example.com").get(f"/tickets?{query}"), 400, "bad_request")


def test_a_query_may_not_be_endless(login):
    answer = login("agent1@example.com").get(f"/tickets?status={'a' * 5000}")
    assert_problem(answer, 400, "bad_request")


def test_ranges_are_not_served(server):
    answer = requests.get(f"{server.url}/healthz", headers={"Range": "bytes=0-0,1-1"}, timeout=60)
    assert answer.status_code == 200


def test_a_connection_is_kept_for_the_next_request(server):
    with raw.connect(server.url) as connection:
        stream = connection.makefile("rb")
        for _ in range(3):
            connection.sendall(raw.head("GET", "/healthz"))
            assert raw.read_answer(stream).status == 200


def test_requests_sent_together_are_answered_in_order(server):
    with raw.connect(server.url) as connection:
        connection.sendall(
            raw.head("GET", "/readyz") + raw.head("GET", "/nothing") + raw.head("GET", "/healthz")
        )
        stream = connection.makefile("rb")
        assert [raw.read_answer(stream).status for _ in range(3)] == [200, 404, 200]


def test_a_head_may_come_in_pieces_on_a_kept_connection_too(server):
    with raw.connect(server.url) as connection:
        stream = connection.makefile("rb")
        for _ in range(2):
            for byte in raw.head("GET", "/healthz"):
                connection.sendall(bytes([byte]))
            assert raw.read_answer(stream).status == 200


def test_an_idle_connection_is_closed(server):
    before = swept(server)
    with raw.connect(server.url) as connection:
        connection.sendall(raw.head("GET", "/healthz"))
        assert raw.read_answer(connection.makefile("rb")).status == 200
        assert raw.is_closed_within(connection, 30)
    assert swept(server) > before


def test_whoever_hangs_up_costs_nothing(server):
    def hang_up(_):
        connection = raw.connect(server.url)
        connection.sendall(raw.head("GET", "/readyz"))
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    before = descriptors(server)
    with ThreadPoolExecutor(8) as crowd:
        list(crowd.map(hang_up, range(200)))
    wait_until(lambda: descriptors(server) <= before + 5, 30, f"no more than {before} descriptors")
    assert server.is_ready()


def test_a_kept_connection_that_its_client_closes_is_let_go(server):
    before = descriptors(server)
    for _ in range(50):
        with raw.connect(server.url) as connection:
            connection.sendall(raw.head("GET", "/healthz"))
            assert raw.read_answer(connection.makefile("rb")).status == 200
    wait_until(lambda: descriptors(server) <= before + 5, 30, f"no more than {before} descriptors")


# Files


def test_the_widget_may_be_loaded_by_any_page_and_kept_for_a_while(server):
    answer = requests.get(f"{server.url}/widget.js", timeout=60)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    again = requests.get(
        f"{server.url}/widget.js", headers={"If-None-Match": answer.headers["ETag"]}, timeout=60
    )
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == answer.headers["ETag"]
    changed = requests.get(
        f"{server.url}/widget.js", headers={"If-None-Match": '"another"'}, timeout=60
    )
    assert changed.content == answer.content


def load(server, path, encodings=None, known=None):
    """A file as it travels."""
    headers = {"Accept_Encoding": encodings, "If_None_Match": known}
    sent = {name: value for name, value in headers.items() if value}
    return raw.ask(server.url, raw.head("GET", path, **sent))


def test_a_file_travels_compressed_to_whoever_unpacks_it(server):
    plain = load(server, "/widget.js")
    assert "content-encoding" not in plain.headers
    packed = load(server, "/widget.js", "deflate, gzip;q=0.8, br")
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert len(packed.body) <= 20 * 1024
    for answer in [plain, packed]:
        assert answer.headers["vary"] == "Accept-Encoding"
        assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    for refused in ["gzip;q=0", "br", "identity, x-gzipped"]:
        assert load(server, "/widget.js", refused).body == plain.body


def test_each_encoding_of_a_file_is_known_by_a_tag_of_its_own(server):
    tags = {way: load(server, "/widget.js", way).headers["etag"] for way in (None, "gzip")}
    assert tags[None] != tags["gzip"]
    for way, tag in tags.items():
        again = load(server, "/widget.js", way, tag)
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
        assert again.headers["vary"] == "Accept-Encoding"
    assert load(server, "/widget.js", "gzip", tags[None]).status == 200
    assert load(server, "/widget.js", None, tags["gzip"]).status == 200


def test_a_small_file_travels_as_it_is(server):
    answer = load(server, "/setup/", "gzip")
    assert answer.status == 200 and len(answer.body) < 1024
    assert "content-encoding" not in answer.headers
    assert "vary" not in answer.headers


def test_our_pages_load_nothing_from_elsewhere(server):
    answer = requests.get(f"{server.url}/demo/", timeout=60)
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy


def test_a_folder_without_its_slash_leads_there(server):
    answer = requests.get(f"{server.url}/demo", timeout=60)
    assert (answer.status_code, answer.url) == (200, f"{server.url}/demo/")


def test_the_printed_address_leads_to_the_demo_shop(server):
    answer = requests.get(server.url, timeout=60)
    assert (answer.status_code, answer.url) == (200, f"{server.url}/demo/")
    assert [step.status_code for step in answer.history] == [302]


def test_a_server_of_ones_own_has_no_demo_shop(empty_server):
    for path in ["/", "/demo", "/demo/", "/demo/index.html", "/demo/demo.js"]:
        assert_problem(requests.get(f"{empty_server.url}{path}", timeout=60), 404, "not_found")
    for path in ["/setup/", "/widget.js", "/widget/lang/bn.json"]:
        assert requests.get(f"{empty_server.url}{path}", timeout=60).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/demo/nothing.css",
        "/demo/x/",
        "/demo//",
        "/demo/../../../../etc/passwd",
        "/demo/%2e%2e/%2e%2e/etc/passwd",
        "/demo/%2fetc%2fpasswd",
        "/demo/%00",
    ],
)
def test_what_is_no_file_is_not_found(server, path):
    assert raw.ask(server.url, raw.head("GET", path)).status in (400, 404)


# Limits


def sign_in(server, password="wrong", client="192.0.2.1"):
    return requests.post(
        f"{server.url}/api/v1/auth/login",
        json={"email": "agent1@example.com", "password": password},
        headers={"X-Forwarded-For": f"203.0.113.99, {client}"},
        timeout=60,
    )


@pytest.fixture
def limited_server(demo_data):
    with running(demo_data, "--demo", environment=RATE_LIMITED) as server:
        yield server


def sign_in_at_once(server, password, count):
    with ThreadPoolExecutor(count) as crowd:
        return list(crowd.map(lambda _: sign_in(server, password), range(count)))


def test_passwords_cannot_be_tried_for_long(limited_server):
    answers = sign_in_at_once(limited_server, "wrong", 30)
    assert {answer.status_code for answer in answers} == {401, 429}
    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(refused) <= 25
    for answer in refused:
        assert_problem(answer, 429, "rate_limited")
        assert 1 <= int(answer.headers["Retry-After"]) <= 30
    # The right password is held back too, and somebody else is not.
    answers = sign_in_at_once(limited_server, "deskbell-demo", 10)
    assert 429 in [answer.status_code for answer in answers]
    assert sign_in(limited_server, "deskbell-demo", "192.0.2.2").status_code == 200
    metrics = requests.get(f"{limited_server.url}/metrics", timeout=60).text
    assert re.search(r"^\w*rate_limited\w* [1-9]", metrics, re.M)


def test_a_flood_from_one_address_is_held_back(limited_server):
    statuses = []
    with raw.connect(limited_server.url) as connection:
        stream = connection.makefile("rb")
        for _ in range(20):
            connection.sendall(raw.head("GET", "/api/v1/nothing") * 100)
            statuses += [raw.read_answer(stream).status for _ in range(100)]
    assert set(statuses) == {404, 429}
    assert statuses.count(404) >= 400


def test_https_is_known_behind_a_trusted_proxy_only(limited_server, server):
    def said(where):
        return requests.get(
            f"{where.url}/healthz", headers={"X-Forwarded-Proto": "https"}, timeout=60
        ).headers

    assert "Strict-Transport-Security" in said(limited_server)
    assert "Strict-Transport-Security" not in said(server)


# The log


def test_a_request_is_one_line_of_the_log_without_secrets(server, login):
    agent = login("agent2@example.com")
    id = "log-line-1"
    agent.get("/tickets?limit=1&category=billing", headers={"X-Request-Id": id})

    def lines():
        return [line for line in server.log_lines() if line.get("request_id") == id]

    wait_until(lines, 10, "the line of the request")
    (line,) = lines()
    assert (line["method"], line["route"], line["status"]) == ("GET", "/api/v1/tickets", "200")
    assert line["user"] == str(agent.id)
    assert float(line["ms"]) >= 0
    text = server.log_path.read_text()
    assert "category=billing" not in text
    assert agent.token not in text
