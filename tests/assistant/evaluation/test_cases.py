"""A document of a set has a key that a library keeps."""

import pytest

from assistant.evaluation.cases import library_key


@pytest.mark.parametrize("name", ["12", "a-b", "A b", "ü", "", "word " * 40, "word " * 41])
def test_a_document_has_a_key_that_a_library_keeps(name):
    key = library_key(name)
    assert library_key(key) == key
    assert len(key) <= 60
    assert name == key or library_key(name + "!") != key
