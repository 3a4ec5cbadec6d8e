# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a screen reader sees of a program: objects with names, roles and states, over the
accessibility bus. GTK tells of all its objects in one answer (Cache.GetItems); asking each of them
apart takes seconds under the sanitizers."""

from functools import cache

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, Gio, GLib

ANSWER_MS = 60_000
ACCESSIBLE = "org.a11y.atspi.Accessible"
ROOT = "/org/a11y/atspi/accessible/root"


def connect(address):
    """A connection to the bus at this address."""
    flags = Gio.DBusConnectionFlags
    return Gio.DBusConnection.new_for_address_sync(
        address, flags.AUTHENTICATION_CLIENT | flags.MESSAGE_BUS_CONNECTION, None, None
    )


def call(bus, owner, path, interface, method, arguments=None):
    """What the method returns, as Python values."""
    flags = Gio.DBusCallFlags.NONE
    return bus.call_sync(
        owner, path, interface, method, arguments, None, flags, ANSWER_MS, None
    ).unpack()


def open_bus(session_address):
    """The accessibility bus of a session; it starts when the first one asks for it."""
    session = connect(session_address)
    (address,) = call(session, "org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress")
    return connect(address)


@cache
def name_of_role(number):
    return Atspi.role_get_name(Atspi.Role(number))


class Node:
    """One object, as it was when the program was looked at."""

    def __init__(self, bus, item):
        self.bus = bus
        (self.owner, self.path), _, (_, self.parent), self.index, self.child_count = item[:5]
        self.name = item[6]
        self.role = name_of_role(item[7])
        self.states = item[9][0] | item[9][1] << 32
        self.children = []

    def has(self, state):
        """has("focused") and so on; the states are those of AT-SPI."""
        return bool(self.states >> int(getattr(Atspi.StateType, state.upper())) & 1)

    def call(self, interface, method, arguments=None):
        interface = f"org.a11y.atspi.{interface}"
        return call(self.bus, self.owner, self.path, interface, method, arguments)

    def child_paths(self):
        """The paths of its children now; none when it is gone meanwhile."""
        try:
            return [path for _, path in self.call("Accessible", "GetChildren")[0]]
        except GLib.Error:
            return []

    def press(self):
        """Does what a click does."""
        self.call("Action", "DoAction", GLib.Variant("(i)", (0,)))

    def write(self, text):
        """Replaces the text of an entry."""
        self.call("EditableText", "SetTextContents", GLib.Variant("(s)", (text,)))

    @property
    def text(self):
        """What stands in an entry."""
        asked = GLib.Variant("(ss)", ("org.a11y.atspi.Text", "CharacterCount"))
        properties = "org.freedesktop.DBus.Properties"
        (count,) = call(self.bus, self.owner, self.path, properties, "Get", asked)
        return self.call("Text", "GetText", GLib.Variant("(ii)", (0, count)))[0]

    def _extents(self):
        coordinates = GLib.Variant("(u)", (int(Atspi.CoordType.WINDOW),))
        return self.call("Component", "GetExtents", coordinates)[0]

    @property
    def right(self):
        """Where it ends, in pixels from the window's left edge; of a window its width."""
        x, _, width, _ = self._extents()
        return x + width

    @property
    def center(self):
        """In pixels from the window's corner."""
        x, y, width, height = self._extents()
        return x + width // 2, y + height // 2


class Program:
    """A running program on the bus."""

    def __init__(self, bus, pid):
        self.bus = bus
        self.pid = pid
        self.owner = None  # its name on the bus, once it is there

    def _find_owner(self):
        daemon = ("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus")
        registry = ("org.a11y.atspi.Registry", ROOT, ACCESSIBLE)
        for owner, _ in call(self.bus, *registry, "GetChildren")[0]:
            name = GLib.Variant("(s)", (owner,))
            if call(self.bus, *daemon, "GetConnectionUnixProcessID", name)[0] == self.pid:
                return owner
        return None

    def _read(self):
        """{path: Node} of every object that GTK has made known, with its known children."""
        everything = ("/org/a11y/atspi/cache", "org.a11y.atspi.Cache", "GetItems")
        nodes = [Node(self.bus, item) for item in call(self.bus, self.owner, *everything)[0]]
        by_path = {node.path: node for node in nodes}
        for node in sorted(nodes, key=lambda node: node.index):
            if node.parent in by_path:
                by_path[node.parent].children.append(node)
        return by_path

    def _settle(self, node, by_path, unknown):
        """Yields the object and what is in it. GTK makes an object known when somebody asks its
        parent, and forgets it late: where the numbers differ, the parent has the last word."""
        if node.path == ROOT or node.child_count != len(node.children):
            paths = node.child_paths()
            unknown.update(path for path in paths if path not in by_path)
            node.children = [by_path[path] for path in paths if path in by_path]
        yield node
        for child in node.children:
            if child.has("visible"):
                yield from self._settle(child, by_path, unknown)

    def _look(self):
        before = None
        while True:
            by_path, unknown = self._read(), set()
            nodes = list(self._settle(by_path[ROOT], by_path, unknown))[1:]
            if not unknown or unknown == before:
                return nodes
            before = unknown

    def look(self):
        """Every Node that is not hidden, from top to bottom; none while the program starts or
        ends. GTK 4.8 also names what lies on another page of a stack, and gives what has no name
        the name of its class."""
        try:
            self.owner = self.owner or self._find_owner()
            return self._look() if self.owner else []
        except GLib.Error:
            return []
