# SPDX-License-Identifier: AGPL-3.0-or-later
"""A visitor writes, waits in the queue, is answered, leaves and comes back (W1, W2, Q6, T5)."""

from selenium.webdriver.common.keys import Keys
from support.browser import console_errors


def begin(widget, text="Where is my order?"):
    """Opens the chat and sends a first message; returns the ticket's number."""
    widget.open().send(text)
    widget.wait_mark(text, "Sent")
    return widget.ticket


def test_opening_greets_and_is_ready_to_write(widget):
    widget.open()
    assert len(widget.bubbles("theirs")) == 1, "the welcome message"
    assert widget.focused() == "Write a message"
    assert console_errors(widget.driver) == []


def test_the_first_message_shows_the_place_in_the_queue(waiting_ahead, widget, agent):
    begin(widget)
    strip = widget.wait_shown(".queue")
    place = int(widget.text(".place"))
    assert place >= 2
    assert strip.text.split("\n")[-1].startswith(f"You are number {place}.")
    assert widget.find("textarea").is_enabled(), "one can go on writing"

    agent.take(waiting_ahead)
    widget.wait(lambda: int(widget.text(".place")) == place - 1, "the place to move up")


def test_an_answer_appears_at_once_with_the_agents_name(widget, agent):
    ticket = begin(widget)
    agent.take(ticket)
    widget.wait(lambda: widget.text(".name") == agent.name, "the agent's name")
    widget.wait_line(f"{agent.name} is here and can help you now.")
    widget.wait_hidden(".queue")
    agent.say(ticket, "It is on its way.")
    widget.wait_bubble("It is on its way.")
    assert widget.bubbles("own") == ["Where is my order?"]


def test_a_message_is_sent_then_read(widget, agent):
    ticket = begin(widget, "Hello")
    agent.take(ticket)
    assert widget.mark_of("Hello") == "Sent"
    agent.read(ticket)
    widget.wait_mark("Hello", "Read")


def test_a_message_that_arrived_is_delivered_before_it_is_read(widget, agent):
    ticket = begin(widget, "Hello")
    agent.take(ticket)
    seq = agent.ticket(ticket)["last_seq"]
    agent.api.post(f"/tickets/{ticket}/delivered", {"seq": seq}, status=204)
    widget.wait_mark("Hello", "Delivered")
    agent.read(ticket)
    widget.wait_mark("Hello", "Read")


def test_the_closed_widget_says_what_it_holds(widget, agent):
    ticket = begin(widget)
    widget.close()
    agent.take(ticket)
    seq = agent.say(ticket, "It is on its way.")["seq"]
    widget.wait(
        lambda: agent.ticket(ticket)["user_delivered_seq"] >= seq, "the agent to see it delivered"
    )
    assert agent.ticket(ticket)["user_read_seq"] < seq


def test_an_edited_answer_changes_in_place_and_says_so(widget, agent):
    ticket = begin(widget)
    agent.take(ticket)
    said = agent.say(ticket, "It comes on **Tusday**.")
    agent.say(ticket, "In the morning.")
    widget.wait_bubble("In the morning.")
    agent.edit(said["id"], "It comes on **Tuesday**.")
    widget.wait(
        lambda: widget.bubbles("theirs")[-2:] == ["It comes on Tuesday.", "In the morning."],
        "the new words in the old place",
    )
    edited = [row["text"] for row in widget.rows() if row["edited"]]
    assert edited == ["It comes on Tuesday."]


def test_a_list_goes_on_with_the_number_it_was_given(widget, agent):
    ticket = begin(widget)
    agent.take(ticket)
    agent.say(ticket, "3. Third\n4. Fourth")
    widget.wait(lambda: widget.find(".theirs ol"), "the list")
    assert widget.find(".theirs ol").get_attribute("start") == "3"


def test_an_answer_that_was_taken_back_leaves_its_place(widget, agent):
    ticket = begin(widget)
    widget.close()
    agent.take(ticket)
    agent.say(ticket, "One")
    said = agent.say(ticket, "For somebody else: the code is 4711")
    widget.wait(lambda: widget.text(".pill") == "2", "two unread on the button")
    agent.take_back(said["id"])
    widget.wait(lambda: widget.text(".pill") == "1", "one unread on the button")
    widget.open()
    widget.wait_bubble("This message was taken back.")
    assert "4711" not in str(widget.rows())
    assert not [row for row in widget.rows() if row["edited"]]


