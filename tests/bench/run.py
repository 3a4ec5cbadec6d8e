#!/usr/bin/python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Runs the named benches, or all: prints a table for each and writes build/bench/NAME.json.

A missed target is a finding, not a failure: the exit status only says whether all were measured.
"""

import importlib
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))  # the tests' own support

BENCHES = [
    "messages",
    "sockets",
    "list",
    "search",
    "polling",
    "idle",
    "queue",
    "day",
    "routing",
    "agent-app",
]
FILES = {"queue": "waiting"}  # queue.py would hide Python's own


def main(asked):
    """Each is a bench, or NAME:ARGUMENT for one that takes an argument."""
    names = [name.partition(":")[0] for name in asked]
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        sys.exit(f"no such bench: {', '.join(unknown)} (there are {', '.join(BENCHES)})")
    for one in asked or BENCHES:
        name, colon, argument = one.partition(":")
        module = importlib.import_module(FILES.get(name, name))
        report = module.measure(argument) if colon else module.measure()
        report.print()
        report.write()


if __name__ == "__main__":
    main(sys.argv[1:])
