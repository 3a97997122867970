"""Passages are spans of whole sentences that fit the window and cross nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.models.embedding import TokenCounter
from assistant.models.packages import embedder_folder
from assistant.text.passages import heading, passages
from assistant.text.prose import blocks, sentences
from assistant.types import Document, Page

tokens = st.sampled_from(
    ["alpha ", "beta", " gamma. ", "Delta ", "e.g. ", "3.5 ", "Why? ", "\n", "\n\n", "- ", "1. ", "## Part\n",
     "\n```\ncode here\n```\n", "\n| a | b |\n", "x" * 40, "中文字。", "é ", "\n# References\n"]
)  # fmt: skip
texts = st.lists(tokens, min_size=1, max_size=60).map("".join)
windows = st.integers(6, 40)


@pytest.fixture(scope="module")
def count():
    return TokenCounter(embedder_folder("minilm"))


def paper(pages, titles=()):
    """A paper whose pages are joined by blank lines, with headings where the titles stand."""
    text, spans = "", []
    for number, page in enumerate(pages, 1):
        spans.append(Page(number=number, start=len(text), end=len(text) + len(page)))
        text += page + "\n\n"
    sections = [{"title": title, "start": text.index(title)} for title in titles]
    return Document(
        kind="paper",
        title="A paper",
        text=text,
        pages=tuple(spans),
        metadata={"sections": sections},
    )


@given(texts, windows, st.text(max_size=30))
def test_every_passage_is_a_span_that_fits_beside_its_heading(count, text, window, title):
    document = Document(kind="note", title=title, text=text)
    beside = min(count([heading(document)])[0] + 1 if title else 0, window - window // 2)
    at = 0
    for passage in passages("k", document, window, count):
        assert passage.text == text[passage.start : passage.end]
        assert passage.text.strip() == passage.text != ""
        assert passage.start >= at
        assert count([passage.text])[0] + beside <= window
        assert passage.id == f"k:{passage.start}-{passage.end}"
        at = passage.end


@given(texts, windows)
def test_no_sentence_is_lost_and_none_is_cut_without_need(count, text, window):
    found = passages("k", Document(kind="note", title="", text=text), window, count)
    for block in blocks(text):
        if block.kind == "heading":
            continue
        for span in sentences(text, block.span.start, block.span.end):
            covering = [p for p in found if p.start < span.end and p.end > span.start]
            kept = "".join(text[max(p.start, span.start) : min(p.end, span.end)] for p in covering)
            assert "".join(kept.split()) == "".join(span.of(text).split())
            assert len(covering) == 1 or count([span.of(text)])[0] > window


@given(st.lists(texts, min_size=1, max_size=4), windows)
def test_no_passage_crosses_a_page(count, pages, window):
    document = paper(pages)
    for passage in passages("k", document, window, count):
        page = document.pages[passage.page - 1]
        assert page.start <= passage.start < passage.end <= page.end


@given(texts)
def test_no_passage_crosses_a_section(count, text):
    found = passages("k", Document(kind="note", title="", text=text), 500, count)
    borders = [block.span.start for block in blocks(text) if block.kind == "heading"]
    assert not any(p.start < border < p.end for p in found for border in borders)


def test_the_reference_list_of_a_paper_is_not_cut_and_what_follows_it_is(count):
    document = paper(
        ["1. Introduction\n\nWe begin here.", "References\n\nA. Lee. 2020. A title.\n\nB Appendix\n\nMore is said."],
        titles=["1. Introduction", "References", "B Appendix"],
    )  # fmt: skip
    found = [(p.section, p.text, p.page) for p in passages("k", document, 200, count)]
    assert found == [
        ("1. Introduction", "We begin here.", 1),
        ("B Appendix", "More is said.", 2),
    ]


def test_a_heading_that_runs_into_its_text_loses_none_of_it(count):
    document = paper(["Introduction We begin here."], titles=["Introduction"])
    assert [p.text for p in passages("k", document, 200, count)] == ["We begin here."]


def test_code_between_two_sentences_counts_towards_the_window(count):
    text = "One sentence.\n\n```\n" + "code " * 30 + "\n```\n\nAnother sentence."
    found = passages("k", Document(kind="note", title="", text=text), 20, count)
    assert [p.text for p in found] == ["One sentence.", "Another sentence."]


def test_a_sentence_without_white_space_is_cut_all_the_same(count):
    text = "äöü" * 400
    found = passages("k", Document(kind="note", title="", text=text), 30, count)
    assert "".join(p.text for p in found) == text
    assert max(count([p.text for p in found])) <= 30


def test_nothing_gives_no_passages(count):
    assert passages("k", Document(kind="note", title="", text=" \n"), 30, count) == []