def test_typing_shows_both_ways(widget, agent):
    ticket = begin(widget)
    agent.take(ticket)
    with agent.api.live(topics=[f"ticket:{ticket}"]) as live:
        widget.type("I am wri")
        assert live.expect("typing", ticket=ticket)["on"]
        live.send("typing", ticket=ticket, on=True)
        widget.wait_shown(".typing")
        assert widget.text(".typing") == f"{agent.name} is typing…"
        live.message(ticket, "Let me look.")
        widget.wait_bubble("Let me look.")
        widget.wait_hidden(".typing")


def test_reading_in_the_open_window_is_told_to_the_agent(widget, agent):
    ticket = begin(widget)
    agent.take(ticket)
    seq = agent.say(ticket, "Hello")["seq"]
    widget.wait_bubble("Hello")
    widget.wait(lambda: agent.ticket(ticket)["user_read_seq"] >= seq, "the agent to see it read")


def test_the_closed_launcher_counts_what_was_not_read(widget, agent):
    ticket = begin(widget)
    widget.close()
    agent.take(ticket)
    agent.say(ticket, "One")
    agent.say(ticket, "Two")
    widget.wait(lambda: widget.text(".pill") == "2", "two unread on the button")
    assert widget.find(".launcher").get_attribute("aria-label") == "Open chat, 2 unread"
    widget.open()
    assert "New messages" in [row["text"] for row in widget.rows()]
    widget.wait_hidden(".pill")
    widget.close()
    widget.wait(lambda: agent.ticket(ticket)["user_unread_count"] == 0, "nothing to be unread")


def test_unread_messages_are_counted_on_the_next_page(widget, shop, agent):
    ticket = begin(widget)
    widget.driver.get("about:blank")
    agent.take(ticket)
    agent.say(ticket, "Are you still there?")
    widget.load(f"{shop.url}/demo/")
    widget.wait(lambda: widget.text(".pill") == "1", "one unread on the button")


def test_history_is_there_on_the_next_page(widget, shop, agent):
    ticket = begin(widget)
    agent.take(ticket)
    agent.say(ticket, "It is on its way.")
    widget.wait_bubble("It is on its way.")
    widget.load(f"{shop.url}/demo/").open()
    widget.wait_bubble("It is on its way.")
    assert widget.bubbles("own") == ["Where is my order?"]
    assert widget.ticket == ticket


def test_long_history_loads_when_scrolled_to(widget, agent):
    ticket = begin(widget, "First")
    agent.take(ticket)
    for number in range(120):
        agent.say(ticket, f"Line {number}")
    widget.wait_bubble("Line 119", timeout=60)
    widget.driver.refresh()
    widget.wait_shown(".launcher")
    widget.open()
    widget.wait_bubble("Line 119")
    assert "Line 0" not in widget.bubbles()

    def scroll_up():
        thread = widget.find(".thread")
        widget.driver.execute_script("arguments[0].scrollTop = 0", thread)
        return "First" in widget.bubbles()

    widget.wait(scroll_up, "the first message", timeout=60)
    assert widget.bubbles("theirs")[1:] == [f"Line {number}" for number in range(120)]


def test_news_below_wait_while_one_reads_above(widget, agent):
    ticket = begin(widget)
    agent.take(ticket)
    for number in range(20):
        agent.say(ticket, f"Line {number}")
    widget.wait_bubble("Line 19")
    thread = widget.find(".thread")
    widget.driver.execute_script("arguments[0].scrollTop = 200", thread)
    widget.wait(lambda: thread.get_property("scrollTop") == 200, "the thread to stand")
    agent.say(ticket, "Below")
    widget.wait(lambda: widget.text(".more") == "1 new", "the button to count")
    assert thread.get_property("scrollTop") == 200, "the reader's place is kept"
    widget.find(".more").click()
    widget.wait_hidden(".more")


def test_a_solved_chat_asks_and_a_message_reopens_it(widget, agent):
    ticket = begin(widget)
    agent.take(ticket)
    agent.say(ticket, "Done.")
    agent.set_status(ticket, "resolved")
    widget.wait_shown(".ending")
    assert widget.text(".ending .words") == "Is this solved?"
    widget.wait_line("Marked as solved")
    widget.find(".ending .secondary").click()
    widget.wait_hidden(".ending")
    widget.send("Not yet")
    widget.wait_line("Reopened")
    assert agent.texts(ticket)[-1] == "Not yet"


