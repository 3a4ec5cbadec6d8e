# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every language of po/ has every text of the site, with the same placeholders (L1, W5)."""

import re
import subprocess

import pytest
from support.server import ROOT

PO = ROOT / "po"
LANGUAGES = [
    line for line in (PO / "LINGUAS").read_text().splitlines() if line and not line.startswith("#")
]
ENTRY = re.compile(
    r'^msgid "(?P<original>.+)"$(?:\nmsgid_plural ".+")?(?P<translations>(?:\nmsgstr.*)+)', re.M
)


def entries_of_site(language):
    """(original, translations) as they stand in the catalogue, each on one line."""
    command = ["msgcat", "--no-wrap", PO / f"{language}.po"]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    for paragraph in text.split("\n\n"):
        entry = ENTRY.search(paragraph)
        if entry and " server/site/" in paragraph:
            yield entry["original"], re.findall(r'msgstr\S* "(.*)"', entry["translations"])


def placeholders(text):
    return sorted(re.findall(r"\{\w+\}", text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated_with_its_placeholders(language):
    entries = list(entries_of_site(language))
    assert len(entries) > 50
    for original, translations in entries:
        for translation in translations:
            assert translation, f"not translated: {original}"
            assert placeholders(translation) == placeholders(original), original
