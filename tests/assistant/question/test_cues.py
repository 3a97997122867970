"""A cue is a word of its heading, and a figure is told from a name with a number."""

import pytest

from assistant.question.cues import FIGURE, LABEL, OTHERS, OWN, SOUGHT


@pytest.mark.parametrize(
    ("heading", "text"),
    [
        ("limitations", "It is limited to English."),
        ("future_work", "It remains open whether this holds."),
        ("key_results", "We find that it grows."),
        ("novelty", "It is the first benchmark of its kind."),
        ("technical_contribution", "We propose a metric."),
        ("methodology", "We train for ten epochs."),
        ("significance", "This suggests that depth matters."),
    ],
)
def test_a_sentence_has_the_cue_of_its_heading(heading, text):
    assert SOUGHT[heading].cue.search(text)
    assert not SOUGHT[heading].cue.search("The sea is cold.")


def test_help_for_the_future_is_no_future_work():
    assert not SOUGHT["future_work"].cue.search("to help future readers")


@pytest.mark.parametrize("text", ["12 %", "3.5", "-2 points", "4x", "1,024 times"])
def test_a_measure_is_a_figure(text):
    assert FIGURE.search(text)


@pytest.mark.parametrize("text", ["Figure 1.9", "Llama 3.1", "Section 2", "version 4.0"])
def test_a_name_with_a_number_is_a_label(text):
    assert LABEL.fullmatch(text)


def test_the_work_of_others_is_told_from_the_work_itself():
    assert OTHERS.match("Tkaczyk et al. (2018) report it.")
    assert not OTHERS.match("We report it.")
    assert OWN.search("In this paper we report it.")
    assert not OWN.search("Tkaczyk reports it.")
