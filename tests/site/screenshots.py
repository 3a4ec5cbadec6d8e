#!/usr/bin/python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Takes the pictures of the demo shop and its chat, in every state that a visitor can meet, and of
the set-up page.

usage: screenshots.py URL DIR, where URL is a server with demo data
"""

import base64
import sys
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support import api
from support.browser import close_browser, open_browser
from support.server import PASSWORD
from support.wait import wait_until
from support.widget import IN_SHADOW, Widget

DESKTOP, PHONE = (1280, 800), (400, 800)
CROWD = 8  # more than one agent takes, so that the visitor waits
MARGIN = 24

# What the chat covers of the page.
CHAT_BOX = (
    IN_SHADOW
    + """
const margin = arguments[0];
const boxes = [...root.querySelectorAll(".window, .launcher")].map((node) =>
  node.getBoundingClientRect()).filter((box) => box.width);
const left = Math.max(0, Math.min(...boxes.map((box) => box.left)) - margin);
const top = Math.max(0, Math.min(...boxes.map((box) => box.top)) - margin);
const right = Math.min(innerWidth, Math.max(...boxes.map((box) => box.right)) + margin);
const bottom = Math.min(innerHeight, Math.max(...boxes.map((box) => box.bottom)) + margin);
return { x: left, y: top, width: right - left, height: bottom - top, scale: 1 };
"""
)

ENGLISH = {
    "question": ["Hello, my order 1234 has not arrived yet.", "Can you see where it is?"],
    "answer": ["Good morning. Let me look at it for you.",
               "It left our store on Monday: it should be with you **tomorrow before noon**."],
    "thanks": "Wonderful, thank you",
    "offline": "Could you leave it with the neighbours?",
}  # fmt: skip
BENGALI = {
    "question": ["নমস্কার, আমার ১২৩৪ নম্বর অর্ডার এখনও আসেনি।", "কোথায় আছে দেখতে পারবেন?"],
    "answer": ["শুভ সকাল। আমি দেখে জানাচ্ছি।",
               "সোমবার আমাদের এখান থেকে রওনা হয়েছে, **আগামীকাল দুপুরের আগে** পেয়ে যাবেন।"],
    "thanks": "অনেক ধন্যবাদ",
    "offline": "পাশের বাসায় রেখে যেতে পারবেন?",
}  # fmt: skip
ARABIC = {
    "question": ["مرحبا، طلبي رقم 1234 لم يصل بعد.", "هل يمكنكم معرفة مكانه؟"],
    "answer": ["صباح الخير. سأبحث عنه حالا.", "خرج من متجرنا يوم الاثنين ويصل **غدا قبل الظهر**."],
    "thanks": "شكرا جزيلا",
    "offline": "هل يمكن تركه عند الجيران؟",
}


class Desk:
    """The other side: an agent who is there, and an admin who can give them any chat."""

    def __init__(self, url):
        self.url = url
        self.admin = api.login(url, "admin@example.com", PASSWORD)
        self.agent = api.login(url, "agent1@example.com", PASSWORD)
        self.live = self.agent.live()
        self.live.send("presence", state="online")
        self.live.sync()
        for number in range(CROWD):
            chat = {"channel": "chat", "description": f"Question {number + 1}"}
            api.visitor(url).post("/tickets", chat, status=201)

    def take(self, ticket):
        self.admin.put(f"/tickets/{ticket}/assign", {"assigned_to": self.agent.id}, status=200)

    def say(self, ticket, body):
        return self.live.message(ticket, body)

    def read(self, ticket):
        seq = self.agent.get(f"/tickets/{ticket}", status=200)["ticket"]["last_seq"]
        self.live.send("read", ticket=ticket, seq=seq)

    def type(self, ticket):
        self.live.send("typing", ticket=ticket, on=True)

    def solve(self, ticket):
        self.agent.put(f"/tickets/{ticket}/status", {"status": "resolved"}, status=200)


@contextmanager
def screen(size, dark=False):
    """A browser with a screen of that size, a pixel for a pixel: that keeps the pictures small."""
    driver = open_browser()
    width, height = size
    shape = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", shape)
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
    try:
        yield driver
    finally:
        close_browser(driver)


class Camera:
    def __init__(self, folder, widget, prefix):
        self.folder = folder
        self.widget = widget
        self.prefix = prefix

    def shoot(self, state):
        """The whole page."""
        self.widget.settle()
        self._take(state)

    def shoot_chat(self, state):
        """The chat, with a little of the page around it."""
        self.widget.settle()
        self._take(state, clip=self.widget.driver.execute_script(CHAT_BOX, MARGIN))

    def _take(self, state, **options):
        picture = self.widget.driver.execute_cdp_cmd(
            "Page.captureScreenshot", {"format": "png", **options}
        )
        path = self.folder / f"{self.prefix}-{state}.png"
        path.write_bytes(base64.b64decode(picture["data"]))
        print(path)


def shoot_conversation(desk, widget, camera, words):
    """From the shop's page to the answer; returns the ticket."""
    camera.shoot("shop")
    widget.open()
    camera.shoot_chat("start")
    widget.send(*words["question"])
    widget.wait_shown(".queue")
    camera.shoot_chat("queue")
    ticket = widget.ticket
    desk.take(ticket)
    widget.wait_hidden(".queue")
    for line in words["answer"]:
        desk.say(ticket, line)
    widget.wait(lambda: len(widget.bubbles("theirs")) == 3, "the answer")
    widget.send(words["thanks"])
    desk.read(ticket)
    widget.wait_shown(".mark.read")
    desk.type(ticket)
    widget.wait_shown(".typing")
    camera.shoot("answer")
    return ticket


