#!/usr/bin/python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Runs the named benches, or all: prints a table for each and writes build/bench/NAME.json.

A missed target is a finding, not a failure: the exit status only says whether all were measured.
"""

import importlib
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))  # the tests' own support

BENCHES = ["messages", "sockets", "list", "search", "polling", "idle", "agent-app", "day"]


def main(names):
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        sys.exit(f"no such bench: {', '.join(unknown)} (there are {', '.join(BENCHES)})")
    for name in names or BENCHES:
        report = importlib.import_module(name).measure()
        report.print()
        report.write()


if __name__ == "__main__":
    main(sys.argv[1:])
