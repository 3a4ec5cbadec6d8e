# SPDX-License-Identifier: AGPL-3.0-or-later
"""Getting about in the window, by keys and by pointer, at each width (A2, A7, A12)."""

import pytest

FIRST, SECOND = "Where is my parcel?", "A wrong invoice"


@pytest.fixture
def email(newcomer):
    return newcomer


@pytest.fixture
def tickets(desk_server, give):
    """Two tickets of the app's agent, from the portal: nobody is offered those."""
    visitor = desk_server.visitor(name="Ada Roy")
    ids = []
    for subject in (FIRST, SECOND):
        draft = {"channel": "portal", "subject": subject, "description": f"About: {subject}"}
        ids.append(visitor.post("/tickets", draft, status=201)["ticket"]["id"])
        give(ids[-1])
    return ids


@pytest.fixture
def desk(app, tickets, screen):
    """The app with the newer one open, which is on top."""
    screen.resize(1280, 800)
    app.wait(lambda: row(app, FIRST) and row(app, SECOND), "both rows")
    screen.press("ctrl+Next")
    app.wait_message(SECOND)
    return app


def row(app, subject):
    return app.find("list item", f"Ada Roy, {subject}")


def selected(app, subject):
    found = row(app, subject)
    return found is not None and found.has("selected")


def shows_queues(app):
    """What is folded away lies beyond the window's edge."""
    queue = app.find("list item", "Unassigned")
    return queue is not None and queue.right > 0


def test_f6_goes_round_the_panes(desk, screen):
    assert desk.focused() == "Reply"
    for key, queue in (("F6", "Mine"), ("shift+F6", "Mine")):
        rounds = []
        for _ in range(4):
            screen.press(key)
            before = rounds[-1] if rounds else "Reply"
            rounds.append(
                desk.wait(
                    lambda: desk.focused() != before and desk.focused(), f"{key} to move the focus"
                )
            )
        assert rounds[-1] == "Reply", f"{key} does not come round: {rounds}"
        assert any(name.startswith(queue) for name in rounds)
        assert any(name.startswith("Ada Roy") for name in rounds)


def test_escape_leaves_what_lies_over_then_the_conversation(desk, screen):
    screen.resize(900, 700)
    desk.wait(lambda: not shows_queues(desk), "the queues to fold")
    screen.press("F9")
    desk.wait(lambda: shows_queues(desk), "the queues over the list")
    screen.press("Escape")
    desk.wait(lambda: not shows_queues(desk), "the queues to go")

    screen.press("Escape")
    desk.wait(lambda: (desk.focused() or "").startswith("Ada Roy"), "the focus in the list")


def test_a_narrow_window_has_one_page(desk, screen):
    screen.resize(360, 700)
    desk.wait(lambda: desk.window.right <= 360 and not shows_queues(desk), "one page")
    assert desk.messages(), "the open conversation stays"
    screen.press("alt+Left")
    desk.wait(lambda: (desk.focused() or "").startswith("Ada Roy"), "the list")
    screen.press("Return")
    desk.wait(lambda: desk.focused() == "Reply", "the conversation again")


def test_the_pointer_opens_by_a_click_and_by_nothing_less(desk, screen):
    screen.point(*row(desk, FIRST).center)
    screen.press("ctrl+period")
    desk.wait(lambda: selected(desk, SECOND), "the open ticket to stay selected")
    screen.press("Escape")
    screen.click()
    desk.wait_message(FIRST)
    desk.wait(lambda: selected(desk, FIRST), "the other one to be selected")
    assert desk.focused() == "Reply"


def test_a_new_chat_shows_on_whichever_page_is_seen(desk, desk_server, give, screen):
    screen.resize(360, 700)
    desk.wait(lambda: desk.window.right <= 360 and not shows_queues(desk), "one page")
    chat = {"channel": "chat", "subject": "Hurry", "description": "Is anybody there?"}
    give(desk_server.visitor(name="Eve").post("/tickets", chat, status=201)["ticket"]["id"])

    desk.wait_text("New chat from Eve")
    desk.wait(lambda: 0 < desk.find("push button", "Accept").right <= 360, "the offer in sight")
    screen.press("F8")
    desk.wait_message("Is anybody there?")


def test_what_is_new_comes_into_sight_on_top(desk, tickets, give, desk_server, screen):
    """Also when there is more than fits, as long as nobody points at the list or scrolled it."""
    screen.point(1000, 300)
    for number in range(6):
        draft = {"channel": "portal", "subject": f"Filler {number}", "description": "More"}
        visitor = desk_server.visitor(name="Bo Lin")
        give(visitor.post("/tickets", draft, status=201)["ticket"]["id"])
    screen.resize(1280, 480)
    desk.wait(lambda: desk.find("list item", "Bo Lin, Filler 5"), "the full list")
    screen.press("ctrl+r")

    draft = {"channel": "portal", "subject": "The newest", "description": "Look"}
    visitor = desk_server.visitor(name="Cy Young")
    give(visitor.post("/tickets", draft, status=201)["ticket"]["id"])
    newest = desk.wait(lambda: desk.find("list item", "Cy Young"), "the new ticket")
    title = desk.find("label", "Mine")
    desk.wait(
        lambda: newest.center[1] > title.center[1] + 20, f"it below the title, at {newest.center}"
    )
