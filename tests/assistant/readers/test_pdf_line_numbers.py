"""Line numbers of manuscripts are left out; numbers of tables, lists and prose stay."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.readers import pdf
from assistant.readers.pdf_glyphs import Run, Sheet, Token
from assistant.readers.pdf_line_numbers import without_line_numbers
from tests.pdfs import Text, column
from tests.pdfs import pdf as make_pdf

PROSE = [
    "Quiet heads are attention heads that give almost all of their weight to the",
    "first token of the prompt. We counted 37 of them in a model of 144 heads and",
    "found that removing them lowers accuracy by 0.4 points on average. The loss is",
    "largest in the first 3 layers and vanishes above layer 9. A control in which 37",
    "random heads were removed lowers accuracy by 6.2 points. We conclude that the",
    "quiet heads act as a resting place for attention that has nothing to attend to.",
    "This agrees with earlier reports on sinks and extends them to smaller models of",
    "at most 160 million parameters trained on 20 billion tokens of text in 2023.",
]
NARROW = [line[:42].rsplit(" ", 1)[0] for line in PROSE]
LEADING = 20


def numbers(x: float, count: int, *, first: int = 1, step: int = 1, width: int = 1) -> list[Text]:
    """Numbers in small type beside every line, or every so many, ending at x or thereabouts."""
    return [
        Text(x - 3.9 * len(f"{n:0{width}}"), 640 - LEADING * (n - first), f"{n:0{width}}", 7)
        for n in range(first, first + count)
        if n % step == 0
    ]


def text_of(folder, *pages) -> str:
    path = folder / "a.pdf"
    path.write_bytes(make_pdf(pages))
    return " ".join(pdf.read(path).text.split())


def prose(lines=PROSE, x=72, size=10.0):
    return column(x, 640, lines, leading=LEADING, size=size)


def in_rows(*columns):
    """The items of columns in the order of their height."""
    return sorted((item for items in columns for item in items), key=lambda item: (-item.y, item.x))


@pytest.mark.parametrize("first", [1, 97])
@pytest.mark.parametrize("order", ["first", "last", "line by line"])
def test_the_number_of_every_line_is_left_out(tmp_path, first, order):
    margin = numbers(60, 8, first=first)
    page = {
        "first": [*margin, *prose()],
        "last": [*prose(), *margin],
        "line by line": in_rows(margin, prose()),
    }[order]
    assert text_of(tmp_path, page) == " ".join(PROSE)


def test_the_number_of_every_fifth_line_is_left_out(tmp_path):
    assert text_of(tmp_path, [*prose(PROSE * 2), *numbers(60, 16, step=5)]) == " ".join(PROSE * 2)


def test_numbers_on_the_right_are_left_out(tmp_path):
    assert text_of(tmp_path, [*prose(), *numbers(540, 8)]) == " ".join(PROSE)


@pytest.mark.parametrize("second", [530, 296])
def test_numbers_of_two_columns_are_left_out_on_either_side(tmp_path, second):
    columns = [*prose(NARROW, 72, 9), *prose(NARROW, 310, 9)]
    page = [*numbers(60, 8, first=0, width=3), *columns, *numbers(second, 8, first=54, width=3)]
    assert text_of(tmp_path, page) == " ".join(NARROW + NARROW)


def test_numbers_on_a_grid_of_their_own_are_left_out_of_all_pages(tmp_path):
    grid = [Text(40, 720 - 12.6 * n, f"{n:03}", 8) for n in range(50)]
    more = [Text(40, 720 - 12.6 * n, f"{n + 50:03}", 8) for n in range(50)]
    few = column(80, 640, PROSE[:2], leading=LEADING)
    assert text_of(tmp_path, [*grid, *prose()], [*more, *few]) == " ".join(PROSE + PROSE[:2])


def test_the_last_page_of_a_numbered_manuscript_may_be_short(tmp_path):
    pages = [*prose(), *numbers(60, 8)], [*prose(PROSE[:2]), *numbers(60, 2, first=9)]
    assert text_of(tmp_path, *pages) == " ".join(PROSE + PROSE[:2])


def test_the_first_column_of_a_table_stays(tmp_path):
    rows = [
        "Walrus 61.2 60.0",
        "Otter 72.5 71.1",
        "Seal 80.1 79.3",
        "Crab 44.0 43.9",
        "Eel 12.1 11.8",
    ]
    page = [
        Text(72, 660, "Layer  Model  Task A  Task B"),
        *numbers(76, 5),
        *column(90, 640, rows, leading=LEADING),
    ]
    assert text_of(tmp_path, page).split().count("3") == 1


def test_a_column_inside_a_table_stays(tmp_path):
    names = [
        "quiet heads of whales",
        "loud heads of whales",
        "all heads of whales",
        "no heads of whales",
    ]
    cells = [
        *column(72, 640, names, leading=LEADING),
        *numbers(260, 4),
        *column(300, 640, ["61.2"] * 4, leading=LEADING),
    ]
    text = text_of(tmp_path, cells)
    assert [text.split().count(n) for n in "1234"] == [1, 1, 1, 1]


def test_a_numbered_list_stays(tmp_path):
    entries = [
        "Install the program",
        "Add the papers",
        "Ask a question",
        "Read the answer",
        "Check the quotes",
    ]
    page = in_rows(numbers(76, 5), column(90, 640, entries, leading=LEADING))
    page += column(72, 500, PROSE)
    assert text_of(tmp_path, page).startswith("1 Install the program 2 Add the papers 3 Ask")


def test_numbers_of_a_list_whose_entries_have_several_lines_stay(tmp_path):
    entries = prose()
    marks = [Text(60, 640 - 2 * LEADING * n, str(n + 1), 10) for n in range(4)]
    assert text_of(tmp_path, in_rows(marks, entries)).startswith("1 Quiet heads")


def test_numbers_that_open_lines_of_prose_stay(tmp_path):
    lines = ["We counted for several days and found", "37 heads in the first model and", "38 heads in the second, then",
             "39 heads in the third one, and then", "40 heads in the last model."]  # fmt: skip
    assert text_of(tmp_path, column(72, 640, lines)) == " ".join(lines)


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.from_regex(r"[a-z]{1,8}|[0-9]{1,4}", fullmatch=True),
            st.integers(0, 5),
            st.integers(0, 30),
        ),
        max_size=60,
    )
)
def test_only_numbers_are_ever_left_out(words):
    tokens = tuple(
        Token(text, 90.0 * x, 20.0 * y, 90.0 * x + 5 * len(text), 20.0 * y + 10, base=20.0 * y + 2)
        for text, x, y in words
    )
    sheet = Sheet((Run(tokens, bold=False),), 612, 792) if tokens else Sheet((), 612, 792)
    [kept] = without_line_numbers([sheet])
    left = [token for run in kept.runs for token in run.tokens]
    assert [t for t in left if not t.text.isdigit()] == [t for t in tokens if not t.text.isdigit()]
