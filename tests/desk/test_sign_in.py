# SPDX-License-Identifier: AGPL-3.0-or-later
"""Signing in to the desk (A1, I2): the second step, and what is said when it does not work."""

import pytest

from support.agent_app import AgentApp
from support.people import make_agent
from support.server import PASSWORD
from support.totp import Authenticator

SECOND_STEP = "Enter the code of your authenticator app, or a recovery code."


@pytest.fixture
def email(desk_server):
    return make_agent(desk_server)


@pytest.fixture
def app(screen, desk_server, email):
    app = AgentApp(screen, desk_server, email)
    yield app
    app.dispose()


@pytest.fixture
def authenticator(desk_server, email):
    """Of the app's agent, who has turned two-step sign-in on."""
    agent = desk_server.login(email)
    offer = agent.post("/me/second-factor", {"password": PASSWORD}, status=201)
    authenticator = Authenticator(offer["uri"])
    code = {"code": authenticator.code()}
    agent.post("/me/second-factor/confirm", code, status=200)
    return authenticator


def test_the_second_step_is_asked_for_by_keyboard_alone(app, authenticator):
    app.launch()
    app.wait_text(SECOND_STEP, 60)
    app.screen.write(authenticator.code())
    app.screen.press("Return")
    app.wait(lambda: app.find("list", "Queues"), "the queues")
    app.quit()


def test_it_can_be_begun_again(app, authenticator):
    app.launch()
    app.wait_text(SECOND_STEP, 60)
    app.activate("push button", "Begin Again")
    app.wait(lambda: not app.shows(SECOND_STEP), "the first step")


def test_a_wrong_password_offers_to_reset_it(app, desk_server, email):
    desk_server.sql("UPDATE app_user SET password_hash = '' WHERE lower(email) = %s", email)
    app.launch()
    app.wait(lambda: app.find("alert", "Wrong e-mail or password."), "the alert", 60)
    assert app.find("push button", "Reset Password")
