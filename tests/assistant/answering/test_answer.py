"""Answers keep the promises of the product, on the real list with the real embedder."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.answering.answer import LONGEST_QUESTION, answer
from assistant.errors import UsageError
from assistant.question.follow_up import Thread
from assistant.writers.drafts import Draft

SHARED = Path(__file__).resolve().parents[4] / "shared"
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
    for sentence in (*found.sentences, *(s for fold in found.folds for s in fold.sentences)):
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
def test_a_public_line_cites_what_an_ideal_answer_must_but_for_one_at_most(assistant, line):
    found = assistant.ask(line["question"])
    verbatim(assistant, found)
    cited = {source.key for source in found.sources}
    assert len(set(line["must_cite"]) - cited) <= 1
    assert len({key for key in cited if assistant.source(key).kind != "evidence"}) <= 8


def test_the_seed_question_is_answered_in_part_and_says_what_is_missing(assistant):
    found = assistant.ask(QUESTIONS[0])
    assert found.coverage == "partial"
    assert found.gaps
    assert all(gap.nearest and gap.statement and gap.remedy for gap in found.gaps)


FOREIGN = (
    "How does focused ultrasound neuromodulation modulate behaviour?",
    "What are the challenges of scale-up in solid state fermentation?",
    "Who won the football world cup in 1974?",
    "Which birds migrate across the Sahara in spring?",
    "What is the tax rate on imported steel?",
    "How do bees find their way back to the hive?",
    "Which vaccines are given in the first year of life?",
)


def test_questions_of_other_fields_are_absent_and_cite_nothing(assistant):
    """One in fifty is taken for one in part (benchmarks/coverage.py); here one of seven may be."""
    found = [assistant.ask(question) for question in FOREIGN]
    absent = [each for each in found if each.coverage == "absent"]
    assert len(absent) >= len(found) - 1
    assert not any(each.coverage == "answered" for each in found)
    for each in absent:
        assert not each.sources
        assert each.gaps
        assert not any(sentence.role == "claim" for sentence in each.sentences)


def test_the_same_question_gives_the_same_answer(assistant, unremembered):
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


def test_a_lying_writer_is_dropped_and_the_brief_stands_instead(assistant):
    def liar(plan, judge):
        for quote in plan.quotes():
            false = quote.text.rstrip(".") + " in all 500 frontier models."
            yield Draft(text=false, role="claim", quotes=(quote,))
        yield Draft(text="Everybody knows it.", role="claim")
        yield Draft(text="Frontier models are the best.", role="link")

    desk = replace(assistant.desk(), writer=liar, writer_name="liar")
    found = answer(desk, QUESTIONS[1])
    assert not any("500 frontier" in sentence.text for sentence in found.sentences)
    assert verbatim(assistant, found) > 0
    assert len(found.dropped) == sum("500 frontier" in d.text for d in found.dropped) + 2
    assert found.writer == "extractive"
    assert found.sentences == assistant.ask(QUESTIONS[1]).sentences
    assert not any("best" in s.text for s in found.sentences if s.role != "claim")


@pytest.mark.parametrize("question", ["", "   ", "?!", "x" * (LONGEST_QUESTION + 1)])
def test_a_question_that_is_none_is_refused_in_one_line(assistant, question):
    with pytest.raises(UsageError) as error:
        assistant.ask(question)
    assert "\n" not in str(error.value)


def test_a_brief_is_short_and_says_nothing_twice(assistant):
    for question in QUESTIONS:
        found = assistant.ask(question)
        words = sum(len(sentence.text.split()) for sentence in found.sentences)
        assert words <= 260
        said = [sentence.text for sentence in found.sentences]
        below = [sentence.text for fold in found.folds for sentence in fold.sentences]
        assert len({*said, *below}) == len(said) + len(below)


def test_runs_change_nothing_of_what_is_read(reading_list, closed_list, tmp_path):
    data = shutil.copytree(closed_list, tmp_path / "data")
    runs = Assistant.open(data).library.keys("evidence")
    bare = Assistant.open(data)
    bare.remove(sorted(runs))
    full = Assistant.open(reading_list)
    for question in QUESTIONS:
        found = full.ask(question)
        read = [s.text for s in found.sentences if not runs & {c.source for c in s.citations}]
        assert read == [s.text for s in bare.ask(question).sentences]
        assert full.search(question, 20) == bare.search(question, 20)


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
    assert "has a valley in the middle layers" in said
    assert "but not without the first token" in said


def test_a_run_of_another_machine_is_cited_only_where_it_speaks_of_the_question(assistant):
    """Sycophancy is near a source on layers, whose experiments are offered; none says a thing of it."""
    found = assistant.ask("What makes assistants flatter users and go along with their mistakes?")
    assert not [source.key for source in found.sources if source.kind == "evidence"]


def test_beside_a_question_on_which_there_is_nothing_no_experiment_on_something_else_is_offered(
    assistant,
):
    found = assistant.ask("How do bees find the way back to their hive?")
    assert found.coverage == "absent"
    assert found.experiments == ()
