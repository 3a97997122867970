"""A gap is a part of the question, and is reported only where no source answers that part."""

import pytest

from assistant import Assistant
from assistant.compose.gaps import gaps
from assistant.question.parts import parts
from assistant.select.coverage import Assessment
from assistant.types import Experiment
from probes import registry
from tests.assistant.compose.quotes import quote


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("notes")
    (folder / "whales.md").write_text("# Whales\n\nWhales sing at night in winter.\n", "utf-8")
    (folder / "seals.md").write_text("# Seals\n\nPruning a seal is unheard of.\n", "utf-8")
    library = Assistant.open(tmp_path_factory.mktemp("data"), corpus_dir=None)
    library.add([folder])
    return library.desk()


@pytest.fixture
def said(desk):
    def found(question: str, assessment: Assessment, *quotes):
        return gaps(parts(question), assessment, quotes, desk.library, desk.index, [])

    return found


PARTIAL = (0.2, 0.7, 0.1)


def test_an_answered_question_has_no_gap(said):
    whole = Assessment(coverage="answered", probabilities=(0.9, 0.1, 0.0), unheld=("GPT-4",))
    assert said("Does GPT-4 sing?", whole) == ()


def test_a_name_that_no_source_has_is_named(said):
    lacking = Assessment(coverage="partial", probabilities=PARTIAL, unheld=("Llama-70B",))
    (gap,) = said("Does pruning work on Llama-70B?", lacking)
    assert gap.aspect == "Llama-70B"
    assert "mentions it" in gap.statement


def test_the_part_that_nothing_answers_is_named_in_the_reader_s_words(said):
    question = "How deep do seals dive, and how much do whales weigh?"
    second = parts(question)[1]
    lacking = Assessment(coverage="partial", probabilities=PARTIAL, unmet=(second,))
    (gap,) = said(question, lacking)
    assert "whales weigh" in gap.aspect
    assert "figure" in gap.statement
    assert "number" in gap.remedy


def test_a_number_that_is_asked_for_and_stands_nowhere_is_said(said):
    lacking = Assessment(coverage="partial", probabilities=PARTIAL, formless=True)
    (gap,) = said("How many whales sing?", lacking, quote("Whales sing at night."))
    assert "gives the figure" in gap.statement


@pytest.mark.parametrize("coverage", ["partial", "absent"])
def test_no_gap_names_a_word_of_asking(said, coverage):
    lacking = Assessment(coverage=coverage, probabilities=PARTIAL)
    for question in ("whats free will in R1?", "why do they do that", "is it so?"):
        for gap in said(question, lacking, quote("Whales sing at night.")):
            assert gap.aspect.lower() not in {
                "whats",
                "why",
                "is",
                "it",
                "so",
                "they",
                "do",
                "that",
            }


def test_an_absent_question_is_missing_itself_and_not_one_name_of_it(said):
    question = "Would you trust what an LLM says of itself?"
    lacking = Assessment(coverage="absent", probabilities=PARTIAL, unheld=("LLM",))
    (gap,) = said(question, lacking)
    assert gap.aspect == parts(question)[0].text


def test_every_part_of_an_absent_question_is_missing(said):
    question = "How deep do seals dive, and how much do whales weigh?"
    lacking = Assessment(coverage="absent", probabilities=PARTIAL)
    assert [gap.aspect for gap in said(question, lacking)] == [p.text for p in parts(question)]


def test_what_nothing_tells_to_be_missing_is_not_named(said):
    lacking = Assessment(coverage="partial", probabilities=PARTIAL)
    assert said("Do whales sing at night?", lacking, quote("Whales sing at night.")) == ()


def test_an_experiment_that_would_fill_a_gap_is_named_by_its_question(desk):
    probe = registry.get("layer_valley")
    experiment = Experiment(
        probe="layer_valley", claim="Whales sing.", why="", parameters={}, seconds=1.0
    )
    lacking = Assessment(
        coverage="partial", probabilities=PARTIAL, unmet=tuple(parts("Do whales sing?"))
    )
    (gap,) = gaps(parts("Do whales sing?"), lacking, (), desk.library, desk.index, [experiment])
    assert f"“{probe.question}”" in gap.remedy
    assert "layer_valley" not in gap.remedy
