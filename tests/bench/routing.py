# SPDX-License-Identifier: AGPL-3.0-or-later
"""Learning from labelled texts which is for whom: how right it is, how long it takes, and whether
kinds of requests that it has never seen are rather refused than guessed.

`./dev bench routing:FOLDER` reads NAME-train.csv, NAME-test.csv and, where there is one,
NAME-unseen.csv there, each with the columns text,label. Large sets are not part of the repository;
the sample in texts/ shows that it works.
"""

import subprocess
import tempfile
from pathlib import Path

from harness.report import Report
from support.server import BINARY

SAMPLE = Path(__file__).parent / "texts"
# Of the sets that the targets are about: 77 intents of a bank, and 8 departments of an IT desk.
ACCURACY = {"banking77": 0.88, "it-tickets": 0.86}
TRAINING_S = 60
TEXT_MS = 1
REFUSED = 0.5


def run(command, file, model):
    """The figures that a command prints."""
    done = subprocess.run(
        [BINARY, command, file, "--model", model], capture_output=True, text=True, check=True
    )
    return dict(line.split(" ", 1) for line in done.stdout.splitlines())


def measure_set(report, folder, name):
    with tempfile.TemporaryDirectory() as place:
        model = Path(place) / "model"
        trained = run("train-routing", folder / f"{name}-train.csv", model)
        tested = run("evaluate-routing", folder / f"{name}-test.csv", model)
        unseen = folder / f"{name}-unseen.csv"
        refused = run("evaluate-routing", unseen, model) if unseen.exists() else None
    if name in ACCURACY:
        report.at_least(f"{name}_accuracy", [float(tested["accuracy"])], [ACCURACY[name]], 1)
    else:
        report.note(f"{name}_accuracy", [float(tested["accuracy"])])
    for figure in ("macro_f1", "coverage", "accuracy_covered"):
        report.note(f"{name}_{figure}", [float(tested[figure])])
    # It computes and nothing else, so on a machine of its own that is as long as it takes.
    report.within(f"{name}_training_s", [float(trained["processor_seconds"])], TRAINING_S)
    report.within(f"{name}_text_ms", [float(tested["milliseconds_a_text"])], TEXT_MS)
    if refused:
        share = float(refused["unseen_refused"])
        report.at_least(f"{name}_unseen_refused", [share], [REFUSED], 1)


def measure(folder=SAMPLE):
    report = Report("routing")
    folder = Path(folder)
    names = sorted(file.name.removesuffix("-train.csv") for file in folder.glob("*-train.csv"))
    if not names:
        raise SystemExit(f"{folder}: there is no NAME-train.csv")
    for name in names:
        measure_set(report, folder, name)
    return report
