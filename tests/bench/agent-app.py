# SPDX-License-Identifier: AGPL-3.0-or-later
"""The agent app as a person meets it: how soon the window shows the last state, how soon a message
is to be read, and its memory with ten chats open.

Pixels are the X server's word, not the app's. The references are the least that a libadwaita app
can be: an empty window, and one that shows each line it is told. An event counts from the moment
it left the server, which is when it is on another agent's socket.

A long list is paged through by key while the window is looked at: it must show rows all the time.
What the list model does with 100,000 tickets is measured without a window.
"""

import json
import re
import subprocess
from pathlib import Path

from harness import pixels
from harness.pixels import now_ms
from harness.report import Report, column, interleave, percentile
from harness.shop import begin_chats, open_shop
from support.agent_app import AgentApp, Screen
from support.raw_live import RawLive, say
from support.server import BUILD

STARTS = 15
CHATS = 10
NEWS = 100
TICKETS = 100_000
PAGE_DOWNS = ["key", "--delay", "30", *["Next"] * 100]
FILL = Path(__file__).parent / "sql" / "tickets.sql"
WINDOWS = BUILD / "tests" / "bench"


def start(screen, view, command, environment):
    """One start: milliseconds to the first frame and what share of the settled window it shows."""
    view.forget()
    began = now_ms()
    child = subprocess.Popen(
        command,
        env=screen.environment | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    took = view.next().at - began
    drawn = view.first_ink()
    view.settle(250)
    shown = drawn / view.ink()
    child.terminate()
    child.wait()
    return {"ms": took, "shown": shown}


def measure_start(report, screen, view, app):
    """The server is stopped: the last state has to come without it."""
    ours, empty = interleave(
        STARTS,
        lambda: start(screen, view, app.command(), app.environment()),
        lambda: start(screen, view, [WINDOWS / "deskbell-empty-window"], {"HOME": str(app.home)}),
    )
    report.at_most("start_ms", column(ours, "ms"), column(empty, "ms"), 1.5)
    report.at_least("first_frame_shown", column(ours, "shown"), [1], 0.9)


def resident_mib(pid):
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) / 1024


def measure_memory(report, screen, app):
    screen.press(*["ctrl+Next"] * CHATS)
    app.wait(lambda: app.messages(), "a thread")
    report.within("memory_mib", [resident_mib(app.process.pid)], 150)


def open_chat(server, screen, app):
    """A new visitor, whose chat is the one that the app shows."""
    visitor = begin_chats(server, 1)[0]
    admin, agent = server.login("admin@example.com"), server.login(app.email)
    admin.put(f"/tickets/{visitor.ticket}/assign", {"assigned_to": agent.id}, status=200)
    app.wait_text("New chat from")
    screen.press("F8")
    app.wait_message("Where is it?")
    return visitor


def is_bubble(paint):
    """In the thread and as large as a line of it; a blinking cursor is not."""
    return paint.x + paint.width > 560 and paint.width > 40 and paint.height > 15


def tell(view, visitor_live, agent_live, visitor, number):
    """One message: milliseconds from the sender, and from the server, to the pixels."""
    view.settle(50 + number * 7 % 17)  # at no fixed place between two frames
    view.forget()
    sent = now_ms()
    visitor_live.send(
        say(
            "message",
            ticket=visitor.ticket,
            client_id=f"00000000-0000-4000-8000-{number:012}",
            body=f"This is line {number}",
        )
    )
    agent_live.expect("event")
    left = now_ms()
    painted = view.next(is_bubble).at
    return {"sender": painted - sent, "server": painted - left}


def show_line(view, window, number):
    """One line to the reference: milliseconds to its pixels."""
    view.settle(50 + number * 7 % 17)
    view.forget()
    told = now_ms()
    window.stdin.write(f"This is line {number}\n")
    return view.next().at - told


def measure_news(report, server, screen, view, app):
    visitor = open_chat(server, screen, app)
    colleague = server.login("agent2@example.com")
    topic = f"ticket:{visitor.ticket}"
    with (
        RawLive(server.url, visitor.token, say("hello")) as visitor_live,
        RawLive(server.url, colleague.token, say("hello")) as agent_live,
    ):
        visitor_live.expect("welcome")
        agent_live.expect("welcome")
        news = [tell(view, visitor_live, agent_live, visitor, n) for n in range(NEWS)]
    app.quit()

    view.forget()
    window = subprocess.Popen(
        [WINDOWS / "deskbell-lines-window"],
        env=screen.environment,
        stdin=subprocess.PIPE,
        text=True,
        bufsize=1,
    )
    view.next()
    lines = [show_line(view, window, number) for number in range(NEWS)]
    window.terminate()
    window.wait()

    from_server = column(news, "server")
    report.compare("event_to_pixels_ms", from_server, lines)
    report.within("event_to_pixels_p95_ms", [percentile(from_server, 95)], 50)
    report.note("sender_to_pixels_p95_ms", [percentile(column(news, "sender"), 95)])


def look_while_scrolling(screen, view):
    """How much the window showed, time after time, while pages went by."""
    keys = subprocess.Popen(["xdotool", *PAGE_DOWNS], env=screen.environment)
    looks = []
    while keys.poll() is None:
        view.settle(10)
        looks.append(view.ink())
    return looks


def measure_scrolling(report, server, screen, view, app):
    server.sql(FILL.read_text(), TICKETS)
    app.start()
    screen.press("alt+4")
    app.wait(lambda: app.find("list item", ""), "the list of all tickets")
    screen.press("ctrl+Next")
    app.wait(lambda: app.messages(), "a thread")
    screen.press("shift+F6")
    view.settle(500)
    full = view.ink()
    looks = look_while_scrolling(screen, view)
    report.at_least("scrolling_least_shown", [min(looks)], [full], 0.7)
    report.note("scrolling_memory_mib", [resident_mib(app.process.pid)])
    app.quit()


def run_model(tickets):
    done = subprocess.run(
        [WINDOWS / "deskbell-tickets", str(tickets)], capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def measure_model(report):
    many, few = interleave(3, lambda: run_model(TICKETS), lambda: run_model(TICKETS // 100))
    report.at_most("list_insert_us", column(many, "insert_us"), column(few, "insert_us"), 4)
    report.at_most("list_move_us", column(many, "move_us"), column(few, "move_us"), 4)
    report.within("list_ticket_bytes", column(many, "bytes"), 1536)


def measure():
    report = Report("agent-app")
    screen = Screen()
    try:
        with open_shop() as server, pixels.watch(screen) as view:
            app = AgentApp(screen, server).start()
            app.wait(lambda: app.find("list item", ""), "the first row")
            measure_memory(report, screen, app)
            measure_news(report, server, screen, view, app)
            measure_scrolling(report, server, screen, view, app)
            server.stop()
            measure_start(report, screen, view, app)
            app.dispose()
    finally:
        screen.dispose()
    measure_model(report)
    return report
