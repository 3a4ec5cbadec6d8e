# SPDX-License-Identifier: AGPL-3.0-or-later
"""The references: pgbench against the very PostgreSQL that the server uses, in the same run."""

import os
import re
import subprocess
import tempfile
from pathlib import Path

# Debian keeps it off the PATH, in a folder for each version; any version measures any server.
PGBENCH = max(Path("/usr/lib/postgresql").glob("*/bin/pgbench"), default="pgbench")
CLIENTS = 16

# As the server's own sessions have it, see server/db/db.c.
SESSION = "-c timezone=UTC -c jit=off -c plan_cache_mode=force_generic_plan -c enable_seqscan=off"


def _run(server, script, variables, seconds, *options):
    definitions = [f"--define={name}={value}" for name, value in variables.items()]
    done = subprocess.run(
        [
            PGBENCH,
            "-n",
            "-M",
            "prepared",
            "-c",
            str(CLIENTS),
            "-j",
            "2",
            "-T",
            str(seconds),
            "-f",
            script,
            *definitions,
            *options,
            server.database_url,
        ],
        capture_output=True,
        text=True,
        env={**os.environ, "PGOPTIONS": SESSION},
    )
    failed = re.search(r"number of failed transactions: (\d+)", done.stdout)
    if done.returncode != 0 or (failed and int(failed[1]) > 0):
        raise RuntimeError(f"pgbench: {done.stderr.strip()[-2000:]} {done.stdout[-500:]}")
    return done.stdout


def per_second(server, script, variables, seconds):
    """Transactions a second with 16 clients."""
    output = _run(server, script, variables, seconds)
    return float(re.search(r"tps = ([\d.]+)", output)[1])


def percentile_at_rate(server, script, variables, seconds, rate, percent):
    """Milliseconds that so many percent of the transactions take when they come at a fixed rate."""
    with tempfile.TemporaryDirectory() as folder:
        _run(
            server, script, variables, seconds, f"--rate={rate}", "-l", f"--log-prefix={folder}/log"
        )
        times = sorted(
            int(line.split()[2])
            for log in Path(folder).iterdir()
            for line in log.read_text().splitlines()
        )
    return times[min(len(times) - 1, len(times) * percent // 100)] / 1000
