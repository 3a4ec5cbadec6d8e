# SPDX-License-Identifier: AGPL-3.0-or-later
"""Waiting for a condition, the only kind of waiting in these tests."""

import time

# Time limits are what an idle machine needs at most; a busy one gets so many times as long. That
# costs nothing where the condition comes to hold.
BUSY = 4


def deadline_in(timeout):
    """When to give up, as time.monotonic() counts."""
    return time.monotonic() + timeout * BUSY


def wait_until(predicate, timeout=10, message="the condition to hold", every=0.02):
    """Returns what predicate() gives as soon as it is true, looking again every few seconds; who
    takes long to look is asked less often. The failure shows the last value; message may be a
    function, called then, to show more."""
    deadline = deadline_in(timeout)
    while True:
        start = time.monotonic()
        value = predicate()
        if value:
            return value
        if time.monotonic() > deadline:
            text = message() if callable(message) else message
            raise AssertionError(f"waited {timeout * BUSY} s for {text}; last seen: {value!r}")
        time.sleep(max(every, time.monotonic() - start))
