import numpy as np
import pytest

from probes.errors import ProbeError, UsageError
from probes.layers import encoder
from probes.models import laboratory
from probes.texts.prompts import OWN

KINDS = ("decoder", "encoder", "state_space")


@pytest.fixture(params=KINDS)
def model(request, tmp_path):
    return laboratory.load(str(request.getfixturevalue(request.param)), tmp_path)


@pytest.mark.parametrize("pooling", encoder.POOLINGS)
def test_one_layer_equals_that_layer_of_all(model, pooling):
    texts = [text[: 40 + 20 * at] for at, text in enumerate(OWN[:6])]
    every = encoder.pool_layers(model, texts, [pooling], max_tokens=30)[pooling]
    assert every.shape[:2] == (model.layers, 6)
    for layer in range(model.layers):
        alone = encoder.LayerEncoder(model=model, layer=layer, pooling=pooling, max_tokens=30)
        np.testing.assert_allclose(alone.encode(texts), every[layer], atol=1e-4)


def test_blocks_above_the_layer_do_not_run(decoder, tmp_path):
    model = laboratory.load(str(decoder), tmp_path)
    ran = []
    for number, block in enumerate(model.network.base_model.layers):
        block.register_forward_hook(lambda *_, number=number: ran.append(number))
    encoder.LayerEncoder(model=model, layer=2).encode(OWN[:3])
    assert set(ran) == {0, 1}


def test_batches_change_no_vector(model):
    prompts = encoder.tokens(model, OWN[:5], 40)

    def read(budget):
        seen = {}
        encoder.states_at(
            model, prompts, 1, lambda p, x: seen.__setitem__(p, x.copy()), batch_tokens=budget
        )
        return seen

    alone = read(1)
    assert [len(alone[p]) for p in range(5)] == [len(ids) for ids in prompts]
    for budget in (100, 10_000):
        for prompt, states in read(budget).items():
            np.testing.assert_allclose(states, alone[prompt], atol=1e-4)


def test_pooling_of_known_states():
    states = np.array([[10.0, 0.0], [1.0, 2.0], [3.0, 4.0]], dtype=np.float32)
    expected = {"first": [10, 0], "last": [3, 4], "rest": [2, 3], "mean": [14 / 3, 2]}
    for pooling, vector in expected.items():
        np.testing.assert_allclose(encoder.pool(states, pooling), vector, rtol=1e-6)
    np.testing.assert_array_equal(encoder.pool(states[:1], "rest"), [10, 0])


def test_layers_count_from_the_end_too(decoder, tmp_path):
    model = laboratory.load(str(decoder), tmp_path)
    assert encoder.LayerEncoder(model=model, layer=-1).layer == 5
    for wrong in (6, -7):
        with pytest.raises(UsageError, match=r"has no layer .* 0 \(embeddings\) to 5"):
            encoder.LayerEncoder(model=model, layer=wrong)
    with pytest.raises(UsageError, match="no pooling 'max'"):
        encoder.LayerEncoder(model=model, layer=1, pooling="max")


def test_text_without_tokens_is_named(decoder, tmp_path):
    model = laboratory.load(str(decoder), tmp_path)
    with pytest.raises(ProbeError, match=r"text 1 .* has no tokens"):
        encoder.LayerEncoder(model=model, layer=1).encode(["word", ""])
    assert len(encoder.LayerEncoder(model=model, layer=1).encode([])) == 0
