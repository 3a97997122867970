"""Fixtures: an empty library and an empty folder that it follows."""

import pytest

from assistant.library.store import Library


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "notes").mkdir()
    return tmp_path / "notes"


@pytest.fixture
def library(tmp_path):
    with Library(tmp_path / "data") as opened:
        yield opened
