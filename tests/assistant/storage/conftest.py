"""Fixtures for the tests of the store: the compiled shim, and a folder in memory."""

import shutil
import tempfile
from pathlib import Path

import pytest

from tests.assistant.storage.watched import compiled


@pytest.fixture(scope="session")
def shim(tmp_path_factory):
    """The library that watches a process, or has its calls fail."""
    return compiled(tmp_path_factory.mktemp("shim"))


@pytest.fixture
def memory():
    """A folder that no real disk slows down, where there is one."""
    shared = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(dir=shared if shared.is_dir() else None))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
