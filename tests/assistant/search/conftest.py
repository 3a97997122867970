"""A small library that a test may change, and what it finds undamaged."""

import pytest

from assistant import Assistant
from tests.assistant.search.ranked import found


@pytest.fixture
def assistant(own_library, own_corpus):
    # The copy of the corpus has another path, so its files count as moved.
    return Assistant.open(own_library, corpus_dir=own_corpus)


@pytest.fixture(scope="session")
def answers(small_library, small_corpus):
    """What the undamaged library finds."""
    return found(Assistant.open(small_library, corpus_dir=small_corpus))
