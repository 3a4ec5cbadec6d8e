# SPDX-License-Identifier: AGPL-3.0-or-later
"""Taking a ticket that nobody has, and being told why not (A2, Q3)."""

import pytest


@pytest.fixture
def email(newcomer):
    return newcomer


@pytest.fixture
def ticket(desk_server):
    """From the portal, and nobody's: agents take no new ones."""
    desk_server.sql("UPDATE agent_load SET capacity = 0")
    draft = {"channel": "portal", "subject": "Invoice", "description": "The invoice is wrong"}
    visitor = desk_server.visitor(name="Ada Roy")
    return visitor.post("/tickets", draft, status=201)["ticket"]["id"]


def test_what_nobody_has_is_taken_by_key_and_a_refusal_is_said(app, ticket, desk_server, email):
    app.screen.press("alt+2")
    app.wait(lambda: app.find("list item", "Ada Roy, Invoice"), "the ticket's row")
    app.screen.press("Home", "Return")
    app.wait_message("The invoice is wrong")
    app.screen.press("ctrl+shift+m")
    app.wait_text("This agent has no place free.")
    assert "Nobody yet" in app.names("label")

    desk_server.sql(
        "UPDATE agent_load SET capacity = 5"
        " WHERE agent_id = (SELECT id FROM app_user WHERE email = %s)",
        email,
    )
    app.screen.press("ctrl+shift+m")
    app.wait(lambda: "You" in app.names("label"), "the ticket to be ours")
    app.screen.press("alt+1")
    app.wait(lambda: app.find("list item", "Ada Roy, Invoice"), "the ticket among ours")
