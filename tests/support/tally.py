#!/usr/bin/python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""tally.py BROKEN REPORT…: adds up JUnit reports of several test runners, prints one last line.
BROKEN is 1 when a runner ended badly. If no report says why, or no test ran at all, that counts as
one failure."""

import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path


def count(path):
    """(passed, failed) of one report; a runner without tests writes none."""
    passed = failed = 0
    if Path(path).exists():
        for case in ElementTree.parse(path).iter("testcase"):
            kinds = {child.tag for child in case}
            failed += bool(kinds & {"failure", "error"})
            passed += not kinds & {"failure", "error", "skipped"}
    return passed, failed


def main(broken, paths):
    counts = [count(path) for path in paths]
    passed = sum(one for one, _ in counts)
    failed = sum(other for _, other in counts)
    if not failed and (broken or not passed):
        failed = 1
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] == "1", sys.argv[2:]))
