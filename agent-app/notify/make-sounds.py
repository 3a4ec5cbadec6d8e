# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writes the app's sounds into a folder: short bells made of sines, so that no recording has to be
licensed or kept."""

import math
import struct
import sys
import wave
from pathlib import Path

RATE = 22050
PARTIALS = [(1, 1.0), (2, 0.35), (3, 0.12)]
SOUNDS = {
    "message": [(0, 740)],
    "offer": [(0, 587), (0.16, 784)],
}


def strike(samples, start, pitch, seconds=0.5):
    """Adds one bell: partials that fade, the higher ones sooner, after a soft beginning."""
    for n in range(int(seconds * RATE)):
        time = n / RATE
        value = sum(
            loud * math.sin(2 * math.pi * pitch * factor * time) * math.exp(-9 * factor * time)
            for factor, loud in PARTIALS
        )
        samples[int(start * RATE) + n] += value * min(1, time / 0.005)


def write(path, strikes):
    samples = [0.0] * int((max(start for start, _ in strikes) + 0.5) * RATE)
    for start, pitch in strikes:
        strike(samples, start, pitch)
    peak = max(map(abs, samples))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(b"".join(struct.pack("<h", int(s / peak * 11000)) for s in samples))


for name, strikes in SOUNDS.items():
    write(Path(sys.argv[1]) / f"{name}.wav", strikes)
