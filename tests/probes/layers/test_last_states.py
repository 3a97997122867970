import numpy as np
import pytest

from probes.layers import last_states
from probes.layers.lenses import LogitLens
from probes.models import laboratory
from tests.probes.continuations.conftest import build


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = build(tmp_path_factory.mktemp("tiny"))
    return laboratory.load(str(folder), folder)


def test_sums_are_right_and_grow_by_a_digit():
    for series in last_states.sums(5, seed=0):
        for digits, (question, answer) in enumerate(series, start=1):
            first, second = question.removeprefix("Q: What is ").removesuffix("?\nA:").split(" + ")
            assert len(first) == len(second) == digits
            assert int(answer) == int(first) + int(second)
            assert question.endswith("\nA:")


def test_the_state_at_the_end_of_a_question_does_not_know_its_answer(model):
    question, answer = last_states.sums(1, seed=0)[0][2]
    one, other = (last_states.asked(model, (question, said)) for said in (answer, " 12"))
    assert one[1] == other[1]
    seen = last_states.read(model, [one, other], LogitLens(model))
    np.testing.assert_allclose(seen.last[0], seen.last[1], rtol=1e-3, atol=1e-4)
    assert seen.last.shape == (2, model.layers, 32)
    assert seen.loss[0] != seen.loss[1]
    assert (seen.loss > 0).all()


def test_the_loss_is_that_of_the_model_itself(model):
    import torch

    tokens, length = last_states.asked(model, last_states.sums(1, seed=3)[0][1])
    seen = last_states.read(model, [(tokens, length)], LogitLens(model))
    with torch.no_grad():
        told = model.network(torch.tensor([tokens])).logits[0].log_softmax(-1)
    own = [-float(told[at - 1, tokens[at]]) for at in range(length, len(tokens))]
    assert seen.loss[0] == pytest.approx(np.mean(own), rel=1e-4)


def test_padded_questions_have_one_length_and_end_alike(model):
    asked = [last_states.asked(model, question) for question in last_states.sums(1, seed=0)[0]]
    padded = last_states.padded(model, asked, 60)
    assert {length for _, length in padded} == {60}
    for (tokens, length), (longer, _) in zip(asked, padded, strict=True):
        assert longer[60 - length :] == tokens


def test_without_a_lens_nothing_is_said_of_answers(model):
    seen = last_states.read(model, [last_states.asked(model, last_states.sums(1, seed=0)[0][0])])
    assert np.isnan(seen.loss).all()
    assert np.isnan(seen.right).all()
