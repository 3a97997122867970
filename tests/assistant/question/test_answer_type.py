"""A sentence can answer a question of some form where something of that form stands in the sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.question.answer_type import negated, present
from assistant.question.parts import parts


@pytest.mark.parametrize(
    "sentence",
    [
        "Pruning removes 45% of the layers.", "Half of the weights stay.", "It holds 154 checkpoints.",
        "A 22.2x speed-up is reached.", "At most one citation is allowed.", "The cell has 10,000 genes.",
        "The bill was $2,000.", "GSM8K gains 17.9 points.", "In 2000 steps it converges.",
    ],
)  # fmt: skip
def test_a_figure_or_a_number_word_is_a_number(sentence):
    assert present("number", sentence) is True


@pytest.mark.parametrize(
    "sentence",
    [
        "Llama-2-13B is faster [3] (Smith, 2023).", "GPT 5.4 and o1 fail in 2024.", "One can see it.",
        "The score rises in Table 3 and Section 4.2.", "It was in 1999.", "LLaMA 13B does better.",
        "Nothing is counted here.", "The one that wins is cheaper.",
    ],
)  # fmt: skip
def test_years_references_and_the_digits_of_names_are_no_number(sentence):
    assert present("number", sentence) is False


@pytest.mark.parametrize(
    ("wants", "sentence", "found"),
    [
        ("name", "It was found by Rylan Schaeffer.", True),
        ("name", "Tishby et al. saw it first.", True),
        ("name", "The authors find nothing.", False),
        ("name", "Schaeffer argues so.", None),
        ("name", "the LLM does", None),
        ("time", "It was published in 2019.", True),
        ("time", "It came out in March.", True),
        ("time", "Two years later it was gone.", True),
        ("time", "It may work on a march.", False),
        ("place", "Layer 12 does it.", True),
        ("place", "It lies in the cortex.", True),
        ("place", "The dip is deep.", False),
        ("cause", "It falls because the price rises.", True),
        ("cause", "The effect is attributed to the first token.", True),
        ("cause", "It spreads the spectrum.", None),
        ("manner", "It is computed by hand.", None),
        ("choice", "A wins.", None),
    ],
)
def test_the_form_is_there_or_is_not_or_cannot_be_told(wants, sentence, found):
    assert present(wants, sentence) is found


def test_of_a_sentence_in_another_language_nothing_is_denied():
    assert present("number", "Der Text hat keine Angabe und das ist nicht gut.") is None
    assert present("name", "这篇论文没有说明作者是谁。") is None


@pytest.mark.parametrize(
    ("question", "claim"),
    [
        ("So emergence has been debunked, hasn't it?", True),
        ("I read that rice needs no nitrogen. Is that correct?", True),
        ("Does it hold for wheat?", True),
        ("RankMe is just exp of the entropy, no?", True),
        ("How large is it?", False),
        ("moe expert routing", False),
        ("", False),
    ],
)
def test_a_claim_states_or_asks_whether_something_is_so(question, claim):
    assert any(part.wants == "yes-no" for part in parts(question)[:1]) is claim


@pytest.mark.parametrize(
    ("question", "denies"),
    [
        ("Isn't the TeX the best place?", False),
        ("So emergence has been debunked, hasn't it?", False),
        ("doesnt that prove it", False),
        ("Is it true that flat minima do not generalise?", True),
        ("In which models do the middle layers NOT give the best features?", True),
        ("Can it be cut without a loss?", False),
        ("Does it fail?", False),
        ("Is it so, yes or no?", False),
    ],
)
def test_a_negation_that_only_asks_for_a_yes_denies_nothing(question, denies):
    assert negated(question) is denies


@given(
    st.sampled_from(["number", "name", "time", "place", "cause", "manner"]), st.text(max_size=300)
)
def test_telling_the_form_never_fails(wants, sentence):
    assert present(wants, sentence) in (True, False, None)
    assert negated(sentence) in (True, False)


@pytest.mark.parametrize(
    "piece", ["(", "A1-", "a-", "1a-", "1", "Table ", "[1,", "(a", "may ", "A b", "1 year "]
)
def test_a_long_sentence_is_looked_at(piece):
    sentence = piece * (20_000 // len(piece))
    for wants in ("number", "name", "time", "place", "cause"):
        present(wants, sentence)
