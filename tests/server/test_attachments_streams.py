# SPDX-License-Identifier: AGPL-3.0-or-later
"""T4: files on their way: large ones in little memory, slow and broken ones, forms of any kind.
Nothing of what did not arrive is left, and nobody else notices."""

import hashlib
import os
import re
import socket
import threading
import time
from pathlib import Path

import pytest
import requests

from support.api import assert_problem
from support.files import read, send, text, upload
from support.raw import ask, connect, head, is_closed_within, read_answer
from support.server import BINARY
from support.wait import wait_until

# The sanitizers keep freed memory for a while: there the memory of a large file shows nothing, and
# a smaller one still goes the whole way.
SANITIZED = b"__asan_init" in BINARY.read_bytes() if BINARY.exists() else False
LARGE_MB = 40 if SANITIZED else 500
MEBIBYTE = 1024 * 1024
PATH = "/api/v1/attachments"


@pytest.fixture
def house(fresh_server):
    """A server that takes large files of any kind from staff."""
    fresh_server.admin = fresh_server.login("admin@example.com")
    fresh_server.admin.patch(
        "/settings/attachments",
        {"max_file_size_staff_mb": 1024, "allowed_types": ["text/*", "application/octet-stream"]},
        status=200,
    )
    return fresh_server


def peak(server):
    """The most memory that the server ever had, in bytes."""
    status = Path(f"/proc/{server.pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024


def forget_peak(server):
    Path(f"/proc/{server.pid}/clear_refs").write_text("5")


def pieces(megabytes, digest):
    """That many of them, no two alike, and none of them compressible."""
    block = os.urandom(MEBIBYTE)
    for number in range(megabytes):
        piece = number.to_bytes(8, "big") + block[8:]
        digest.update(piece)
        yield piece


def binary(megabytes):
    """That many of no kind at all, whatever its middle looks like."""
    return bytes(4096) + os.urandom(megabytes * MEBIBYTE)


def descriptors(server):
    return os.listdir(f"/proc/{server.pid}/fd")


def left_on_disk(server):
    """Bytes of uploads that the server still holds, files without a name among them."""
    open_files = 0
    for fd in descriptors(server):
        path = f"/proc/{server.pid}/fd/{fd}"
        try:
            if "(deleted)" in os.readlink(path):
                open_files += os.stat(path).st_size
        except FileNotFoundError:
            pass
    stored = (server.data / "attachments").rglob("*")
    return open_files + sum(one.stat().st_size for one in stored if one.is_file())


def wait_for_nothing(server):
    wait_until(lambda: left_on_disk(server) == 0, 60, "nothing to be left of uploads")
    rows = "SELECT count(*) FROM attachment_file WHERE state <> 'removing'"
    assert server.sql(rows) == [(0,)]


# Large files


def test_a_large_file_goes_both_ways_in_little_memory(house):
    sent, got = hashlib.sha256(), hashlib.sha256()
    upload(house.admin, text())
    forget_peak(house)
    before = house.resident_bytes()
    answer = house.admin.http.post(
        f"{house.url}{PATH}?name=large.bin", data=pieces(LARGE_MB, sent), timeout=900
    )
    assert answer.status_code == 201, answer.text
    attachment = answer.json()["attachment"]
    assert attachment["size"] == LARGE_MB * MEBIBYTE
    with house.admin.http.get(
        f"{house.url}{PATH}/{attachment['id']}/content", stream=True, timeout=900
    ) as answer:
        for block in answer.iter_content(MEBIBYTE):
            got.update(block)
    assert got.hexdigest() == sent.hexdigest()
    used = peak(house)
    print(f"{LARGE_MB} MB: peak {used // 1024} KiB, {before // 1024} KiB before")
    assert SANITIZED or used < 64 * MEBIBYTE, f"{used // 1024} KiB"


def test_others_do_not_notice_a_large_upload(house):
    ada = house.visitor(name="Ada")

    def longest(duration):
        slowest, end = 0, time.monotonic() + duration
        while time.monotonic() < end:
            start = time.monotonic()
            ada.get("/departments", status=200)
            slowest = max(slowest, time.monotonic() - start)
        return slowest

    longest(1)
    alone = longest(2)
    threads = []
    for number in range(2):
        one = house.login("admin@example.com")
        send_it = lambda who=one: who.http.post(  # noqa: E731
            f"{house.url}{PATH}?name=a.bin",
            data=pieces(LARGE_MB // 4, hashlib.sha256()),
            timeout=900,
        )
        threads.append(threading.Thread(target=send_it))
        threads[-1].start()
    beside = longest(2)
    for thread in threads:
        thread.join()
    print(f"slowest of others: alone {alone * 1000:.0f} ms, beside uploads {beside * 1000:.0f} ms")
    assert beside < alone * 10 + 1


# Broken and slow ones


def raw_head(person, length, path=f"{PATH}?name=a.txt", **headers):
    headers.setdefault("Content_Type", "text/plain")
    return head(
        "POST", path, Authorization=f"Bearer {person.token}", Content_Length=length, **headers
    )


def test_an_upload_that_breaks_off_leaves_nothing(house):
    ada = house.visitor(name="Ada")
    for _ in range(3):
        with connect(house.url) as connection:
            connection.sendall(raw_head(ada, 4 * MEBIBYTE) + bytes(2 * MEBIBYTE))
            wait_until(lambda: left_on_disk(house) >= MEBIBYTE, 30, "the file to come")
    wait_for_nothing(house)


def test_a_reset_upload_leaves_nothing(house):
    ada = house.visitor(name="Ada")
    connection = connect(house.url)
    connection.sendall(raw_head(ada, 4 * MEBIBYTE) + bytes(MEBIBYTE))
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    connection.close()
    wait_for_nothing(house)


def test_who_says_a_larger_length_than_comes_is_cut_off(house):
    ada = house.visitor(name="Ada")
    with connect(house.url) as connection:
        connection.sendall(raw_head(ada, 5000) + text()[:400])
        assert is_closed_within(connection, 60)
    wait_for_nothing(house)


def test_what_comes_behind_the_length_is_no_part_of_the_file(house):
    ada = house.visitor(name="Ada")
    content = text()
    with connect(house.url) as connection:
        connection.sendall(raw_head(ada, 100) + content)
        stream = connection.makefile("rb")
        first = read_answer(stream)
        assert (first.status, first.json()["attachment"]["size"]) == (201, 100)
        second = read_answer(stream)
        assert second is None or second.status == 400
    answer = ask(house.url, raw_head(ada, 100, Transfer_Encoding="chunked") + content)
    assert answer is None or answer.status == 400


def test_a_file_can_come_in_chunks_and_in_drops(house):
    ada = house.visitor(name="Ada")
    content = text(times=10)

    def drops():
        for start in range(0, len(content), 7):
            yield content[start : start + 7]

    answer = ada.http.post(f"{house.url}{PATH}?name=a.txt", data=drops(), timeout=60)
    attachment = answer.json()["attachment"]
    assert read(ada, attachment).content == content


def test_a_length_over_the_limit_is_refused_before_anything_comes(house):
    ada = house.visitor(name="Ada")
    for path in (f"{PATH}?name=a.txt", PATH):
        with connect(house.url) as connection:
            connection.sendall(raw_head(ada, 6 * MEBIBYTE, path))
            answer = read_answer(connection.makefile("rb"))
        assert (answer.status, answer.json()["code"]) == (413, "file_too_large")
    assert "“a.txt”" not in answer.json()["detail"]


def test_who_may_not_send_is_told_before_anything_comes(house):
    ada = house.visitor(name="Ada")
    for token, status in ((None, 401), ("nonsense", 401)):
        said = {"Authorization": f"Bearer {token}"} if token else {}
        with connect(house.url) as connection:
            connection.sendall(head("POST", PATH, Content_Length=1000, **said))
            assert read_answer(connection.makefile("rb")).status == status
    with connect(house.url) as connection:
        connection.sendall(raw_head(ada, 1000, Idempotency_Key="not good"))
        assert read_answer(connection.makefile("rb")).status == 400
    wait_for_nothing(house)


def test_who_waits_to_be_let_in_is_let_in_first(house):
    """Expect: 100-continue, as curl says for large files."""
    ada = house.visitor(name="Ada")
    with connect(house.url) as connection:
        connection.sendall(raw_head(ada, 200, Expect="100-continue"))
        stream = connection.makefile("rb")
        assert stream.readline().split()[1] == b"100"
        while stream.readline().strip():
            pass
        connection.sendall(text()[:200])
        assert read_answer(stream).status == 201
    with connect(house.url) as connection:
        connection.sendall(raw_head(ada, 10**9, Expect="100-continue"))
        assert read_answer(connection.makefile("rb")).status == 413


def test_one_account_sends_only_some_files_at_once(house):
    ada, eve = house.visitor(name="Ada"), house.visitor(name="Eve")
    connections = [connect(house.url) for _ in range(7)]
    try:
        for connection in connections[:6]:
            connection.sendall(raw_head(ada, 2000, Expect="100-continue"))
            assert b"100" in connection.recv(100)
        connections[6].sendall(raw_head(ada, 2000, Expect="100-continue"))
        assert read_answer(connections[6].makefile("rb")).status == 429
        upload(eve)
    finally:
        for connection in connections:
            connection.close()
    wait_until(lambda: send(ada, text()).status_code == 201, 30, "room for another one")


def is_established(server, connection):
    """Whether the server still holds its end of a connection, whose other end may be full."""
    ours = int(server.url.rsplit(":", 1)[1])
    theirs = connection.getsockname()[1]
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        local, remote, state = line.split()[1:4]
        if int(local.split(":")[1], 16) == ours and int(remote.split(":")[1], 16) == theirs:
            return state == "01"
    return False


def test_a_slow_reader_holds_up_nobody_and_is_cut_off(house):
    admin = house.admin
    large = upload(admin, binary(24), "large.bin")
    request = head("GET", f"{PATH}/{large['id']}/content", Authorization=f"Bearer {admin.token}")
    with connect(house.url) as connection:
        connection.sendall(request)
        assert connection.recv(1000)
        # Nothing is read from here on.
        small = upload(admin)
        for _ in range(5):
            assert read(admin, small).content == text()
        assert is_established(house, connection)
        wait_until(lambda: not is_established(house, connection), 60, "it to be cut off", every=0.5)


def test_a_download_that_breaks_off_leaves_nothing(house):
    large = upload(house.admin, binary(24), "large.bin")
    before = len(descriptors(house))
    for _ in range(5):
        with house.admin.http.get(
            f"{house.url}{PATH}/{large['id']}/content", stream=True, timeout=60
        ) as answer:
            next(answer.iter_content(1000))
        house.admin.http.close()
    wait_until(lambda: len(descriptors(house)) <= before, 60, "every descriptor to be closed")


def test_a_full_disk_is_said_and_leaves_nothing(make_server):
    """No file may grow beyond 32 MiB: that is what a full disk looks like to who writes."""
    limit = ("env", "--ignore-signal=XFSZ", "prlimit", f"--fsize={32 * MEBIBYTE}")
    server = make_server("--demo", under=limit).start()
    admin = server.login("admin@example.com")
    admin.patch("/settings/attachments", {"max_file_size_staff_mb": 100}, status=200)
    answer = admin.http.post(
        f"{server.url}{PATH}?name=a.txt", data=b"a" * (40 * MEBIBYTE), timeout=120
    )
    assert_problem(answer, 503, "unavailable")
    wait_for_nothing(server)
    assert send(admin, text()).status_code == 201


def test_a_server_that_stops_lets_a_running_upload_go(house):
    ada = house.visitor(name="Ada")
    with connect(house.url) as connection:
        connection.sendall(raw_head(ada, 4 * MEBIBYTE) + bytes(MEBIBYTE))
        wait_until(lambda: left_on_disk(house) > 0, 30, "the file to come")
        house.stop()
    house.start()
    wait_for_nothing(house)


# Forms


def form(*parts, boundary="xyz", end=True):
    body = b"".join(b"--" + boundary.encode() + b"\r\n" + part + b"\r\n" for part in parts)
    return body + (b"--" + boundary.encode() + b"--\r\n" if end else b"")


def part(name, content, filename=None, more=b""):
    file = f'; filename="{filename}"' if filename is not None else ""
    said = f'Content-Disposition: form-data; name="{name}"{file}\r\n'.encode()
    return said + more + b"\r\n" + content


def post_form(person, body, content_type="multipart/form-data; boundary=xyz"):
    return requests.post(
        f"{person.url}{PATH}",
        data=body,
        headers={"Content-Type": content_type, "Authorization": f"Bearer {person.token}"},
        timeout=60,
    )


def test_the_file_is_found_among_other_fields(house):
    ada = house.visitor(name="Ada")
    content = b"--xy\r\n--xy-not\r\n\r\n" + text() + b"\r\n--xy"
    fields = [part(f"field{n}", b"value") for n in range(15)]
    answer = post_form(ada, form(*fields, part("file", content, "a.txt"), *fields))
    attachment = answer.json()["attachment"]
    assert (answer.status_code, attachment["name"]) == (201, "a.txt")
    assert read(ada, attachment).content == content


@pytest.mark.parametrize(
    "body, kind",
    [
        (form(part("file", b"hello", "a.txt"), end=False), None),
        (form(part("file", b"hello", "a.txt"), part("file", b"you", "b.txt")), None),
        (form(*[part(f"f{n}", b"x") for n in range(400)], part("file", b"hello", "a")), None),
        (form(b"Content-Disposition: attachment\r\n\r\nhello"), None),
        (form(b"no head at all"), None),
        (form(b"X: " + b"y" * 9000 + b"\r\n\r\nhello"), None),
        (form(part("file", b"hello", "a\0b")), None),
        (b"", None),
        (b"hello", None),
        (form(part("file", b"hello", "a.txt")), "multipart/form-data"),
        (form(part("file", b"hello", "a.txt")), "multipart/form-data; boundary="),
        (form(part("file", b"hello", "a.txt")), f"multipart/form-data; boundary={'x' * 200}"),
    ],
)
def test_what_is_no_form_with_one_file_is_refused(house, body, kind):
    ada = house.visitor(name="Ada")
    answer = post_form(ada, body, kind or "multipart/form-data; boundary=xyz")
    assert_problem(answer, 400, "bad_request")
    wait_for_nothing(house)


def test_a_form_may_be_little_larger_than_its_file(house):
    ada = house.visitor(name="Ada")
    assert_problem(post_form(ada, form(part("x", bytes(6 * MEBIBYTE)))), 413, "file_too_large")
