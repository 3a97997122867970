"""A brief opens with the sentence that answers, says nothing twice, keeps its length, and has the caveat beside."""

from dataclasses import replace

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


def test_the_caveat_not_to_be_missed_has_a_place_where_it_is_likely_and_none_more_so_is_kept():
    first = quote(_sentence(1), helps=0.9, brief=0.9, answers=0.9)
    others = [quote(_sentence(n), start=300 * n, helps=0.8, brief=0.8) for n in range(2, 9)]
    caveat = quote(_sentence(9), start=9000, helps=0.4, brief=0.4, reserves=0.6)
    unlikely = replace(caveat, reserves=0.01)
    reserving = replace(first, reserves=0.7)

    def kept(opening, *rest):
        return chosen([opening, *rest], unlike, {}, Measure(words=1000), [opening])

    assert caveat in kept(first, *others, caveat)
    assert unlikely not in kept(first, *others, unlikely)
    assert caveat not in kept(reserving, *others, caveat)


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
