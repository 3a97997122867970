"""The page of word tables lists every file that has one, and no other."""

import re
from pathlib import Path

import pytest

from tests.tools import tool

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def counted():
    return tool("word_tables")


def test_every_file_with_a_table_is_on_the_page(counted):
    page = (ROOT / "docs/word-tables.md").read_text("utf-8")
    listed = set(re.findall(r"^\| `([^`]+\.py)` \|", page, re.MULTILINE))
    assert listed == {table.file for table in counted.tables()}, (
        "run python tools/word_tables.py --page"
    )


def test_words_and_alternatives_are_counted_and_messages_are_not(counted):
    source = """
_FEW = frozenset("one two".split())
# Numbers in words.
_NUMBERS = "one two three four five six seven eight".split()
_ENDS = re.compile("a|b|c|d|e|f")
_SAID = "The file cannot be read; check that it is there, and its name."
"""
    found = [*counted._of("a.py", source)]
    assert [(each.name, each.words, each.alternatives) for each in found] == [
        ("_NUMBERS", 8, 0),
        ("_ENDS", 0, 5),
    ]
    assert found[0].said == "Numbers in words."
