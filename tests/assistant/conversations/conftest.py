"""A fixture: an answer with every part, as a library would give it."""

from dataclasses import replace

import pytest

from assistant.conversations.store import Conversations
from assistant.library.store import Library
from tests.assistant.rendering.conftest import full_answer as every_part  # noqa: F401 a fixture


@pytest.fixture
def asked(every_part):  # noqa: F811 the fixture
    """An answer to a question, under its permalink."""
    return replace(every_part, permalink="0123456789ab", seconds={"write": 0.5})


@pytest.fixture
def library(own_library):
    with Library(own_library) as opened:
        yield opened


@pytest.fixture
def threads(library):
    return Conversations(library)
