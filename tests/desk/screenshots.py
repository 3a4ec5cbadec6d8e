# SPDX-License-Identifier: AGPL-3.0-or-later
"""Takes the pictures of the agents' desk: screenshots.py URL DIR, against a server with demo data.
Called by ./dev screenshots."""

import sys
from pathlib import Path
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support import api
from support.agent_app import AgentApp, Screen

CHAT = [
    (False, "Hello, I **still** wait for my parcel. The number is 1042."),
    (True, "Good morning, Ada. Let me look at it for you."),
    (False, "Thank you. It is a birthday present for Saturday."),
]
NOTE = "The depot lost it on Monday. A second copy leaves *today*."


def make_chat(url):
    """A chat with agent1, who is online and has answered; returns its ticket."""
    ada = api.visitor(url, name="Ada Roy")
    rina = api.login(url, "agent1@example.com", "deskbell-demo")
    draft = {"channel": "chat", "subject": "Where is my parcel?"}
    ticket = ada.post("/tickets", draft, status=201)["ticket"]["id"]
    path = f"/tickets/{ticket}"
    for by_agent, body in CHAT:
        (rina if by_agent else ada).post(path + "/messages", {"body": body}, status=201)
        if not by_agent:
            rina.put(path + "/assign", {"assigned_to": rina.id}, status=200)
    rina.post(path + "/messages", {"body": NOTE, "is_internal": True}, status=201)


def main(url, folder):
    screen = Screen()
    app = AgentApp(screen, SimpleNamespace(url=url))
    try:
        make_chat(url)
        app.start()
        app.wait(lambda: app.find("list item", "Ada Roy"), "the chat in the list")
        screen.resize(1280, 800)
        screen.press("ctrl+Next")
        app.wait_message("Good morning, Ada")
        for name, width in (("desk-wide", 1280), ("desk-medium", 900), ("desk-narrow", 400)):
            screen.resize(width, 800)
            app.wait_message("Good morning, Ada")
            screen.picture(Path(folder) / f"{name}.png")
            print(f"{name}.png")
    finally:
        app.dispose()
        screen.dispose()


if __name__ == "__main__":
    main(*sys.argv[1:])
