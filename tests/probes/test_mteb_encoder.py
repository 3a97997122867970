import importlib.util

import numpy as np
import pytest

from probes import encoder, models
from probes.mteb_encoder import MtebEncoder
from probes.prompts import OWN
from probes.types import ProbeError

MTEB = importlib.util.find_spec("mteb") is not None


@pytest.fixture
def wrapped(decoder, tmp_path):
    model = models.load(str(decoder), tmp_path)
    return MtebEncoder(encoder.LayerEncoder(model=model, layer=2))


def test_batches_are_read_as_mteb_hands_them_over(wrapped):
    batches = [{"text": list(OWN[:2])}, {"text": [OWN[2]], "title": ["unused"]}]
    found = wrapped.encode(
        batches, task_metadata=None, hf_split="test", hf_subset="default", prompt_type=None,
        batch_size=2,
    )  # fmt: skip
    np.testing.assert_array_equal(found, wrapped.encoder.encode(OWN[:3]))


def test_empty_texts_get_a_vector(wrapped):
    assert np.isfinite(wrapped.encode([{"text": ["", "word"]}])).all()


def test_other_inputs_are_refused_in_one_line(wrapped):
    with pytest.raises(ProbeError, match="reads text only, and got image"):
        wrapped.encode([{"image": [None]}])


def test_similarities_are_cosines(wrapped):
    rng = np.random.default_rng(0)
    a, b = rng.standard_normal((2, 5, 3)).astype(np.float32)
    every = wrapped.similarity(a, b)
    np.testing.assert_allclose(np.diagonal(every), wrapped.similarity_pairwise(a, b), atol=1e-6)
    np.testing.assert_allclose(np.diagonal(wrapped.similarity(a, 3 * a)), 1, atol=1e-6)
    assert np.abs(every).max() <= 1 + 1e-6


def test_each_layer_has_its_own_name(wrapped):
    model = wrapped.encoder.model
    names = {
        MtebEncoder(encoder.LayerEncoder(model=model, layer=layer, pooling=pooling)).name
        for layer in range(model.layers)
        for pooling in encoder.POOLINGS
    }
    assert len(names) == model.layers * len(encoder.POOLINGS)
    assert all(name.count("/") == 1 for name in names)


@pytest.mark.skipif(MTEB, reason="mteb is installed")
def test_missing_mteb_is_said_in_one_line(wrapped):
    with pytest.raises(ProbeError, match="pip install mteb"):
        _ = wrapped.mteb_model_meta


@pytest.mark.skipif(not MTEB, reason="the optional package mteb is not installed")
def test_mteb_takes_it_for_an_encoder(wrapped):
    from mteb.models import EncoderProtocol

    assert isinstance(wrapped, EncoderProtocol)
    assert wrapped.mteb_model_meta.name == wrapped.name
