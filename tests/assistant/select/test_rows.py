"""A row of a table answers with its header beside it, and a sentence answers where no row does."""

import pytest

from assistant import Assistant
from assistant.compose.repairs import is_repair_of
from assistant.select import rows
from assistant.text.passages import place
from assistant.text.tables import tables
from tests.pdfs import Text, pdf

PROSE = [
    "The nets of the north bay were lowered twice a day during the whole of the summer.",
    "Seals take herring out of the nets, so the wardens counted both in the same week.",
    "A coarse mesh lets young fish escape, which is why the council recommends it.",
    "The council has not yet decided whether fine nets will be allowed after the winter.",
]
COLUMNS = (90, 230, 330, 430)
TABLE = [
    ("Harbour", "Herring", "Cod", "Seals"),
    ("Brixham", "41.2", "7.5", "12"),
    ("Newlyn", "39.0", "8.1", "31"),
    ("Whitby", "12.7", "22.4", "3"),
]


def page() -> list[Text]:
    items = [Text(72, 740, "Seals and nets in three harbours", size=16, bold=True)]
    items += [Text(72, 700 - 14 * n, line) for n, line in enumerate(PROSE)]
    for n, row in enumerate(TABLE):
        items += [Text(x, 600 - 16 * n, cell) for x, cell in zip(COLUMNS, row, strict=True)]
    items.append(Text(90, 520, "Table 1: Landings in tonnes, and seals counted, by harbour."))
    return items


@pytest.fixture(scope="module")
def library(tmp_path_factory) -> Assistant:
    folder = tmp_path_factory.mktemp("papers")
    (folder / "seals.pdf").write_bytes(pdf([page()]))
    found = Assistant.open(tmp_path_factory.mktemp("data"), corpus_dir=None)
    found.add([folder])
    return found


def test_a_question_for_a_value_opens_with_the_right_row_under_its_header(library):
    answer = library.ask("How much herring was landed in Newlyn?")
    first = answer.sentences[0]
    (quote,) = first.citations
    assert quote.quote == "Newlyn 39.0 8.1 31"
    assert first.text.endswith("] Newlyn 39.0 8.1 31")
    assert "Harbour Herring Cod Seals" in first.text
    assert "Table 1: Landings in tonnes" in first.text
    assert library.source(quote.source).text[quote.start : quote.end] == quote.quote


def test_a_question_for_a_reason_opens_with_the_sentence_that_gives_it(library):
    answer = library.ask("Why does the council recommend a coarse mesh?")
    assert "lets young fish escape" in answer.sentences[0].text


def test_what_a_row_stands_under_is_a_visible_repair():
    assert is_repair_of("[Table 1; Harbour Herring] Newlyn 39.0", "Newlyn 39.0")
    assert not is_repair_of("[Table 1; Harbour Herring] Newlyn 93.0", "Newlyn 39.0")


def test_the_line_before_a_row_holds_no_brackets_of_its_own():
    text = "\n\n".join(("Site Depth [m]", "North [a] 12", "South 15", "Table 1: Depths [cm]."))
    (table,) = tables(text)
    assert rows.under(table, table.rows[0]) == "Table 1: Depths (cm); Site Depth (m)"


def cells(library: Assistant):
    (source,) = library.library.sources()
    return [
        rows.Cell(source=source, table=table, row=row)
        for table in tables(source.text)
        for row in table.rows
    ]


def test_a_row_shares_its_label_and_its_header_with_the_question(library):
    shared = rows.overlaps(cells(library), "How much herring in Newlyn?", lambda _: 0.5)
    named = dict(zip(rows.OVERLAPS, shared[1], strict=True))
    assert named["label"] == named["header"] == 0.5  # herring and Newlyn
    assert named["label of the question"] == 1.0
    assert named["unnamed"] == 0.0
    assert shared[0][rows.OVERLAPS.index("unnamed")] == 1.0


def test_words_that_a_table_writes_together_are_met(library):
    (source,) = library.library.sources()
    text = "\n\n".join(("Mode Rec.", "CLOSEDBOOK 12", "OPENBOOK 14"))
    found = [
        rows.Cell(source=source, table=table, row=row)
        for table in tables(text)
        for row in table.rows
    ]
    shared = rows.overlaps(found, "What recall has the closed book mode?", lambda _: 0.5)
    assert shared[0, 0] > 0 == shared[1, 0]
    assert shared[0, rows.OVERLAPS.index("header")] > 0


def test_the_place_of_a_passage_is_in_its_id(library):
    for passage in library.library.passages():
        assert place(passage.id) == (passage.start, passage.end)
