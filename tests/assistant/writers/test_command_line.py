"""`inquire ask --writer` and `inquire doctor` work with a writer on a server."""

import json
import os
import signal
import subprocess
import sys
import threading

import pytest

from assistant import Assistant
from assistant.question.follow_up import Thread
from tests.chat_servers import quoting, served

QUESTION = "Do middle layers give better features than the last layer?"


@pytest.fixture
def command(small_library, small_corpus):
    """Start `inquire` with a writer on a server."""

    def start(*arguments, **given):
        named = {f"INQUIRE_{name.upper()}": value for name, value in given.items()}
        told = {**os.environ, "INQUIRE_CORPUS_DIR": str(small_corpus), **named}
        return subprocess.Popen(
            [sys.executable, "-m", "assistant.cli", *arguments, "--data-dir", str(small_library)],
            env=told, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    return start


@pytest.fixture
def inquired(inquire, monkeypatch):
    """The same in this process, to its end."""

    def run(*arguments, **given):
        for name, value in given.items():
            monkeypatch.setenv(f"INQUIRE_{name.upper()}", value)
        return inquire(*arguments)

    return run


def echo(chat):
    chat.say(quoting(chat))
    chat.end()


def test_the_answer_of_a_server_is_one_json_document(inquired):
    with served(echo) as server:
        done = inquired(
            "ask", QUESTION, "--json", writer="openai", writer_url=f"{server.address}/v1",
            writer_model="m",
        )  # fmt: skip
    assert done.code == 0, done.err
    document = json.loads(done.out)
    assert document["writer"] == "openai"
    assert document["notices"] == []
    assert document["author"].startswith("m at http://127.0.0.1")
    assert document["folds"][0]["kind"] == "quotes"
    assert document["sources"]


def test_a_dead_server_is_one_line_under_the_answer(inquired):
    done = inquired(
        "ask", QUESTION, "--writer", "openai", writer_url="http://127.0.0.1:9/v1", writer_model="m"
    )
    assert done.code == 0, done.err
    assert "cannot be reached" in done.out


@pytest.mark.parametrize(
    ("given", "code"),
    [({}, 3), ({"writer_url": "nonsense", "writer_model": "m"}, 2), ({"writer_model": "m"}, 3)],
)
def test_a_writer_that_is_not_configured_is_one_line(inquired, given, code):
    done = inquired("ask", QUESTION, "--writer", "openai", **given)
    assert done.code == code
    assert done.out == ""
    assert len(done.err.strip().splitlines()) == 1


def test_control_c_while_a_server_is_waited_for_ends_with_130(command):
    asked, over = threading.Event(), threading.Event()

    def wait(chat):
        asked.set()
        over.wait(60)

    with served(wait) as server:
        running = command(
            "ask", QUESTION, "--writer", "ollama", writer_url=server.address, writer_model="m"
        )
        assert asked.wait(120)
        running.send_signal(signal.SIGINT)
        try:
            _, err = running.communicate(timeout=600)
        finally:
            over.set()
            running.kill()
    assert running.returncode == 130
    assert "Traceback" not in err
    assert len(err.strip().splitlines()) == 1


def test_doctor_asks_the_server_of_the_configured_writer(inquired):
    with served(echo) as server:
        options = {"writer": "ollama", "writer_url": server.address, "writer_model": "m"}
        checks = inquired("doctor", "--json", **options).document["checks"]
        assert {c["check"]: c["ok"] for c in checks}["writer ollama"]
        assert not server.chats
    gone = inquired("doctor", "--json", **options)
    check = next(c for c in gone.document["checks"] if c["check"] == "writer ollama")
    assert not check["ok"]
    assert "cannot be reached" in check["found"]
    assert gone.code == 1


def test_doctor_asks_no_writer_where_no_server_is_configured(inquired):
    checks = inquired("doctor", "--json").document["checks"]
    assert not any(c["check"].startswith("writer") for c in checks)


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("Do middle layers of encoders give better features than the last layer?\n", "layers of encoders"),
        ("Do all 500 encoders have better features?\n", "than the last layer in encoders?"),
    ],
)  # fmt: skip
def test_a_follow_up_is_put_in_full_by_the_model_and_checked(said, read, own_library, small_corpus):
    def script(chat):
        if "Earlier:" in chat.asked:
            chat.say(said)
            chat.end()
        else:
            echo(chat)

    with served(script) as server:
        assistant = Assistant.open(
            own_library, corpus_dir=small_corpus, writer="openai",
            writer_url=f"{server.address}/v1", writer_model="m",
        )  # fmt: skip
        found = assistant.ask("and in encoders?", thread=Thread(earlier=(QUESTION,)))
    assert read in found.read_as
    assert found.sources
