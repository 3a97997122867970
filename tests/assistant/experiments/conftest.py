"""Fixtures for the tests of runs: an empty library, and the search of the bundled list."""

import pytest

from assistant import Assistant
from assistant.experiments.bearing import bearing
from assistant.library.store import Library


@pytest.fixture
def library(tmp_path):
    """A library of its own for runs."""
    with Library(tmp_path) as opened:
        yield opened


@pytest.fixture
def opened(reading_list):
    """The bundled list."""
    return Assistant.open(reading_list)


@pytest.fixture
def ask(opened):
    """What bears on a question, by the keys of the sources near it; by default of the bundled runs."""

    def bears(question, *near, library=None, without=(), most=4):
        return bearing(
            library or opened.library, opened.index(), opened.embedder, question,
            [opened.source(key) for key in near], lambda key: key not in without, most,
            opened.desk().scores,
        )  # fmt: skip

    return bears
