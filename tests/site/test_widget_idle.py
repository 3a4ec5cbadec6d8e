# SPDX-License-Identifier: AGPL-3.0-or-later
"""W6, Q7: a visitor who falls silent is asked, sees when the chat ends, and keeps it open with one
click. Time passes by moving what is written into the past."""

import pytest

WARNING = "Still there? This chat closes in 5 minutes."
PASS_TIME = """
    WITH said AS (
      UPDATE ticket_watch SET since = since - %s * interval '1 minute',
             step_at = step_at - %s * interval '1 minute', due_at = now() WHERE ticket_id = %s)
    UPDATE ticket SET last_message_at = last_message_at - %s * interval '1 minute' WHERE id = %s"""


@pytest.fixture
def warned(shop, widget, agent):
    """The widget of a visitor who was warned."""
    widget.open().send("Where is my parcel?")
    widget.wait_mark("Where is my parcel?", "Sent", "Delivered")
    agent.take(widget.ticket)
    agent.say(widget.ticket, "Which order?")
    widget.wait_bubble("Which order?")
    pass_time(shop, widget.ticket, 6)
    widget.wait_line("Is this solved?")
    pass_time(shop, widget.ticket, 11)
    widget.wait_line(WARNING)
    return widget


def pass_time(shop, ticket, minutes):
    shop.sql(PASS_TIME, minutes, minutes, ticket, minutes, ticket)


def test_a_silent_visitor_is_asked_and_warned_and_keeps_the_chat_open(shop, warned):
    assert warned.text(".ending .words") == WARNING
    assert warned.text(".ending .primary") == "Keep Open"
    assert not warned.shown(".ending .secondary")
    assert warned.shown("textarea"), "one can simply write"
    warned.find(".ending .primary").click()
    warned.wait_hidden(".ending")
    step = "SELECT step FROM ticket_watch WHERE ticket_id = %s"
    assert shop.sql(step, warned.ticket) == [("none",)]


def test_a_word_keeps_it_open_too(warned):
    warned.send("Order 1042")
    warned.wait_bubble("Order 1042")
    warned.wait_hidden(".ending")


def test_who_stays_silent_is_asked_whether_it_is_solved(shop, warned):
    pass_time(shop, warned.ticket, 6)
    warned.wait_line("Marked as solved")
    warned.wait(lambda: warned.text(".ending .words") == "Is this solved?", "the question")
    assert warned.shown(".ending .secondary")
