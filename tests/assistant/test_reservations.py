"""No reservation of a cited source is lost: what an answer leaves out of it stands folded at its end."""

import re

import pytest

from assistant import Assistant
from assistant.aspects import terms
from assistant.outline import FOLDED
from assistant.rendering import to_html, to_markdown
from assistant.retrieval import search
from assistant.selection import reserved
from assistant.text import sentences
from tests.pdfs import Text, pdf

QUESTION = "Do the updates made by reinforcement learning fall on the same weights every time?"


@pytest.fixture(scope="module")
def assistant(reading_list):
    with Assistant.open(reading_list).library as library:
        yield Assistant.open(library.data_dir)


@pytest.fixture(scope="module")
def answer(assistant):
    return assistant.ask(QUESTION)


def folded(answer):
    return [sentence for sentence in answer.sentences if sentence.paragraph in answer.folded]


def open_ones(answer):
    return [sentence for sentence in answer.sentences if sentence.paragraph not in answer.folded]


def caveats(text):
    """The sentences of a note's caveats and open points."""
    for section in re.split(r"^## ", text, flags=re.MULTILINE):
        if section.startswith(("Caveats", "Open points")):
            for line in section.splitlines()[1:]:
                item = line.removeprefix("- ")
                yield from (item[span.start : span.end] for span in sentences(item))


def test_every_caveat_of_the_leading_source_is_in_the_answer_or_repeats_one_that_is(
    assistant, answer
):
    said = {sentence.text for sentence in answer.sentences}
    listed = list(caveats(assistant.source(answer.sources[0].key).text))
    assert len(listed) > 5
    for caveat in (caveat for caveat in listed if caveat not in said):
        assert any(len(terms(caveat) & terms(text)) >= 0.8 * len(terms(caveat)) for text in said)


def test_they_come_last_and_nothing_in_them_stands_above(answer):
    assert [answer.headings[number] for number in answer.folded] == [FOLDED]
    assert answer.folded[0] == len(answer.headings) - 1
    assert not {s.text for s in folded(answer)} & {s.text for s in open_ones(answer)}
    order = [sentence.citations[0].source for sentence in folded(answer)]
    assert list(dict.fromkeys(order)) == sorted(
        set(order), key=[source.key for source in answer.sources].index
    )


def test_they_name_no_source_that_the_answer_does_not_cite_above(answer):
    above = {citation.source for s in open_ones(answer) for citation in s.citations}
    assert {citation.source for s in folded(answer) for citation in s.citations} <= above


def test_markdown_has_them_at_its_end_and_a_page_on_request(answer):
    last = folded(answer)[-1].text
    summary = f"{FOLDED.rstrip('.')}: {len(folded(answer))} sentences"
    shown = to_markdown(answer)
    assert shown.index(summary) > shown.index("**Next inquiring lines**")
    assert shown.index(last[:40]) > shown.index(summary)
    brief = to_markdown(answer, unfold="ask for them")
    assert f"*{summary}; ask for them.*" in brief
    assert last[:40] not in brief
    assert f"<details><summary>{summary}</summary>" in to_html(answer)


def test_a_question_that_restricts_passages_gets_none_from_others(assistant):
    answer = assistant.ask(f"{QUESTION} -updates")
    assert answer.sources
    assert answer.folded == ()


def test_an_answer_that_cites_nothing_has_none(assistant):
    answer = assistant.ask("Which enzymes do gut bacteria use to digest plant cellulose?")
    assert (answer.coverage, answer.folded) == ("absent", ())


LIMIT = "Our study is limited to small widgets of one factory near one lake."


@pytest.mark.parametrize("sentence", [LIMIT, "The factory by the lake was painted blue in spring."])
def test_of_a_paper_s_limitations_only_reservations_are_kept(tmp_path, sentence):
    page = [
        Text(72, 740, "At which depth do small widgets resonate?", 18, bold=True),
        Text(72, 710, "Abstract", 12, bold=True),
        Text(72, 694, "Small widgets resonate at a depth of 42 metres in every season."),
        Text(72, 660, "Limitations", 12, bold=True),
        Text(72, 644, sentence),
    ]
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "paper.pdf").write_bytes(pdf([page]))
    assistant = Assistant.open(tmp_path / "data", corpus_dir=tmp_path / "papers", window=32)
    found = reserved(
        assistant.library,
        assistant.index(),
        search(assistant.library, assistant.index(), assistant.embedder, "Do widgets resonate?", 5),
        (),
        sorted(assistant.library.keys()),
    )
    assert [quote.text for quote in found] == [LIMIT] * (sentence == LIMIT)