def test_a_closed_chat_offers_a_new_one(widget, agent):
    ticket = begin(widget)
    agent.take(ticket)
    agent.set_status(ticket, "closed")
    widget.wait_line("Chat closed")
    widget.wait_hidden(".composer")
    widget.find(".ending .primary").click()
    widget.wait_shown(".composer")
    widget.send("Something else")
    widget.wait_mark("Something else", "Sent")
    assert widget.ticket != ticket
    assert widget.bubbles("own") == ["Something else"]


def test_markdown_is_drawn_and_markup_stays_text(widget, agent):
    ticket = begin(widget, "<b>no</b> <img src=x onerror=alert(1)>")
    agent.take(ticket)
    agent.say(ticket, "Of **course**: [look](https://example.com/a?b=1)\n\n- one\n- two\n\n`code`")
    widget.wait(lambda: widget.find(".theirs strong"), "the bold word")
    link = widget.find(".theirs a")
    assert link.get_attribute("href") == "https://example.com/a?b=1"
    assert link.get_attribute("rel") == "noopener noreferrer nofollow"
    assert widget.find(".theirs li") and widget.find(".theirs code")
    assert widget.bubbles("own") == ["<b>no</b> <img src=x onerror=alert(1)>"]
    assert not widget.find(".own img")


def test_an_emoji_goes_where_the_cursor_is(widget):
    widget.open().type("Hi")
    widget.find("[aria-label=Emoji].tool").click()
    widget.wait_shown(".emoji button").click()
    assert widget.find("textarea").get_property("value") == "Hi😀"


LISTEN = """
window.rung = 0;
const { start } = OscillatorNode.prototype;
OscillatorNode.prototype.start = function (at) { window.rung += 1; start.call(this, at); };
"""


def test_it_rings_after_a_click_when_nobody_is_looking(shop, visit, agent):
    widget = visit(f"{shop.url}/demo/", before=LISTEN)

    def rung():
        return widget.driver.execute_script("return window.rung")

    ticket = begin(widget)
    agent.take(ticket)
    agent.say(ticket, "In plain sight")
    widget.wait_bubble("In plain sight")
    assert rung() == 0, "the visitor is looking"
    widget.close()
    agent.say(ticket, "Behind your back")
    widget.wait(lambda: widget.text(".pill") == "1", "one unread")
    assert rung() == 2, "two notes"
    widget.load(f"{shop.url}/demo/")
    agent.say(ticket, "Before any click on this page")
    widget.wait(lambda: widget.text(".pill") == "2", "two unread")
    assert rung() == 0


def test_half_an_emoji_and_control_characters_are_left_out(widget, agent):
    """They cannot be typed, but a text that is pasted or cut off may hold them."""
    widget.open()
    cut = "arguments[0].value = 'Cut off \\ud83d \\u0000\\u0007here 😀';"
    widget.driver.execute_script(cut + "arguments[0].focus()", widget.find("textarea"))
    widget.press(Keys.ENTER)
    widget.send("And on")
    widget.wait_mark("And on", "Sent")
    assert agent.texts(widget.ticket) == ["Cut off  here 😀", "And on"]


def test_several_lines_are_one_message(widget, agent):
    ticket = begin(widget, "Two\nlines")
    assert agent.texts(ticket) == ["Two\nlines"]


def test_writing_long_after_the_end_goes_on_in_a_new_conversation(shop, widget, agent):
    old = begin(widget, "Where is my order?")
    agent.take(old)
    agent.set_status(old, "resolved")
    widget.wait_line("Marked as solved")
    shop.sql("UPDATE ticket SET resolved_at = now() - interval '1 year' WHERE id = %s", old)
    widget.send("It broke again.", "The cover is off.")
    widget.wait(lambda: widget.ticket != old, "the widget to go on in another ticket")
    widget.wait(
        lambda: widget.bubbles("own") == ["It broke again.", "The cover is off."],
        "the new conversation to hold what was written",
    )
    new = widget.ticket
    assert agent.ticket(new)["follow_up_of"] == old
    assert agent.texts(new) == ["It broke again.", "The cover is off."]
    assert agent.texts(old) == ["Where is my order?"]
    agent.take(new)
    agent.say(new, "I am sorry.")
    widget.wait_bubble("I am sorry.")
