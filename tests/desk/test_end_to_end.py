# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two people talk: one in the real widget, one in the real app. Whatever happens between them, each
sees every message once and in order (A1, A2, A3, A6, A7, A10, W3, T12)."""

import re

import pytest

WELCOME = "Hello. How can we help you?"


@pytest.fixture
def email(newcomer):
    return newcomer


def bodies(app):
    """The texts of the thread, without authors, times and states."""
    rows = [row.split(": ", 1)[1] for row in app.messages() if ": " in row]
    return [re.sub(r" (Sent|Delivered|Read)\.$", "", row).rstrip(".") for row in rows]


def said(widget):
    """What the visitor sees, without the shop's welcome."""
    return [text for text in widget.bubbles() if text != WELCOME]


def begin(widget, app, give, text="Hello"):
    """A visitor writes, the app's agent gets it and opens it by key; returns the ticket."""
    widget.open().send(text)
    widget.wait_mark(text, "Sent", "Delivered")
    ticket = widget.ticket
    app.wait_text("Online")
    give(ticket)
    app.wait_text("New chat from")
    app.screen.press("F8")
    app.wait_message(text)
    return ticket


def test_a_conversation_from_both_ends(widget, app, give, screen):
    widget.open().send("Where is my order?")
    widget.wait_mark("Where is my order?", "Sent", "Delivered")
    app.wait_text("Online")
    had_focus = app.focused()
    give(widget.ticket)

    app.wait_text("New chat from")
    assert app.focused() == had_focus, "a new chat took the focus"
    app.wait(lambda: screen.notifications(), "the notification")
    title, body, actions = screen.notifications()[-1]
    assert title.startswith("New chat from")
    assert "Where is my order?" in body
    assert {"Accept", "Decline"} <= set(actions)

    screen.press("F8")
    app.wait_message("Where is my order?")
    app.compose("It is on its way")
    widget.wait(lambda: widget.shown(".typing"), "the agent to be seen typing")
    screen.press("ctrl+Return")
    widget.wait_bubble("It is on its way")
    app.wait_message("It is on its way. Read.")

    widget.type("Than")
    app.wait_text("is typing")
    widget.send("ks")
    app.wait_message("Thanks")
    assert bodies(app) == ["Where is my order?", "It is on its way", "Thanks"]
    assert said(widget) == ["Where is my order?", "It is on its way", "Thanks"]
    assert app.warnings() == []


def test_a_killed_server_loses_and_doubles_nothing(widget, app, give, desk_server):
    begin(widget, app, give)
    app.send("One moment")
    widget.wait_bubble("One moment")

    desk_server.kill9()
    app.wait_text("Offline since")
    app.send("I looked it up")
    app.send("It left on Monday")
    widget.send("Are you there?")
    app.wait_text("2 messages will be sent later.")
    desk_server.start()

    app.wait_message("Are you there?", 60)
    widget.wait_bubble("It left on Monday", 60)
    app.wait(lambda: not any("Waits to be sent" in row for row in app.messages()), "all sent")
    expected = {"Hello", "One moment", "I looked it up", "It left on Monday", "Are you there?"}
    assert sorted(bodies(app)) == sorted(expected)
    assert said(widget) == bodies(app), "both ends have the same order"


def test_a_killed_app_keeps_what_was_written(widget, app, give, desk_server):
    begin(widget, app, give)
    desk_server.kill9()
    app.wait_text("Offline since")
    app.send("Written without a line")
    app.compose("A half sentence")
    app.screen.press("ctrl+shift+r")
    app.wait(lambda: app.find("text", "Internal note"), "the note mode")
    app.kill9()

    app.start()
    app.wait(lambda: app.find("list item", "Visitor"), "the last state without a server")
    app.screen.press("ctrl+Next")
    app.wait(lambda: app.composed() == "A half sentence", "the draft")
    assert app.find("text", "Internal note"), "the draft is a note still"
    app.wait_message("Written without a line")

    desk_server.start()
    widget.wait_bubble("Written without a line", 60)
    assert said(widget) == ["Hello", "Written without a line"]


def test_a_note_reaches_the_team_only(widget, app, give):
    begin(widget, app, give)
    app.screen.press("ctrl+shift+r")
    app.send("Ask the warehouse")
    app.wait_message("Internal note by")
    assert app.find("text", "Internal note"), "the mode stays after adding"
    app.screen.press("ctrl+r")
    app.send("We ask the warehouse")

    widget.wait_bubble("We ask the warehouse")
    assert said(widget) == ["Hello", "We ask the warehouse"]


def test_a_chat_from_claim_to_resolve_by_keys(widget, app, give):
    begin(widget, app, give)
    app.send("Solved, I hope")
    widget.wait_bubble("Solved, I hope")
    app.screen.press("ctrl+e")

    widget.wait_line("Marked as solved")
    app.wait_text("Ticket resolved.")


def test_every_row_and_control_has_a_name(widget, app, give):
    begin(widget, app, give)

    def rows():
        return [name for name in app.names("list item") if name.endswith("assigned to you")]

    name = app.wait(lambda: next(iter(rows()), None), "the row of our ticket")
    assert re.fullmatch(r"Visitor.*, Hello, Assigned, Normal, .*assigned to you", name)

    unnamed = [
        node.role
        for node in app.everything()
        if node.has("focusable")
        and node.role in ("push button", "toggle button", "text", "list item")
        and not node.name
        and not any(child.name for child in node.children)
    ]
    assert unnamed == []


def test_the_composer_fits_at_any_width(widget, app, give, screen):
    begin(widget, app, give)
    for width in (360, 900, 1280):
        screen.resize(width, 700)
        # A wide window has a border of a few pixels.
        app.wait(lambda: width - 20 < app.window.right <= width, f"a window of {width} pixels")
        app.wait(lambda: 0 < app.composer().right <= width, f"the composer to end before {width}")
