"""A sentence without a quote may lead on, ask or advise; it may not state a fact."""

import pytest

from assistant.writers.links import announces, states_fact

QUESTION = "Does layer 12 of BERT hold the best features, or only the easiest to read?"


@pytest.mark.parametrize(
    "text",
    [
        "The question has another side.",
        "One caveat limits what the claim can bear.",
        "So write that layer 12 is readable, and keep the word 'uses' for later.",
        "Before comparing the two, then, ask what is being counted.",
        "Is that the whole story?",
        "Either way, test it on your own model.",
        "If you try BERT, measure layer 12 yourself.",
    ],
)
def test_a_sentence_that_only_links_states_no_fact(text):
    assert states_fact(text, QUESTION) == ""


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("The answer rises by 13 points.", "number"),
        ("The point holds for Llama-2 as well.", "Llama-2"),
        ("The question matters more in middle layers.", "more"),
        ("Your features are the best.", "best"),
        ("So write that the evidence shows a collapse.", "shows"),
        ("The list holds nothing on this.", "list holds"),
        ("The answer is that no study has looked.", "no study"),
        ("Reinforcement learning destroys safety.", "states something"),
        ("Whales sing at night.", "states something"),
        ("Everybody knows it.", "states something"),
    ],
)
def test_a_fact_without_a_quote_is_named(text, reason):
    assert reason in states_fact(text, QUESTION)


def test_a_deck_says_what_is_asked_and_nothing_else():
    assert announces("This asks whether layer 12 is good or only easy to read.", QUESTION)
    assert not announces("Layer 12 is good.", QUESTION)
    assert not announces("This asks whether layer 13 is good.", QUESTION)
    assert not announces("This asks whether Llama-2 is good.", QUESTION)
