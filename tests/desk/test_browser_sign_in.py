# SPDX-License-Identifier: AGPL-3.0-or-later
"""A1, I3: the desk opens the browser, somebody signs in there with a password or another service,
and the desk goes on by itself."""

import pytest
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.by import By

from support.agent_app import AgentApp
from support.providers import CLIENT_ID, CLIENT_SECRET, GitHub
from support.server import PASSWORD, running
from support.wait import wait_until

HANDLER = """[Desktop Entry]
Type=Application
Name=Browser
Exec={script} %u
MimeType=x-scheme-handler/http;
"""


@pytest.fixture
def desk_server(demo_data):
    environment = {"DESKBELL_ALLOW_PRIVATE_ADDRESSES": "127.0.0.1/32"}
    with running(demo_data, "--demo", environment=environment) as server:
        yield server


class BrowsingApp(AgentApp):
    """It has a server's address and nothing else; what it would open in a browser stands in a
    file."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.asked = self.home / "asked"
        applications = self.home / "share" / "applications"
        applications.mkdir(parents=True)
        script = self.home / "browser"
        script.write_text(
            f'#!/bin/sh\nprintf %s "$1" >"{self.asked}.new"\nmv "{self.asked}.new" "{self.asked}"\n'
        )
        script.chmod(0o755)
        (applications / "browser.desktop").write_text(HANDLER.format(script=script))
        (applications / "mimeapps.list").write_text(
            "[Default Applications]\nx-scheme-handler/http=browser.desktop\n"
        )

    def command(self):
        return [*super().command()[:3], "--email", ""]

    def address(self):
        """What it opens."""
        self.activate("push button", "Sign In with Browser")
        wait_until(self.asked.exists, 20, "the browser to be opened")
        self.wait_text("Go on in your browser.")
        return self.asked.read_text()


@pytest.fixture
def app(screen, desk_server):
    app = BrowsingApp(screen, desk_server)
    yield app.launch()
    app.dispose()


def wait_desk(app, name):
    app.wait(lambda: app.find("list", "Queues"), "the queues", 60)
    assert app.warnings() == []


def sign_in_by_password(browser, email="agent1@example.com"):
    browser.find_element(By.NAME, "email").send_keys(email)
    browser.find_element(By.NAME, "password").send_keys(PASSWORD)
    browser.find_element(By.CSS_SELECTOR, "button.primary").click()


def shows(browser, words):
    """Whether the page says so; one that is just being left says nothing."""
    try:
        return words in browser.find_element(By.TAG_NAME, "body").text
    except WebDriverException:
        return False


def wait_page(browser, words):
    wait_until(lambda: shows(browser, words), 20, f"the page {words!r}")


def test_the_browser_signs_the_desk_in_by_password(app, browser):
    browser.get(app.address())
    sign_in_by_password(browser)
    wait_page(browser, "You can close this page and go back to Deskbell.")
    wait_desk(app, "Rina Das")


def test_the_browser_signs_the_desk_in_with_another_service(app, browser, desk_server):
    github = GitHub()
    admin = desk_server.login("admin@example.com")
    told = {"kind": "github", "name": "GitHub", "issuer": github.issuer, "for_staff": True}
    told |= {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "is_trusted_for_staff": True}
    admin.post("/settings/identity-providers", told, status=201)
    email = {"email": "agent1@example.com", "primary": True, "verified": True}
    github.person = {"id": 7, "login": "rina", "name": "Rina", "emails": [email]}
    browser.get(app.address())
    browser.find_element(By.CSS_SELECTOR, ".providers button").click()
    wait_page(browser, "You can close this page and go back to Deskbell.")
    wait_desk(app, "Rina Das")
    github.close()


def test_waiting_can_be_ended(app, browser):
    address = app.address()
    app.activate("push button", "Cancel")
    app.wait(lambda: app.find("push button", "Sign In with Browser"), "the button")
    assert not app.shows("Go on in your browser.")
    browser.get(address)
    sign_in_by_password(browser)
    wait_until(lambda: "127.0.0.1" in browser.current_url, 20, "the way to the app")
    assert app.find("push button", "Sign In with Browser")
