import pytest
from pydantic import ValidationError

from assistant.settings import Settings


def test_the_corpus_can_be_left_out():
    assert Settings(corpus_dir="none").corpus_dir is None


def test_an_empty_data_directory_is_not_the_working_directory(monkeypatch):
    monkeypatch.setenv("INQUIRE_DATA_DIR", "")
    with pytest.raises(ValidationError, match="it is empty"):
        Settings()