def set_offline(widget, offline):
    free = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    widget.driver.execute_cdp_cmd("Network.enable", {})
    widget.driver.execute_cdp_cmd("Network.emulateNetworkConditions", {"offline": offline, **free})


def shoot_rest(desk, widget, camera, words, ticket):
    """The rarer states: emoji, a lost line, unread messages, a solved chat."""
    widget.find("[aria-label=Emoji].tool").click()
    camera.shoot_chat("emoji")
    widget.find("[aria-label=Emoji].tool").click()
    set_offline(widget, True)
    widget.send(words["offline"])
    widget.wait_shown(".bar.lost")
    camera.shoot_chat("lost")
    set_offline(widget, False)
    widget.wait_hidden(".bar", timeout=60)
    widget.close()
    desk.say(ticket, "They are at home: I have told the courier.")
    desk.say(ticket, "Is there anything else?")
    widget.wait_shown(".pill")
    camera.shoot_chat("unread")
    widget.open()
    desk.solve(ticket)
    widget.wait_shown(".ending")
    camera.shoot_chat("solved")


def shoot_shop(url, folder):
    """The whole page of the shop, from top to bottom."""
    for prefix, dark in [("page-light", False), ("page-dark", True)]:
        with screen((1280, 2300), dark) as driver:
            Camera(folder, Widget(driver).load(url), prefix).shoot("shop")


def shoot_setup(url, folder):
    """The set-up page as the printed link opens it."""
    for prefix, size, dark in [("desktop-light", DESKTOP, False), ("phone-dark", PHONE, True)]:
        with screen(size, dark) as driver:
            driver.get(f"{url}/setup/#code=7KQ4-MD2X-9RTH-C5WE")
            find = "return document.querySelector('form')"
            wait_until(lambda: driver.execute_script(find), 20, "the form")
            path = folder / f"{prefix}-setup.png"
            driver.save_screenshot(str(path))
            print(path)


def main(url, folder):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    desk = Desk(url)
    demo = f"{url}/demo/"
    sets = [
        ("desktop-light", demo, DESKTOP, False, ENGLISH),
        ("desktop-dark", demo, DESKTOP, True, ENGLISH),
        ("desktop-bengali", f"{demo}?lang=bn", DESKTOP, False, BENGALI),
        ("phone-light", demo, PHONE, False, ENGLISH),
        ("phone-dark-bengali", f"{demo}?lang=bn", PHONE, True, BENGALI),
        ("desktop-rtl", f"{demo}?lang=ar", DESKTOP, False, ARABIC),
    ]
    shoot_setup(url, folder)
    shoot_shop(demo, folder)
    for prefix, address, size, dark, words in sets:
        with screen(size, dark) as driver:
            widget = Widget(driver).load(address)
            camera = Camera(folder, widget, prefix)
            ticket = shoot_conversation(desk, widget, camera, words)
            if prefix == "desktop-light":
                shoot_rest(desk, widget, camera, words, ticket)


if __name__ == "__main__":
    main(*sys.argv[1:])
