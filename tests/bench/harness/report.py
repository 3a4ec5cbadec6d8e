# SPDX-License-Identifier: AGPL-3.0-or-later
"""Figures become medians, medians become ratios, ratios pass or fail."""

import json
from dataclasses import dataclass
from statistics import median

from support.server import BUILD


def interleave(rounds, *parts):
    """Calls every part in turn, round after round, so that a noisy minute hits them all alike.
    Returns a list of results for each part."""
    results = [[] for _ in parts]
    for _ in range(rounds):
        for part, result in zip(parts, results):
            result.append(part())
    return results


def column(results, name):
    """One figure out of each of the results."""
    return [result[name] for result in results]


def percentile(figures, percent):
    """The figure that so many percent of all do not exceed."""
    ordered = sorted(figures)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


@dataclass
class _Row:
    name: str
    figure: float
    reference: float | None = None
    ratio: float | None = None
    target: str = ""
    ok: bool | None = None


class Report:
    """The outcome of one bench."""

    def __init__(self, name):
        self.name = name
        self.rows = []

    def note(self, name, figures):
        """A figure with no target."""
        self.rows.append(_Row(name, median(figures)))

    def compare(self, name, figures, references):
        """A figure with a reference and no target."""
        self._compare(name, figures, references, "", lambda ratio: None)

    def at_least(self, name, figures, references, least):
        """The figure must be at least so many times the reference."""
        self._compare(name, figures, references, f">= {least}", lambda ratio: ratio >= least)

    def at_most(self, name, figures, references, most):
        """The figure must be at most so many times the reference."""
        self._compare(name, figures, references, f"<= {most}", lambda ratio: ratio <= most)

    def within(self, name, figures, budget):
        """The figure must not exceed a budget in its own unit."""
        self._compare(name, figures, [budget], "<= 1", lambda ratio: ratio <= 1)

    def none(self, name, found):
        """There must be nothing of that kind."""
        self.rows.append(_Row(name, found, target="= 0", ok=found == 0))

    def _compare(self, name, figures, references, target, passes):
        figure, reference = median(figures), median(references)
        ratio = figure / reference
        self.rows.append(_Row(name, figure, reference, ratio, target, passes(ratio)))

    @property
    def passed(self):
        return all(row.ok is not False for row in self.rows)

    def print(self):
        print(f"\n{self.name:<34}{'figure':>12}{'reference':>12}{'ratio':>8}  target")
        for row in self.rows:
            reference = "" if row.reference is None else f"{row.reference:,.2f}"
            ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
            verdict = {None: "", True: "  ok", False: "  MISSED"}[row.ok]
            print(
                f"  {row.name:<32}{row.figure:>12,.2f}{reference:>12}{ratio:>8}  "
                f"{row.target}{verdict}"
            )

    def write(self):
        compared = [row for row in self.rows if row.ratio is not None]
        folder = BUILD / "bench"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{self.name}.json").write_text(
            json.dumps(
                {
                    "name": self.name,
                    "figures": {row.name: round(row.figure, 3) for row in self.rows},
                    "reference": {row.name: round(row.reference, 3) for row in compared},
                    "ratios": {row.name: round(row.ratio, 3) for row in compared},
                    "pass": self.passed,
                },
                indent=2,
            )
            + "\n"
        )
