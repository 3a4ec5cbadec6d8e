# SPDX-License-Identifier: AGPL-3.0-or-later
"""Out of hours a visitor reads when the desk opens, by their own clock, and can write all the same
(Q10, W6)."""

from datetime import datetime, timedelta, timezone

import pytest

ALWAYS = {"time_zone": "UTC"}


@pytest.fixture
def close_desk(shop, agent):
    """close_desk(): sets hours that begin in two days at half past nine; returns that moment."""

    def close():
        day = datetime.now(timezone.utc) + timedelta(days=2)
        week = [f"{day.isoweekday()} 09:30-10:00"]
        agent.admin.put("/departments/1/hours", {**ALWAYS, "week": week}, status=200)
        return day.replace(hour=9, minute=30)

    yield close
    agent.admin.put("/departments/1/hours", ALWAYS, status=200)


def by_the_browsers_clock(widget, moment):
    script = """return new Intl.DateTimeFormat("en", {
      weekday: "long", day: "numeric", month: "long", hour: "numeric", minute: "2-digit",
    }).format(new Date(arguments[0]))"""
    return widget.driver.execute_script(script, moment.isoformat())


def test_out_of_hours_the_next_opening_is_told_and_a_message_is_taken(
    close_desk, visit, shop, agent
):
    opening = close_desk()
    widget = visit(f"{shop.url}/demo/").open()
    time = by_the_browsers_clock(widget, opening)
    sentence = f"Closed until {time}. Leave a message and we will answer by e-mail."
    assert widget.bubbles("theirs") == [sentence]
    widget.send("My parcel is wet.")
    widget.wait_mark("My parcel is wet.", "Sent")
    widget.wait(lambda: widget.text(".queue").endswith(sentence), "when it opens")
    assert agent.texts(widget.ticket) == ["My parcel is wet."]


def test_who_waits_sees_it_open(close_desk, visit, shop, agent):
    close_desk()
    widget = visit(f"{shop.url}/demo/").open()
    widget.send("Good morning")
    widget.wait(lambda: "Closed until" in widget.text(".queue"), "when it opens")
    agent.admin.put("/departments/1/hours", ALWAYS, status=200)
    widget.wait(lambda: "You are number" in widget.text(".queue"), "the place in the queue")
    widget.wait(lambda: "Closed" not in widget.bubbles("theirs")[0], "another greeting")
