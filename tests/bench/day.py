# SPDX-License-Identifier: AGPL-3.0-or-later
"""A day of five agents and six hundred customers, with the real server and on a clock that leaps
(harness/hurried.py): what waits over night, an opening, two bursts, lunches, an agent who vanishes
with everything open, a server that is killed, and a closing. Who waited how long by class, how busy
the agents were, and that nobody was forgotten, passed over, or given to somebody who was full."""

from datetime import datetime, timedelta, timezone
from statistics import median

from harness.crowd import HOUR_S, TOTAL, make_crowd
from harness.hurried import open_hurried_shop
from harness.report import Report, percentile
from harness.shift import Shift

AGENTS, PLACES = 5, 4
SEED = 600
HOURS = [f"{day} 09:00-17:00" for day in range(1, 8)]
BEGINS_H, OPENS_H, CLOSES_H, DIES_H, VANISHES_H = 5, 9, 17, 13, 15
GROUPS = ["urgent", "vip", "high", "normal", "low"]


def plan(shift):
    """Everything but the customers."""
    shift.at(OPENS_H * HOUR_S, shift.open_or_close, True)
    for number, agent in enumerate(shift.desk.agents):
        # Two are there early, two are on time, one is late; they go to lunch one after the other.
        shift.at((8.9 + 0.1 * number) * HOUR_S, shift.begin_work, agent)
        lunch = 11.5 + 0.5 * number
        shift.at(lunch * HOUR_S, shift.choose, agent, "away")
        shift.at((lunch + 0.5) * HOUR_S, shift.choose, agent, "online")
    shift.at((DIES_H + 0.1) * HOUR_S, shift.restart)
    shift.at(VANISHES_H * HOUR_S, shift.vanish, shift.desk.agents[1])
    shift.at((VANISHES_H + 0.5) * HOUR_S, shift.begin_work, shift.desk.agents[1])
    shift.at(CLOSES_H * HOUR_S, shift.open_or_close, False)
    # Who could not be helped any more keeps their place over night.
    shift.at((24 + OPENS_H) * HOUR_S, shift.open_or_close, True)


def run_day():
    midnight = datetime.now(timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0)
    midnight += timedelta(days=1)
    with open_hurried_shop(midnight + timedelta(hours=BEGINS_H)) as server:
        shift = Shift(server, make_crowd(SEED), midnight.timestamp(), AGENTS, PLACES)
        admin = server.login("admin@example.com")
        path = f"/departments/{shift.desk.department}/hours"
        admin.put(path, {"time_zone": "UTC", "week": HOURS}, status=200)
        plan(shift)
        try:
            shift.run()
        finally:
            shift.close()
        return shift


def waits_by_group(shift):
    """Seconds until somebody had them for the first time, of those who came while it was open."""
    groups = {name: [] for name in GROUPS}
    seen = set()
    for ticket, seconds, given in shift.given:
        customer = shift.crowd[ticket]
        same_day = OPENS_H * HOUR_S <= customer.comes and given < CLOSES_H * HOUR_S
        if ticket not in seen and same_day:
            groups[customer.group].append(seconds)
        seen.add(ticket)
    return groups


def measure():
    shift = run_day()
    report = Report("day")
    for name, waits in waits_by_group(shift).items():
        report.note(f"wait_{name}_median_min", [median(waits) / 60])
        report.note(f"wait_{name}_p90_min", [percentile(waits, 90) / 60])
    report.note("customers", [len(shift.crowd)])
    report.note("gave_up", [len(shift.gave_up)])
    report.note("handed_over", [len(shift.given)])
    report.note("utilisation", [shift.busy_s / shift.staffed_s])
    report.none("capacity_violations", shift.wrong_loads)
    report.none("order_violations", shift.passed_over)
    ended = len(shift.served) + len(shift.gave_up)
    report.none("lost", shift.left + abs(TOTAL - ended))
    return report
