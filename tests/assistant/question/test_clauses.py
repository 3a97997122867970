"""The clauses of a question are the question, each with one asking word."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.question.clauses import auxiliary, clauses, interrogative, negated_auxiliary, tokens

WORDS = st.lists(
    st.sampled_from(
        ["what", "how", "does", "is", "the", "whale", "sing", "and", ",", "which", ":", "but", "of"]
    ),
    max_size=12,
).map(" ".join)


@given(WORDS | st.text(max_size=40))
def test_the_clauses_together_are_the_sentence(sentence):
    found = clauses(sentence)
    assert not found or "".join(clause.text for clause in found) == sentence
    assert all(clause.at < len(clause.text) for clause in found)


@pytest.mark.parametrize(
    ("sentence", "asked"),
    [
        ("What is entropy?", ["What is entropy?"]),
        (
            "What is entropy, and how is it measured?",
            ["What is entropy, ", "and how is it measured?"],
        ),
        (
            "Logit lens or tuned lens, and what do I lose?",
            ["Logit lens or tuned lens, ", "and what do I lose?"],
        ),
        (
            "Sinks, which collect attention, are they harmful?",
            ["Sinks, which collect attention, are they harmful?"],
        ),
        ("When models fail, why do they?", ["When models fail, why do they?"]),
        ("It is so, isn't it?", []),
        ("Entropy of prompts", []),
    ],
)
def test_a_clause_begins_at_its_asking_word(sentence, asked):
    assert [clause.text for clause in clauses(sentence)] == asked


@given(st.text(max_size=40))
def test_tokens_are_stretches_of_the_text_in_order(text):
    found = tokens(text)
    assert all(text[token.start : token.end] == token.text for token in found)
    assert all(one.end <= other.start for one, other in itertools.pairwise(found))


@pytest.mark.parametrize("word", ["what", "what's", "whats", "whose", "how"])
def test_shortened_asking_words_ask(word):
    assert interrogative(word)


@pytest.mark.parametrize("word", ["isn't", "doesnt", "can't", "won't"])
def test_negated_auxiliaries_are_auxiliaries(word):
    assert negated_auxiliary(word)
    assert auxiliary(word)


@pytest.mark.parametrize("word", ["whale", "it", "rent", ""])
def test_other_words_are_none(word):
    assert not auxiliary(word)
    assert not interrogative(word)
