# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whatever happens to the connection, nothing is missing and nothing doubled (W3, T12, UX-38)."""

import pytest
from selenium.webdriver.common.keys import Keys
from support.browser import console_errors
from support.wait import wait_until

LOST = "Connection lost. Messages are kept and sent later."
NO_SOCKET = """
window.WebSocket = class {
  constructor() { setTimeout(() => this.onclose({ code: 1006 })); }
  close() {}
};
"""
NO_STORAGE = """
Object.defineProperty(window, "localStorage", {
  get() { throw new DOMException("denied", "SecurityError"); },
});
"""


def cut(widget, offline=True):
    """Pulls the network cable of the visitor's browser, or puts it back."""
    widget.driver.execute_cdp_cmd("Network.enable", {})
    free = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    conditions = {"offline": offline, **free}
    widget.driver.execute_cdp_cmd("Network.emulateNetworkConditions", conditions)


def begin(widget, agent, text="Hello"):
    widget.open().send(text)
    widget.wait_mark(text, "Sent")
    agent.take(widget.ticket)
    widget.wait(lambda: widget.text(".name") == agent.name, "the agent")
    return widget.ticket


def test_a_lost_connection_in_mid_sentence_loses_and_doubles_nothing(widget, agent):
    ticket = begin(widget, agent)
    widget.type("Half a sent")
    cut(widget)
    widget.type("ence")
    widget.press(Keys.ENTER)
    widget.send("and another one")
    widget.wait_mark("and another one", "Waiting to be sent")
    widget.wait(lambda: widget.text(".bar") == LOST, "the bar to say so")
    assert widget.spoken("alert") == LOST
    agent.say(ticket, "An answer meanwhile")
    cut(widget, offline=False)
    widget.wait_bubble("An answer meanwhile", timeout=60)
    widget.wait_mark("and another one", "Sent")
    widget.wait_hidden(".bar")
    own = ["Hello", "Half a sentence", "and another one"]
    assert widget.bubbles("own") == own
    assert widget.bubbles("theirs")[1:] == ["An answer meanwhile"]
    assert [text for text in agent.texts(ticket) if text in own] == own


def test_words_for_a_server_that_is_away_survive_the_page(fresh_shop, visit):
    server, agent = fresh_shop
    widget = visit(f"{server.url}/demo/")
    ticket = begin(widget, agent)
    server.kill9()
    widget.send("One", "Two")
    widget.type("Thr")
    widget.wait_mark("Two", "Waiting to be sent")
    server.start()
    widget.load(f"{server.url}/demo/").open()
    assert widget.find("textarea").get_property("value") == "Thr"
    widget.wait_mark("Two", "Sent", timeout=60)
    widget.send("ee")
    widget.wait_mark("Three", "Sent")
    assert widget.bubbles("own") == ["Hello", "One", "Two", "Three"]
    assert agent.texts(ticket) == ["Hello", "One", "Two", "Three"]


def test_a_server_killed_under_an_open_page_is_found_again(fresh_shop, visit):
    server, agent = fresh_shop
    widget = visit(f"{server.url}/demo/")
    ticket = begin(widget, agent)
    server.kill9()
    widget.send("Into the dark")
    widget.wait(lambda: widget.text(".bar") == LOST, "the bar to say so")
    server.start()
    widget.wait_mark("Into the dark", "Sent", timeout=60)
    agent.say(ticket, "Back again")
    widget.wait_bubble("Back again")
    assert agent.texts(ticket) == ["Hello", "Into the dark", "Back again"]


@pytest.mark.parametrize("before", [None, NO_SOCKET], ids=["socket", "polling"])
def test_a_new_chat_asked_for_without_a_line_begins_when_it_is_back(shop, visit, agent, before):
    widget = visit(f"{shop.url}/demo/", before=before)
    ticket = begin(widget, agent)
    agent.set_status(ticket, "closed")
    widget.wait_shown(".ending")
    cut(widget)
    widget.find(".ending .primary").click()
    widget.send("One", "Two")
    widget.wait_mark("Two", "Waiting to be sent")
    widget.wait(lambda: widget.text(".bar") == LOST, "the bar to say so")
    cut(widget, offline=False)
    widget.wait_mark("Two", "Sent", timeout=60)
    widget.send("Three")
    widget.wait_mark("Three", "Sent")
    assert widget.bubbles("own") == ["One", "Two", "Three"]
    assert widget.ticket != ticket
    assert agent.texts(widget.ticket) == ["One", "Two", "Three"]
    assert not [error for error in console_errors(widget.driver) if "Uncaught" in error]


@pytest.mark.parametrize(
    "before, choice, after",
    [("resolved", "primary", "closed"), ("closed", "secondary", "open")],
    ids=["solved", "reopen"],
)
def test_what_was_chosen_without_a_line_is_told_when_it_is_back(
    widget, agent, before, choice, after
):
    ticket = begin(widget, agent)
    agent.set_status(ticket, before)
    widget.wait_shown(".ending")
    cut(widget)
    widget.find(f".ending .{choice}").click()
    widget.wait(lambda: widget.text(".bar") == LOST, "the bar to say so")
    cut(widget, offline=False)
    wait_until(lambda: agent.ticket(ticket)["status"] == after, 60, f"the chat to be {after}")


