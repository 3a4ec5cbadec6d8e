# SPDX-License-Identifier: AGPL-3.0-or-later
"""When a window was painted, as the X server knows it: no app can flatter itself."""

import queue
import subprocess
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass

from support.server import BUILD

WATCH = BUILD / "tests" / "bench" / "deskbell-watch"
PATIENCE = 20


def now_ms():
    """On the clock that paints are stamped with."""
    return time.monotonic() * 1000


@dataclass
class Paint:
    """A rectangle of a window that got new pixels."""

    at: float
    x: int
    y: int
    width: int
    height: int


class Pixels:
    """What is painted on a screen from now on."""

    def __init__(self, screen):
        self._watch = subprocess.Popen(
            [WATCH],
            env=screen.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        assert self._watch.stdout.readline() == "ready\n"
        self._paints, self._ink = queue.Queue(), queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        for line in self._watch.stdout:
            kind, at, _, *numbers = line.split()
            if kind == "paint":
                self._paints.put(Paint(float(at), *map(int, numbers)))
            else:
                self._ink.put(int(numbers[0]))

    def forget(self):
        """Passes over everything so far."""
        for told in (self._paints, self._ink):
            while not told.empty():
                told.get_nowait()

    def next(self, matches=lambda paint: True):
        """The next paint that matches."""
        while True:
            paint = self._paints.get(timeout=PATIENCE)
            if matches(paint):
                return paint

    def settle(self, quiet_ms=80):
        """Waits until nothing was painted for so long."""
        try:
            while True:
                self._paints.get(timeout=quiet_ms / 1000)
        except queue.Empty:
            pass

    def first_ink(self):
        """How much was to be seen in the first frame of the newest window."""
        return self._ink.get(timeout=PATIENCE)

    def ink(self):
        """How much is to be seen now."""
        self._watch.stdin.write("\n")
        return self._ink.get(timeout=PATIENCE)

    def close(self):
        self._watch.stdin.close()
        self._watch.wait()


@contextmanager
def watch(screen):
    pixels = Pixels(screen)
    try:
        yield pixels
    finally:
        pixels.close()
