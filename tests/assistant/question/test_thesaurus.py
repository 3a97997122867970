"""Near words are near both ways, never near themselves, and are written as the index writes its stems."""

import pytest

from assistant.question.thesaurus import _GROUPS, near
from assistant.text.prose import stem, stems

WORDS = sorted(set(_GROUPS.split()))


def test_nearness_is_mutual_and_nothing_is_near_itself():
    for word in map(stem, WORDS):
        assert word not in near(word)
        assert list(near(word)) == sorted(set(near(word)))
        assert all(word in near(other) for other in near(word))


@pytest.mark.parametrize("word", ["entropy", "attention", "the", ""])
def test_most_words_stand_for_themselves_alone(word):
    assert near(stem(word)) == ()


def test_a_question_in_other_words_shares_stems_with_the_answer():
    asked = set(stems("Do harder prompts pass more blocks?"))
    answer = set(stems("Difficult inputs take more layers."))
    assert not asked & answer
    assert {other for word in asked for other in near(word)} >= {"difficult", "input", "layer"}
