# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the app has taken it gives back. Only this test looks for leaks: telling ours from those of
the libraries needs whole stacks, which make each allocation slow."""

from pathlib import Path

import pytest

from support.agent_app import AgentApp

SLOW_S = 120
EVERY_LEAK = {
    "ASAN_OPTIONS": "detect_leaks=1:fast_unwind_on_malloc=0:malloc_context_size=8",
    "LSAN_OPTIONS": f"suppressions={Path(__file__).with_name('leaks.txt')}:print_suppressions=0",
}


@pytest.fixture
def email(newcomer):
    return newcomer


@pytest.fixture
def app(screen, desk_server, email):
    app = AgentApp(screen, desk_server, email, sanitizer=EVERY_LEAK)
    yield app
    app.dispose()


def test_a_conversation_leaves_nothing_behind(app, desk_server, give):
    app.start(SLOW_S)
    app.wait_text("Online", SLOW_S)
    chat = {"channel": "chat", "description": "Where is my order?"}
    visitor = desk_server.visitor(name="Ada")
    ticket = visitor.post("/tickets", chat, status=201)["ticket"]["id"]
    give(ticket)
    app.wait_text("New chat from", SLOW_S)
    app.screen.press("F8")
    app.wait_message("Where is my order?", SLOW_S)
    app.send("It is on its way")
    app.wait_message("It is on its way. Sent.", SLOW_S)
    app.screen.press("ctrl+e")
    app.wait_text("Ticket resolved.", SLOW_S)
    app.quit()
