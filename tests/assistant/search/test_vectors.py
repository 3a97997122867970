"""Vectors are returned as stored, to half precision, and are deleted when nothing needs them."""

import sqlite3
from contextlib import closing

import numpy as np
import pytest

from assistant.search.vectors import VectorStore


def test_the_store_keeps_half_precision_and_forgets_the_rest(tmp_path):
    store = VectorStore(tmp_path / "vectors.sqlite")
    matrix = np.random.default_rng(0).normal(size=(3, 4)).astype(np.float32)
    store.put([("a", matrix), ("b", matrix[:1])])
    np.testing.assert_allclose(store.get(["a"], 4)["a"], matrix, rtol=1e-3)
    assert store.missing(["a", "b", "c"]) == {"c"}
    store.keep({"b"})
    assert store.missing(["a", "b"]) == {"a"}
    assert store.get(["a"], 4) == {}


def test_vectors_that_are_not_as_they_were_stored_are_not_handed_out(tmp_path):
    store = VectorStore(tmp_path / "vectors.sqlite")
    store.put([("a", np.ones((2, 4)))])
    with closing(sqlite3.connect(store.path)) as db, db:
        db.execute("UPDATE vectors SET data = zeroblob(length(data))")
    assert store.is_whole()
    with pytest.raises(ValueError, match="not as they were stored"):
        store.get(["a"], 4)


def test_vectors_of_a_version_without_checksums_are_kept(tmp_path):
    store = VectorStore(tmp_path / "vectors.sqlite")
    with closing(sqlite3.connect(store.path)) as db, db:
        db.execute("CREATE TABLE vectors (hash TEXT PRIMARY KEY, data BLOB)")
        db.execute("INSERT INTO vectors VALUES ('a', ?)", (np.ones(4, np.float16).tobytes(),))
    np.testing.assert_array_equal(store.get(["a"], 4)["a"], np.ones((1, 4)))
