# SPDX-License-Identifier: AGPL-3.0-or-later
"""The demo shop, somebody who visits it, and somebody who answers. The site's tests have a server
of their own: who is online decides what a visitor sees, and other tests' agents come and go."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from support.server import running
from support.widget import Widget


@pytest.fixture(scope="session")
def shop(demo_data):
    # An agent who hung up in one test would have to give back the chats of a later one.
    with running(demo_data, "--demo", environment={"DESKBELL_GRACE_SECONDS": "3600"}) as server:
        yield server


@pytest.fixture
def visit(browser):
    """visit(url, before=…): a visitor who never was there, on that page; `before` is a script that
    runs before any of the page's."""

    def open_page(url, before=None):
        if before:
            source = {"source": before}
            browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", source)
        return Widget(browser).load(url)

    return open_page


@pytest.fixture
def widget(shop, visit):
    return visit(f"{shop.url}/demo/")


class Agent:
    """Somebody of the desk, who takes a visitor's chat whatever else is waiting."""

    def __init__(self, server):
        self.admin = server.login("admin@example.com")
        self.api = server.login("agent1@example.com")
        self.name = self.api.user["name"]

    def take(self, ticket):
        self.admin.put(f"/tickets/{ticket}/assign", {"assigned_to": self.api.id}, status=200)

    def say(self, ticket, body):
        return self.api.post(f"/tickets/{ticket}/messages", {"body": body}, status=201)["message"]

    def edit(self, message, body):
        self.api.patch(f"/messages/{message}", {"body": body}, status=200)

    def take_back(self, message):
        self.api.delete(f"/messages/{message}", status=200)

    def read(self, ticket):
        seq = self.ticket(ticket)["last_seq"]
        self.api.post(f"/tickets/{ticket}/read", {"seq": seq}, status=204)

    def set_status(self, ticket, status):
        self.api.put(f"/tickets/{ticket}/status", {"status": status}, status=200)

    def ticket(self, ticket):
        return self.api.get(f"/tickets/{ticket}", status=200)["ticket"]

    def texts(self, ticket):
        """What people wrote, in order."""
        answer = self.api.get(f"/tickets/{ticket}/messages?limit=200", status=200)
        return [message["body"] for message in answer["messages"] if message["type"] == "text"]


@pytest.fixture
def agent(shop):
    return Agent(shop)


@pytest.fixture
def waiting_ahead(shop):
    """The number of another visitor's chat that waits since before the test."""
    ahead = shop.visitor(name="Ahead")
    chat = {"channel": "chat", "description": "I was here first."}
    return ahead.post("/tickets", chat, status=201)["ticket"]["id"]


@pytest.fixture
def host_page():
    """host_page(html, csp=…): the address of a page on its own origin, as a shop's page is."""
    servers = []

    def serve(html, csp=None):
        class Page(BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                if csp:
                    self.send_header("Content-Security-Policy", csp)
                self.end_headers()
                self.wfile.write(html.encode())

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def fresh_shop(demo_data):
    """(server, agent) for one test that kills the server."""
    with running(demo_data, "--demo") as server:
        yield server, Agent(server)
