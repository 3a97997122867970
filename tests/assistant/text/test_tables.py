"""Tables are found in text whose rows are paragraphs, and nothing else is taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.text.tables import tables

PROSE = (
    "The wardens counted seals in spring. In 2019 they saw 412 animals in the bay.\n\n"
    "Nets were lowered twice a day, and 3 of 14 were lost in the first storm."
)


def text(*paragraphs: str) -> str:
    return "\n\n".join(paragraphs)


CATCH = text(
    "The catch is given below.",
    "Harbour Herring Cod",
    "tonnes share tonnes share",
    "Brixham 41.2 12% 7.5 3%",
    "Newlyn (old quay) 39.0 11% – –",
    "Table 3: Landings of two kinds of fish in two harbours.",
    "Landings fell in the next year.",
)


def test_a_row_comes_with_its_header_and_its_caption():
    (table,) = tables(CATCH)
    assert table.header == ("Harbour Herring Cod", "tonnes share tonnes share")
    assert table.caption.startswith("Table 3: Landings")
    assert [(r.label, r.values, CATCH[r.start : r.end]) for r in table.rows] == [
        ("Brixham", 4, "Brixham 41.2 12% 7.5 3%"),
        ("Newlyn (old quay)", 4, "Newlyn (old quay) 39.0 11% – –"),
    ]


def test_a_caption_may_stand_above_its_table():
    (table,) = tables(text("Table 1. Depths.", "Site Depth (m)", "North 12", "South 15"))
    assert table.caption == "Table 1. Depths."
    assert table.header == ("Site Depth (m)",)


def test_a_line_between_rows_names_the_group_of_those_after_it():
    (table,) = tables(
        text("Net Day Night", "Coarse 12 14", "Fine 22 31", "Winter (1998)", "Coarse 2 3")
    )
    assert [(row.label, row.group) for row in table.rows] == [
        ("Coarse", ""), ("Fine", ""), ("Coarse", "Winter (1998)"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "paragraphs",
    [
        pytest.param(("North 12", "South 15"), id="no header says what the values are"),
        pytest.param(("Site Depth", "North 12"), id="one row"),
        pytest.param(("Rules", "Precision = 1", "Recall = 0"), id="formulas"),
        pytest.param(("Places", "See Table 2", "Table 3"), id="mentions"),
        pytest.param((PROSE,), id="prose with numbers"),
        pytest.param(
            ("Site Depth", "North 12 3 South 15 4", "East 9 5 West 8 2"), id="rows that were not parted"
        ),
    ],
)  # fmt: skip
def test_what_is_no_table_gives_none(paragraphs):
    assert tables(text(*paragraphs)) == ()


def test_a_sentence_or_a_heading_before_a_table_is_not_its_header():
    (table,) = tables(
        text("4.2 Depths", "We then measured how deep the water is at each of the sites.",
             "Site Depth", "North 12", "South 15")
    )  # fmt: skip
    assert table.header == ("Site Depth",)


LABEL = st.from_regex(r"[A-Z][a-z]{2,8}( [a-z]{3,8}){0,2}", fullmatch=True)
VALUE = st.sampled_from(["1", "0.5", "12.3%", "–", "1,204", "3.1 ± 0.2", "(4.0)", "2.5M", "✓"])
ROWS = st.lists(st.tuples(LABEL, st.lists(VALUE, min_size=1, max_size=6)), min_size=2, max_size=8)


@given(ROWS)
def test_every_row_is_found_where_it_stands(rows):
    lines = [" ".join([label, *values]) for label, values in rows]
    whole = text(PROSE, "Site Measured", *lines, "Table 9: Depths.", PROSE)
    (table,) = tables(whole)
    assert [whole[row.start : row.end] for row in table.rows] == lines
    assert [row.label for row in table.rows] == [label for label, _ in rows]
    assert table.header == ("Site Measured",)
    assert table.caption == "Table 9: Depths."


@given(st.text(alphabet="ab 1.\n|%–[]()", max_size=400))
def test_any_text_is_read(words):
    for table in tables(words):
        assert table.header
        assert all(words[row.start : row.end].strip() for row in table.rows)
