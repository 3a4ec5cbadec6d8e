# SPDX-License-Identifier: AGPL-3.0-or-later
"""Headers explain themselves: whatever can fail or hands over memory has a comment above its
paragraph of prototypes; every domain has a README; every setting stands in docs/settings.md; every
file that docs/security.md calls to witness is there."""

import re

from layers import DOMAINS
from source import Finding, code_only, find, line_of, read

PROTOTYPE = re.compile(r"^(?!typedef|G_|static)(?P<type>\w[\w ]*[ *]+)(?P<name>\w+) \([^;]*;", re.M)
VARIABLE = re.compile(r'"(DESKBELL_[A-Z0-9_]+)"')
NAMED_FILE = re.compile(r"`((?:tests|server|data|docs)/[\w./-]+\.\w+)`")
SPEAKS_FOR_ITSELF = re.compile(r"_(new|ref|quark)$|_get_\w+$")


def paragraphs(text):
    """(line, lines) of what stands between blank lines."""
    start, lines = 1, []
    for number, line in enumerate([*text.splitlines(), ""], 1):
        if line.strip():
            lines.append(line)
        elif lines:
            yield start, lines
            lines = []
        if not lines:
            start = number + 1


def needs_comment(prototype, is_said_once):
    """The head of a file may say for all of it who owns what comes back."""
    hands_over = "*" in prototype["type"] and "const" not in prototype["type"]
    is_plain = is_said_once or SPEAKS_FOR_ITSELF.search(prototype["name"])
    return "GError **" in prototype[0] or (hands_over and not is_plain)


def undocumented_settings(root):
    guide = root / "docs" / "settings.md"
    said = guide.read_text(encoding="utf-8") if guide.exists() else ""
    for path in find(root, "config.c"):
        text = read(root, path)
        for variable in VARIABLE.finditer(text):
            if f"`{variable[1]}`" not in said:
                line = line_of(text, variable.start())
                yield Finding(path, line, f"{variable[1]} is not in docs/settings.md")


def missing_witnesses(root):
    path = root / "docs" / "security.md"
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    for named in NAMED_FILE.finditer(text):
        if not (root / named[1]).exists():
            line = line_of(text, named.start())
            yield Finding(path.relative_to(root), line, f"{named[1]} is not there")


def check(root):
    yield from undocumented_settings(root)
    yield from missing_witnesses(root)
    for path in find(root, "*.h"):
        text = read(root, path)
        is_said_once = "(transfer " in text.partition("*/")[0]
        for start, lines in paragraphs(text):
            if lines[0].startswith("/*"):
                continue
            paragraph = code_only("\n".join(lines))
            for found in PROTOTYPE.finditer(paragraph):
                if not needs_comment(found, is_said_once):
                    continue
                line = start + line_of(paragraph, found.start()) - 1
                yield Finding(path, line, f"{found['name']} needs a comment: errors, ownership")
    for room in sorted(DOMAINS):
        folder = root / "server" / room
        if any(folder.glob("*.c")) and not (folder / "README.md").exists():
            yield Finding((folder / "README.md").relative_to(root), 1, "every domain has a README")
