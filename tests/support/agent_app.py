# SPDX-License-Identifier: AGPL-3.0-or-later
"""The real agent app on a screen of its own, used as a person with a screen reader uses it: by
names and roles over AT-SPI, and by keys."""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from gi.repository import GLib

from support import accessible
from support.server import BUILD, PASSWORD, ROOT, SANITIZER, STOP_S
from support.wait import wait_until

BINARY = BUILD / "agent-app" / "deskbell-agent"
REPORT = re.compile(SANITIZER + r"|-(CRITICAL|ERROR) \*\*")
APP_ID = "io.github.deskbell.Agent"
SCREEN = "1400x900x24"
NO_LEAKS = {"ASAN_OPTIONS": "detect_leaks=0"}  # tests/desk/test_leaks.py looks for them
LOOK_S = 0.1  # between two looks: the app needs some time for itself


class Screen:
    """A display with a window manager, a session bus and a notification service."""

    def __init__(self):
        self.home = Path(tempfile.mkdtemp(prefix="deskbell-screen-"))
        self.children = []
        (self.home / "run").mkdir(mode=0o700)
        self.environment = {
            key: value for key, value in os.environ.items() if key != "WAYLAND_DISPLAY"
        }
        self.environment |= {
            "ADW_DISABLE_PORTAL": "1",
            "DISPLAY": self._start_display(),
            "GDK_BACKEND": "x11",
            "GSETTINGS_BACKEND": "keyfile",
            "GSETTINGS_SCHEMA_DIR": str(BUILD / "data"),
            "GSK_RENDERER": "cairo",
            "GTK_A11Y": "atspi",
            "LC_ALL": "C.UTF-8",
            "SECRET_BACKEND": "file",
            "SECRET_FILE_TEST_PASSWORD": "test",
            "XDG_DATA_DIRS": f"{ROOT / 'data'}:/usr/local/share:/usr/share",
            "XDG_RUNTIME_DIR": str(self.home / "run"),
        }
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = self._start_bus()
        self._start("openbox")
        self._start(
            *("/usr/bin/python3", "-m", "dbusmock", "--session"),
            *("--template", "notification_daemon"),
        )
        self.accessibility = accessible.open_bus(self.environment["DBUS_SESSION_BUS_ADDRESS"])

    def _start(self, *command, **options):
        child = subprocess.Popen(
            command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **{"stdout": subprocess.DEVNULL, **options},
        )
        self.children.append(child)
        return child

    def _start_display(self):
        read, write = os.pipe()
        command = ["Xvfb", "-displayfd", str(write), "-screen", "0", SCREEN, "-nolisten", "tcp"]
        self._start(*command, pass_fds=[write])
        os.close(write)
        with os.fdopen(read) as number:
            return f":{number.readline().strip()}"

    def _start_bus(self):
        command = ["dbus-daemon", "--session", "--nofork", "--print-address"]
        bus = self._start(*command, stdout=subprocess.PIPE, text=True)
        return bus.stdout.readline().strip()

    def notifications(self):
        """What was shown so far: (title, body, actions) each."""
        answer = accessible.call(
            accessible.connect(self.environment["DBUS_SESSION_BUS_ADDRESS"]),
            *("org.freedesktop.Notifications", "/org/freedesktop/Notifications"),
            *("org.freedesktop.DBus.Mock", "GetMethodCalls", GLib.Variant("(s)", ("Notify",))),
        )
        calls = [arguments for _, arguments in answer[0]]
        return [(call[3], call[4], call[5]) for call in calls]

    def press(self, *keys):
        subprocess.run(["xdotool", "key", *keys], env=self.environment, check=True)

    def write(self, text):
        command = ["xdotool", "type", "--delay", "5", text]
        subprocess.run(command, env=self.environment, check=True)

    def _window(self):
        """The id of the app's window."""
        search = ["xdotool", "search", "--onlyvisible", "--class", "deskbell"]
        return subprocess.run(
            search, env=self.environment, capture_output=True, text=True, check=True
        ).stdout.split()[-1]

    def resize(self, width, height):
        """Makes the app's window so large."""
        command = ["xdotool", "windowsize", "--sync", self._window(), str(width), str(height)]
        subprocess.run(command, env=self.environment, check=True)

    def point(self, x, y):
        """Moves the pointer to there in the app's window."""
        command = ["xdotool", "mousemove", "--window", self._window(), str(x), str(y)]
        subprocess.run(command, env=self.environment, check=True)

    def click(self):
        subprocess.run(["xdotool", "click", "1"], env=self.environment, check=True)

    def picture(self, path):
        """Of the app's window."""
        command = ["import", "-window", self._window(), path]
        subprocess.run(command, env=self.environment, check=True)

    def dispose(self):
        for child in reversed(self.children):
            child.terminate()
            child.wait()
        shutil.rmtree(self.home, ignore_errors=True)


