# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rules of taste that a pattern can keep: SPDX lines, no goto, no hidden state, no dead code."""

import re

from source import Finding, code_only, comments, find, line_of, read, top_level

WITH_SPDX = ["*.c", "*.h", "*.js", "*.css", "*.sql", "*.py", "*.ui", "*.html", "meson.build"]
FORBIDDEN = {
    r"\bgoto\b": "no goto",
    r"\bg_object_(set|get)_q?data\b": "no g_object_set_data: give it a struct",
    r"^[ \t]+static (?!const\b|[\w ]+\*\s*const\b|gsize\b)": "no mutable state in a function",
}
MARK = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
DEAD_CODE = re.compile(r"^[\w\s>.*&\[\]-]+(\([^.]*\)|=[^.]*);$|^(if|for|while) \(.*\)( \{)?$")
MACRO = re.compile(r"^#define \w+\([^)]*\)((?:[^\n]*\\\n)*[^\n]*)", re.M)

# GObject's own idiom: filled once in class_init, in the apps only.
CLASS_TABLES = re.compile(r"static (GParamSpec \*properties|guint signals)\[\w+\]$")
# Keys and locks rather than values: what they guard is per thread, or made once.
KEYS = re.compile(r"static (GPrivate|GOnce|GMutex|_Thread_local)\b")


def is_mutable_variable(statement):
    declaration, is_assigned, _ = statement.partition("=")
    declaration = declaration.strip()
    if re.match(r"(typedef|extern)\b", declaration) or CLASS_TABLES.match(declaration):
        return False
    if KEYS.match(declaration) or re.match(r"^(struct|enum|union) \w+$", declaration):
        return False
    if "(" in declaration and not re.search(r"\(\s*\*", declaration):
        return False
    if not re.search(r"\w[\w\s*]*[\s*]\w+(\[.*\])?\s*$", declaration):
        return False
    return "const" not in declaration.rpartition("*")[2].split()


def check_c(root, path, text):
    code = code_only(text)
    for pattern, rule in FORBIDDEN.items():
        for found in re.finditer(pattern, code, re.M):
            yield Finding(path, line_of(code, found.start()), rule)
    for line, statement in top_level(text):
        if is_mutable_variable(statement):
            yield Finding(path, line, f"no mutable globals: {statement[:50]}")
    for found in MACRO.finditer(code):
        if re.search(r"\bdo\b|\breturn\b|;", found[1]):
            yield Finding(path, line_of(code, found.start()), "no statement macros")
    for line, comment in comments(text):
        if DEAD_CODE.match(comment):
            yield Finding(path, line, "no commented-out code")


def check(root):
    for path in find(root, *WITH_SPDX):
        text = read(root, path)
        head = text.split("\n", 3)[: 3 if path.suffix in {".ui", ".html", ".py"} else 1]
        if text.strip() and not any("SPDX-License-Identifier: " in line for line in head):
            yield Finding(path, 1, "the first line names the licence (SPDX-License-Identifier)")
        for number, line in enumerate(text.splitlines(), 1):
            if MARK.search(line) and path.parts[:2] != ("tests", "checks"):
                yield Finding(path, number, "no marks: do it, or write an issue")
        if path.suffix in {".c", ".h"}:
            yield from check_c(root, path, text)
