# SPDX-License-Identifier: AGPL-3.0-or-later
"""The window goes on where the conversation does: when the desk begins one (A13), and when the desk
merges the visitor's ticket into another, or undoes that (T7)."""

import pytest


@pytest.fixture
def visitor(shop, widget):
    """Who the widget is: begun and then closed, so that the desk may begin the next one."""
    widget.open().send("Hello")
    widget.wait_mark("Hello", "Sent")
    return widget.ticket


def begin(agent, customer, message, **fields):
    fields = {"user_id": customer, "message": message, **fields}
    return agent.api.post("/tickets", fields, status=201)["ticket"]


def customer_of(agent, ticket):
    return agent.ticket(ticket)["user"]["id"]


def test_a_conversation_that_the_desk_begins_shows_at_once(widget, agent, visitor):
    agent.set_status(visitor, "closed")
    widget.wait_line("Chat closed")
    widget.close()
    begun = begin(agent, customer_of(agent, visitor), "Your parcel came back.")
    widget.wait(lambda: "1" in widget.text(".launcher"), "the badge of one unread message")
    widget.open()
    widget.wait_bubble("Your parcel came back.")
    assert widget.ticket == begun["id"] and widget.bubbles("own") == []
    widget.send("Oh dear.")
    widget.wait_mark("Oh dear.", "Sent")
    assert agent.texts(begun["id"]) == ["Your parcel came back.", "Oh dear."]


def test_an_open_window_without_words_takes_it_up(shop, widget, agent):
    widget.open()
    draft = widget.wait(lambda: widget.ticket, "the conversation to begin")
    [[customer]] = shop.sql("SELECT customer_id FROM ticket WHERE id = %s", draft)
    assert begin(agent, customer, "Can I help?")["id"] == draft
    widget.wait_bubble("Can I help?")


def test_what_the_desk_began_meanwhile_is_there_at_the_next_visit(shop, widget, agent, visitor):
    agent.set_status(visitor, "closed")
    widget.wait_line("Chat closed")
    widget.driver.get("about:blank")
    begun = begin(agent, customer_of(agent, visitor), "We found it.")
    widget.load(f"{shop.url}/demo/")
    widget.wait(lambda: "1" in widget.text(".launcher"), "the badge of one unread message")
    widget.open()
    widget.wait_bubble("We found it.")
    assert widget.ticket == begun["id"]


def test_a_conversation_in_the_middle_is_left_alone(widget, agent, visitor):
    other = begin(agent, customer_of(agent, visitor), "About your invoice", channel="portal")
    agent.say(visitor, "Hello!")
    widget.wait_bubble("Hello!")
    assert widget.ticket == visitor != other["id"]


def test_a_merged_conversation_goes_on_in_the_other(shop, widget, agent, visitor):
    target = begin(agent, customer_of(agent, visitor), "About your order", channel="portal")["id"]
    path = f"/tickets/{target}"
    merged = agent.api.post(path + "/merge", {"source": visitor}, status=200)
    number = merged["source"]["ticket_number"]
    widget.wait(lambda: widget.ticket == target, "the window to go on in the target")
    widget.wait_line(f"{number} goes on here.")
    assert widget.bubbles()[1:] == ["About your order", "Hello"]
    widget.send("One thing, then.")
    widget.wait_mark("One thing, then.", "Sent")
    agent.say(target, "Yes.")
    widget.wait_bubble("Yes.")
    agent.api.post(path + "/unmerge", {"source": visitor}, status=200)
    widget.wait(
        lambda: widget.bubbles()[1:] == ["About your order", "One thing, then.", "Yes."],
        "what the merge had brought to be gone",
    )
    agent.say(target, "Still here.")
    widget.wait_bubble("Still here.")
