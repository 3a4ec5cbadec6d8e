# SPDX-License-Identifier: AGPL-3.0-or-later
"""Six hundred customers of a day: when they come, how urgent they are, how long an agent has to do
with them, and how long they wait before they give up. The same ones in every run."""

import random
from dataclasses import dataclass, field

HOUR_S = 3600

# Customers an hour from midnight on; the desk opens at nine.
BY_NIGHT = {6: 4, 7: 8, 8: 14}
BY_DAY = {9: 60, 10: 52, 11: 46, 12: 40, 13: 44, 14: 50, 15: 46, 16: 36}
BURSTS = [(10.5, 60, 8), (14.0, 50, 5)]  # hour, customers, within minutes
TOTAL = 600

PRIORITIES = {"low": 15, "normal": 55, "high": 20, "urgent": 10}
VIP_SHARE = 0.08
HANDLING_S = (6.45, 0.5)  # of the logarithm; a median of eleven minutes
PATIENCE_S = 75 * 60  # on average


@dataclass
class Customer:
    """Times are seconds since midnight, or of length."""

    comes: float
    priority: str
    is_vip: bool
    handling: float
    patience: float
    ticket: int = 0
    person: object = field(default=None, repr=False)

    @property
    def group(self):
        return "vip" if self.is_vip else self.priority


def _arrivals(dice):
    for hour, count in {**BY_NIGHT, **BY_DAY}.items():
        yield from ((hour + dice.random()) * HOUR_S for _ in range(count))
    for hour, count, minutes in BURSTS:
        yield from (hour * HOUR_S + dice.random() * minutes * 60 for _ in range(count))
    # The rest come when it suits them, before the last half hour.
    while True:
        yield dice.uniform(9, 16.5) * HOUR_S


def make_crowd(seed):
    dice = random.Random(seed)
    arrivals = _arrivals(dice)
    comes = sorted(next(arrivals) for _ in range(TOTAL))
    names, weights = list(PRIORITIES), list(PRIORITIES.values())
    return [
        Customer(
            comes=moment,
            priority=dice.choices(names, weights)[0],
            is_vip=dice.random() < VIP_SHARE,
            handling=dice.lognormvariate(*HANDLING_S),
            patience=dice.expovariate(1 / PATIENCE_S),
        )
        for moment in comes
    ]
