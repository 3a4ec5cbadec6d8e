# SPDX-License-Identifier: AGPL-3.0-or-later
"""Small files, small functions, lines that fit beside each other on a screen."""

import re

from source import Finding, find, functions, read

LINES = {".c": 600, ".h": 120, ".js": 400, ".py": 600, ".sql": 400}
COLUMNS = {".c": 100, ".h": 100, ".js": 100, ".py": 100, ".sql": 120}
FUNCTION_LINES = 80
README_LINES = 20

# An address, an SVG path or a line that is one text cannot be broken.
DATA = re.compile(r"""://|"M[\d .,a-zA-Z-]+"|^\s*'[^']+'\W*$""")


def check(root):
    for path in find(root, *(f"*{suffix}" for suffix in LINES)):
        lines = read(root, path).splitlines()
        limit = LINES[path.suffix]
        if len(lines) > limit:
            yield Finding(path, limit + 1, f"{len(lines)} lines, at most {limit}")
        for number, line in enumerate(lines, 1):
            if len(line) > COLUMNS[path.suffix] and not DATA.search(line):
                rule = f"{len(line)} columns, at most {COLUMNS[path.suffix]}"
                yield Finding(path, number, rule)
    for path in find(root, "*.c"):
        for start, length in functions(read(root, path)):
            if length > FUNCTION_LINES:
                rule = f"a function of {length} lines, at most {FUNCTION_LINES}"
                yield Finding(path, start, rule)
    for path in find(root, "README.md"):
        length = len(read(root, path).splitlines())
        if path.parts[0] == "server" and length > README_LINES:
            yield Finding(path, README_LINES + 1, f"{length} lines, at most {README_LINES}")
