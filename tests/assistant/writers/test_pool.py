"""Several servers of one model: two real ones, of which one is killed while it writes; and the judge over two."""

import itertools
import subprocess
import sys
import threading
from contextlib import closing

import pytest

from assistant.models.servers import checked_urls, loopback, named_servers
from assistant.settings import Settings
from assistant.verify.evidence import Claim, Opinion
from assistant.verify.server import server_judge
from assistant.writers.openai_chat import chatting_at
from assistant.writers.prompts import Prompt
from assistant.writers.stream import Budget, Ended, pieces
from tests.chat_servers import served

SERVER = """
import sys, time, xllamacpp
asked = xllamacpp.CommonParams()
asked.model.path, asked.n_ctx, asked.n_parallel, asked.port = sys.argv[1], 1024, 1, 0
asked.ui, asked.warmup, asked.verbosity, asked.cpuparams.n_threads = False, False, -1, 1
server = xllamacpp.Server(asked)
print(server.listening_address, flush=True)
time.sleep(3600)
"""


STORY = "Tell me a story about a fox in a forest."


def servers(*addresses, **settings):
    urls = ",".join(addresses)
    return named_servers(Settings(writer_url=urls, writer_seconds=600, **settings))


def text(model, count=60, each=lambda _: None):
    """The beginning of what a model writes, a piece at a time."""
    budget, said = Budget(tokens=200, seconds=600), ""
    prompt = Prompt(rules="You are a helpful assistant.", turns=(STORY,))
    with closing(pieces(model, prompt, None, budget, threading.Event())) as arriving:
        for piece in itertools.islice(arriving, count):
            said += piece
            each(said)
    return said


@pytest.fixture
def two(weights):
    """Two servers of llama.cpp, each a process of its own, with their addresses."""
    pytest.importorskip("xllamacpp", reason="xllamacpp is not installed")
    command = [sys.executable, "-c", SERVER, str(weights)]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    try:
        yield {f"{process.stdout.readline().strip()}/v1": process for process in started}
    finally:
        for process in started:
            process.kill()
            process.wait()


@pytest.mark.model
def test_a_server_killed_while_it_writes_costs_nothing_of_the_text(two):
    whole = text(chatting_at(servers(*two), "m", "m"))
    killed = []

    def kill(so_far):
        if len(so_far) > 30 and not killed:
            first = min(two)
            two[first].kill()
            two[first].wait()
            killed.append(first)

    again = text(chatting_at(servers(*two), "m", "m"), each=kill)
    # The pieces may be cut elsewhere where the second server goes on.
    common = min(len(again), len(whole))
    assert common > 100
    assert again[:common] == whole[:common]
    assert killed
    assert text(chatting_at(servers(*two), "m", "m")) == whole


def test_a_text_that_the_next_server_writes_otherwise_is_not_joined_to_the_first():
    asked = []

    def script(chat):
        asked.append(chat)
        if len(asked) == 1:
            chat.say("One two ")
            chat.say("three ")
            chat.reset()
        else:
            chat.say("Eins zwei drei.")
            chat.end()

    with served(script) as first, served(script) as second:
        pool = servers(f"{first.address}/v1", f"{second.address}/v1")
        with pytest.raises(Ended, match="broke off"):
            text(chatting_at(pool, "m", "m"))
    assert len(asked) == 2


def test_a_server_that_is_busy_or_down_is_left_out():
    def busy(chat):
        chat.fail(503, "loading")

    def writes(chat):
        chat.say("Here.")
        chat.end()

    with served(busy) as first, served(writes) as second:
        pool = servers("http://127.0.0.1:9/v1", *(f"{x.address}/v1" for x in (first, second)))
        assert text(chatting_at(pool, "m", "m")) == "Here."
        assert len(first.chats) <= 1


class Sure:
    name = "first"

    def __call__(self, claims):
        return [Opinion(0.9, 0.5) for _ in claims]


def test_the_judge_shares_its_sentences_over_servers_of_which_one_dies():
    def yes(chat):
        chat.raw(b'{"choices": [{"message": {"content": "yes"}}]}')

    claims = [Claim(f"Bees count to {n}.", (f"Bees count to {n}.",)) for n in range(12)]
    with served(yes) as left:
        with served(yes) as dying:
            urls = f"{left.address}/v1,{dying.address}/v1"
            given = {"judge": "server", "writer_url": urls, "writer_model": "m"}
            judge = server_judge(Settings(**given, writer_at_once=2), Sure())
            assert all(opinion.supports for opinion in judge(claims))
            assert left.chats
            assert dying.chats
        assert all(opinion.supports for opinion in judge(claims))
    assert len(left.chats) + len(dying.chats) == 2 * len(claims)


def test_addresses_are_checked_each_and_are_here_only_if_all_are():
    assert checked_urls("http://127.0.0.1:1/v1/, http://127.0.0.1:2/v1") == [
        "http://127.0.0.1:1/v1",
        "http://127.0.0.1:2/v1",
    ]
    assert loopback("http://127.0.0.1:1/v1, http://localhost:2/v1")
    assert not loopback("http://127.0.0.1:1/v1, https://example.org/v1")
