"""The rows of a table are paragraphs of their own, and prose beside them stays prose."""

import pytest

from assistant.readers import pdf
from assistant.text.passages import passages
from assistant.text.prose import sentences, stands_alone
from tests.pdfs import Text, column
from tests.pdfs import pdf as make_pdf

PROSE = [
    "The following lines are plain text so that the page looks like a paper and the",
    "reader can tell the size of its type from the rest of the page without trouble.",
]
ROWS = [
    ["Model", "Task A", "Task B", "Mean"],
    ["Walrus-7B", "61.2", "-", "61.2"],
    ["Otter-13B", "", "72.5", "72.5"],
    ["Seal-70B", "80.1", "79.3", "79.7"],
]


def table(step: float) -> list[Text]:
    return [
        Text(72 + step * at, 580 - 14 * row, cell)
        for row, cells in enumerate(ROWS)
        for at, cell in enumerate(cells)
        if cell
    ]


def read(folder, items):
    path = folder / "a.pdf"
    path.write_bytes(make_pdf([items]))
    return pdf.read(path)


def test_each_row_of_a_table_stands_for_itself(tmp_path):
    document = read(tmp_path, [*column(72, 640, PROSE), *table(90)])
    paragraphs = document.text.split("\n\n")
    assert paragraphs[-4:] == [" ".join(filter(None, row)) for row in ROWS]


def test_no_row_is_quoted(tmp_path):
    document = read(tmp_path, [*column(72, 640, PROSE), *table(90)])
    cut = passages("k", document, 200, lambda texts: [len(text.split()) for text in texts])
    found = [span.of(p.text) for p in cut for span in sentences(p.text)]
    assert [text for text in found if stands_alone(text)] == [" ".join(PROSE)]


def test_wide_spaces_of_a_justified_line_make_no_row(tmp_path):
    lines = [
        PROSE[0],
        "reader    can    tell    the    size    of    its    type    from    the",
        "rest of the page.",
    ]
    assert "\n" not in read(tmp_path, column(72, 640, lines)).text


@pytest.mark.parametrize("indent", [12, 36])
def test_a_heading_whose_number_stands_apart_is_one(tmp_path, indent):
    heading = [
        Text(72, 660, "2", 12, bold=True),
        Text(78 + indent, 660, "Related Work", 12, bold=True),
    ]
    document = read(tmp_path, [*heading, *column(72, 640, PROSE), *table(90)])
    assert [section["title"] for section in document.metadata["sections"]] == ["2 Related Work"]


def test_a_bold_row_of_a_table_is_no_heading(tmp_path):
    head = [Text(item.x, item.y, item.text, bold=item.y == 580) for item in table(90)]
    assert "sections" not in read(tmp_path, [*column(72, 640, PROSE), *head]).metadata
