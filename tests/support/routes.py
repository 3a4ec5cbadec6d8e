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
    def is_for_staff(self):
        return bool({"staff", "admin"} & set(self.permissions))


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
