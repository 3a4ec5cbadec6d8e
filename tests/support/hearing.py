# SPDX-License-Identifier: AGPL-3.0-or-later
"""Proving that something is not heard, without waiting for nothing."""

import itertools
import json

_positions = itertools.count(1000)


def tell_everybody(admin, *sockets):
    """Something that everybody hears: what came before it was heard, or never will be."""
    position = next(_positions)
    category = admin.get("/categories", status=200)["categories"][0]["id"]
    admin.patch(f"/categories/{category}", {"position": position}, status=200)
    for socket in sockets:
        socket.expect("category.changed", lambda f: f["data"]["category"]["position"] == position)


def heard_of(socket, ticket, since=0):
    """The kinds of what was heard of a ticket, after so many frames."""
    return [
        frame.get("kind", frame["type"])
        for frame in socket.frames[since:]
        if f": {ticket}" in json.dumps(frame)
    ]
