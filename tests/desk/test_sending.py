# SPDX-License-Identifier: AGPL-3.0-or-later
"""What goes out by mail or portal can be taken back for a while, and does not pass by what others
wrote meanwhile (A3, A10)."""

import pytest

REPLY = "We have sent you a new one"


@pytest.fixture
def email(newcomer):
    return newcomer


@pytest.fixture
def visitor(desk_server):
    return desk_server.visitor(name="Ada Roy")


@pytest.fixture
def ticket(visitor, give):
    draft = {"channel": "portal", "subject": "Invoice", "description": "The invoice is wrong"}
    ticket = visitor.post("/tickets", draft, status=201)["ticket"]["id"]
    give(ticket)
    return ticket


@pytest.fixture
def desk(app, ticket):
    app.wait(lambda: app.find("list item", "Ada Roy"), "the ticket's row")
    app.screen.press("ctrl+Next")
    app.wait_message("The invoice is wrong")
    return app


def bodies(person, ticket):
    return [message["body"] for message in person.get(f"/tickets/{ticket}", status=200)["messages"]]


def test_ctrl_z_after_sending_brings_the_words_back(desk, visitor, ticket):
    desk.send(REPLY)
    desk.wait_message("Can be taken back.")
    desk.wait_text("Sending in")
    assert not desk.find("list item", "Outbox"), "what is held is no worry"
    desk.screen.press("ctrl+z")

    desk.wait(lambda: desk.composed() == REPLY, "the words in the composer")
    assert not any(REPLY in row for row in desk.messages())
    assert REPLY not in bodies(visitor, ticket)


def test_closing_the_app_sends_what_is_held(desk, visitor, ticket):
    desk.send(REPLY)
    desk.wait_message("Can be taken back.")
    desk.quit()

    assert REPLY in bodies(visitor, ticket)


def test_a_stale_reply_waits_for_a_look(desk, visitor, ticket):
    desk.send(REPLY)
    desk.wait_message("Can be taken back.")
    visitor.post(f"/tickets/{ticket}/messages", {"body": "Wait, we moved"}, status=201)

    desk.wait_message("Ada Roy wrote meanwhile. Your reply is kept.")
    assert REPLY not in bodies(visitor, ticket)
    desk.screen.press("shift+Tab", "shift+Tab", "Return")  # Review stands before Send Anyway
    desk.wait(lambda: desk.composed() == REPLY, "the words in the composer")
    desk.screen.press("ctrl+Return")
    desk.wait_message(f"{REPLY}. Sent.", 30)
    assert REPLY in bodies(visitor, ticket)


def test_a_stale_reply_can_be_sent_anyway(desk, visitor, ticket):
    desk.send(REPLY)
    desk.wait_message("Can be taken back.")
    visitor.post(f"/tickets/{ticket}/messages", {"body": "Wait, we moved"}, status=201)

    desk.wait_message("Ada Roy wrote meanwhile. Your reply is kept.")
    desk.screen.press("shift+Tab", "Return")
    desk.wait_message(f"{REPLY}. Sent.")
    assert bodies(visitor, ticket)[-2:] == ["Wait, we moved", REPLY]
