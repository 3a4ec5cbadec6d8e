# SPDX-License-Identifier: AGPL-3.0-or-later
"""The set-up page, on which whoever started an empty server makes its first admin."""

import re

import pytest
from selenium.webdriver import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from support.browser import console_errors
from support.wait import wait_until

PASSWORD = "a sentence to keep"
OLGA = {"name": "Olga Owner", "email": "olga@example.com", "password": PASSWORD}


class SetupPage:
    def __init__(self, driver, server):
        self.driver = driver
        self.server = server

    @property
    def link(self):
        """The newest one that the server printed."""
        return re.findall(r"\S+/setup/#code=\S+", self.server.output())[-1]

    def open(self, address=None):
        self.driver.get("about:blank")  # only the part behind the # may differ
        self.driver.get(address or self.link)
        return self.wait_for("form")

    def find(self, selector):
        found = self.driver.find_elements(By.CSS_SELECTOR, selector)
        return found[0] if found else None

    def wait_for(self, selector):
        return wait_until(lambda: self.find(selector), 20, f"{selector}\n{self.text}")

    @property
    def text(self):
        return self.driver.find_element(By.TAG_NAME, "body").text

    @property
    def focused(self):
        return self.driver.switch_to.active_element

    def fill(self, **values):
        for name, value in values.items():
            field = self.find(f"#{name}")
            field.clear()
            field.send_keys(value)

    def value(self, name):
        return self.find(f"#{name}").get_property("value")

    def submit(self):
        self.find("[type=submit]").click()

    def wait_outcome(self):
        """The title of what came instead of the form."""
        return self.wait_for(".outcome h2")

    def wait_summary(self):
        return self.wait_for(".summary")

    def error(self, name):
        """What stands beside a field, as the field itself refers to it, or None."""
        field = self.find(f"#{name}")
        if field.get_attribute("aria-invalid") != "true":
            return None
        assert f"{name}-error" in field.get_attribute("aria-describedby").split()
        return self.find(f"#{name}-error").text


@pytest.fixture
def page(browser, empty_server):
    return SetupPage(browser, empty_server)


def press(driver, *keys):
    ActionChains(driver).send_keys(*keys).perform()


def test_the_printed_link_leads_to_an_admin_by_keyboard_alone(page, empty_server):
    page.open()
    assert page.value("code") == page.link.partition("#code=")[2]
    assert page.focused == page.find("#name")
    press(page.driver, OLGA["name"], Keys.TAB, OLGA["email"], Keys.TAB, PASSWORD, Keys.ENTER)
    title = page.wait_outcome()
    assert title.text == "Olga Owner is the admin now"
    assert page.focused == title
    assert page.driver.current_url == f"{empty_server.url}/setup/", "the code is used up"
    assert console_errors(page.driver) == []
    user = empty_server.login(OLGA["email"], PASSWORD).user
    assert (user["role"], user["name"]) == ("admin", OLGA["name"])
    sessions = "SELECT count(*) FROM session WHERE revoked_at IS NULL"
    assert empty_server.sql(sessions) == [(1,)], "only the one of this test's own sign-in"


def test_afterwards_it_says_how_to_go_on(page, empty_server):
    page.open()
    page.fill(**OLGA)
    page.submit()
    page.wait_outcome()
    assert f'<script src="{empty_server.url}/widget.js" async></script>' in page.text
    assert not page.find("a[href*=demo]"), "a server without --demo has no demo shop"
    clipboard = {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]}
    page.driver.execute_cdp_cmd("Browser.grantPermissions", clipboard)
    page.find("[aria-label='Copy Snippet']").click()
    wait_until(lambda: "Copied" in page.text, 20, "the button to say so")
    read = "navigator.clipboard.readText().then(arguments[0])"
    copied = page.driver.execute_async_script(read)
    assert copied == f'<script src="{empty_server.url}/widget.js" async></script>'


