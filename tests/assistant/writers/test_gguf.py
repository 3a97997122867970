"""A GGUF file is served by llama.cpp, in this process and to others."""

import importlib.util
import json
import signal
import subprocess
import sys
import threading
from dataclasses import replace

import httpx
import pytest

from assistant.errors import Mendable
from assistant.settings import Settings
from assistant.writers import local
from tests.assistant.writers.checked import whole

LLAMA = pytest.mark.skipif(
    importlib.util.find_spec("xllamacpp") is None,
    reason="xllamacpp is not installed: pip install 'inquiring-lines[local]'",
)


def said(answer):
    return replace(answer, seconds={}, processor_seconds={})


@LLAMA
@pytest.mark.model
def test_a_gguf_file_writes_in_this_process_and_the_same_twice(small, weights):
    assistant = small(writer_model=str(weights))
    first = assistant.ask("Do middle layers give better features?", writer="local")
    assert whole(assistant, first)
    assert said(first) == said(assistant.ask(first.question, writer="local"))


@LLAMA
@pytest.mark.model
def test_the_server_of_llama_cpp_takes_the_schema_and_is_written_with(small, weights):
    from assistant.models.servers import Servers
    from assistant.writers.gguf import served as started
    from assistant.writers.openai_chat import chatting_at
    from assistant.writers.prompts import essay, essay_schema
    from assistant.writers.stream import Budget, pieces

    server = started(weights, 1, 600.0)
    assistant = small(
        writer_url=server.url, writer_key=server.key, writer_model=weights.stem, writer_tokens=60
    )
    answer = assistant.ask("Do middle layers give better features?", writer="openai")
    assert whole(assistant, answer)
    model = chatting_at(Servers(each=(server,)), weights.stem, "m")
    budget = Budget(tokens=40, seconds=600.0)
    arriving = pieces(model, essay("Why?", (), 0), essay_schema(3), budget, threading.Event())
    assert next(arriving).strip()[:1] == "{"
    arriving.close()


@LLAMA
@pytest.mark.model
def test_a_served_model_is_written_with_from_another_process(small, weights, tmp_path):
    command = [sys.executable, "-m", "assistant.cli", "models", "serve", str(weights)]
    command += ["--port", "0", "--json", "--data-dir", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as serving:
        served_at = json.loads(serving.stdout.readline())
        assistant = small(
            writer_url=served_at["url"], writer_model=served_at["model"], writer_tokens=60
        )
        answer = assistant.ask("Do middle layers give better features?", writer="openai")
        page = {"Origin": "http://evil.example"}
        told = httpx.get(f"{served_at['url']}/models", headers=page, timeout=600).headers
        serving.send_signal(signal.SIGINT)
        said_last = serving.stderr.read().decode()
    assert whole(assistant, answer)
    assert "cannot be reached" not in "".join(answer.notices)
    assert said_last == "inquire: Stopped; what was reported done is kept.\n"
    assert serving.returncode == 130
    assert told.get("access-control-allow-origin") not in ("*", page["Origin"])


@LLAMA
@pytest.mark.model
def test_a_wrong_key_of_llama_cpp_is_one_line(small, weights):
    from assistant.writers.gguf import served as started

    server = started(weights, 1, 600.0)
    assistant = small(writer_url=server.url, writer_key="wrong", writer_model=weights.stem)
    answer = assistant.ask("Do middle layers give better features?", writer="openai")
    assert whole(assistant, answer)
    assert "401" in answer.notices[0]


@LLAMA
def test_a_file_that_llama_cpp_cannot_load_is_one_line(tmp_path):
    path = tmp_path / "broken.gguf"
    path.write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(Mendable, match="whole GGUF file"):
        local.writer(Settings(_env_file=None, writer_model=str(path)), threading.Event())