def test_where_sockets_are_blocked_it_asks_every_three_seconds(shop, visit, agent):
    widget = visit(f"{shop.url}/demo/", before=NO_SOCKET)
    ticket = begin(widget, agent)
    agent.say(ticket, "Through the side door")
    widget.wait_bubble("Through the side door")
    agent.read(ticket)
    widget.wait_mark("Hello", "Read")
    widget.send("Thanks")
    widget.wait_mark("Thanks", "Sent")
    agent.set_status(ticket, "resolved")
    widget.wait_line("Marked as solved")
    assert not widget.shown(".bar")
    assert agent.texts(ticket) == ["Hello", "Through the side door", "Thanks"]


def test_where_sockets_are_blocked_older_messages_change_too(shop, visit, agent):
    widget = visit(f"{shop.url}/demo/", before=NO_SOCKET)
    ticket = begin(widget, agent)
    first, second = agent.say(ticket, "At noon"), agent.say(ticket, "To nobody")
    widget.wait_bubble("To nobody")
    agent.edit(first["id"], "At one")
    widget.wait_bubble("At one")
    widget.close()
    third = agent.say(ticket, "In the wrong window")
    widget.wait(
        lambda: agent.ticket(ticket)["user_delivered_seq"] >= third["seq"], "it to be delivered"
    )
    agent.take_back(third["id"])
    widget.wait_hidden(".pill")
    widget.open()
    shown = widget.bubbles("theirs")[1:]
    assert shown == ["At one", second["body"], "This message was taken back."]


def test_where_sockets_are_blocked_the_place_moves_too(waiting_ahead, shop, visit, agent):
    widget = visit(f"{shop.url}/demo/", before=NO_SOCKET)
    widget.open().send("Second")
    widget.wait_shown(".queue")
    place = int(widget.text(".place"))
    agent.take(waiting_ahead)
    widget.wait(lambda: int(widget.text(".place")) == place - 1, "the place to move up")


def test_without_storage_it_works_and_says_what_that_means(shop, visit, agent):
    widget = visit(f"{shop.url}/demo/", before=NO_STORAGE)
    widget.open()
    assert "This chat ends when you leave the page." in widget.text(".intro")
    widget.send("Only for now")
    widget.wait_mark("Only for now", "Sent")

    def find_ticket():
        answer = agent.api.get("/tickets?channel=chat&limit=20", status=200)
        previews = {t["last_message"]["preview"]: t["id"] for t in answer["tickets"]}
        return previews.get("Only for now")

    ticket = wait_until(find_ticket, 20, "the agent to see it")
    agent.say(ticket, "Understood")
    widget.wait_bubble("Understood")


def test_two_pages_of_one_visitor_show_one_conversation(widget, shop, agent):
    ticket = begin(widget, agent)
    first = widget.driver.current_window_handle
    widget.driver.switch_to.new_window("tab")
    widget.load(f"{shop.url}/demo/").open()
    widget.send("From the other page")
    widget.wait_mark("From the other page", "Sent")
    widget.driver.switch_to.window(first)
    widget.wait_bubble("From the other page")
    assert agent.texts(ticket) == ["Hello", "From the other page"]


def test_the_open_chat_shows_whether_somebody_is_there(fresh_shop, visit):
    server, agent = fresh_shop
    colleague = server.login("agent2@example.com")
    widget = visit(f"{server.url}/demo/").open()

    def wait_presence(word):
        widget.wait(lambda: widget.text(".presence") == word, f"the header to say {word}")

    def wait_asked(times):
        script = "return performance.getEntriesByType('resource').map((entry) => entry.name);"

        def count():
            names = widget.driver.execute_script(script)
            return len([name for name in names if "/widget/config" in name])

        widget.wait(lambda: count() == times, f"the widget to have asked {times} times")

    def become(someone, state):
        someone.put("/me/presence", {"state": state}, status=200)

    wait_asked(2)
    assert widget.text(".presence") == "Offline"
    become(agent.api, "online")
    wait_presence("Online")
    become(colleague, "online")
    become(agent.api, "offline")
    wait_asked(3)
    assert widget.text(".presence") == "Online", "a colleague is still there"
    become(colleague, "away")
    wait_presence("Offline")


def test_where_sockets_are_blocked_it_shows_whether_somebody_is_there(fresh_shop, visit):
    server, agent = fresh_shop
    widget = visit(f"{server.url}/demo/", before=NO_SOCKET).open()
    assert widget.text(".presence") == "Offline"
    agent.api.put("/me/presence", {"state": "online"}, status=200)
    widget.wait(lambda: widget.text(".presence") == "Online", "the header to say Online")


def test_a_token_that_is_no_good_any_more_begins_anew_and_keeps_the_words(widget, shop):
    widget.open().send("First")
    widget.wait_mark("First", "Sent")
    old = widget.ticket
    widget.driver.execute_script(
        "const key = Object.keys(localStorage).find((key) => key.endsWith(':visitor'));"
        "localStorage[key] = JSON.stringify({ token: 'forged' });"
    )
    widget.load(f"{shop.url}/demo/").open()
    widget.send("Second")
    widget.wait_mark("Second", "Sent", timeout=60)
    assert widget.ticket != old