def test_a_code_makes_one_admin_and_then_says_so(page, empty_server):
    page.open()
    code = page.value("code")
    body = {"code": code, "name": "Faster", "email": "faster@example.com", "password": PASSWORD}
    empty_server.anonymous().post("/auth/setup", body, status=201)
    page.fill(**OLGA)
    page.submit()
    title = page.wait_outcome()
    assert title.text == "This server has an admin already"
    assert page.focused == title
    assert "create-user --role admin" in page.text


def test_a_code_from_before_a_restart_says_where_the_fresh_one_is(page, empty_server):
    old = page.link
    empty_server.restart()
    page.open(old)
    page.fill(**OLGA)
    page.submit()
    page.wait_summary()
    assert page.error("code") == (
        "This is not the code that the server printed last. Restart the server for a fresh one."
    )
    assert page.value("email") == OLGA["email"], "what was typed is kept"
    assert page.value("password") == PASSWORD
    page.fill(code=page.link.partition("#code=")[2].lower().replace("-", " "))
    page.submit()
    page.wait_outcome()


def test_errors_are_listed_focused_and_lead_to_their_fields(page):
    page.open()
    page.fill(password="seven77", email="nobody")
    page.submit()
    summary = page.wait_summary()
    assert page.focused == summary
    assert page.error("code") is None
    errors = {name: page.error(name) for name in ("name", "email", "password")}
    assert errors == {
        "name": "Enter your name.",
        "email": "Write the e-mail address like name@example.com.",
        "password": "Choose a password of at least 8 characters.",
    }
    links = summary.find_elements(By.TAG_NAME, "a")
    assert sorted(link.text for link in links) == sorted(errors.values())
    for link in links:
        link.click()
        assert page.error(page.focused.get_attribute("id")) == link.text


def test_an_address_that_an_agent_has_is_refused_beside_its_field(page, empty_server):
    empty_server.create_user("agent", OLGA["email"], PASSWORD)
    page.open()
    page.fill(**OLGA)
    page.submit()
    page.wait_summary()
    assert page.error("email") == "Somebody has this e-mail address already."


def test_a_server_that_is_gone_is_said_and_nothing_is_lost(page, empty_server):
    page.open()
    page.fill(**OLGA)
    empty_server.stop()
    page.submit()
    assert "did not answer" in page.wait_summary().text
    assert page.value("password") == PASSWORD
    page.driver.get_log("browser")


def test_the_password_can_be_shown(page):
    page.open()
    page.fill(password=PASSWORD)
    eye = page.find("[aria-label='Show Password']")
    assert page.find("#password").get_attribute("type") == "password"
    eye.click()
    assert page.find("#password").get_attribute("type") == "text"
    assert eye.get_attribute("aria-pressed") == "true"
    eye.click()
    assert page.find("#password").get_attribute("type") == "password"


def test_it_speaks_bengali_and_changing_the_language_keeps_what_was_typed(page):
    page.open()
    page.fill(name="রিনা দাস", email="nobody")
    page.find(".languages [lang=bn]").click()
    wait_until(lambda: "প্রথম প্রশাসক তৈরি করুন" in page.text, 20, "Bengali")
    assert page.driver.execute_script("return document.documentElement.lang") == "bn"
    assert page.value("name") == "রিনা দাস"
    assert page.value("code") == page.link.partition("#code=")[2]
    page.fill(password=PASSWORD)
    page.submit()
    page.wait_summary()
    assert page.error("email") == "ই-মেইল ঠিকানা name@example.com-এর মতো করে লিখুন।"
    page.fill(email=OLGA["email"])
    page.submit()
    assert page.wait_outcome().text == "রিনা দাস এখন প্রশাসক"


def needs_more_than(page, width):
    """Whether something is cut off on a screen of that width."""
    size = {"width": width, "height": 700, "deviceScaleFactor": 1, "mobile": False}
    page.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    return page.driver.execute_script("return document.documentElement.scrollWidth") > width


def test_nothing_is_cut_off_at_any_width(page):
    widths = [320, 390, 768, 1280]
    page.open()
    page.submit()
    page.wait_summary()
    assert [width for width in widths if needs_more_than(page, width)] == []
    page.fill(**OLGA)
    page.submit()
    page.wait_outcome()
    assert [width for width in widths if needs_more_than(page, width)] == []
