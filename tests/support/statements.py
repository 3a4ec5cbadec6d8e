# SPDX-License-Identifier: AGPL-3.0-or-later
"""The server's named statements, as its .sql files have them."""

import re

from support.server import ROOT


def named(file, name):
    """The text of a statement in one of the server's .sql files."""
    text = (ROOT / "server" / file).read_text()
    found = re.search(rf"^-- name: {name}\n(.*?)(?=^-- name: |\Z)", text, re.M | re.S)
    if not found:
        raise LookupError(f"server/{file} has no statement {name}")
    return found[1]
