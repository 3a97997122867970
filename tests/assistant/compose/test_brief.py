"""A brief on a real library opens with the answer, is short, says nothing twice and folds the rest."""

from dataclasses import replace

import pytest

from assistant import Assistant
from assistant.compose.brief import brief
from assistant.question.parts import parts
from assistant.select.coverage import Assessment
from assistant.types import Source
from tests.assistant.compose.quotes import quote, unlike

SEALS = """# How deep do seals dive?

Elephant seals dive to more than 1,500 metres and stay down for two hours.

## Facts

- Ringed seals dive to about 500 metres under the ice of the Baltic.
- A seal's heart beats six times a minute at the bottom of a dive.
- The tags that record dives weigh 300 grams and cost 2,000 euros.
- The records of the dives of elephant seals are published under the MIT licence.

## Caveats

- The depths of elephant seals rest on one colony in California.
- Own remark: a seal that moults for weeks on land sheds all its fur at once.
"""
WHALES = """# What do whales sing?

Humpback whales sing songs of twenty minutes, which all males of a bay share.

## Open

- Whether females choose by song is not known.
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory) -> Assistant:
    folder = tmp_path_factory.mktemp("notes")
    (folder / "seals.md").write_text(SEALS, "utf-8")
    (folder / "whales.md").write_text(WHALES, "utf-8")
    found = Assistant.open(tmp_path_factory.mktemp("data"), corpus_dir=None)
    found.add([folder])
    return found


def test_it_opens_with_the_answer_and_has_its_caveat(library):
    answer = library.ask("How far down can an elephant seal go?")
    assert "1,500 metres" in answer.sentences[0].text
    assert any("one colony" in sentence.text for sentence in answer.sentences)


def test_a_remark_of_the_note_is_never_told_as_a_finding(library):
    first = library.ask("How do seals that moult shed their fur?").sentences[0]
    assert "sheds all its fur at once" in first.text
    assert first.lead_in == "A remark in the notes:" or first.text.startswith("Own remark:")


def test_it_is_short(library):
    for question in (
        "How deep do seals dive?",
        "what do whales sing",
        "tell me about seals and whales",
    ):
        answer = library.ask(question)
        assert sum(len(s.text.split()) for s in answer.sentences) <= 160
        assert len({s.text for s in answer.sentences}) == len(answer.sentences)


def test_a_question_of_two_parts_hears_both(library):
    answer = library.ask(
        "How deep do elephant seals dive, and how long are the songs of humpback whales?"
    )
    assert {source.key for source in answer.sources} >= {"seals", "whales"}


def test_a_question_of_another_field_is_absent_and_cites_nothing(library):
    answer = library.ask("What is the tax rate on imported steel?")
    assert answer.coverage == "absent"
    assert not any(sentence.citations for sentence in answer.sentences)


def test_the_same_question_gives_the_same_answer(library):
    first, again = (replace(library.ask("How deep do seals dive?"), seconds={}) for _ in range(2))
    assert first == again


def test_a_licence_is_told_only_to_who_asks_for_one(library):
    def said(question: str) -> str:
        answer = library.ask(question, length="full")
        return " ".join(sentence.text for sentence in answer.sentences)

    assert "licence" not in said("How far down can an elephant seal go?")
    assert "licence" in said("Under which licence are the records of elephant seals published?")


def test_a_question_in_another_language_is_told_what_that_means(library):
    assert any(
        "not in English" in line
        for line in library.ask("Wie tief tauchen die Robben, und warum?").notices
    )
    assert not library.ask("How deep do seals dive?").notices


@pytest.mark.parametrize(
    ("run", "sentence", "opens"),
    [(0.9, 0.2, True), (0.98, 0.5, True), (0.45, 0.1, False), (0.9, 0.75, False)],
    ids=["sure", "surer than one in two", "not sure enough", "a sentence answers nearly as well"],
)
def test_a_run_opens_only_where_it_answers_far_more_surely_than_any_sentence(run, sentence, opens):
    sources = {
        key: Source(key=key, kind=kind, title=key, claim="", text="", content_hash="")
        for key, kind in (("seals", "note"), ("dives-run", "experiment"))
    }
    told = quote("Elephant seals dive to 1,500 metres.", "seals", helps=0.8, answers=sentence)
    measured = quote("A small seal dived to 300 metres here.", "dives-run", "run", answers=run)
    found = brief(
        "How deep do seals dive?", parts("How deep do seals dive?"),
        Assessment(coverage="partial", probabilities=(0.4, 0.5, 0.1)), [told], [measured],
        sources, {key: key for key in sources}, unlike,
    )  # fmt: skip
    first, second = found.lines()
    assert (first.quote.source == "dives-run") == opens
    assert not (opens and second.lead_in), "the run is the verdict"
