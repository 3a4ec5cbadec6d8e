# SPDX-License-Identifier: AGPL-3.0-or-later
"""What becomes of a message after it was sent, on both sides of the desk (A3, T3)."""

import pytest

QUESTION = "Where is my parcel?"


@pytest.fixture
def email(newcomer):
    return newcomer


@pytest.fixture
def visitor(desk_server):
    return desk_server.visitor(name="Ada Roy")


@pytest.fixture
def ticket(desk_server, visitor, give):
    """A chat of the app's agent."""
    chat = {"channel": "chat", "subject": "Parcel", "description": QUESTION}
    ticket = visitor.post("/tickets", chat, status=201)["ticket"]["id"]
    give(ticket)
    return ticket


@pytest.fixture
def desk(app, ticket):
    """The app with the ticket open."""
    app.wait(lambda: app.find("list item", "Ada Roy"), "the ticket's row")
    app.screen.press("ctrl+Next")
    app.wait_message(QUESTION)
    return app


def choose(app, number):
    """An entry of the newest message's menu, by keys: Shift+Tab goes there from the composer."""
    app.screen.press("shift+Tab")
    app.wait(lambda: app.focused() == "Edit or take back", "the message's menu button")
    app.screen.press("Return")
    app.wait(lambda: app.find("menu item", "Take Back"), "the menu")
    app.screen.press(*["Down"] * number, "Return")


def bodies(person, ticket):
    return [message["body"] for message in person.get(f"/tickets/{ticket}", status=200)["messages"]]


def test_a_reply_is_edited_where_it_stands(desk, visitor, ticket):
    desk.send("It left on Monday")
    desk.wait_message("It left on Monday. Sent.")
    choose(desk, 0)
    desk.wait(lambda: desk.focused() == "Edited message", "the cursor in the message")
    desk.find("text", "Edited message").write("It left on Tuesday")
    desk.screen.press("ctrl+Return")

    desk.wait_message("It left on Tuesday. Sent.")
    desk.wait(lambda: desk.focused() == "Reply", "the cursor in the composer")
    assert "Edited" in desk.names("label")
    assert "It left on Tuesday" in bodies(visitor, ticket)
    assert "It left on Monday" not in bodies(visitor, ticket)


def test_escape_gives_an_edit_up(desk, visitor, ticket):
    desk.send("It left on Monday")
    desk.wait_message("It left on Monday. Sent.")
    choose(desk, 0)
    desk.wait(lambda: desk.focused() == "Edited message", "the cursor in the message")
    desk.find("text", "Edited message").write("Nonsense")
    desk.screen.press("Escape")

    desk.wait(lambda: desk.focused() == "Reply", "the cursor in the composer")
    desk.wait_message("It left on Monday. Sent.")
    assert "It left on Monday" in bodies(visitor, ticket)


def test_what_nobody_has_read_is_taken_back_and_written_anew(desk, visitor, ticket):
    desk.send("To the wrong customer")
    desk.wait_message("To the wrong customer. Sent.")
    choose(desk, 1)

    desk.wait_message("This message was taken back")
    desk.wait(lambda: desk.composed() == "To the wrong customer", "the words in the composer")
    assert "To the wrong customer" not in bodies(visitor, ticket)


def test_a_customers_edit_shows(desk, visitor, ticket):
    (message,) = [
        message
        for message in visitor.get(f"/tickets/{ticket}", status=200)["messages"]
        if message["body"] == QUESTION
    ]
    visitor.patch(f"/messages/{message['id']}", {"body": "Where are my parcels?"}, status=200)

    desk.wait_message("Where are my parcels?")
    assert "Edited" in desk.names("label")


def test_a_deleted_ticket_closes(desk, desk_server, ticket):
    desk_server.login("admin@example.com").delete(f"/tickets/{ticket}", status=204)

    desk.wait_text("This ticket was deleted.")
    desk.wait(lambda: not desk.find("list item", "Ada Roy"), "the row to go")
