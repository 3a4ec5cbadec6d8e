# SPDX-License-Identifier: AGPL-3.0-or-later
"""Waiting for a condition, the only kind of waiting in these tests."""

import time


def wait_until(predicate, timeout=10, message="the condition to hold"):
    """Returns what predicate() gives as soon as it is true. The failure shows the last value;
    message may be a function, called then, to show more."""
    deadline = time.monotonic() + timeout
    while True:
        value = predicate()
        if value:
            return value
        if time.monotonic() > deadline:
            text = message() if callable(message) else message
            raise AssertionError(f"waited {timeout} s for {text}; last seen: {value!r}")
        time.sleep(0.02)
