"""A setting kept with a library holds in the next program; arguments and the environment override it."""

import json

import pytest

from assistant import Assistant
from assistant.errors import Mendable, UsageError
from assistant.preferences import FILE, keep, kept, preferences, with_kept
from assistant.settings import Settings


def opened(folder, **settings):
    return with_kept(Settings(data_dir=folder, **settings))


def test_what_is_kept_holds_until_it_is_given_back(tmp_path):
    changed = keep(opened(tmp_path), "threads", "2")
    assert changed.threads == opened(tmp_path).threads == 2
    assert keep(changed, "threads", None).threads == Settings().threads == opened(tmp_path).threads
    assert kept(tmp_path) == {}


def test_an_argument_and_the_environment_go_before_what_is_kept(tmp_path, monkeypatch):
    keep(opened(tmp_path), "length", "full")
    assert opened(tmp_path).length == "full"
    assert opened(tmp_path, length="brief").length == "brief"
    monkeypatch.setenv("INQUIRE_LENGTH", "brief")
    assert opened(tmp_path).length == "brief"
    with pytest.raises(UsageError, match="INQUIRE_LENGTH"):
        keep(opened(tmp_path), "length", "full")
    origins = {row.name: row.origin for row in preferences(opened(tmp_path))}
    assert (origins["length"], origins["threads"]) == ("environment", "default")


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [("threads", "many", "threads cannot be"), ("length", "long", "length cannot be"), ("colour", "red", "no setting"),
     ("data_dir", "/elsewhere", "--data-dir"), ("embedder", "minilm@3", "inquire models embed"),
     ("writer", "bogus", "extractive, local, ollama, openai"), ("writer", "bogus:model", "extractive, local"),
     ("language_model", "bogus", "unknown model"), ("language_model", "./nothing", "unknown model"),
     ("writer_model", "./nothing.gguf", "nothing is there"), ("judge", "~/nothing-here", "nothing is there"),
     ("corpus_dir", "/nothing/here", "nothing is there"), ("writer_url", "http://\ud800", "do not print"),
     ("writer_key", "a\nb", "do not print"), ("judge", "a\0b", "do not print")],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_one_line_and_nothing_is_kept(tmp_path, name, value, says):
    with pytest.raises(UsageError, match=says) as refused:
        keep(opened(tmp_path), name, value)
    assert "\n" not in str(refused.value)
    assert not (tmp_path / FILE).exists()


@pytest.mark.parametrize(
    "content",
    ["{", "[" * 100_000, "[]", '{"threads": "many"}', '{"writer": "bogus"}', '{"data_dir": "/elsewhere"}',
     '{"embedder": "minilm@3"}', r'{"writer_url": "http://\ud800"}', r'{"judge": "a\u0000b"}'],
)  # fmt: skip
def test_a_damaged_file_is_named(tmp_path, content):
    (tmp_path / FILE).write_text(content, "utf-8")
    with pytest.raises(Mendable) as refused:
        opened(tmp_path)
    assert str(refused.value).isprintable()


@pytest.mark.parametrize(
    "name", ["judge", "reranker", "writer_model", "corpus_dir", "language_model"]
)
def test_a_folder_is_kept_so_that_every_working_directory_finds_it(tmp_path, monkeypatch, name):
    (tmp_path / "here" / "model").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "here")
    keep(opened(tmp_path), name, "model")
    monkeypatch.chdir(tmp_path)
    assert str(getattr(opened(tmp_path), name)) == str(tmp_path / "here" / "model")


@pytest.mark.parametrize(
    ("name", "value"),
    [("judge", "server"), ("judge", "owner/name"), ("writer_model", "llama3.2"), ("writer", "local:owner/name"),
     ("language_model", "owner/name@main"), ("corpus_dir", "none")],
)  # fmt: skip
def test_what_is_no_path_is_kept_as_it_is_said(tmp_path, name, value):
    keep(opened(tmp_path), name, value)
    assert kept(tmp_path) == {name: value}


def test_a_key_is_not_told_and_its_file_is_its_owners(tmp_path):
    settings = keep(opened(tmp_path), "writer_key", "sesame")
    assert settings.writer_key.get_secret_value() == "sesame"
    assert json.loads((tmp_path / FILE).read_text("utf-8")) == {"writer_key": "sesame"}
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0
    assert "sesame" not in repr(preferences(settings))


def test_a_judge_that_was_loaded_is_another_when_the_setting_is(tmp_path):
    library = Assistant.open(tmp_path, corpus_dir=None)
    first = library.judge
    library.prefer("length", "full")
    assert library.judge is first
    library.prefer("threads", 1)
    assert library.judge is not first
