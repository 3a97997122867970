"""PDF text reads as printed, with columns, hyphens, doubled and turned type; words keep their boxes."""

import contextlib
import io
import os
import re
import signal
import threading
from pathlib import Path

import pypdf.errors
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assistant.errors import Refused
from assistant.readers import pdf
from assistant.readers.pdf import Limits, PdfParser
from assistant.types import Document
from tests.pdfs import Text, column, encrypted
from tests.pdfs import pdf as make_pdf

LEFT = [
    "The left column tells of middle",
    "layers and how they carry infor-",
    "mation that the last layers lose",
    "when they turn to the next word",
    "that the model has to predict,",
    "and so on through all of the",
    "lines of this first column here,",
    "until its end is reached at last",
]
RIGHT = [
    "while the right column speaks of",
    "attention sinks and of the very",
    "large activations in a few units",
    "that all the other tokens attend",
    "to in nearly every single layer,",
    "whatever the text may be about,",
    "as long as there is a first token",
    "that the model can lean upon.",
]
IN_ORDER = " ".join(LEFT + RIGHT).replace("infor- mation", "information")


def read_bytes(folder: Path, content: bytes, name: str = "a.pdf", **options) -> Document:
    path = folder / name
    path.write_bytes(content)
    return pdf.read(path, **options)


def two_columns(order: str) -> list[Text]:
    left, right = column(72, 700, LEFT), column(330, 700, RIGHT)
    if order == "down":
        return left + right
    if order == "right column first":
        return right + left
    return [text for row in zip(left, right, strict=True) for text in row]


@pytest.mark.parametrize("order", ["down", "across", "right column first"])
def test_two_columns_are_read_one_after_the_other(tmp_path, order):
    assert read_bytes(tmp_path, make_pdf([two_columns(order)])).text == IN_ORDER


def test_a_title_over_two_columns_comes_first_and_becomes_the_title(tmp_path):
    head = [Text(90, 740, "A Title Across the Two Columns of the Page", 18, bold=True)]
    document = read_bytes(tmp_path, make_pdf([two_columns("across") + head]))
    assert document.text == f"A Title Across the Two Columns of the Page\n\n{IN_ORDER}"
    assert document.title == "A Title Across the Two Columns of the Page"


@pytest.mark.parametrize("place", ["above", "below"])
def test_a_line_that_a_scan_cut_above_or_below_a_figure_is_whole(tmp_path, place):
    # The reader of a scan writes zone by zone: the left one with a figure's legend, the right one with the text.
    over = [
        ("It will be a proud day for us all", 209.0, "when that flag comes down from there."),
        ("It will be a happy day for us all", 209.5, "who are the first to reach the hill."),
    ]
    at = 724 if place == "above" else 556
    left = [Text(72, at - 12 * line, begin) for line, (begin, _, _) in enumerate(over)]
    right = [Text(x, at - 12 * line, end) for line, (_, x, end) in enumerate(over)]
    legend = column(72, 658, ["Shot of iron and of lead, in all sizes"] * 5, leading=8, size=8)
    text = column(210, 700, RIGHT + LEFT[:3])
    page = [*left, *legend, *right, *text] if place == "above" else [*legend, *left, *text, *right]
    read = read_bytes(tmp_path, make_pdf([page])).text
    assert " ".join(f"{begin} {end}" for begin, _, end in over) in read


def test_document_information_of_another_make_costs_no_text(tmp_path):
    whole = make_pdf([two_columns("left first")], info={"Title": "A Title"})
    at = whole.index(b"5 0 obj") + len(b"5 0 obj\n")
    end = whole.index(b"endobj", at)
    wrong = whole[:at] + b"[1 2]".ljust(end - at) + whole[end:]
    with pytest.raises(pypdf.errors.PdfReadError):
        _ = pypdf.PdfReader(io.BytesIO(wrong)).metadata
    assert read_bytes(tmp_path, wrong).text == read_bytes(tmp_path, whole, "whole.pdf").text


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_a_rotated_page_reads_like_any_other(tmp_path, rotate):
    assert read_bytes(tmp_path, make_pdf([two_columns("down")], rotate=rotate)).text == IN_ORDER


