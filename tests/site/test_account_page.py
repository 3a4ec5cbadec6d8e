# SPDX-License-Identifier: AGPL-3.0-or-later
"""The account page (I1, I2): invitations, a forgotten password, the second step, and what somebody
sees of their own account."""

import re

import pytest
from selenium.webdriver.common.by import By

from support.browser import console_errors
from support.people import login, make_agent
from support.server import PASSWORD
from support.totp import Authenticator
from support.wait import wait_until

NEW_PASSWORD = "a lantern on the pier"


class AccountPage:
    def __init__(self, driver, server):
        self.driver = driver
        self.server = server

    def open(self, address=None):
        self.driver.get("about:blank")  # only the part behind the # may differ
        self.driver.get(address or f"{self.server.url}/account/")
        self.wait_for("h2")

    def find(self, selector):
        found = self.driver.find_elements(By.CSS_SELECTOR, selector)
        return found[0] if found else None

    def wait_for(self, selector):
        return wait_until(lambda: self.find(selector), 20, f"{selector}\n{self.text}")

    def wait_title(self, title):
        read = "return document.querySelector('h2')?.textContent"
        wait_until(lambda: self.driver.execute_script(read) == title, 20, f"{title}\n{self.text}")

    @property
    def text(self):
        return self.driver.find_element(By.TAG_NAME, "body").text

    def press(self, text):
        buttons = self.driver.find_elements(By.CSS_SELECTOR, "button, a")
        next(button for button in buttons if button.text == text).click()

    def send(self, **values):
        for name, value in values.items():
            field = self.wait_for(f"#{name}")
            field.clear()
            field.send_keys(value)
        self.find("[type=submit]").click()

    def sign_in(self, address, password=PASSWORD):
        self.open()
        self.send(email=address, password=password)


@pytest.fixture
def page(browser, server):
    return AccountPage(browser, server)


@pytest.fixture
def rina(server):
    return make_agent(server, name="Rina Das")


def test_an_invitation_becomes_an_account(page, server):
    admin = server.login("admin@example.com")
    body = {"email": f"mina-{id(page)}@example.com", "name": "Mina", "role": "agent"}
    link = admin.post("/invitations", body, status=201)["link"]
    page.open(link)
    page.wait_title("Join the Desk")
    assert body["email"] in page.text and page.find("#name").get_property("value") == "Mina"
    page.send(password="password1")
    summary = page.wait_for(".summary").text
    assert "guessed first" in summary and page.find("#password-error")
    page.send(password=NEW_PASSWORD)
    page.wait_title("Welcome, Mina")
    assert page.driver.current_url == f"{server.url}/account/", "the code is used up"
    assert login(server, body["email"], NEW_PASSWORD).status_code == 200
    page.press("Your Account")
    page.wait_title("Mina")
    page.open(link)
    page.wait_title("This link is not good any more")
    assert not [e for e in console_errors(page.driver) if "401" not in e and "422" not in e]


def test_a_forgotten_password_comes_back_by_mail(page, server, rina):
    page.open()
    page.press("Forgot the password?")
    start = server.log_path.stat().st_size
    page.send(email=rina)
    page.wait_title("Look into your mail")
    link = re.search(r"would hold (\S+/account/#reset=[\w-]+)", server.log_path.read_text()[start:])
    page.open(link[1])
    page.send(password=NEW_PASSWORD)
    page.wait_title("Your password is changed")
    page.press("Sign In")
    page.send(email=rina, password=NEW_PASSWORD)
    page.wait_title("Rina Das")


def test_the_second_step_from_on_to_off(page, server, rina):
    page.sign_in(rina)
    page.wait_title("Rina Das")
    page.press("Turn On…")
    page.send(password="not-the-password")
    assert "This is not your password." in page.wait_for(".summary").text
    page.send(password=PASSWORD)
    page.wait_title("Scan This Code")
    assert page.find(".qr").get_property("naturalWidth") > 0, "the picture is drawn"
    secret = page.find(".copy code").text.replace(" ", "")
    uri = f"otpauth://totp/x?secret={secret}&issuer=x&algorithm=SHA1&digits=6&period=30"
    app = Authenticator(uri)
    page.send(code=app.code())
    page.wait_title("Two-Step Sign-In Is On")
    codes = page.find(".copy code").text.split()
    assert len(codes) == 10

    page.press("Done")
    page.wait_title("Rina Das")
    assert "10 recovery codes are left" in page.text
    page.press("Sign Out")
    page.wait_title("Sign In to Your Account")
    page.send(email=rina, password=PASSWORD)
    page.wait_title("Second Step")
    page.send(code="000000x")
    assert "This code is not right" in page.wait_for(".summary").text
    page.send(code=app.code())
    page.wait_title("Rina Das")
    page.press("Turn Off…")
    page.send(password=PASSWORD, code=codes[0])
    page.wait_title("Rina Das")
    assert "The password alone lets in." in page.text


def test_other_devices_are_signed_out_from_here(page, server, rina):
    phone = server.login(rina)
    page.sign_in(rina)
    page.wait_title("Rina Das")
    assert "This page" in page.text and len(page.driver.find_elements(By.CSS_SELECTOR, "li")) == 2
    page.press("Sign Out Everywhere Else")
    wait_until(lambda: phone.get("/me").status_code == 401, message="the phone to be signed out")
    wait_until(lambda: "Sign Out Everywhere Else" not in page.text, message="the list to say so")
    page.press("Change Password…")
    page.send(current_password=PASSWORD, password=NEW_PASSWORD)
    page.wait_title("Rina Das")
    assert login(server, rina, NEW_PASSWORD).status_code == 200


def test_who_leaves_the_page_is_signed_out(page, server, rina):
    page.sign_in(rina)
    page.wait_title("Rina Das")
    page.driver.get("about:blank")
    rows = (
        "SELECT count(*) FROM session s JOIN app_user u ON u.id = s.user_id"
        " WHERE u.email = %s AND s.revoked_at IS NULL"
    )
    wait_until(lambda: server.sql(rows, rina) == [(0,)], 20, "the session to end")


def test_it_speaks_bengali(page, rina):
    page.open(f"{page.server.url}/account/?lang=bn")
    assert page.find("html").get_attribute("lang") == "bn"
    assert page.find("h2").text == "আপনার অ্যাকাউন্টে সাইন ইন করুন"
