# SPDX-License-Identifier: AGPL-3.0-or-later
"""The widget by keyboard and by ear (W8, UX-37, UX-39)."""

import pytest
from selenium.webdriver.common.keys import Keys

NAMELESS = """
const root = document.querySelector("deskbell-chat").shadowRoot;
return [...root.querySelectorAll("button, textarea, a[href], [tabindex]")]
  .filter((node) => node.offsetParent)
  .filter((node) => !node.getAttribute("aria-label") && !node.innerText.trim())
  .map((node) => node.outerHTML);
"""


def test_everything_that_takes_focus_has_a_name(widget):
    widget.open()
    widget.find("[aria-label=Emoji].tool").click()
    assert widget.driver.execute_script(NAMELESS) == []


def test_the_page_keeps_its_only_banner(widget):
    widget.open()
    assert widget.find(".window").aria_role == "dialog"
    assert widget.find(".window > :first-child").aria_role != "banner"


def test_enter_opens_it_and_esc_returns_to_the_button(widget):
    widget.driver.execute_script("arguments[0].focus()", widget.find(".launcher"))
    widget.press(Keys.ENTER)
    widget.wait(lambda: widget.focused() == "Write a message", "the composer to have the focus")
    widget.press(Keys.ESCAPE)
    widget.wait(lambda: widget.focused() == "Open chat", "the button to have the focus")
    assert not widget.shown(".window")


def test_tab_walks_from_the_header_to_the_send_button(widget):
    widget.open()
    widget.driver.execute_script("arguments[0].focus()", widget.find(".top .tool"))
    walked = [widget.focused()]
    for _ in range(6):
        widget.press(Keys.TAB)
        walked.append(widget.focused())
    field = ["Emoji", "Attach Files", "Write a message", "Send"]
    assert walked == ["Sound", "Close Chat", "Messages", *field]


def test_focus_stays_inside_the_full_screen(widget):
    size = {"width": 400, "height": 700, "deviceScaleFactor": 1, "mobile": False}
    widget.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    widget.open()
    widget.driver.execute_script("arguments[0].focus()", widget.find(".send"))
    widget.press(Keys.TAB)
    assert widget.focused() == "Sound"
    widget.press(Keys.TAB, held=Keys.SHIFT)
    assert widget.focused() == "Send"


def press_choice(widget, which):
    widget.driver.execute_script("arguments[0].focus()", widget.wait_shown(f".ending .{which}"))
    widget.press(Keys.ENTER)


def wait_focus(widget, name):
    widget.wait(lambda: widget.focused() == name, f"{name} to have the focus")


@pytest.mark.parametrize("width", [1280, 400])
def test_the_focus_is_never_lost_when_a_chat_ends_and_goes_on(widget, agent, width):
    size = {"width": width, "height": 700, "deviceScaleFactor": 1, "mobile": False}
    widget.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    widget.open().send("Hello")
    widget.wait_mark("Hello", "Sent")
    agent.set_status(widget.ticket, "resolved")
    press_choice(widget, "secondary")
    wait_focus(widget, "Write a message")  # No, Continue
    agent.set_status(widget.ticket, "open")
    agent.set_status(widget.ticket, "resolved")
    press_choice(widget, "primary")
    widget.wait(lambda: widget.text(".ending .words") == "This chat is closed.", "the end")
    wait_focus(widget, "Messages")
    press_choice(widget, "secondary")
    wait_focus(widget, "Write a message")  # Reopen
    agent.set_status(widget.ticket, "closed")
    widget.wait_shown(".ending")
    wait_focus(widget, "Messages")
    widget.press(Keys.ESCAPE)
    widget.wait_hidden(".window")
    widget.open()
    wait_focus(widget, "Messages")
    press_choice(widget, "primary")
    wait_focus(widget, "Write a message")  # New Chat


def test_arrows_walk_the_emoji_and_esc_leaves_only_them(widget):
    widget.open()
    widget.find("[aria-label=Emoji].tool").click()
    assert widget.focused() == "😀"
    widget.press(Keys.ARROW_RIGHT)
    assert widget.focused() == "😄"
    widget.press(Keys.ARROW_DOWN)
    assert widget.focused() == "🥰"
    widget.press(Keys.ESCAPE)
    assert widget.focused() == "Write a message"
    assert widget.shown(".window")


def test_the_pages_shortcuts_stay_quiet_while_one_writes(widget):
    widget.driver.execute_script(
        "window.heard = 0; addEventListener('keydown', () => (window.heard += 1))"
    )
    widget.open().type("a / b")
    assert widget.driver.execute_script("return window.heard") == 0


def test_an_answer_is_spoken_and_does_not_move_the_focus(widget, agent):
    widget.open().send("Hello")
    widget.wait_mark("Hello", "Sent")
    agent.take(widget.ticket)
    agent.say(widget.ticket, "Good morning")
    said = f"{agent.name}: Good morning"
    widget.wait(lambda: widget.spoken("status") == said, "the answer to be spoken")
    assert widget.focused() == "Write a message"
    assert widget.find(".thread").get_attribute("aria-live") == "off"


def test_the_place_in_the_queue_is_spoken_at_most_once_a_minute(waiting_ahead, widget, agent):
    widget.open().send("Hello")
    widget.wait_shown(".queue")
    before = widget.text(".queue .words")
    widget.wait(lambda: widget.spoken("status") == before, "the place to be spoken")
    agent.take(waiting_ahead)
    widget.wait(lambda: widget.text(".queue .words") != before, "the place to move up")
    assert widget.spoken("status") == before