@pytest.mark.parametrize("turn", [1, 2, 3])
def test_turned_type_reads_in_order(tmp_path, turn):
    along = {1: (12, 0), 2: (0, 12), 3: (-12, 0)}[turn]
    lines = ["Sideways we write a", "line, and here is its", "next one."]
    texts = [
        Text(300 + along[0] * place, 400 + along[1] * place, line, turn=turn)
        for place, line in enumerate(lines)
    ]
    text = read_bytes(tmp_path, make_pdf([texts])).text
    assert text == "Sideways we write a line, and here is its next one."


def test_type_printed_twice_is_read_once(tmp_path):
    texts = [Text(72 + shift, 700, "BOLD TEXT", 12) for shift in (0, 0.3)]
    assert read_bytes(tmp_path, make_pdf([texts])).text == "BOLD TEXT"


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["We show the repre-", "sentation of words."], "We show the representation of words."),
        (["A state-of-the-", "art model, the art is in it."], "A state-of-the-art model"),
        (["A long-term view, and a long-", "term goal."], "a long-term goal."),
        (["Layers and high-", "dimensional states."], "high-dimensional states."),
        (["It runs on the GPT-", "Neo model."], "GPT-Neo model."),
        (["We use pre-", "and post-training."], "We use pre- and post-training."),
        (["In the years 2019-", "2021 it was so."], "2019-2021"),
    ],
)
def test_hyphens_at_line_ends_go_or_stay_as_the_word_needs(tmp_path, lines, text):
    assert text in read_bytes(tmp_path, make_pdf([column(72, 700, lines)])).text


def test_indents_and_gaps_part_paragraphs_and_headings_stand_alone(tmp_path):
    prose = [
        "The first paragraph has two lines that reach",
        "the edge of the column as lines do, or so it",
    ]
    texts = [
        Text(72, 720, "1 Introduction", 12, bold=True),
        *column(72, 700, [*prose, "ends."]),
        *column(82, 664, ["The second one begins with an indent and"]),
        *column(72, 652, ["goes on at the margin again, as they all do."]),
        *column(72, 620, ["After a gap there is a third paragraph here."]),
    ]
    document = read_bytes(tmp_path, make_pdf([texts]))
    assert document.text.split("\n\n") == [
        "1 Introduction",
        " ".join([*prose, "ends."]),
        "The second one begins with an indent and goes on at the margin again, as they all do.",
        "After a gap there is a third paragraph here.",
    ]
    assert document.metadata["sections"] == [{"title": "1 Introduction", "start": 0}]


def test_entries_with_a_hanging_indent_stay_whole(tmp_path):
    entries = [
        ["Ada M. Lovelace, Charles Babbage, and Luigi", "Menabrea. 1843. Sketch of the engine."],
        ["Kurt Goedel. 1931. On formally undecidable pro-", "positions."],
        ["Emmy Noether. 1918. Invariant variation problems.", "In Proceedings.", "Goettingen."],
        ["Alan Turing. 1936. On computable numbers, with", "an application."],
    ]
    lines = [(72 if not n else 84, line) for entry in entries for n, line in enumerate(entry)]
    texts = [Text(x, 700 - 12 * place, line) for place, (x, line) in enumerate(lines)]
    paragraphs = read_bytes(tmp_path, make_pdf([texts])).text.split("\n\n")
    assert paragraphs == [
        " ".join(entry).replace("pro- positions", "propositions") for entry in entries
    ]


def test_words_without_size_or_far_off_the_page_are_left_out(tmp_path):
    texts = [*column(72, 700, LEFT), Text(100, 90, "nothing", 0.001), Text(1e9, 80, "away")]
    assert "away" not in read_bytes(tmp_path, make_pdf([texts])).text
    assert "nothing" not in read_bytes(tmp_path, make_pdf([texts])).text


def test_running_heads_and_page_numbers_are_left_out(tmp_path):
    pages = [
        [Text(200, 760, "Layers and Sinks"), *column(72, 700, body), Text(300, 40, str(number))]
        for number, body in enumerate((LEFT, RIGHT, LEFT, RIGHT), 7)
    ]
    document = read_bytes(tmp_path, make_pdf(pages))
    assert "Layers and Sinks" not in document.text
    assert not re.search(r"\d", document.text)


