#!/usr/bin/python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Makes the catalogue that a browser loads: from po/LL.po, only the texts that the given files use,
as JSON. So a translator knows one file a language, and a visitor loads no server text. With --keys
a short key stands for each English text, which the browser has in its code already. The server
takes texts for its readers in the same form, since gettext has one language for a whole program.

usage: po-to-json.py [--keys] LL.po OUTPUT.json FILE…
"""

import gettext
import json
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

RULE_REPEATS = 200  # from 100 on, every language's plural rule repeats by hundreds
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
KEYS = 36**3


def run(*command, given=None):
    return subprocess.run(command, input=given, stdout=subprocess.PIPE, check=True).stdout


def compile_used(catalogue, sources):
    """The catalogue cut down to the texts of the sources, as a .mo file's bytes."""
    keywords = ("--keyword=_", "--keyword=N_", "--keyword=N2_:1,2")
    template = run("xgettext", "--from-code=UTF-8", *keywords, "--output=-", *sources)
    with tempfile.TemporaryDirectory() as folder:
        used = Path(folder, "used.pot")
        used.write_bytes(template)
        merged = run("msgmerge", "--quiet", "--no-fuzzy-matching", catalogue, used)
    return run("msgfmt", "--output-file=-", "-", given=merged)


def read_messages(compiled):
    """Every (original, translation) of a .mo file; of a plural, NUL-separated forms."""
    _magic, _version, count, originals, translations = struct.unpack_from("<5I", compiled)

    def text(table, index):
        length, start = struct.unpack_from("<2I", compiled, table + 8 * index)
        return compiled[start : start + length].decode()

    return [(text(originals, i), text(translations, i)) for i in range(count)]


def plural_slots(header):
    """For 0 to 199 things, which plural form to take, as a string of digits."""
    rule = header.partition("plural=")[2].partition(";")[0]
    choose = gettext.c2py(rule)
    return "".join(str(choose(n)) for n in range(RULE_REPEATS))


def short_key(text):
    """As shared/i18n.js makes it."""
    number, key = 0, ""
    for letter in text:
        number = (number * 31 + ord(letter)) % KEYS
    while number or not key:
        number, digit = divmod(number, len(DIGITS))
        key = DIGITS[digit] + key
    return key


def shorten(messages):
    """The same messages by short keys."""
    shortened = {short_key(text): translation for text, translation in messages.items()}
    if len(shortened) < len(messages):
        sys.exit("Two texts have the same key: word one of them differently.")
    return shortened


def convert(messages):
    catalogue = {"plural": "01", "messages": {}}
    for original, translation in messages:
        forms = translation.split("\0")
        if original == "":
            catalogue["plural"] = plural_slots(translation)
        elif "\0" in original:
            catalogue["messages"][original.split("\0")[0]] = forms
        else:
            catalogue["messages"][original] = translation
    return catalogue


def main():
    arguments = sys.argv[1:]
    has_keys = arguments[0] == "--keys"
    catalogue, output, *sources = arguments[has_keys:]
    converted = convert(read_messages(compile_used(catalogue, sources)))
    if has_keys:
        converted["messages"] = shorten(converted["messages"])
    compact = json.dumps(converted, ensure_ascii=False, separators=(",", ":"))
    Path(output).write_text(compact, encoding="utf-8")


if __name__ == "__main__":
    main()
