# SPDX-License-Identifier: AGPL-3.0-or-later
"""The real agent app on a screen of its own, used as a person with a screen reader uses it: by
names and roles over AT-SPI, and by keys."""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from support.server import BUILD, PASSWORD, ROOT
from support.wait import wait_until

BINARY = BUILD / "agent-app" / "deskbell-agent"
APP_ID = "io.github.deskbell.Agent"
SCREEN = "1400x900x24"


class Screen:
    """A display with a window manager, a session bus and a notification service, for the whole run:
    AT-SPI connects once in a process."""

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
        os.environ.update(self.environment)

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
        from gi.repository import Gio, GLib

        bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        answer = bus.call_sync(
            *("org.freedesktop.Notifications", "/org/freedesktop/Notifications"),
            *("org.freedesktop.DBus.Mock", "GetMethodCalls"),
            *(GLib.Variant("(s)", ("Notify",)), None, Gio.DBusCallFlags.NONE, 5000),
        )
        calls = [arguments for _, arguments in answer.unpack()[0]]
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

    def __init__(self, screen, server, email="agent1@example.com"):
        self.screen = screen
        self.server = server
        self.email = email
        self.home = Path(tempfile.mkdtemp(prefix="deskbell-app-"))
        self.process = None
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
        }

    def start(self):
        """Returns self when the desk shows; the first start signs in."""
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                self.command(),
                env=self.screen.environment | self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self.wait(lambda: self.find("list", "Queues"), "the queues")
        return self

    def kill9(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def quit(self):
        if self.process is not None and self.process.poll() is None:
            self.screen.press("ctrl+q")
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill9()
                raise AssertionError("the app did not quit") from None

    def dispose(self):
        try:
            self.quit()
        finally:
            shutil.rmtree(self.home, ignore_errors=True)

    def warnings(self):
        text = self.log.read_text(errors="replace")
        return [line for line in text.splitlines() if "-WARNING" in line or "-CRITICAL" in line]

    # Looking

    def _root(self):
        import gi

        gi.require_version("Atspi", "2.0")
        from gi.repository import Atspi, GLib

        context = GLib.MainContext.default()
        while context.iteration(False):
            pass
        desktop = Atspi.get_desktop(0)
        for index in range(desktop.get_child_count()):
            child = desktop.get_child_at_index(index)
            if child is not None and child.get_process_id() == self.process.pid:
                child.set_cache_mask(Atspi.Cache.NONE)  # GTK 4.8 does not tell of every change
                return child
        return None

    def everything(self):
        """Every accessible that is not hidden. GTK 4.8 also names what lies on another page of a
        stack, and gives what has no name the name of its class."""
        root = self._root()
        from gi.repository import Atspi, GLib

        def walk(node):
            try:
                if not node.get_state_set().contains(Atspi.StateType.VISIBLE):
                    return
                yield node
                children = [node.get_child_at_index(i) for i in range(node.get_child_count())]
            except GLib.Error:
                return  # gone while we looked
            for child in children:
                if child is not None:
                    yield from walk(child)

        for index in range(root.get_child_count() if root is not None else 0):
            window = root.get_child_at_index(index)
            if window is not None:
                yield from walk(window)

    def names(self, role):
        """The names of everything with this role that shows."""
        return [node.get_name() for node in self.everything() if node.get_role_name() == role]

    def find(self, role, name):
        """What has this role and a name that begins so, or None."""
        for node in self.everything():
            if node.get_role_name() == role and (node.get_name() or "").startswith(name):
                return node
        return None

    def messages(self):
        """The thread as a screen reader reads it, from top to bottom."""
        thread = self.find("list", "Messages")
        if thread is None:
            return []
        rows = [thread.get_child_at_index(i) for i in range(thread.get_child_count())]
        return [row.get_name() for row in rows if row is not None and row.get_name()]

    def right_edge(self, node):
        """Where it ends, in pixels from the window's left edge."""
        from gi.repository import Atspi

        area = node.get_extents(Atspi.CoordType.WINDOW)
        return area.x + area.width

    def focused(self):
        from gi.repository import Atspi

        for node in self.everything():
            if node.get_state_set().contains(Atspi.StateType.FOCUSED):
                return node.get_name()
        return None

    # Waiting

    def wait(self, predicate, what, timeout=20):
        def describe():
            rows = self.messages()
            labels = self.names("label")
            said = self.log.read_text(errors="replace")[-2000:]
            return f"{what}; the thread: {rows}; labels: {labels}; log: {said}"

        return wait_until(predicate, timeout, describe)

    def wait_message(self, part, timeout=20):
        self.wait(
            lambda: any(part in row for row in self.messages()), f"the message {part!r}", timeout
        )

    def shows(self, part):
        """Whether some text holds this part; alerts are texts too."""
        return any(part in (node.get_name() or "") for node in self.everything())

    def wait_text(self, part, timeout=20):
        self.wait(lambda: self.shows(part), repr(part), timeout)

    # Doing

    def activate(self, role, name):
        """Presses the button or menu entry of this name."""
        node = self.wait(lambda: self.find(role, name), f"the {role} {name!r}")
        assert node.get_action_iface() is not None, f"{name!r} cannot be pressed"
        node.do_action(0)

    def composer(self):
        return self.find("text", "Reply") or self.find("text", "Internal note")

    def compose(self, text):
        """Types into the composer, key by key, as the app announces typing by keys."""
        node = self.wait(self.composer, "the composer")
        node.set_text_contents(text)

    def composed(self):
        """What stands in the composer."""
        node = self.composer()
        return node.get_text(0, node.get_character_count()) if node is not None else None

    def send(self, text):
        self.compose(text)
        self.screen.press("ctrl+Return")
