# SPDX-License-Identifier: AGPL-3.0-or-later
"""Everything the server answers to, as it says itself."""

import json
import subprocess
from dataclasses import dataclass

from support.server import BINARY


@dataclass(frozen=True)
class Route:
    method: str
    path: str
    permissions: tuple

    @property
    def template(self):
        """The path as data/openapi.yaml writes it: the kind of an id is the server's matter."""
        return self.path.replace(":code}", "}")

    @property
    def is_for_staff(self):
        return bool({"staff", "admin"} & set(self.permissions))


DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def code_of(ticket):
    """The conversation_id of a ticket, as server/base/ids.c writes it."""
    digits = ""
    while ticket or len(digits) < 3:
        ticket, digit = divmod(ticket, 32)
        digits = DIGITS[digit] + digits
    return f"CONV-{digits}"


def _describe():
    said = subprocess.run([BINARY, "routes"], check=True, capture_output=True, text=True)
    return json.loads(said.stdout)


def list_routes():
    return [
        Route(one["method"], one["path"], tuple(one["permissions"]))
        for one in _describe()["routes"]
    ]


def list_frames():
    """The types of all frames of the live socket."""
    return [one["type"] for one in _describe()["frames"]]