def test_the_stamp_of_arxiv_is_metadata_not_text(tmp_path):
    stamp = Text(30, 200, "arXiv:2502.02013v2 [cs.CL] 4 Feb 2025", 18, turn=1)
    document = read_bytes(tmp_path, make_pdf([[stamp, *two_columns("down")]]))
    assert document.text == IN_ORDER
    assert (document.metadata["arxiv"], document.metadata["year"]) == ("2502.02013", 2025)
    assert document.metadata["arxiv_version"] == "2"
    assert document.metadata["arxiv_category"] == "cs.CL"


def test_metadata_is_taken_where_it_makes_sense(tmp_path):
    texts = [
        Text(72, 740, "Sinks in the First Token", 18, bold=True),
        Text(72, 715, "https://doi.org/10.18653/v1/2024.acl-long.1."),
        Text(72, 690, "Abstract", 12, bold=True),
        *column(72, 670, RIGHT),
        Text(72, 540, "References", 12, bold=True),
        *column(
            72,
            520,
            ["[1] Ada Lovelace. 1843. Notes on the engine.", "[2] Kurt Goedel. 1931. On theorems."],
        ),
    ]
    info = {"Title": "Microsoft Word - paper.docx", "Author": "Ada Lovelace; Kurt Goedel; admin"}
    document = read_bytes(tmp_path, make_pdf([texts], info=info), "2401.00001v2.pdf")
    assert document.title == "Sinks in the First Token"
    assert document.metadata["authors"] == ["Ada Lovelace", "Kurt Goedel"]
    assert document.metadata["doi"] == "10.18653/v1/2024.acl-long.1"
    assert document.metadata["arxiv"] == "2401.00001"
    assert document.metadata["abstract"] == " ".join(RIGHT)
    assert [entry[:3] for entry in document.metadata["references"]] == ["[1]", "[2]"]


WORDS = st.lists(st.from_regex(r"[A-Za-z0-9(),.;]{1,9}", fullmatch=True), min_size=1, max_size=7)


@settings(max_examples=40, deadline=None)
@given(pages=st.lists(st.lists(WORDS, max_size=9), min_size=1, max_size=3))
@example(pages=[[["0"]], [["0"]]])
def test_every_word_keeps_its_span_and_a_box_on_its_page(tmp_path_factory, pages):
    # The lines stand below the margin, where a repeated line or a lone number would count as furniture.
    texts = [column(72, 600, [" ".join(words) for words in lines]) for lines in pages]
    folder = tmp_path_factory.mktemp("pdf")
    if not any(pages):
        with pytest.raises(Refused, match="OCR"):
            read_bytes(folder, make_pdf(texts))
        return
    document = read_bytes(folder, make_pdf(texts))
    assert [page.number for page in document.pages] == list(range(1, len(pages) + 1))
    end = 0
    for page, lines in zip(document.pages, pages, strict=True):
        assert end <= page.start <= page.end <= len(document.text)
        end = page.end
        printed = [document.text[word.start : word.end] for word in page.words]
        assert "".join(printed) == "".join("".join(words) for words in lines)
        assert " ".join(document.text[page.start : page.end].split()) == " ".join(printed)
        for word in page.words:
            assert 0 < word.left < word.right < page.width
            assert 0 < word.bottom < word.top < page.height


def test_a_broken_word_has_a_box_for_each_of_its_parts(tmp_path):
    document = read_bytes(tmp_path, make_pdf([two_columns("down")]))
    start = document.text.index("information")
    parts = [word for word in document.pages[0].words if start <= word.start < start + 11]
    assert [document.text[word.start : word.end] for word in parts] == ["infor", "mation"]
    assert parts[0].bottom > parts[1].top - 3


