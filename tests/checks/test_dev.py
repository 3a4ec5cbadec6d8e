# SPDX-License-Identifier: AGPL-3.0-or-later
"""What ./dev says to somebody who slips. Nothing is installed or built before that."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    "words, said",
    [
        (["run", "--port"], "--port needs a number, as in: ./dev run --port 8485"),
        (["run", "--port", "http"], "--port needs a number, as in: ./dev run --port 8485"),
        (["run", "--data"], "--data needs a folder, as in: ./dev run --data ~/shop"),
        (["run", "--quick"], "run does not know --quick"),
        (["fuzz", "jsn"], "tests/fuzz has no target jsn"),
        (["fuzz", "json", "long"], "fuzz needs a number of seconds, as in: ./dev fuzz json 60"),
    ],
)
def test_a_slip_is_said_in_one_line(words, said):
    ended = subprocess.run([ROOT / "dev", *words], capture_output=True, text=True)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == f"./dev: {said}\n"


def test_a_command_that_there_is_not_shows_those_that_there_are():
    ended = subprocess.run([ROOT / "dev", "tset"], capture_output=True, text=True)
    assert ended.returncode == 2
    assert "./dev test" in ended.stdout
