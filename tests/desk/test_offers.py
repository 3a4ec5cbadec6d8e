# SPDX-License-Identifier: AGPL-3.0-or-later
"""A chat that the person at the desk is asked to take (A6, Q3, Q5): it rings, takes no focus, and
one key answers it. UX-15, UX-16."""

import pytest

from support.wait import wait_until

MISSED = "You missed two chats and are now Away."


@pytest.fixture
def email(newcomer):
    return newcomer


@pytest.fixture
def asking(desk_server, newcomer):
    """The server, whose departments ask before they give a chat. Nobody has a place yet."""
    desk_server.sql("UPDATE department SET offers_chats = true, offer_seconds = 60")
    desk_server.sql("DELETE FROM ticket_pass")
    desk_server.sql("UPDATE agent_load SET capacity = 0")
    desk_server.sql(
        "INSERT INTO agent_department (agent_id, department_id)"
        " SELECT u.id, d.id FROM app_user u, department d WHERE u.email = %s"
        " ON CONFLICT DO NOTHING",
        newcomer,
    )
    # What the demo has waiting is somebody else's.
    desk_server.sql("SELECT ticket_snooze(id, now() + interval '1 day') FROM ticket WHERE waiting")
    return desk_server


@pytest.fixture
def visitor(asking):
    return asking.visitor(name="Ada Roy")


def open_places(server, email):
    server.sql(
        "UPDATE agent_load SET capacity = 5 WHERE channel = 'chat'"
        " AND agent_id = (SELECT id FROM app_user WHERE email = %s)",
        email,
    )


def begin(app, server, visitor, email, text="Where is my parcel?"):
    """A chat that the app's agent is asked to take; its ticket."""
    app.wait_text("Online")
    open_places(server, email)
    fields = {"channel": "chat", "description": text}
    ticket = visitor.post("/tickets", fields, status=201)["ticket"]["id"]
    app.wait_text("New chat from Ada Roy")
    return ticket


def assignee(server, ticket):
    return server.sql("SELECT assigned_to FROM ticket WHERE id = %s", ticket)[0][0]


def let_pass(server, ticket):
    over = "UPDATE ticket_offer SET expires_at = now() WHERE ticket_id = %s"
    server.sql(over, ticket)


def test_an_offer_leaves_the_focus_and_f8_takes_it(app, asking, visitor, email, screen):
    """UX-15."""
    app.wait_text("Online")
    app.wait_text("All Caught Up")
    screen.press("F6")
    had_focus = app.focused()
    ticket = begin(app, asking, visitor, email)
    assert app.focused() == had_focus, "the offer took the focus"
    assert app.shows("Where is my parcel?") and app.shows("Waiting for")
    title, _, actions = app.wait(lambda: screen.notifications(), "the notification")[-1]
    assert title == "New chat from Ada Roy" and {"Accept", "Decline"} <= set(actions)
    assert assignee(asking, ticket) is None, "nobody has answered"

    screen.press("F8")
    app.wait_message("Where is my parcel?")
    wait_until(lambda: assignee(asking, ticket), 20, "the chat to be the agent's")
    app.wait(lambda: not app.find("push button", "Decline"), "the card to be gone")
    app.send("On its way")
    app.wait_message("On its way")


def test_two_missed_say_so_and_make_the_agent_away(app, asking, visitor, email):
    """UX-16."""
    first = begin(app, asking, visitor, email)
    let_pass(asking, first)
    app.wait(lambda: not app.find("push button", "Decline"), "the card to be gone")
    assert not app.shows(MISSED)
    other = asking.visitor(name="Ada Roy")
    fields = {"channel": "chat", "description": "Hello?"}
    second = other.post("/tickets", fields, status=201)["ticket"]["id"]
    app.wait(lambda: app.find("push button", "Decline"), "the second offer")
    let_pass(asking, second)
    app.wait_text(MISSED)
    app.wait(lambda: "Away" in app.names("label"), "the presence to be Away")
    assert asking.login(email).get("/me", status=200)["presence"] == "away"


def test_a_chat_that_somebody_else_took_says_who(app, asking, visitor, email):
    """String 3."""
    ticket = begin(app, asking, visitor, email)
    asking.sql("UPDATE agent_load SET capacity = 5")
    colleague = asking.login("agent1@example.com")
    colleague.post(f"/tickets/{ticket}/claim", status=200)
    app.wait_text(f"{colleague.user['name']} took this chat first. Nothing was sent.")
    app.wait(lambda: not app.find("push button", "Decline"), "the card to be gone")


def test_declining_leaves_it_in_the_queue(app, asking, visitor, email):
    ticket = begin(app, asking, visitor, email)
    app.activate("push button", "Decline")
    app.wait(lambda: not app.find("push button", "Decline"), "the card to be gone")
    offers = "SELECT count(*) FROM ticket_offer WHERE ticket_id = %s"
    wait_until(lambda: asking.sql(offers, ticket) == [(0,)], 20, "the offer to be over")
    assert asking.sql("SELECT waiting FROM ticket WHERE id = %s", ticket) == [(True,)]
    assert app.warnings() == []


def test_an_offer_is_there_again_after_a_restart_of_the_app(app, asking, visitor, email):
    ticket = begin(app, asking, visitor, email)
    app.kill9()
    app.start()
    app.wait_text("New chat from Ada Roy")
    app.screen.press("F8")
    wait_until(lambda: assignee(asking, ticket), 20, "the chat to be the agent's")


def test_who_leaves_with_open_chats_is_asked(app, asking, visitor, email, screen):
    ticket = begin(app, asking, visitor, email)
    screen.press("F8")
    wait_until(lambda: assignee(asking, ticket), 20, "the chat to be the agent's")
    app.wait_message("Where is my parcel?")
    screen.press("ctrl+shift+y")
    app.wait_text("You are Away. 1 chat stays with you.")
    screen.press("ctrl+shift+y")
    app.wait_text("Leave With Open Chats?")
    app.activate("push button", "Hand Over")
    waiting = "SELECT waiting FROM ticket WHERE id = %s"
    wait_until(lambda: asking.sql(waiting, ticket) == [(True,)], 20, "it to be in the queue again")
    app.wait(lambda: "Offline" in app.names("label"), "the presence to be Offline")
