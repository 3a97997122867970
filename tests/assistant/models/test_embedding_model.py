"""A library retrieves with the model chosen for it, and with the earlier one where the choice fails."""

import signal
import subprocess
import sys

import pytest

from assistant import Assistant
from assistant.errors import Mendable, UsageError
from assistant.models.embedding_model import EmbeddingModel, resolved

QUESTION = "Do middle layers give better features than the last layer?"


@pytest.fixture
def library(own_library, small_corpus):
    return Assistant.open(own_library, corpus_dir=small_corpus)


def test_a_layer_that_is_chosen_is_what_the_library_retrieves_with(library, small_corpus):
    before = library.index().hash
    chosen = library.choose_embedder("minilm@3")
    assert library.embedder.id == "all-MiniLM-L6-v2@3"
    assert chosen != before
    again = Assistant.open(library.data_dir, corpus_dir=small_corpus)
    assert again.index().hash == chosen
    assert again.search(QUESTION)[0].passage.source == "middle-layers"
    assert again.choose_embedder("minilm") == before


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("minilm@99", UsageError), ("minilm@last", UsageError), ("nowhere", UsageError),
        ("nowhere@2", UsageError), ("smollm2", UsageError), ("", UsageError), ("/", Mendable),
    ],
)  # fmt: skip
def test_a_choice_that_fails_leaves_what_there_was(library, name, error):
    before = library.search(QUESTION)
    with pytest.raises(error):
        library.choose_embedder(name)
    assert library.embedder_name == "minilm"
    assert library.search(QUESTION) == before


def test_a_folder_is_found_again_from_any_working_directory(monkeypatch, tmp_path):
    (tmp_path / "model").mkdir()
    monkeypatch.chdir(tmp_path)
    assert resolved("model") == str(tmp_path / "model")
    assert resolved("./model@3") == f"{tmp_path / 'model'}@3"
    assert resolved("minilm") == "minilm"
    assert resolved("owner/name@0") == "owner/name@0"


def test_a_choice_that_is_killed_leaves_what_there_was(library, small_corpus):
    """The process that chooses dies while it embeds."""
    code = (
        "import os, signal, sys; from assistant import Assistant\n"
        "library = Assistant.open(sys.argv[1], corpus_dir=sys.argv[2])\n"
        "def die(message, share):\n"
        "    if message == 'indexing': os.kill(os.getpid(), signal.SIGKILL)\n"
        "library.choose_embedder('minilm@3', die)"
    )
    before = library.search(QUESTION)
    command = [sys.executable, "-c", code, str(library.data_dir), str(small_corpus)]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    again = Assistant.open(library.data_dir, corpus_dir=small_corpus)
    assert again.embedder_name == "minilm"
    assert again.search(QUESTION) == before


def test_an_index_of_another_model_is_not_searched(library, small_corpus):
    """As after a change of the setting: vectors of two models cannot be compared."""
    library.index()
    other = Assistant.open(library.data_dir, corpus_dir=small_corpus, embedder="minilm@3")
    assert other.index().hash == other.indexed_as()


def test_a_choice_made_elsewhere_takes_hold_in_what_is_open(library, small_corpus):
    library.search(QUESTION)
    elsewhere = Assistant.open(library.data_dir, corpus_dir=small_corpus)
    chosen = elsewhere.choose_embedder("minilm@3")
    assert library.index().hash == library.indexed_as() == chosen
    assert library.search(QUESTION) == elsewhere.search(QUESTION)


def test_a_layer_counts_its_own_tokens(tmp_path):
    texts = ["Middle layers win.", ""]
    layer, whole = (
        EmbeddingModel(name, window=64, threads=1, cache=tmp_path)
        for name in ("minilm@3", "minilm")
    )
    assert layer.count_tokens(texts) == whole.count_tokens(texts) == [4, 0]


UNCHANGED = """
import sys
from assistant import Assistant
library = Assistant.open(sys.argv[1], corpus_dir=sys.argv[2])
assert {file.status for file in library.sync().files} == {"unchanged"}
print([name for name in ("torch", "tokenizers", "transformers") if name in sys.modules])
"""


def test_a_sync_that_changes_nothing_loads_no_model(own_library, small_corpus):
    done = subprocess.run(
        [sys.executable, "-c", UNCHANGED, str(own_library), str(small_corpus)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == "[]"
