# SPDX-License-Identifier: AGPL-3.0-or-later
"""A named statement of the server as a script for pgbench, so that both run the very same SQL."""

import re
import tempfile
from contextlib import contextmanager

from support.statements import named


@contextmanager
def script(file, name):
    """A script that runs the statement with pgbench's variables p1, p2, … as $1, $2, …"""
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as target:
        target.write(re.sub(r"\$(\d+)", r":p\1", named(file, name)))
        target.flush()
        yield target.name