def test_pages_without_text_are_named_and_a_file_without_any_is_refused(tmp_path):
    document = read_bytes(tmp_path, make_pdf([[], column(72, 700, LEFT), []]))
    assert any("1, 3" in warning for warning in document.warnings)
    assert [page.start == page.end for page in document.pages] == [True, False, True]
    with pytest.raises(Refused, match="OCR"):
        read_bytes(tmp_path, make_pdf([[], []]))


def test_spoilt_text_is_warned_of(tmp_path):
    lines = ["n»Bfl s*r;tiiR ttsrootj tanntxim A&s£oe H^uid £ug»r and so it goes on"] * 6
    assert "bad" in read_bytes(tmp_path, make_pdf([column(72, 700, lines)])).warnings[0]
    assert read_bytes(tmp_path, make_pdf([column(72, 700, LEFT + RIGHT)])).warnings == ()


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-128", "AES-256"])
def test_an_encrypted_file_asks_for_its_password(tmp_path, algorithm):
    plain = make_pdf([column(72, 700, LEFT)])
    locked = encrypted(plain, user="pässword", owner="o", algorithm=algorithm)
    with pytest.raises(Refused, match="--password"):
        read_bytes(tmp_path, locked)
    with pytest.raises(Refused, match=r"does not open it.*--password"):
        read_bytes(tmp_path, locked, password="wrong")
    words = read_bytes(tmp_path, plain).text
    assert read_bytes(tmp_path, locked, password="pässword").text == words
    opened = encrypted(plain, user="", owner="o", algorithm=algorithm)
    assert read_bytes(tmp_path, opened).text == words


def test_broken_files_are_refused_in_one_line(tmp_path):
    whole = make_pdf([column(72, 700, LEFT)])
    for content in (b"", b"hello", whole[:300], b"%PDF-1.7\n" + b"\xff" * 500):
        with pytest.raises(Refused) as refusal:
            read_bytes(tmp_path, content, "it's “broken”.pdf")
        assert "\n" not in str(refusal.value)
        assert str(refusal.value).startswith(str(tmp_path / "it's “broken”.pdf"))


@settings(max_examples=25, deadline=None)
@given(cut=st.integers(1, 3000), junk=st.binary(max_size=20))
def test_a_damaged_file_is_read_or_refused_and_nothing_else(tmp_path_factory, cut, junk):
    whole = make_pdf([column(72, 700, LEFT), column(72, 700, RIGHT)])
    damaged = whole[: cut % len(whole)] + junk + whole[cut % len(whole) + len(junk) :]
    folder = tmp_path_factory.mktemp("pdf")
    for content in (damaged, whole[: cut % len(whole)] + junk):
        with contextlib.suppress(Refused):
            assert read_bytes(folder, content).text.strip()


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(make_pdf([column(72, 700, LEFT)] * 3))
    return path


def test_a_worker_that_died_is_started_again(path):
    parser = PdfParser()
    try:
        before = parser.read(path).text
        first = parser.pid
        os.kill(first, signal.SIGKILL)
        assert parser.read(path).text == before
        assert parser.pid != first
    finally:
        parser.close()


def test_a_crash_costs_one_file_and_says_so(path, tmp_path):
    many = tmp_path / "many.pdf"
    many.write_bytes(make_pdf([column(72, 750, LEFT * 7)] * 600))
    parser = PdfParser()
    try:
        parser.read(path)
        killer = threading.Timer(0.15, os.kill, (parser.pid, signal.SIGKILL))
        killer.start()
        with pytest.raises(Refused, match=r"died at page \d+ \(SIGKILL\)"):
            parser.read(many)
        assert parser.read(path).text
    finally:
        parser.close()


def test_a_page_that_takes_too_long_is_given_up(path):
    parser = PdfParser(Limits(page_seconds=0.0))
    with pytest.raises(Refused, match="took too long"):
        parser.read(path)
    assert parser.pid is None


def test_a_file_beyond_the_memory_limit_is_refused(tmp_path):
    many = tmp_path / "many.pdf"
    many.write_bytes(make_pdf([column(72, 750, LEFT * 7)] * 300))
    parser = PdfParser(Limits(memory_bytes=110 * 2**20))
    try:
        with pytest.raises(Refused, match=r"memory|died"):
            parser.read(many)
    finally:
        parser.close()
