# SPDX-License-Identifier: AGPL-3.0-or-later
"""W4 in the browser: a shop whose customers sign in and out, and visitors whom staff have
blocked."""

import threading
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from support.browser import console_errors
from support.identity import make_secret, sign
from support.widget import Widget

SIGNED_IN = (
    "const done = arguments[arguments.length - 1];"
    "Deskbell.identify(arguments[0]).then(() => done(true));"
)


class Host:
    """A shop on an origin of its own: /USER is a page for who is signed in, / for nobody."""

    def __init__(self, desk, secret):
        self.user = f"user-{uuid.uuid4().hex}"
        self.names = {self.user: "Ada Roy"}

        def page(path):
            user = path.strip("/")
            identity = sign(secret, user, name=self.names.get(user, "Bo")) if user else ""
            return (
                '<!doctype html><html lang="en"><meta charset="utf-8"><title>Shop</title>'
                '<link rel="icon" href="data:,"><h1>A shop</h1>'
                f'<script src="{desk}/widget.js" data-identity="{identity}" async></script>'
            )

        class Page(BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(page(self.path).encode())

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def secret(shop):
    return make_secret(shop.login("admin@example.com"))


@pytest.fixture
def host(shop, secret):
    host = Host(shop.url, secret)
    yield host
    host.server.shutdown()
    host.server.server_close()


def written(widget):
    """What stands in the field."""
    return widget.find("textarea").get_attribute("value")


def customer_of(agent, ticket):
    return agent.ticket(ticket)["user"]


def test_a_visitor_who_signs_in_at_the_shop_keeps_the_chat(host, visit, agent):
    widget = visit(f"{host.url}/").open()
    widget.send("Do you have it in blue?")
    widget.wait_mark("Do you have it in blue?", "Sent")
    ticket, before = widget.ticket, customer_of(agent, widget.ticket)
    widget.load(f"{host.url}/{host.user}").open()
    widget.wait_bubble("Do you have it in blue?")
    widget.send("It is me")
    widget.wait_mark("It is me", "Sent")
    assert widget.ticket == ticket
    assert customer_of(agent, ticket)["name"] == "Ada Roy"
    assert customer_of(agent, ticket)["id"] != before["id"]
    assert agent.texts(ticket) == ["Do you have it in blue?", "It is me"]
    agent.say(ticket, "We do")
    widget.wait_bubble("We do")
    assert console_errors(widget.driver) == []


def test_on_another_device_it_is_the_same_chat(host, visit, open_browser):
    widget = visit(f"{host.url}/{host.user}").open()
    widget.send("From the phone")
    widget.wait_mark("From the phone", "Sent")
    laptop = Widget(open_browser()).load(f"{host.url}/{host.user}").open()
    laptop.wait_bubble("From the phone")


def test_signing_out_at_the_shop_leaves_nothing_of_theirs(host, visit, shop):
    widget = visit(f"{host.url}/{host.user}").open()
    widget.send("My secret order")
    widget.wait_mark("My secret order", "Sent")
    token = widget.driver.execute_script(
        "const key = Object.keys(localStorage).find((key) => key.endsWith(':visitor'));"
        "return JSON.parse(localStorage[key]).token;"
    )
    widget.load(f"{host.url}/").open()
    widget.wait_shown("textarea")
    assert widget.bubbles("own") == []
    kept = widget.driver.execute_script("return JSON.stringify(localStorage);")
    assert token not in kept and "My secret order" not in kept
    person = shop.anonymous()
    person.token = token
    widget.wait(lambda: person.get("/me").status_code == 401, "the token to be revoked")
    widget.send("Somebody else")
    widget.wait_mark("Somebody else", "Sent")
    widget.load(f"{host.url}/another-{host.user}").open()
    widget.wait_bubble("Somebody else")
    assert "My secret order" not in widget.bubbles()
    widget.load(f"{host.url}/{host.user}").open()
    widget.wait_bubble("My secret order")
    assert "Somebody else" not in widget.bubbles()


def test_words_that_could_not_be_sent_go_along_to_who_signs_in_and_to_nobody_else(host, visit):
    widget = visit(f"{host.url}/").open()
    widget.send("First")
    widget.wait_mark("First", "Sent")
    widget.type("a draft")
    widget.load(f"{host.url}/{host.user}").open()
    widget.wait(lambda: written(widget) == "a draft", "the draft to be there")
    widget.load(f"{host.url}/").open()
    assert written(widget) == ""
    widget.load(f"{host.url}/{host.user}").open()
    widget.wait(lambda: written(widget) == "a draft", "the draft to be there again")


def test_a_page_signs_in_and_out_without_loading_anew(host, visit, agent, secret):
    widget = visit(f"{host.url}/").open()
    widget.send("Before")
    widget.wait_mark("Before", "Sent")
    ticket = widget.ticket
    identity = sign(secret, host.user, name="Ada Roy")
    widget.driver.execute_async_script(SIGNED_IN, identity)
    widget.wait(lambda: customer_of(agent, ticket)["name"] == "Ada Roy", "the chat to be hers")
    widget.wait_bubble("Before")
    widget.send("After")
    widget.wait_mark("After", "Sent")
    assert agent.texts(ticket) == ["Before", "After"]
    agent.say(ticket, "Hello Ada")
    widget.wait_bubble("Hello Ada")
    widget.driver.execute_async_script(SIGNED_IN, None)
    widget.wait(lambda: widget.bubbles("own") == [], "the chat to be gone")
    widget.send("A stranger")
    widget.wait_mark("A stranger", "Sent")
    assert agent.texts(ticket) == ["Before", "After", "Hello Ada"]


def test_another_tab_goes_on_as_who_signed_in(host, visit, agent):
    widget = visit(f"{host.url}/").open()
    widget.send("In the first tab")
    widget.wait_mark("In the first tab", "Sent")
    ticket, driver = widget.ticket, widget.driver
    first = driver.current_window_handle
    driver.switch_to.new_window("tab")
    Widget(driver).load(f"{host.url}/{host.user}").open()
    widget.wait(lambda: customer_of(agent, ticket)["name"] == "Ada Roy", "the chat to be hers")
    second = driver.current_window_handle
    driver.switch_to.window(first)
    widget.wait_bubble("In the first tab", timeout=60)
    widget.send("Here too")
    widget.wait_mark("Here too", "Sent", timeout=60)
    assert agent.texts(ticket) == ["In the first tab", "Here too"]
    driver.switch_to.window(second)
    driver.close()
    driver.switch_to.window(first)


@pytest.mark.parametrize("identity", ["nonsense", "e30.00", "", "."])
def test_what_is_no_good_is_a_visitor(shop, visit, host_page, identity):
    tag = f'<script src="{shop.url}/widget.js" data-identity="{identity}" async></script>'
    html = f'<!doctype html><html lang="en"><link rel="icon" href="data:,"><body>{tag}'
    widget = visit(host_page(html)).open()
    widget.send("Hello")
    widget.wait_mark("Hello", "Sent")


def test_an_identity_that_was_used_is_a_visitor(shop, visit, host_page, secret):
    """As on a page that a cache hands out again."""
    identity = sign(secret, "cached")
    answer = shop.anonymous().post("/visitors/identify", {"identity": identity}, status=201)
    tag = f'<script src="{shop.url}/widget.js" data-identity="{identity}" async></script>'
    html = f'<!doctype html><html lang="en"><link rel="icon" href="data:,"><body>{tag}'
    widget = visit(host_page(html)).open()
    widget.send("Hello")
    widget.wait_mark("Hello", "Sent")
    agent = shop.login()
    user = agent.get(f"/tickets/{widget.ticket}", status=200)["ticket"]["user"]
    assert user["id"] != answer["visitor"]["id"]


# Blocked


def test_who_is_blocked_reads_and_has_no_composer(widget, shop, agent):
    """ux: neutral text, a link to where one can read, no composer; at once, and back again."""
    widget.open().send("Hello")
    widget.wait_mark("Hello", "Sent")
    eve = customer_of(agent, widget.ticket)["id"]
    block = agent.api.post("/blocks", {"customer_id": eve}, status=201)["block"]["id"]
    widget.wait_hidden("textarea")
    assert "You can't write here at the moment." in widget.text(".ending")
    assert widget.bubbles("own") == ["Hello"]
    link = widget.shown(".ending a")
    assert link.get_attribute("href") == f"{shop.url}/support/conversations/"
    widget.load(f"{shop.url}/demo/").open()
    widget.wait_shown(".ending a")
    assert not widget.shown("textarea")
    agent.api.delete(f"/blocks/{block}", status=204)
    widget.wait_shown("textarea")
    widget.send("Thank you")
    widget.wait_mark("Thank you", "Sent")


def test_who_comes_from_a_blocked_address_begins_nothing(fresh_shop, visit):
    server, agent = fresh_shop
    block = agent.api.post("/blocks", {"address": "127.0.0.1"}, status=201)["block"]["id"]
    widget = visit(f"{server.url}/demo/").open()
    widget.wait_shown(".ending a")
    assert not widget.shown("textarea")
    agent.api.delete(f"/blocks/{block}", status=204)
    widget.wait_shown("textarea")
    widget.send("Hello")
    widget.wait_mark("Hello", "Sent")
