#!/usr/bin/python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""run.py [CHECK…]: the rules of the house. Prints `file:line: rule` for whatever breaks one."""

import importlib
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CHECKS = ["layers", "sizes", "style", "sql", "documented", "translatable"]


def main(names):
    findings = [
        str(finding)
        for name in names or CHECKS
        for finding in importlib.import_module(name).check(ROOT)
    ]
    print(*findings, sep="\n", end="\n" if findings else "")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
