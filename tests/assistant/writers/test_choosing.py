"""Writers are found by their file names, report at once when they cannot write, and import little."""

import subprocess
import sys
import threading

import pytest

from assistant import Assistant, writers
from assistant.errors import InquiryError, Mendable, UsageError
from assistant.settings import Settings

SERVERS = ("openai", "ollama")


def settings(**given) -> Settings:
    return Settings(_env_file=None, **given)


def test_every_writer_offers_what_a_writer_has_to():
    assert {"extractive", "local", "openai", "ollama"} == set(writers.choosing.names())
    for name in writers.choosing.names():
        module = writers.choosing._module(name)
        assert all(callable(part) for part in (module.check, module.reach, module.writer))


def test_an_unknown_writer_is_refused_and_the_known_ones_are_named():
    with pytest.raises(UsageError, match=r"no writer 'nobody'.*extractive"):
        writers.choosing.writer("nobody", settings(), threading.Event())


@pytest.mark.parametrize("name", SERVERS)
def test_a_server_without_a_model_is_said_before_anything_is_read(name, tmp_path, small_corpus):
    assistant = Assistant.open(tmp_path / "new", corpus_dir=small_corpus)
    with pytest.raises(Mendable, match="INQUIRE_WRITER_MODEL"):
        assistant.ask("What is a logit lens?", writer=name)
    assert assistant.library.fact("synced") is None


@pytest.mark.parametrize(
    "url", ["ftp://host/v1", "nonsense", "http://", "http://[::1", "http://user:secret@host/v1"]
)
def test_an_address_that_is_none_is_wrong_use_and_its_password_is_not_repeated(url):
    with pytest.raises(UsageError) as error:
        writers.choosing.check("openai", settings(writer_url=url, writer_model="m"))
    assert "secret" not in str(error.value)
    assert "INQUIRE_WRITER_URL" in str(error.value)


def test_a_local_model_that_is_not_there_is_one_line(tmp_path):
    with pytest.raises(Mendable, match="nothing is there"):
        writers.choosing.check("local", settings(writer_model=str(tmp_path / "none")))
    with pytest.raises(InquiryError, match="INQUIRE_WRITER_MODEL"):
        writers.choosing.writer(
            "local", settings(writer_model="no-such-model", data_dir=tmp_path), threading.Event()
        )


def test_a_file_that_is_no_gguf_file_is_one_line(tmp_path):
    path = tmp_path / "broken.gguf"
    path.write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(InquiryError) as error:
        writers.choosing.writer(
            "local", settings(writer_model=str(path), data_dir=tmp_path), threading.Event()
        )
    assert "whole GGUF file" in str(error.value)


def test_only_writers_that_the_settings_suffice_for_can_be_chosen():
    assert "openai" not in writers.choosing.usable(settings())
    assert "extractive" in writers.choosing.usable(settings())
    full = settings(writer_url="http://127.0.0.1:1/v1", writer_model="m")
    assert {"openai", "ollama"} <= set(writers.choosing.usable(full))


def test_a_choice_may_name_a_model_and_a_server_of_this_machine_which_gets_no_key():
    given = settings(writer_url="https://host/v1", writer_model="m", writer_key="hunter2")
    assert writers.choosing.chosen("ollama", given) == ("ollama", given)
    name, found = writers.choosing.chosen("ollama:llama3.2:3b", given)
    assert (name, found.writer_model, found.writer_url) == (
        "ollama",
        "llama3.2:3b",
        given.writer_url,
    )
    name, found = writers.choosing.chosen("openai:n@http://127.0.0.1:8080/v1", given)
    assert (name, found.writer_model, found.writer_url) == (
        "openai",
        "n",
        "http://127.0.0.1:8080/v1",
    )
    assert found.writer_key.get_secret_value() == ""
    with pytest.raises(UsageError, match="elsewhere"):
        writers.choosing.chosen("openai:n@http://host/v1", given)


def test_the_key_is_in_no_print_of_the_settings():
    assert "hunter2" not in repr(settings(writer_key="hunter2"))


def test_looking_at_the_writers_imports_no_client_and_no_torch():
    code = (
        "import sys; from assistant import writers; from assistant.settings import Settings; "
        "writers.choosing.usable(Settings()); heavy = {'torch', 'transformers', 'llama_index', 'openai', 'ollama'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=600)
    assert done.stdout.strip() == "[]", done.stderr
