# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files in the widget, by button, paste and drop (W2, T4; state "file" of the chat)."""

import base64

import pytest

from support.browser import console_errors
from support.files import png, read, text, upload
from support.widget import IN_SHADOW

GIVE = (
    IN_SHADOW
    + """
const [how, name, type, base64] = arguments;
const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
const files = new DataTransfer();
files.items.add(new File([bytes], name, { type }));
const options = { bubbles: true, cancelable: true, composed: true };
if (how === "paste")
  root.querySelector("textarea").dispatchEvent(
    new ClipboardEvent("paste", { clipboardData: files, ...options }));
else
  root.querySelector(".thread").dispatchEvent(
    new DragEvent("drop", { dataTransfer: files, ...options }));
"""
)


@pytest.fixture
def chat(widget, agent):
    """An open chat that an agent has."""
    widget.open().send("Hello")
    widget.wait_mark("Hello", "Sent")
    agent.take(widget.ticket)
    return widget


def choose(widget, path):
    widget.find("input[type=file]").send_keys(str(path))


def chips(widget):
    """What is said of each file that is being sent or waits."""
    script = IN_SHADOW + "return [...root.querySelectorAll('.files li')].map((li) => li.innerText);"
    return widget.driver.execute_script(script)


def messages(agent, widget):
    return agent.api.get(f"/tickets/{widget.ticket}/messages", status=200)["messages"]


def wait_for_file(agent, widget):
    def last():
        found = [one for one in messages(agent, widget) if one["attachments"]]
        return found and found[-1]

    return widget.wait(last, "the file to arrive")


def is_drawn(widget, selector):
    script = IN_SHADOW + "return root.querySelector(arguments[0])?.naturalWidth > 0;"
    return widget.driver.execute_script(script, selector)


def slow_down(widget, **conditions):
    conditions = {"offline": False, "latency": 0, "downloadThroughput": -1, **conditions}
    widget.driver.execute_cdp_cmd("Network.enable", {})
    widget.driver.execute_cdp_cmd(
        "Network.emulateNetworkConditions", {"uploadThroughput": -1, **conditions}
    )


def test_a_picture_that_was_chosen_is_sent_with_words(chat, agent, tmp_path):
    (tmp_path / "torn page.png").write_bytes(png(600, 400))
    choose(chat, tmp_path / "torn page.png")
    chat.wait(lambda: is_drawn(chat, ".files img"), "its thumbnail above the field")
    chat.send("This came")
    message = wait_for_file(agent, chat)
    assert (message["type"], message["body"]) == ("image", "This came")
    assert read(agent.api, message["attachments"][0]).content == png(600, 400)
    chat.wait(lambda: is_drawn(chat, ".bubble .file img"), "it to show in the thread")
    assert chips(chat) == []
    assert console_errors(chat.driver) == []


@pytest.mark.parametrize("how", ["paste", "drop"])
def test_a_file_can_be_pasted_and_dropped_and_goes_without_words(chat, agent, how):
    content = base64.b64encode(text()).decode()
    chat.driver.execute_script(GIVE, how, "words.txt", "text/plain", content)
    chat.wait(lambda: len(chips(chat)) == 1 and "%" not in chips(chat)[0], "the file to be there")
    chat.find(".send").click()
    message = wait_for_file(agent, chat)
    assert message["attachments"][0]["name"] == "words.txt" and message["body"] == ""


def test_a_message_waits_for_its_file(chat, agent, tmp_path):
    (tmp_path / "long.txt").write_bytes(text() * 600)
    slow_down(chat, uploadThroughput=200_000)
    choose(chat, tmp_path / "long.txt")
    chat.wait(lambda: any("%" in one for one in chips(chat)), "its share to show")
    chat.send("With it")
    assert chat.bubbles("own") == ["Hello"]
    slow_down(chat)
    message = wait_for_file(agent, chat)
    assert message["body"] == "With it"


def test_a_file_that_is_taken_away_is_not_sent(chat, agent, tmp_path):
    (tmp_path / "long.txt").write_bytes(text() * 600)
    slow_down(chat, uploadThroughput=50_000)
    choose(chat, tmp_path / "long.txt")
    chat.wait_shown(".files [aria-label='Remove long.txt']").click()
    chat.wait(lambda: chips(chat) == [], "it to go")
    slow_down(chat)
    chat.send("Without it")
    chat.wait_mark("Without it", "Sent")
    assert all(not one["attachments"] for one in messages(agent, chat))


def test_a_file_that_is_too_large_is_refused_alone_and_the_text_is_kept(chat, agent, tmp_path):
    (tmp_path / "large.txt").write_bytes(b"a" * (6 * 1024 * 1024))
    chat.type("My words")
    choose(chat, tmp_path / "large.txt")
    words = "“large.txt” is larger than 5 MB and was not attached. Your text is kept."
    chat.wait(lambda: any(words in one for one in chips(chat)), "the refusal")
    assert "Retry" not in chips(chat)[0]
    assert chat.find("textarea").get_property("value") == "My words"
    chat.find(".files .tool").click()
    chat.find(".send").click()
    chat.wait_mark("My words", "Sent")


def test_a_file_that_was_lost_on_its_way_can_be_sent_again(chat, agent, tmp_path):
    (tmp_path / "words.txt").write_bytes(text())
    slow_down(chat, offline=True)
    choose(chat, tmp_path / "words.txt")
    chat.wait(lambda: any("Not sent" in one for one in chips(chat)), "it to fail")
    slow_down(chat)
    chat.find(".files .link").click()
    chat.wait(lambda: "Not sent" not in chips(chat)[0] and "%" not in chips(chat)[0], "it to go")
    chat.find(".send").click()
    assert wait_for_file(agent, chat)["attachments"][0]["name"] == "words.txt"


def test_a_file_of_the_agent_shows_and_opens(chat, agent):
    sent = upload(agent.api, png(500, 500), "map.png")
    path = f"/tickets/{chat.ticket}/messages"
    agent.api.post(path, {"attachments": [sent["id"]]}, status=201)
    chat.wait(lambda: is_drawn(chat, ".theirs .file img"), "the picture")
    assert "map.png" in chat.bubbles("theirs")[-1]
    before = set(chat.driver.window_handles)
    chat.find(".theirs .file").click()
    chat.wait(lambda: set(chat.driver.window_handles) - before, "it to open")
