"""A model built by many threads is as whole as one built alone."""

from concurrent.futures import ThreadPoolExecutor

from probes.models import laboratory


def test_models_loaded_by_many_threads_have_their_tied_weights(state_space, tmp_path):
    """transformers patches itself while it loads: unguarded, it would stay without ties for good."""
    with ThreadPoolExecutor(4) as pool:
        loaded = pool.map(lambda _: laboratory.load(str(state_space), tmp_path), range(16))
    for model in loaded:
        assert model.network.lm_head.weight is model.network.get_input_embeddings().weight
