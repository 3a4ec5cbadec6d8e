# SPDX-License-Identifier: AGPL-3.0-or-later
"""The memory of a server that nobody uses."""

import time

from harness.report import Report
from harness.shop import open_shop, sign_in_agents

SETTLE_SECONDS = 5
BUDGET_MIB = 40


def measure():
    report = Report("idle")
    with open_shop() as server:
        # The first sign-in takes the memory that every later one uses again.
        sign_in_agents(server)
        time.sleep(SETTLE_SECONDS)
        resident = server.resident_bytes()

    report.within("resident_mib", [resident / 2**20], BUDGET_MIB)
    return report
