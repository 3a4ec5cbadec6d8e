# SPDX-License-Identifier: AGPL-3.0-or-later
"""After a sign-out the disk tells nothing about customers, and what was begun is there again after
the next sign-in (A1, A10)."""

import subprocess

import pytest

DRAFT = "I will call the warehouse"
QUESTION = "Where is my parcel?"


@pytest.fixture
def email(newcomer):
    return newcomer


@pytest.fixture
def ticket(desk_server, give):
    """A chat of the app's agent."""
    chat = {"channel": "chat", "subject": "Parcel", "description": QUESTION}
    visitor = desk_server.visitor(name="Ada Roy")
    ticket = visitor.post("/tickets", chat, status=201)["ticket"]["id"]
    give(ticket)
    return ticket


def open_first(app):
    app.wait(lambda: app.find("list item", "Ada Roy"), "the ticket's row")
    app.screen.press("ctrl+Next")
    app.wait_message(QUESTION)


def sign_out(app):
    call = ["gdbus", "call", "--session", "--dest", "io.github.deskbell.Agent"]
    path = ["--object-path", "/io/github/deskbell/Agent"]
    activate = ["--method", "org.gtk.Actions.Activate", "sign-out", "[]", "{}"]
    subprocess.run([*call, *path, *activate], env=app.screen.environment, check=True)


def is_on_disk(app, text):
    files = [path for path in (app.home / "share").rglob("*") if path.is_file()]
    assert files, "the app kept nothing at all"
    return any(text.encode() in path.read_bytes() for path in files)


def test_a_draft_survives_the_sign_out_unread(app, ticket):
    open_first(app)
    app.compose(DRAFT)
    app.wait(lambda: is_on_disk(app, DRAFT), "the draft to be kept")

    sign_out(app)
    app.wait_text("Sign In to Your Desk")
    for secret in [DRAFT, QUESTION, "Ada Roy"]:
        app.wait(lambda s=secret: not is_on_disk(app, s), f"{secret} to be wiped")
    app.quit()

    app.start()
    open_first(app)
    app.wait(lambda: app.composed() == DRAFT, "the draft")
    assert app.warnings() == []


def test_without_a_keyring_the_person_decides(app, ticket):
    open_first(app)
    app.compose(DRAFT)
    app.wait(lambda: is_on_disk(app, DRAFT), "the draft to be kept")
    keyring = app.home / "keyring"
    keyring.unlink(missing_ok=True)
    (keyring / "in the way").mkdir(parents=True)

    sign_out(app)
    app.wait_text("Erase What Was Not Sent?")
    app.screen.press("Escape")
    open_first(app)
    app.wait(lambda: app.composed() == DRAFT, "the draft")

    sign_out(app)
    app.wait_text("Erase What Was Not Sent?")
    app.activate("push button", "Erase and Sign Out")
    app.wait(lambda: not is_on_disk(app, DRAFT), "the draft to be erased")
    app.wait(lambda: not app.shows("Erase What Was Not Sent?"), "the question to go")
    app.wait_text("Sign In to Your Desk")
