"""A reader's marks become judged questions at once, and are gone once they are taken back."""

import numpy as np
import pytest

from assistant.library import marks
from assistant.library.store import Library
from assistant.select.taught import Taught

SENTENCE = "The cause of the gain of middle layers is left open."
QUESTION = "Why do middle layers gain?"


@pytest.fixture
def library(own_library):
    with Library(own_library) as opened:
        yield opened


def encode(_question):
    return np.array([1.0, 0.0], np.float32)


def test_without_marks_the_list_stays_as_it_is(library):
    assert Taught(library).joined(None, "an embedder", encode) is None


def test_a_mark_is_near_its_question_until_it_is_taken_back(library):
    taught = Taught(library)
    source = library.get("middle-layers")
    marks.put(library, QUESTION, source, SENTENCE, "answers")
    joined = taught.joined(None, "an embedder", encode)
    near = joined.near(QUESTION, encode(QUESTION))
    assert near.familiar > 1
    assert list(near.grades) == ["middle-layers"]
    assert taught.joined(None, "an embedder", encode) is joined
    marks.take_back(library, QUESTION, "middle-layers", SENTENCE)
    assert taught.joined(None, "an embedder", encode) is None


def test_judgements_of_another_embedding_model_are_left_out(library):
    class Listed:
        embedder = "another"

    assert Taught(library).joined(Listed(), "an embedder", encode) is None
