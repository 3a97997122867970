"""A gap names what was asked for and not found, in the question's own words."""

import pytest

from assistant import Assistant


@pytest.fixture(scope="module")
def assistant(reading_list):
    return Assistant.open(reading_list)


@pytest.mark.parametrize(
    ("question", "aspect", "said"),
    [
        (
            "How many GPU-hours does it take to turn a decoder into an embedding model?",
            "how many GPU-hours",
            "gives this number",
        ),
        (
            "What is the effect of early exit on accuracy?",
            "what is the effect of early exit on accuracy",
            "the effect of the one on the other",
        ),
        (
            "Do speech models such as Whisper or wav2vec also squeeze their middle layers?",
            "Whisper",
            "none of the 62 sources uses these words",
        ),
        (
            "Why does majority voting help?",
            "why does majority voting help",
            "gives a cause",
        ),
    ],
)
def test_a_gap_names_the_request_that_stays_open(assistant, question, aspect, said):
    found = assistant.ask(question)
    assert found.coverage == "partial"
    gap = {gap.aspect: gap for gap in found.gaps}[aspect]
    assert said in gap.statement
    assert gap.nearest
    assert gap.remedy


def test_a_gap_says_which_words_of_a_clause_are_missing_and_names_it_once(assistant):
    found = assistant.ask("Do harder prompts get processed by more blocks than simple ones?")
    (gap,) = found.gaps
    assert gap.aspect == "do harder prompts get processed by more blocks than simple ones"
    assert "“blocks”" in gap.statement


@pytest.mark.parametrize(
    "question",
    [
        "What is a logit lens?",
        "What is meant by overthinking?",
        "How does the tuned lens differ from the logit lens?",
        "How is curvature computed?",
        "Does removing layers affect question answering?",
        "How many MTEB tasks are used in Layer by Layer?",
    ],
)
def test_a_request_that_a_note_grants_leaves_no_gap(assistant, question):
    assert assistant.ask(question).coverage == "answered"
