# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the checks share: finding files, and C with its comments and strings blanked out, so that a
rule about code never trips over a sentence."""

import re
from dataclasses import dataclass
from pathlib import Path

OURS = ["server", "client", "agent-app", "admin-app", "tests", "data", "po"]
OUTSIDE = {"node_modules", "__pycache__"}

TOKEN = re.compile(
    r"""(?P<comment>/\*.*?\*/|//[^\n]*)|(?P<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')""",
    re.DOTALL,
)
PREPROCESSOR = re.compile(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", re.M)
MACRO_CALL = re.compile(r"^[A-Z][A-Z0-9_]+(?: \([^;{]*?\))?;?$", re.M)


@dataclass(frozen=True)
class Finding:
    """A place and the rule that it breaks."""

    path: Path
    line: int
    rule: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.rule}"


def find(root, *patterns):
    """Our files that match, relative to root, in order."""
    found = set()
    for folder in OURS:
        for pattern in patterns:
            for path in (root / folder).rglob(pattern):
                relative = path.relative_to(root)
                if path.is_file() and not OUTSIDE & set(relative.parts):
                    found.add(relative)
    return sorted(found)


def read(root, path):
    return (root / path).read_text(encoding="utf-8")


def _blank(text):
    return re.sub(r"[^\n]", " ", text)


def without_comments(text):
    """The same text, line by line and column by column, comments blank."""
    return TOKEN.sub(lambda m: _blank(m[0]) if m["comment"] else m[0], text)


def code_only(text):
    """As without_comments, and the inside of strings is blank too."""
    return TOKEN.sub(
        lambda m: _blank(m[0]) if m["comment"] else m[0][0] + _blank(m[0][1:-1]) + m[0][-1], text
    )


def comments(text):
    """(line, text) of every comment line, its decoration removed."""
    for token in TOKEN.finditer(text):
        if token["comment"]:
            first = line_of(text, token.start())
            for offset, line in enumerate(token[0].splitlines()):
                yield first + offset, line.strip().removeprefix("//").strip("/* \t")


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def functions(text):
    """(line of its opening brace, number of lines) of every C function: GNU style puts a body's
    braces, and nobody else's lone closing brace, into the first column."""
    start = None
    for number, line in enumerate(code_only(text).splitlines(), 1):
        if line == "{":
            start = number
        elif line.rstrip() == "}" and start:
            yield start, number - start + 1
            start = None


def top_level(text):
    """(line, statement) of everything at file scope that is neither preprocessor nor macro call,
    with what stands in braces left out."""
    code = code_only(text)
    for noise in (PREPROCESSOR, MACRO_CALL):
        code = noise.sub(lambda m: _blank(m[0]), code)
    depth, statement, start = 0, "", 0
    for position, character in enumerate(code):
        if character == "{":
            depth += 1
        elif character == "}":
            depth -= 1
            if depth == 0 and ("=" not in statement and "(" in statement):
                statement = ""
        elif depth == 0 and character == ";":
            yield line_of(code, start), " ".join(statement.split())
            statement = ""
        elif depth == 0:
            if not statement.strip():
                start = position
            statement += character
