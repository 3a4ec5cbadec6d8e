# SPDX-License-Identifier: AGPL-3.0-or-later
"""An agent on standby is called in, joins by one click, and is released (Q8)."""

import pytest

NAME = "Nadia Rahman"


@pytest.fixture
def email(newcomer):
    return newcomer


@pytest.fixture
def admin(desk_server, email):
    """Of the department that the newcomer serves."""
    admin = desk_server.login("admin@example.com")
    newcomer = next(agent for agent in agents(admin) if agent["name"] == NAME)
    admin.patch(f"/agents/{newcomer['id']}", {"departments": [1]}, status=200)
    return admin


def agents(admin):
    return admin.get("/agents", status=200)["agents"]


def presence(admin):
    return next(agent["presence"] for agent in agents(admin) if agent["name"] == NAME)


def stand_by(app, admin):
    """Says so in the menu of the presence, and goes away by key."""

    def named(name):
        return next((node for node in app.everything() if node.name.startswith(name)), None)

    app.wait(lambda: named("Presence: Online"), "the presence")
    app.screen.point(*named("Presence: Online").center)
    app.screen.click()
    app.wait(lambda: named("On Standby While Away"), "the menu").press()
    app.wait(
        lambda: next(agent for agent in agents(admin) if agent["name"] == NAME)["on_standby"],
        "the agent to be on standby",
    )
    app.screen.press("ctrl+shift+y")
    app.wait(lambda: presence(admin) == "away", "the agent to be away")


def call_in(admin):
    return admin.post("/departments/1/standby/call", status=200)["standby"]["call"]


def test_who_is_called_joins_by_one_click_and_is_released(app, admin):
    stand_by(app, admin)
    assert [agent["name"] for agent in call_in(admin)["agents"]] == [NAME]
    app.wait_text("Orders needs you.")
    app.activate("push button", "Join")
    app.wait(lambda: presence(admin) == "online", "the agent to be online")
    app.wait(lambda: not app.find("push button", "Join"), "the call to be answered")

    def joined():
        entries = admin.get("/standby", status=200)["departments"]
        return entries[0]["call"]["agents"][0]["joined_at"]

    app.wait(joined, "the server to have seen it")
    admin.post("/departments/1/standby/release", status=200)
    app.wait_text("The wait is short again. You are Away, and your chats stay with you.")
    assert presence(admin) == "away"


def test_a_call_can_wait(app, admin):
    stand_by(app, admin)
    call_in(admin)
    app.wait_text("Orders needs you.")
    app.activate("push button", "Not Now")
    app.wait(lambda: not app.find("push button", "Join"), "the call to go")
    assert presence(admin) == "away"
