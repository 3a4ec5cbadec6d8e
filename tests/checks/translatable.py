# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every text that people see goes through gettext, and every file with such texts is listed in
po/POTFILES.in."""

import re

from source import Finding, find, line_of, read, without_comments

UI_TEXT = re.compile(
    r'<property name="(?:label|title|subtitle|tooltip-text|placeholder-text|description|'
    r'menu-name|heading|body)"(?P<options>[^>]*)>(?P<text>[^<]*[^\W\d_][^<]*)</property>'
)
JS_STRING = r'(?:"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`)'
JS_ATTRIBUTE = re.compile(
    rf'["\']?(?:aria-label|title|placeholder|alt|textContent)["\']?\s*[:=]\s*(?P<text>{JS_STRING})'
)
JS_SENTENCE = re.compile(r'(?P<before>[\w.]*\(?\s*)(?P<text>"[A-Z][a-z]*,? [^"\n]*[a-z][^"\n]*")')
C_MESSAGE = re.compile(r'problem_(?:set|add_field) \([^;"]*?(?P<text>"[^"]*"[^;]*)\);')
CUT_SHORT = re.compile(r'\b(?:N?_|ngettext) \((?:\s*"[^"]*"|\s*PRI\w+)*\s*"[^"]*"\s*G_\w+')
MARKED = re.compile(r"\b(?:N?_|ngettext|g_dngettext|C_|NC_) ?\(")
JS_CALLS = ("_(", "ngettext(", "Error(")


def check_ui(path, text):
    for found in UI_TEXT.finditer(text):
        if 'translatable="yes"' not in found["options"] and found["text"] != "Deskbell":
            yield Finding(path, line_of(text, found.start()), f"not translatable: {found['text']}")


def check_js(path, text):
    code = without_comments(text)
    for found in JS_ATTRIBUTE.finditer(code):
        if re.search(r"[^\W\d_]{2}", found["text"]):
            yield Finding(path, line_of(code, found.start()), f"outside _(): {found['text']}")
    for found in JS_SENTENCE.finditer(code):
        before = code[: found.start("text")].rstrip()
        argument = before.removesuffix(",").rstrip()
        in_plural = re.search(r'ngettext\(\s*"[^"]*"$', argument)
        if not before.endswith(JS_CALLS) and not in_plural:
            yield Finding(path, line_of(code, found.start("text")), f"outside _(): {found['text']}")


def check_c(path, text):
    code = without_comments(text)
    for found in C_MESSAGE.finditer(code):
        sentence = re.search(r'"[A-Z][^"]* [^"]*"', found[0])
        if sentence and not MARKED.search(found[0]):
            yield Finding(path, line_of(code, found.start()), f"outside _(): {sentence[0]}")


def check_whole(path, text):
    """xgettext knows the macros of inttypes.h and no others."""
    for found in CUT_SHORT.finditer(text):
        yield Finding(path, line_of(text, found.start()), "xgettext cuts the text at the macro")


def check(root):
    listing = root / "po" / "POTFILES.in"
    listed = set(listing.read_text().split("\n")) if listing.exists() else set()
    for path in find(root, "*.ui", "*.js", "*.c"):
        text = read(root, path)
        if path.parts[0] == "tests":
            continue
        if path.suffix == ".ui":
            yield from check_ui(path, text)
            has_texts = 'translatable="yes"' in text
        else:
            yield from (check_js if path.suffix == ".js" else check_c)(path, text)
            yield from check_whole(path, text)
            has_texts = bool(re.search(r'(?:\bN?_|\bngettext) ?\(\s*["`]', without_comments(text)))
        if has_texts and str(path) not in listed:
            yield Finding(path, 1, "has translatable texts and is not in po/POTFILES.in")
    for line in sorted(listed):
        if line and not line.startswith("#") and not (root / line).exists():
            yield Finding(listing.relative_to(root), 1, f"{line} does not exist")
