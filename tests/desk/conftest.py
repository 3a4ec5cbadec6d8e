# SPDX-License-Identifier: AGPL-3.0-or-later
"""Both ends at once: a visitor's browser on the demo shop and an agent's app on its own screen."""

import pytest

from support.agent_app import BINARY, AgentApp, Screen
from support.server import Server, copy_data
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
    server = Server("--demo")
    copy_data(demo_data, server.data)
    yield server.start()
    server.dispose()


@pytest.fixture
def app(screen, desk_server):
    app = AgentApp(screen, desk_server).start()
    yield app
    app.dispose()


@pytest.fixture
def widget(desk_server, open_browser):
    return Widget(open_browser()).load(f"{desk_server.url}/demo/")


@pytest.fixture
def give(desk_server):
    """give(ticket): hands a ticket to the app's agent, as the dispatcher would."""
    admin = desk_server.login("admin@example.com")
    agent = desk_server.login("agent1@example.com")

    def hand_over(ticket):
        admin.put(f"/tickets/{ticket}/assign", {"assigned_to": agent.id}, status=200)

    return hand_over
