"""Whatever a model writes is read without failing, in any pieces, and names are found where they stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.handles import LONGEST_LINE, Line, Lines
from assistant.prompts import CANNOT_ANSWER


def read(text: str, size: int = 0) -> list[Line]:
    lines, found = Lines(), []
    step = size or max(len(text), 1)
    for at in range(0, len(text), step):
        found += lines.feed(text[at : at + step])
    return [*found, *lines.end()]


PIECES = st.sampled_from(
    ["Q1", "Q2: ", "[Q3]", "(Q1, Q2)", "\n", "<think>", "</think>", "- ", "1. ", "**", "A sentence. ", ":",
     "```", "Q9999999"]
)  # fmt: skip


@given(st.lists(PIECES | st.text(max_size=20), max_size=30).map("".join), st.integers(1, 50))
def test_any_text_is_read_the_same_in_any_pieces(text, size):
    whole = read(text)
    assert read(text, size) == whole
    for line in whole:
        assert line.text.strip() == line.text != ""
        assert "\n" not in line.text
        assert all(0 <= handle < 10_000 for handle in line.handles)


@pytest.mark.parametrize(
    "written",
    [
        "Q2: Layers win.", "- Q2: Layers win.", "1. Q2: Layers win.", "**Q2:** Layers win.", "[Q2] - Layers win.",
        "[Q2]: Layers win.", "(Q2). Layers win.", "Q 2: Layers win.", "Layers win [Q2].", "Layers win. [Q2]",
        "Layers win (Q2).", "* Layers win. (Q2)", "Q2: Layers win [Q2].", "Q2: Layers win. [Q2]", "Q2 – Layers win.",
        "<think>Q1: no\nperhaps</think>Q2: Layers win.", "no\n</think>\nQ2: Layers win.",
    ],
)  # fmt: skip
def test_a_name_is_found_where_models_put_it(written):
    assert read(written)[-1] == Line(text="Layers win.", handles=(2,))


def test_a_paragraph_with_names_behind_its_sentences_is_taken_apart():
    assert read("One is so [Q1]. Two is not [Q2, Q3]. And more.") == [
        Line(text="One is so.", handles=(1,)),
        Line(text="Two is not.", handles=(2, 3)),
        Line(text="And more."),
    ]


@pytest.mark.parametrize(
    "written", ["", "\n\n", f"{CANNOT_ANSWER}.", f"**{CANNOT_ANSWER}**", "```\n```", "<think>x"]
)
def test_what_is_no_sentence_gives_none(written):
    assert read(written) == []


def test_a_line_that_never_ends_is_given_up_and_the_next_is_read():
    found = read("Q1: " + "word " * 10 * LONGEST_LINE + "\nQ2: Done.", 1000)
    assert len(found) == 2
    assert found[-1] == Line(text="Done.", handles=(2,))


def test_a_long_thought_on_one_line_hides_no_sentence():
    thought = "<think>" + "so Q1: perhaps " * LONGEST_LINE + "</think>Q1: Done.\nQ2: Too."
    for size in (0, 7, 1000):
        assert [line.handles for line in read(thought, size)] == [(1,), (2,)]


def test_a_name_in_the_middle_of_a_word_or_number_is_none():
    assert read("The Q4_1 format holds.") == [Line(text="The Q4_1 format holds.")]
    assert read("In FAQ2: nothing.")[0].handles == ()
