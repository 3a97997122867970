"""Real models write: with llama.cpp's own server, in this process and behind an address, and with transformers."""

import threading

import pytest

from assistant.errors import Mendable, Stopped
from assistant.models.catalogue import OFFERED, WRITERS, place_of
from assistant.settings import Settings
from assistant.writers import local
from tests.assistant.writers.checked import whole
from tests.chat_servers import chatting, served


@pytest.mark.model
def test_stop_ends_a_model_of_transformers_at_its_next_token(small, weights, tmp_path, monkeypatch):
    monkeypatch.setattr("assistant.writers.gguf.available", lambda: False)
    assistant = small(writer_model=str(weights))
    stop, passes = threading.Event(), []
    network = local._loaded(str(weights), assistant.data_dir).network

    def begin(*_):
        passes.append(stop.is_set())
        stop.set()  # while the first token is being made

    hook = network.register_forward_pre_hook(begin)
    try:
        with pytest.raises(Stopped):
            assistant.ask("Do middle layers give better features?", writer="local", stop=stop)
        begun = len(passes)
        for thread in threading.enumerate():
            if thread.name == "writer":
                thread.join()
    finally:
        hook.remove()
    assert passes[0] is False
    assert len(passes) - begun <= 1


@pytest.mark.model
@pytest.mark.parametrize("writer", ["openai", "ollama"])
def test_a_server_without_forms_is_written_with(writer, small, weights):
    backend = local._loaded(str(weights), small().data_dir)
    with served(chatting(backend)) as server:
        url = f"{server.address}/v1" if writer == "openai" else server.address
        assistant = small(writer_url=url, writer_model="m", writer_tokens=32)
        answer = assistant.ask("Do middle layers give better features?", writer=writer)
    assert server.chats
    assert whole(assistant, answer)


def test_the_bundled_model_never_writes(tmp_path):
    for name in ("smollm2", ""):
        with pytest.raises(Mendable, match="inquire models install"):
            local.check(Settings(_env_file=None, writer_model=name, data_dir=tmp_path))


def test_the_best_model_that_is_installed_writes_where_none_is_named(tmp_path):
    settings = Settings(_env_file=None, data_dir=tmp_path)
    better, smaller = WRITERS
    for model in (smaller, better):
        place_of(model, tmp_path).mkdir(parents=True)
        (place_of(model, tmp_path) / model.file).write_bytes(b"GGUF")
        assert local.named(settings).endswith(model.file)
    named = settings.model_copy(update={"writer_model": smaller.name})
    assert local.named(named).endswith(smaller.file)
    assert local.reach(named) == f"{smaller.file.removesuffix('.gguf')} on this machine"


def test_a_model_that_is_offered_and_not_here_says_how_it_is_brought(tmp_path):
    settings = Settings(_env_file=None, writer_model=WRITERS[0].name, data_dir=tmp_path)
    with pytest.raises(Mendable, match="is not installed; `inquire models install"):
        local.check(settings)
    assert all(model.name and model.licence for model in OFFERED)
