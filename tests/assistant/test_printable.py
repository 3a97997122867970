"""Text from outside stays on its line, prints, and reverses nothing; JSON says the same."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import InquiryError
from assistant.printable import escaped_json, folded, indented, printable, visible

any_text = st.text(st.characters(categories=None, exclude_categories=()))  # half characters too
FORGED = [
    "a\nrefused    b.md",
    "a\r\x1b[2Kb",
    "\x9b31mred",
    "a\u2028b",
    "a\u202etxt.exe",
    "a\u2066b",
    "a\x85b",
    "\udcff",
]


@given(any_text)
def test_a_name_is_one_line_that_prints(text):
    shown = printable(text)
    assert shown.isprintable()
    assert printable(shown) == shown
    shown.encode("utf-8")


@given(st.text(st.characters(categories=["L", "N", "P", "S"])))
def test_a_name_that_prints_is_shown_as_it_is(text):
    assert printable(text) == text


@given(any_text)
def test_a_text_has_no_character_that_commands(text):
    for shown in (visible(text), folded(text), indented(text)):
        assert not [
            c
            for c in shown
            if c not in "\n\t" and unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")
        ]
        assert not set(shown) & set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068")
    assert "\n" not in folded(text)
    assert len(visible(text)) == len(text)
    assert all(line.startswith("  ") for line in indented(text).split("\n"))


@pytest.mark.parametrize("text", FORGED)
def test_what_would_forge_a_line_does_not(text):
    assert len(printable(text).splitlines()) == 1
    assert len(folded(text).splitlines()) == 1
    assert len(str(InquiryError(f"{text}: cannot be read.")).splitlines()) == 1
    assert str(InquiryError(text)).isprintable()


@pytest.mark.parametrize(
    "text", ["naïve é", "می\u200cخواهم", "क्\u200dष", "日本語", "👩\u200d🔬", "a\u00a0b"]
)
def test_every_script_is_read_as_it_was_written(text):
    assert visible(text) == text


@given(st.dictionaries(any_text, any_text))
def test_json_says_the_same_and_commands_nothing(document):
    written = json.dumps(document, ensure_ascii=False, indent=1)
    shown = escaped_json(written)
    assert json.loads(shown) == document
    assert not [
        c for c in shown if c != "\n" and unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")
    ]