class AgentApp:
    """One person's app, with a home of its own that outlives its process."""

    def __init__(self, screen, server, email="agent1@example.com", sanitizer=NO_LEAKS):
        """sanitizer: more options for the sanitizers that may be built in."""
        self.screen = screen
        self.server = server
        self.email = email
        self.sanitizer = sanitizer
        self.home = Path(tempfile.mkdtemp(prefix="deskbell-app-"))
        self.process = None
        self.program = None  # the process on the accessibility bus
        self.log = self.home / "log"

    # Life

    def command(self):
        password = self.home / "password"
        password.write_text(PASSWORD)
        options = ["--server", self.server.url, "--email", self.email]
        return [BINARY, *options, "--password-file", password]

    def environment(self):
        return {
            "HOME": str(self.home),
            "SECRET_FILE_TEST_PATH": str(self.home / "keyring"),
            "XDG_CONFIG_HOME": str(self.home / "config"),
            "XDG_DATA_HOME": str(self.home / "share"),
            **{key: f"{os.environ.get(key, '')}:{more}" for key, more in self.sanitizer.items()},
        }

    def start(self, timeout=60):
        """Returns self when the desk shows; the first start signs in."""
        self.launch()
        self.wait(lambda: self.find("list", "Queues"), "the queues", timeout)
        return self

    def launch(self):
        """Returns self at once."""
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                self.command(),
                env=self.screen.environment | self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self.program = accessible.Program(self.screen.accessibility, self.process.pid)
        return self

    def kill9(self):
        self.process.kill()
        self.process.wait()
        self.process = None

    def quit(self):
        """Closes it as a person does. It must end well, and without a sanitizer's report."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.screen.press("ctrl+q")
        try:
            code = self.process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.kill9()
            raise AssertionError(f"the app is still there {STOP_S} s after Ctrl+Q") from None
        self.process = None
        assert code == 0, f"the app ended with {code}\n{self.said()}"

    def check_log(self):
        """Sanitizers and GLib's own checks write into the log; a good run leaves none of that."""
        found = REPORT.search(self.said())
        assert not found, f"in the app's log:\n{self.said()[max(0, found.start() - 500):][:8000]}"

    def dispose(self):
        """Closes it and removes what it kept."""
        try:
            self.quit()
            self.check_log()
        finally:
            if self.process is not None:
                self.kill9()
            shutil.rmtree(self.home, ignore_errors=True)

    # What it said

    def said(self):
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def warnings(self):
        return [line for line in self.said().splitlines() if "-WARNING **" in line]

    # Looking

    def everything(self):
        """Every accessible.Node that is not hidden."""
        return self.program.look()

    @property
    def window(self):
        return self.everything()[0]

    def names(self, role):
        """The names of everything with this role that shows."""
        return [node.name for node in self.everything() if node.role == role]

    def find(self, role, name):
        """What has this role and a name that begins so, or None."""
        return next(
            (
                node
                for node in self.everything()
                if node.role == role and node.name.startswith(name)
            ),
            None,
        )

    def messages(self):
        """The thread as a screen reader reads it, from top to bottom."""
        thread = self.find("list", "Messages")
        return [row.name for row in thread.children if row.name] if thread else []

    def focused(self):
        """The name of what has the focus, or None."""
        focused = [node for node in self.everything() if node.has("focused")]
        return focused[0].name if focused else None

    # Waiting

    def wait(self, predicate, what, timeout=20):
        def describe():
            rows = self.messages()
            labels = self.names("label")
            return f"{what}; the thread: {rows}; labels: {labels}; log: {self.said()[-2000:]}"

        return wait_until(predicate, timeout, describe, every=LOOK_S)

    def wait_message(self, part, timeout=20):
        self.wait(
            lambda: any(part in row for row in self.messages()), f"the message {part!r}", timeout
        )

    def shows(self, part):
        """Whether some text holds this part; alerts are texts too."""
        return any(part in node.name for node in self.everything())

    def wait_text(self, part, timeout=20):
        self.wait(lambda: self.shows(part), repr(part), timeout)

    # Doing

    def activate(self, role, name):
        """Presses the button or menu entry of this name."""
        self.wait(lambda: self.find(role, name), f"the {role} {name!r}").press()

    def composer(self):
        return self.find("text", "Reply") or self.find("text", "Internal note")

    def compose(self, text):
        """Types into the composer, key by key, as the app announces typing by keys."""
        self.wait(self.composer, "the composer").write(text)

    def composed(self):
        """What stands in the composer."""
        node = self.composer()
        return node.text if node else None

    def send(self, text):
        self.compose(text)
        self.screen.press("ctrl+Return")
