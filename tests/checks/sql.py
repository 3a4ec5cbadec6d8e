# SPDX-License-Identifier: AGPL-3.0-or-later
"""SQL lives in .sql files: there every statement has a name and a comment, and C has none of it."""

import re

from source import TOKEN, Finding, find, line_of, read

STATEMENT = re.compile(
    r'^"\s*(SELECT\s|INSERT INTO\s|UPDATE \w+ SET|DELETE FROM\s|WITH \w+ AS|'
    r"(CREATE|ALTER|DROP) [A-Z]+\s)"
)


def check_named(path, text):
    """Pieces between `-- name:` lines: one statement and its comment each."""
    pieces = re.split(r"^-- name:[ \t]*(\w*)[^\n]*\n", text, flags=re.M)
    line = pieces[0].count("\n") + 1
    if re.search(r"^\s*[^-\s]", pieces[0], re.M):
        yield Finding(path, 1, "a statement without a name (-- name: …) above it")
    for name, body in zip(pieces[1::2], pieces[2::2]):
        if "$1" in body and not body.startswith("-- "):
            yield Finding(path, line, f"{name} has no comment (parameters, what no row means)")
        statements = re.sub(r"--[^\n]*|'(?:[^']|'')*'|\$\$.*?\$\$", "", body, flags=re.S)
        if statements.count(";") > 1:
            yield Finding(path, line, f"{name} is more than one statement")
        line += body.count("\n") + 1


def check(root):
    for path in find(root, "*.sql"):
        if path.parts[0] == "server" and "schema" not in path.parts and "demo" not in path.parts:
            yield from check_named(path, read(root, path))
    for path in find(root, "*.c", "*.h"):
        if path.parts[0] == "tests":
            continue
        text = read(root, path)
        for token in TOKEN.finditer(text):
            if token["string"] and STATEMENT.match(token["string"]):
                yield Finding(path, line_of(text, token.start()), "SQL belongs into a .sql file")
