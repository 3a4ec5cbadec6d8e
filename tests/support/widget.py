# SPDX-License-Identifier: AGPL-3.0-or-later
"""The chat widget as a visitor meets it in a browser: what it shows and what it lets one do."""

from selenium.webdriver import ActionChains
from selenium.webdriver.common.keys import Keys

from support.wait import wait_until

IN_SHADOW = """
const root = document.querySelector("deskbell-chat")?.shadowRoot;
if (!root) return null;
"""
ROWS = (
    IN_SHADOW
    + """
return [...root.querySelectorAll(".row")].map((row) => ({
  kind: [...row.classList].filter((name) => !/^(row|head|tail|enter)$/.test(name)).join(" "),
  text: (row.querySelector(".bubble") ?? row).innerText.trim(),
  mark: row.querySelector(".mark")?.title ?? null,
  edited: row.querySelector(".edited") !== null,
  failed: row.querySelector(".foot.failed") !== null,
}));
"""
)
AT_REST = (
    IN_SHADOW
    + """
const endless = (one) => one.effect.getComputedTiming().endTime === Infinity;
return root.getAnimations().every((one) => one.playState !== "running" || endless(one));
"""
)


class Widget:
    """Works on the page that the driver shows. Selectors are looked up inside the shadow root."""

    def __init__(self, driver):
        self.driver = driver

    # Looking

    def find(self, selector):
        """The element, or None."""
        script = IN_SHADOW + "return root.querySelector(arguments[0]);"
        return self.driver.execute_script(script, selector)

    def shown(self, selector):
        """The element when it is there and visible, or None."""
        element = self.find(selector)
        return element if element and element.is_displayed() else None

    def style(self, selector, name):
        script = IN_SHADOW + (
            "return getComputedStyle(root.querySelector(arguments[0]))"
            ".getPropertyValue(arguments[1]);"
        )
        return self.driver.execute_script(script, selector, name)

    def text(self, selector):
        """The visible text, "" when there is none."""
        element = self.shown(selector)
        return element.text if element else ""

    def spoken(self, role):
        """What a screen reader would have heard last from the status or the alert region."""
        script = IN_SHADOW + "return root.querySelector(arguments[0]).textContent;"
        return self.driver.execute_script(script, f"[role={role}]")

    def focused(self):
        """The name or text of what has the focus inside the widget, or None."""
        script = IN_SHADOW + (
            "const node = root.activeElement;"
            "return node && (node.getAttribute('aria-label') || node.innerText || node.tagName);"
        )
        return self.driver.execute_script(script)

    def rows(self):
        """Everything in the thread, from top to bottom: kind, text, mark, edited, failed."""
        return self.driver.execute_script(ROWS) or []

    def bubbles(self, side=None):
        """The texts of the messages; side is "own" or "theirs"."""
        sides = [side] if side else ["own", "theirs"]
        return [row["text"] for row in self.rows() if row["kind"] in sides]

    def mark_of(self, text):
        """The delivery mark under the message with this text, or under the ones right after it:
        a group has one mark."""
        rows = self.rows()
        for index, row in enumerate(rows):
            if row["kind"] == "own" and row["text"] == text:
                return next((row["mark"] for row in rows[index:] if row["mark"]), None)
        return None

    # Waiting

    def wait(self, predicate, what, timeout=20):
        def describe():
            return f"{what}; the thread shows: {self.rows()}"

        return wait_until(predicate, timeout, describe)

    def wait_shown(self, selector, timeout=20):
        return self.wait(lambda: self.shown(selector), f"{selector} to show", timeout)

    def wait_hidden(self, selector, timeout=20):
        self.wait(lambda: not self.shown(selector), f"{selector} to go", timeout)

    def wait_bubble(self, text, timeout=20):
        self.wait(lambda: text in self.bubbles(), f"the message {text!r}", timeout)

    def wait_mark(self, text, *marks, timeout=20):
        said = " or ".join(marks)
        self.wait(lambda: self.mark_of(text) in marks, f"{text!r} to be {said}", timeout)

    def wait_line(self, text, timeout=20):
        def has_line():
            return any(row["kind"] == "line" and row["text"] == text for row in self.rows())

        self.wait(has_line, f"the line {text!r}", timeout)

    # Doing

    def load(self, url):
        self.driver.get(url)
        self.wait_shown(".launcher", timeout=60)
        return self

    def open(self):
        self.wait_shown(".launcher").click()
        self.wait(lambda: self.find(".skeleton[hidden]"), "the conversation to be known", 60)
        self.settle()
        return self

    def settle(self):
        """Waits until nothing moves but what always does."""
        self.wait(lambda: self.driver.execute_script(AT_REST), "the window to stand still")

    def close(self):
        self.find("[aria-label='Close Chat'].tool").click()
        self.wait_hidden(".window")

    def type(self, text):
        """Types into the composer; a line break in the text is Shift+Enter."""
        broken = (Keys.SHIFT + Keys.ENTER + Keys.NULL).join(text.split("\n"))
        self.wait_shown("textarea").send_keys(broken)

    def send(self, *texts):
        for text in texts:
            self.type(text)
            self.find("textarea").send_keys(Keys.ENTER)

    def press(self, key, held=None):
        """A key for whatever has the focus, while another one is held."""
        keys = ActionChains(self.driver)
        if held:
            keys.key_down(held)
        keys.send_keys(key)
        if held:
            keys.key_up(held)
        keys.perform()

    @property
    def ticket(self):
        """The number of the conversation that the browser keeps."""
        script = (
            "const key = Object.keys(localStorage).find((key) => key.endsWith(':ticket'));"
            "return key ? JSON.parse(localStorage[key]) : null;"
        )
        return self.driver.execute_script(script)
