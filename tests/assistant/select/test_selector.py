"""The selector scores every sentence it reads, reports why it cannot be used, and is deterministic."""

import numpy as np
import pytest

from assistant.errors import Mendable
from assistant.select.selector import WEIGHTS, Reading, Selector

pytestmark = pytest.mark.skipif(
    not WEIGHTS.is_file(), reason="the weights of the selector are not here"
)

SEALS = Reading(
    "How deep do seals dive?",
    (
        "Elephant seals dive to more than 1,500 metres.",
        "They sleep on the beach in summer.",
        "The colony was first counted in 1892.",
    ),
)


@pytest.fixture(scope="module")
def selector() -> Selector:
    return Selector()


def test_every_sentence_has_three_probabilities(selector):
    (found,) = selector("how far down can a seal go?", [SEALS])
    assert found.shape == (3, 3)
    assert ((found >= 0) & (found <= 1)).all()


def test_the_sentence_that_answers_scores_highest(selector):
    (found,) = selector("how far down can a seal go?", [SEALS])
    assert np.argmax(found[:, 2]) == 0


def test_a_passage_scores_the_same_whatever_is_read_beside_it(selector):
    other = Reading("", tuple(f"Sentence {n} speaks of harbours and of ships." for n in range(30)))
    (alone,) = selector("how deep?", [SEALS])
    beside = selector("how deep?", [other, SEALS, other])[1]
    # Quantised activations are scaled by the batch, so scores are equal only up to their step.
    assert np.abs(alone - beside).max() < 0.1
    assert (selector("how deep?", [SEALS])[0] == alone).all()


def test_what_has_no_room_in_the_window_scores_nothing(selector):
    long = Reading("", tuple("word " * 60 + f"{n}." for n in range(20)))
    (found,) = selector("what?", [long])
    assert found[0].any()
    assert not found[-1].any()


@pytest.mark.parametrize(
    "question", ["?", "a", "word " * 5_000, "深度はどれくらいですか", "\U0001f433"]
)
def test_any_question_can_be_read(selector, question):
    assert np.isfinite(selector(question, [SEALS])[0]).all()


def test_no_passage_gives_no_scores(selector):
    assert selector("what?", []) == []


def test_a_passage_without_sentences_has_no_scores(selector):
    assert selector("what?", [Reading("title", ())])[0].shape == (0, 3)


@pytest.mark.parametrize("damage", ["missing", "empty", "cut", "text"])
def test_weights_that_cannot_be_used_are_said_in_one_line(tmp_path, damage):
    path = tmp_path / "selector.onnx"
    if damage != "missing":
        whole = WEIGHTS.read_bytes()
        path.write_bytes(
            {"empty": b"", "cut": whole[: len(whole) // 2], "text": b"no weights"}[damage]
        )
    with pytest.raises(Mendable, match="cosine and shared words") as said:
        Selector(path)
    assert "\n" not in str(said.value)
