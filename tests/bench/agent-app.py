# SPDX-License-Identifier: AGPL-3.0-or-later
"""The agent app's second start, to the window with the last state, against an empty libadwaita
window in the same run; and its memory with ten chats open."""

import re
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

from harness.report import Report, interleave
from harness.shop import open_shop
from support.agent_app import AgentApp, Screen
from support.server import BUILD

ROUNDS = 5
CHATS = 10
EMPTY = BUILD / "tests" / "bench" / "deskbell-empty-window"


@contextmanager
def new_window(screen):
    """Gives a function that returns when the window manager got a window since."""
    command = ["xprop", "-root", "-spy", "_NET_CLIENT_LIST"]
    spy = subprocess.Popen(
        command, env=screen.environment, stdout=subprocess.PIPE, text=True, bufsize=1
    )
    spy.stdout.readline()

    def wait():
        while "0x" not in spy.stdout.readline():
            pass

    yield wait
    spy.terminate()
    spy.wait()


def start_ms(screen, command, environment):
    with new_window(screen) as wait:
        began = time.monotonic()
        child = subprocess.Popen(
            command,
            env=screen.environment | environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait()
        took = (time.monotonic() - began) * 1000
    child.terminate()
    child.wait()
    return took


def resident_mib(pid):
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) / 1024


def measure():
    report = Report("agent-app")
    screen = Screen()
    try:
        with open_shop() as server:
            app = AgentApp(screen, server).start()
            app.wait(lambda: app.find("list item", ""), "the first row")
            screen.press(*["ctrl+Next"] * CHATS)
            app.wait(lambda: app.messages(), "a thread")
            memory = resident_mib(app.process.pid)
            app.quit()

            ours, empty = interleave(
                ROUNDS,
                lambda: start_ms(screen, app.command(), app.environment()),
                lambda: start_ms(screen, [EMPTY], {"HOME": str(app.home)}),
            )
            app.dispose()
    finally:
        screen.dispose()

    report.at_most("start_ms", ours, empty, 1.5)
    report.within("memory_mib", [memory], 150)
    return report
