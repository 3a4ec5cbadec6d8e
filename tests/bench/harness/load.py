# SPDX-License-Identifier: AGPL-3.0-or-later
"""Calls deskbell-load, the client in load/."""

import json
import subprocess
import tempfile
from pathlib import Path

from support.server import BUILD


def run(server, scenario, *, customers=(), agents=(), idle=(), **options):
    """Runs one scenario and returns its figures. Options are those of `deskbell-load --help`."""
    port = server.url.rpartition(":")[2]
    with tempfile.TemporaryDirectory() as folder:
        files = {
            "customers": [f"{customer.token} {customer.ticket}" for customer in customers],
            "agents": agents,
            "idle": idle,
        }
        command = [BUILD / "tests/bench/deskbell-load", scenario, f"--port={port}"]
        for name, lines in files.items():
            if lines:
                path = Path(folder) / name
                path.write_text("\n".join(lines))
                command.append(f"--{name}={path}")
        command += [f"--{name.replace('_', '-')}={value}" for name, value in options.items()]
        done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{scenario}: {done.stderr.strip()}")
    return json.loads(done.stdout)
