# SPDX-License-Identifier: AGPL-3.0-or-later
"""Both ends at once: a visitor's browser on the demo shop and an agent's app on its own screen."""

import pytest

from support.agent_app import BINARY, AgentApp, Screen
from support.server import running
from support.widget import Widget


@pytest.fixture(scope="session")
def screen():
    if not BINARY.exists():
        pytest.skip(f"{BINARY} is not built: configure with -Dapps=true")
    screen = Screen()
    yield screen
    screen.dispose()


@pytest.fixture
def desk_server(demo_data):
    """A server of each test's own: it is killed in the middle of some."""
    with running(demo_data, "--demo") as server:
        yield server


@pytest.fixture
def email():
    """Whose app it is; a file of tests may choose somebody else."""
    return "agent1@example.com"


@pytest.fixture
def newcomer(desk_server):
    """The address of an agent without tickets, who gets none but by hand: what an app shows of a
    short list is read quickly."""
    email = "newcomer@example.com"
    desk_server.create_user("agent", email, name="Nadia Rahman")
    desk_server.sql(
        "UPDATE agent_load SET capacity = 0"
        " WHERE agent_id = (SELECT id FROM app_user WHERE email = %s)",
        email,
    )
    return email


@pytest.fixture
def app(screen, desk_server, email):
    app = AgentApp(screen, desk_server, email)
    try:
        yield app.start()
    finally:
        app.dispose()


@pytest.fixture
def widget(desk_server, browser):
    return Widget(browser).load(f"{desk_server.url}/demo/")


@pytest.fixture
def give(desk_server, email):
    """give(ticket): hands a ticket to the app's agent, as the dispatcher would."""
    admin, agent = desk_server.login("admin@example.com"), desk_server.login(email)

    def hand_over(ticket):
        admin.put(f"/tickets/{ticket}/assign", {"assigned_to": agent.id}, status=200)

    return hand_over
