"""A brief opens with what answers, says nothing twice, keeps its length, and has the caveat beside."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.compose.choice import Measure, chosen, opening, repeats
from tests.assistant.compose.quotes import quote, unlike

WORDS = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda sigma omega tau".split()


def _sentence(number: int) -> str:
    return " ".join(f"{word}{number}" for word in WORDS) + "."


def test_the_opening_is_the_sentence_that_answers_wherever_it_stands():
    claim = quote("The claim of the note.", role="claim", answers=0.2, helps=0.9, brief=0.9)
    caveat = quote("It would be wrong to say so.", role="caveat", start=50, answers=0.8, helps=0.5)
    assert opening([claim, caveat]) is caveat


def test_there_is_no_opening_without_quotes():
    assert opening([]) is None


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_a_brief_keeps_to_its_length_and_says_nothing_twice(values):
    quotes = [
        quote(_sentence(n % 11), start=200 * n, helps=value, brief=value, answers=value)
        for n, value in enumerate(values)
    ]
    measure = Measure()
    kept = chosen(quotes, unlike, {}, measure, [opening(quotes)])
    assert len(kept) <= measure.most
    assert sum(len(q.text.split()) for q in kept) <= measure.words
    assert len({q.text for q in kept}) == len(kept)


def test_what_does_not_help_is_left_out():
    first = quote(_sentence(1), helps=0.9, brief=0.9, answers=0.9)
    weak = quote(_sentence(2), start=300, helps=0.05, brief=0.05)
    assert chosen([first, weak], unlike, {}, Measure(), [first]) == [first]


def test_the_best_caveat_of_the_opening_has_a_place():
    first = quote(_sentence(1), helps=0.9, brief=0.9, answers=0.9)
    others = [quote(_sentence(n), start=300 * n, helps=0.8, brief=0.8) for n in range(2, 9)]
    caveat = quote(_sentence(9), role="caveat", start=9000, helps=0.4, brief=0.4)
    assert caveat in chosen([first, *others, caveat], unlike, {}, Measure(words=1000), [first])


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (
            "Pruning removes 25% of the layers.",
            "Pruning removes 25% of the layers of a model.",
            True,
        ),
        ("Pruning removes 25% of the layers.", "Pruning removes 40% of the layers.", False),
        ("Whales sing at night in groups.", "Pruning removes 40% of the layers.", False),
    ],
)
def test_sentences_repeat_one_another_where_terms_and_numbers_agree(one, other, same):
    first, second = quote(one), quote(other, source="other")
    assert repeats(first, second, unlike, Measure()) is same
