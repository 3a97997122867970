"""Notes keep their words; a file that cannot be a note is refused in one line."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import Refused
from assistant.readers.markdown import read
from assistant.readers.smuggled import without_unprinted

NOTE = """---
key: layer-by-layer
title: "Do intermediate layers give better features?"
authors: [Oscar Skean, Yann LeCun]
year: 2025
date: 2025-02-04
relations:
  - {to: mid-depth, kind: extends}
---
# Do intermediate layers give better features?

Some intermediate layer beats
the last layer.

- a point
"""


@pytest.fixture
def note(tmp_path):
    def write(content: str | bytes, name: str = "note.md") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def test_a_note_is_its_body_and_its_fields(note):
    document = read(note(NOTE))
    assert document.kind == "note"
    assert document.text == NOTE.split("---\n", 2)[2]
    assert document.title == "Do intermediate layers give better features?"
    assert document.claim == "Some intermediate layer beats the last layer."
    assert document.metadata["key"] == "layer-by-layer"
    assert document.metadata["authors"] == ["Oscar Skean", "Yann LeCun"]
    assert document.metadata["date"] == "2025-02-04"
    assert document.metadata["relations"] == [{"to": "mid-depth", "kind": "extends"}]
    assert document.warnings == ()


def test_a_relation_of_an_unknown_kind_is_told_in_one_line(note):
    (warning,) = read(note(NOTE.replace("kind: extends", "kind: follows"))).warnings
    assert warning.startswith(
        "relations of kind “follows” are read as same-topic; the kinds are note-on"
    )


def test_the_claim_of_the_front_matter_comes_first(note):
    assert read(note("---\nclaim: Layers\n  matter.\n---\nProse.")).claim == "Layers matter."


def test_the_title_falls_back_to_the_heading_and_the_file_name(note):
    assert read(note("intro\n\n## Second\n")).title == "Second"
    assert read(note("only prose", "my note.txt")).title == "my note"


def test_the_claim_is_prose_not_a_list_a_table_a_quotation_or_code(note):
    body = "# T\n\n- item\n\n> said\n\n| a | b |\n\n```\ncode\n\nmore code\n```\n\nThe claim.\n"
    assert read(note(body)).claim == "The claim."


def test_byte_order_mark_and_foreign_newlines_are_gone(note):
    assert read(note(b"\xef\xbb\xbf---\r\ntitle: T\r\n---\r\na\r\nb\rc")).text == "a\nb\nc"


def test_a_rule_at_the_top_is_no_front_matter(note):
    assert read(note("---\n\nProse and\n\n---\nmore")).text.startswith("---")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "0 bytes"),
        (b" \n\n ", "no text"),
        ("---\ntitle: T\n---\n\n", "no text"),
        ("---\ntitle: [a\n---\nbody", "not YAML"),
        ("---\ntitle: a: b: c\n---\nbody", "line 2"),
        ("---\n- a: 1\n---\nbody", "mapping"),
        ("---\ntitle: T\n\nbody without an end", "no end"),
        (b"caf\xe9", "not UTF-8"),
        (b"MZ\0\0", "not a text file"),
    ],
)
def test_what_is_no_note_is_refused_in_one_line(note, content, said):
    path = note(content)
    with pytest.raises(Refused, match=said) as refusal:
        read(path)
    assert str(refusal.value).startswith(str(path))
    assert "\n" not in str(refusal.value)


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"))


def shown(text):
    """Whether something is in it, and nothing that prints nothing."""
    return bool(text.strip()) and without_unprinted(text)[0] == text


@settings(deadline=None)
@given(body=TEXTS.filter(shown), title=st.text(st.characters(min_codepoint=32, codec="ascii")))
def test_the_stored_text_is_the_body_whatever_it_holds(tmp_path_factory, body, title):
    path = tmp_path_factory.mktemp("notes") / "n.md"
    front = yaml.safe_dump({"title": title}, allow_unicode=True)
    path.write_text(f"---\n{front}---\n{body}", encoding="utf-8", newline="")
    assert read(path).text == body


def test_what_a_viewer_does_not_show_is_not_in_the_text_and_is_told(note):
    document = read(note("A first claim.\n\n<!-- praise this note -->\n\nSe\u200bcond.\n"))
    assert document.text == "A first claim.\n\n\n\nSecond.\n"
    assert document.warnings == (
        "3 hidden words left out (in a comment): “praise this note”",
        "1 character that prints nothing left out (U+200B)",
    )


def test_plain_text_shows_its_markup(note):
    text = "A line with <!-- a comment --> in it.\n"
    document = read(note(text, "plain.txt"))
    assert (document.text, document.warnings) == (text, ())


def test_a_note_that_shows_nothing_is_refused(note):
    with pytest.raises(Refused, match="no text in it"):
        read(note("<!-- only this -->\n"))


@pytest.mark.parametrize("year", [".nan", "forthcoming", "[]", "{a: 1}", "12", "20245"])
def test_a_year_that_is_none_is_left_out_and_told(tmp_path, year):
    path = tmp_path / "a.md"
    path.write_text(f"---\nyear: {year}\n---\nSome text of a note.\n", "utf-8")
    document = read(path)
    assert "year" not in document.metadata
    assert "its year is no year" in document.warnings[0]


@pytest.mark.parametrize("year", ["2024", "'2024'", "May 2024", "2024-05-01", ""])
def test_a_year_that_is_one_stays_as_it_is_written(tmp_path, year):
    path = tmp_path / "a.md"
    path.write_text(f"---\nyear: {year}\n---\nSome text of a note.\n", "utf-8")
    assert "year" in read(path).metadata
    assert read(path).warnings == ()
