"""Vectors come back as they were put, to half precision, and go when nothing needs them."""

import numpy as np

from assistant.vectors import VectorStore


def test_the_store_keeps_half_precision_and_forgets_the_rest(tmp_path):
    store = VectorStore(tmp_path / "vectors.sqlite")
    matrix = np.random.default_rng(0).normal(size=(3, 4)).astype(np.float32)
    store.put([("a", matrix), ("b", matrix[:1])])
    np.testing.assert_allclose(store.get(["a"], 4)["a"], matrix, rtol=1e-3)
    assert store.missing(["a", "b", "c"]) == {"c"}
    store.keep({"b"})
    assert store.missing(["a", "b"]) == {"a"}
    assert store.get(["a"], 4) == {}
