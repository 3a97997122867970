"""A note and the paper it is about are one voice, and one sentence where they say the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Assistant
from assistant.compose.same_work import same_claims, same_works
from assistant.rendering.html import to_html
from assistant.rendering.markdown import to_markdown
from assistant.types import Source
from tests.assistant.compose.quotes import quote
from tests.pdfs import Text, pdf

TITLE = "Measuring the depth at which small widgets resonate"
CLAIM = "Small widgets resonate at a depth of 42 metres in every season that was measured."
NOTE = f"""\
---
key: widget-note
title: "At which depth do small widgets resonate?"
paper: "{TITLE}"
---
# At which depth do small widgets resonate?

{CLAIM}

## Caveats
- Widgets larger than a fist were not measured for their resonance.
"""


def source(key: str, kind: str = "note", title: str = "", **metadata) -> Source:
    return Source(
        key=key, kind=kind, title=title or key, claim="", text="", content_hash=key, metadata=metadata
    )  # fmt: skip


def joined(*sources: Source) -> bool:
    return len(set(same_works(sources).values())) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"arxiv": "2305.14627"}, {"arxiv": "2305.14627v2"}),
        ({"doi": "10.1234/AB"}, {"doi": "10.1234/ab"}),
        ({"arxiv": "2305.14627"}, {"doi": "10.48550/arXiv.2305.14627"}),
        ({"paper": TITLE, "year": 2023}, {"title": TITLE.upper(), "year": 2022}),
        ({"relations": [{"to": "other", "kind": "note on"}]}, {}),
    ],
)
def test_a_work_is_told_by_its_names_or_by_a_note_that_says_so(one, other):
    sources = source("note", **one), source("other", "paper", **other)
    assert joined(*sources)
    assert joined(*reversed(sources))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"arxiv": "2305.14627"}, {"arxiv": "2305.14628"}),
        ({"paper": TITLE, "year": 2019}, {"title": TITLE, "year": 2023}),
        ({"paper": "Widgets"}, {"title": "Widgets"}),
        ({"relations": [{"to": "other", "kind": "builds on"}]}, {}),
        ({}, {}),
    ],
)
def test_what_only_resembles_a_work_is_another(one, other):
    assert not joined(source("note", **one), source("other", "paper", **other))


def test_three_names_of_one_work_are_joined_through_the_middle_one():
    first = source("a", arxiv="2305.14627")
    second = source("b", "paper", arxiv="2305.14627", doi="10.1234/x")
    assert joined(first, source("c", "paper", doi="10.1234/x"), second)


def test_a_note_whose_claim_stands_in_a_paper_is_of_its_work():
    words = "seals whales walruses otters dolphins porpoises bears penguins gulls"
    held = {"note": source("note"), "paper": source("paper", "paper")}
    claim = quote(words, source="note", role="claim")
    assert same_claims([claim, quote(words, source="paper", role="body")], held) == [
        ("note", "paper")
    ]
    other = quote(f"{words} ten", source="paper", role="body")
    denied = quote(f"{words} is not so", source="paper", role="body")
    assert same_claims([claim, other, denied], held) == []


@pytest.fixture(scope="module")
def assistant(tmp_path_factory) -> Assistant:
    folder = tmp_path_factory.mktemp("pair")
    (folder / "note.md").write_text(NOTE, "utf-8")
    lines = [
        Text(72, 740, TITLE, size=18, bold=True),
        Text(72, 700, "Abstract", bold=True),
        Text(72, 680, "We lowered widgets of three makers into a lake and listened to them for a year."),
        Text(72, 666, CLAIM),
        Text(72, 652, "The makers of the widgets had no influence on the depth of the resonance."),
    ]  # fmt: skip
    (folder / "paper.pdf").write_bytes(pdf([lines]))
    return Assistant.open(tmp_path_factory.mktemp("data"), corpus_dir=folder)


@pytest.fixture(scope="module")
def answer(assistant):
    return assistant.ask("At which depth do small widgets resonate?")


def test_the_claim_of_both_is_one_sentence_with_both_citations(assistant, answer):
    said = [s for s in answer.sentences if CLAIM in s.text]
    assert len(said) == 1
    note, paper = said[0].citations
    assert (note.source, note.page, paper.page) == ("widget-note", None, 1)
    assert (note.support, paper.support) == ("exact", "exact")
    assert assistant.source(paper.source).text[paper.start : paper.end] == paper.quote


def test_the_two_are_told_as_one_work(answer):
    assert {source.kind for source in answer.sources} == {"note", "paper"}
    assert "note on [2]" in to_html(answer)
    assert "note on [2]" in to_markdown(answer)


def test_a_pair_takes_one_place_of_an_answer(assistant):
    one = Assistant.open(assistant.data_dir, sources_per_answer=1).ask("Do small widgets resonate?")
    assert len(one.sources) == 2


def test_a_summary_of_both_tells_their_work_once(assistant):
    told = assistant.summarize(sorted(assistant.library.keys()))
    assert sum(CLAIM in sentence.text for sentence in told.sentences) == 1


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef")), max_size=8))
def test_works_are_the_parts_that_pairs_connect_each_under_the_first_of_its_sources(pairs):
    works = same_works([source(key) for key in "abcdef"], pairs)
    for key in "abcdef":
        reached = {key}
        while more := {end for pair in pairs if reached & set(pair) for end in pair} - reached:
            reached |= more
        assert works[key] == min(reached)
