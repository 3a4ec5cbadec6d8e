# SPDX-License-Identifier: AGPL-3.0-or-later
"""T4: files and the virus check, with a real clamd: what does harm never gets in, and what nobody
could check follows the setting."""

import tempfile
from pathlib import Path

import pytest

from support.api import assert_problem
from support.clam import CLAMD, EICAR, Clamd
from support.files import png, read, send, text, upload
from support.server import running
from support.wait import wait_until

pytestmark = pytest.mark.skipif(CLAMD is None, reason="there is no clamd here")
STRING_10 = "This file did not pass the virus check and was removed."


@pytest.fixture
def clamd():
    clamd = Clamd(Path(tempfile.mkdtemp(prefix="clamd-")), largest=1)
    yield clamd
    clamd.stop()


@pytest.fixture
def house(demo_data, clamd):
    """A server with a scanner, which is not started yet."""
    with running(demo_data, "--demo", environment={"DESKBELL_CLAMD": clamd.address}) as server:
        yield server


def begin_chat(server):
    ada = server.visitor(name="Ada")
    ticket = ada.post("/tickets", {"channel": "chat"}, status=201)["ticket"]["id"]
    return ada, ticket, f"/tickets/{ticket}/messages"


def stored(server):
    return [one for one in (server.data / "attachments").rglob("*") if one.is_file()]


def test_what_does_harm_is_refused_and_gone(house, clamd):
    clamd.start()
    ada = house.visitor(name="Ada")
    assert upload(ada)["state"] == "ready"
    before = stored(house)
    for content, name in ((EICAR, "eicar.txt"), (text() + EICAR + text(), "in the middle.txt")):
        problem = assert_problem(send(ada, content, name), 422, "file_infected")
        assert problem["detail"] == STRING_10
    assert stored(house) == before
    assert house.sql("SELECT count(*) FROM attachment") == [(1,)]


def test_while_the_scanner_is_away_files_are_held_until_it_is_back(house, clamd):
    ada, ticket, path = begin_chat(house)
    agent = house.login("agent1@example.com")
    good, bad = upload(ada, png(400, 300), "good.png"), upload(ada, EICAR, "bad.txt")
    assert good["state"] == bad["state"] == "held"
    message = ada.post(path, {"attachments": [good["id"], bad["id"]]}, status=201)["message"]
    assert [one["state"] for one in message["attachments"]] == ["held", "held"]
    for person in (ada, agent):
        for what in ("content", "thumbnail"):
            assert_problem(read(person, good, what), 409, "conflict")
    with agent.live() as live:
        clamd.start()

        def told():
            frames = live.heard("message.updated")
            return frames and [one["state"] for one in frames[-1]["data"]["message"]["attachments"]]

        wait_until(lambda: live.sync() or told() == ["ready", "removed"], 60, told)
    fresh = agent.get(path, status=200)["messages"][0]
    assert [one["state"] for one in fresh["attachments"]] == ["ready", "removed"]
    assert fresh["attachments"][1]["name"] == "bad.txt"
    for person in (ada, agent):
        assert read(person, good).content == png(400, 300)
        assert assert_problem(read(person, bad), 404, "not_found")["detail"] == STRING_10
    wait_until(lambda: len(stored(house)) == 2, 30, "the bytes of the bad one to be gone")


def test_files_pass_without_a_scanner_where_an_admin_wants_it(house):
    house.login("admin@example.com").patch(
        "/settings/attachments", {"when_scanner_down": "pass"}, status=200
    )
    ada = house.visitor(name="Ada")
    sent = upload(ada)
    assert sent["state"] == "ready" and read(ada, sent).content == text()


def test_what_is_too_large_to_be_checked_is_not_held_for_ever(house, clamd):
    clamd.start()
    ada, admin = house.visitor(name="Ada"), house.login("admin@example.com")
    large = b"a" * (2 * 1024 * 1024)
    assert_problem(send(ada, large, "large.txt"), 413, "file_too_large")
    admin.patch("/settings/attachments", {"when_scanner_down": "pass"}, status=200)
    assert upload(ada, large, "large.txt")["state"] == "ready"


def test_a_refused_file_leaves_its_sender_free_to_go_on(house, clamd):
    clamd.start()
    ada, _, path = begin_chat(house)
    for _ in range(3):
        assert send(ada, EICAR).status_code == 422
    ada.post(path, {"attachments": [upload(ada)["id"]]}, status=201)
