"""Answers keep the promises of the product, on the real list with the real embedder."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.answering import LONGEST_QUESTION, answer
from assistant.conversation import Thread
from assistant.errors import UsageError
from assistant.outline import FOLDED
from assistant.writers import Draft

SHARED = Path(__file__).resolve().parents[3] / "shared"
QUESTIONS = (
    "Why do intermediate LLM layers become more precise in frontier models?",
    "Do intermediate layers give better features than the last layer?",
    "Does voting over sampled reasoning help?",
    "Which few activations dominate a hidden state?",
    "Is the sparsity of RL updates an artefact of number precision?",
)


def lines() -> list[dict]:
    path = SHARED / "facts" / "inquiring_lines_public.json"
    return json.loads(path.read_text("utf-8")) if path.is_file() else []


@pytest.fixture(scope="module")
def assistant(reading_list: Path) -> Assistant:
    return Assistant.open(reading_list)


def verbatim(assistant: Assistant, found) -> int:
    """Check that every citation is the stored text between its ends; how many there were."""
    count = 0
    for sentence in found.sentences:
        assert bool(sentence.citations) == (sentence.role == "claim")
        for citation in sentence.citations:
            text = assistant.source(citation.source).text
            assert text[citation.start : citation.end] == citation.quote
            count += 1
    return count


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_citation_is_the_stored_text_between_its_ends(assistant, question):
    found = assistant.ask(question)
    assert found.coverage in ("answered", "partial")
    assert verbatim(assistant, found) >= 3


@pytest.mark.parametrize("line", lines(), ids=lambda line: line["id"])
def test_a_public_line_cites_what_an_ideal_answer_must(assistant, line):
    found = assistant.ask(line["question"])
    verbatim(assistant, found)
    cited = {source.key for source in found.sources}
    assert set(line["must_cite"]) <= cited
    assert len(cited) <= 8


def test_the_seed_question_is_answered_in_part_and_says_what_is_missing(assistant):
    found = assistant.ask(QUESTIONS[0])
    assert found.coverage == "partial"
    named = [gap.aspect for gap in found.gaps]
    assert named[:2] == ["precise", "frontier models"]
    assert named[2].startswith("why do intermediate LLM layers")
    assert all(gap.nearest and gap.statement and gap.remedy for gap in found.gaps)


@pytest.mark.parametrize(
    "question",
    [
        "How does focused ultrasound neuromodulation modulate behaviour?",
        "What are the challenges of scale-up in solid state fermentation?",
        "Who won the football world cup in 1974?",
    ],
)
def test_a_question_of_another_field_is_absent_and_cites_nothing(assistant, question):
    found = assistant.ask(question)
    assert found.coverage == "absent"
    assert not found.sources
    assert found.gaps
    assert not any(sentence.role == "claim" for sentence in found.sentences)


def test_the_same_question_gives_the_same_answer(assistant):
    first, again = (
        replace(assistant.ask(QUESTIONS[1]), seconds={}, processor_seconds={}) for _ in range(2)
    )
    assert first == again


def test_next_lines_are_checked_and_never_repeat_the_question(assistant):
    found = assistant.ask(QUESTIONS[1])
    assert found.next_lines
    assert all(line.question != QUESTIONS[1] for line in found.next_lines)
    assert {line.coverage for line in found.next_lines} <= {
        "answerable", "partly", "needs a paper", "needs an experiment",
    }  # fmt: skip


def test_an_answer_about_layers_proposes_the_experiment_on_layers(assistant):
    found = assistant.ask(QUESTIONS[1])
    assert [e.probe for e in found.experiments][:1] != []
    assert all(e.seconds > 0 and e.why and e.claim for e in found.experiments)


def test_a_lying_writer_is_dropped_and_its_quotes_stand_instead(assistant):
    def liar(outline):
        for thread in outline.threads:
            for quote in thread.quotes:
                false = quote.text.rstrip(".") + " in all 500 frontier models."
                yield Draft(text=false, role="claim", heading="Lies.", quotes=(quote,))
        yield Draft(text="Everybody knows it.", role="claim", heading="Lies.")
        yield Draft(text="Frontier models are the best.", role="link", heading="Lies.")

    desk = replace(assistant.desk(), writer=liar, writer_name="liar")
    found = answer(desk, QUESTIONS[1])
    assert not any("500 frontier" in sentence.text for sentence in found.sentences)
    assert verbatim(assistant, found) > 0
    assert len(found.dropped) == sum("500 frontier" in d.text for d in found.dropped) + 2
    assert not any("best" in s.text for s in found.sentences if s.role != "claim")
    assert set(found.headings) == {"", FOLDED}  # what is folded is the program's own


@pytest.mark.parametrize("question", ["", "   ", "?!", "x" * (LONGEST_QUESTION + 1)])
def test_a_question_that_is_none_is_refused_in_one_line(assistant, question):
    with pytest.raises(UsageError) as error:
        assistant.ask(question)
    assert "\n" not in str(error.value)


def test_runs_take_places_of_an_answer_and_change_nothing_else_that_is_read(reading_list, tmp_path):
    """With r runs cited, the rest is the answer of a library without runs to r works fewer."""
    data = shutil.copytree(reading_list, tmp_path / "data")
    runs = Assistant.open(data).library.keys("evidence")
    Assistant.open(data).remove(sorted(runs))
    full = Assistant.open(reading_list)
    cited = 0
    for question in QUESTIONS:
        with_runs = full.ask(question)
        notes = [source.key for source in with_runs.sources if source.key not in runs]
        places = full.settings.sources_per_answer - len(with_runs.sources) + len(notes)
        bare = Assistant.open(data, sources_per_answer=places)
        without = bare.ask(question)
        claims = [s for s in with_runs.sentences if s.role == "claim"]
        read = [s for s in claims if not runs & {c.source for c in s.citations}]
        assert [(s.text, s.citations) for s in read] == [
            (s.text, s.citations) for s in without.sentences if s.role == "claim"
        ]
        assert with_runs.coverage == without.coverage
        assert notes == [source.key for source in without.sources]
        assert full.search(question, 20) == bare.search(question, 20)
        cited += len(with_runs.sources) - len(notes)
    assert cited > 0


@pytest.mark.parametrize("places", [1, 2, 3, 8])
def test_a_work_and_a_run_have_a_place_however_few_there_are(reading_list, places):
    opened = Assistant.open(reading_list, sources_per_answer=places)
    found = opened.ask("Do intermediate layers give better features than the last layer?")
    runs = sum(source.kind == "evidence" for source in found.sources)
    assert 1 <= runs <= max(1, places // 2)
    assert 1 <= len(found.sources) - runs <= max(1, places - runs)


def test_a_run_is_cited_unless_it_is_left_out_or_another_kind_is_asked_for(assistant):
    question = "Do intermediate layers give better features than the last layer?"

    def cited(filters="", thread=None):
        answer = assistant.ask(f"{question} {filters}", thread=thread)
        return [source.key for source in answer.sources if source.kind == "evidence"]

    runs = cited()
    assert runs[0].startswith("layer_task-")
    assert runs[0] not in cited(f"-source:{runs[0]}")
    assert runs[0] not in cited(thread=Thread(excluded=(runs[0],)))
    assert cited("kind:note") == []
    assert cited("kind:evidence") != []


def test_a_cited_run_tells_what_its_controls_say(assistant):
    """The valley of this model is one huge token's: a finding without that would mislead."""
    found = assistant.ask("Which kinds of model show the mid-depth valley, and which do not?")
    said = " ".join(s.text for s in found.sentences if "layer_valley-" in str(s.citations))
    assert "finds the claim supported" in said
    assert "without the first token it is not there" in said


def test_a_run_of_another_machine_is_cited_only_where_it_speaks_of_the_question(assistant):
    """Sycophancy is near a source on layers, whose experiments are offered; none says a thing of it."""
    found = assistant.ask("What makes assistants flatter users and go along with their mistakes?")
    assert not [source.key for source in found.sources if source.kind == "evidence"]
