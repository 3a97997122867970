"""A server that sends too much, packed, for ever or nonsense costs neither memory nor time, and is one line."""

import threading
import time
from contextlib import closing, suppress
from dataclasses import replace

import pytest

from assistant.errors import Mendable
from assistant.models import servers
from assistant.models.nearby import PLACES, nearby
from assistant.settings import Settings
from assistant.verify.evidence import Claim, Opinion
from assistant.verify.server import server_judge
from assistant.writers import ollama_chat, openai_chat
from assistant.writers.prompts import Prompt
from assistant.writers.stream import Budget, Ended, pieces
from tests.odd_servers import TAKEN, busy, endless, nested, packed, talking, trickling

CLAIM = Claim("Mamba has a dip that is flat.", ("The dip of Mamba is flat.",))


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(servers, "LARGEST_REPLY", 2**20)
    TAKEN.clear()
    yield
    assert not TAKEN.is_set()


def named(address, seconds=1.0):
    settings = Settings(
        writer="openai", writer_url=address, writer_model="m", writer_seconds=seconds
    )
    return settings, servers.named_servers(settings)


@pytest.mark.parametrize("talk", [endless, trickling, packed, nested, busy])
@pytest.mark.parametrize("chat", ["openai", "ollama"])
def test_a_writer_ends_in_words(talk, chat):
    with talking(talk) as address:
        _, several = named(address)
        model = (
            openai_chat.chatting_at(several, "m", "m")
            if chat == "openai"
            else ollama_chat.chatting_at(several, "m")
        )
        prompt = Prompt(rules="Be brief.", turns=("Hello",))
        told = pieces(model, prompt, None, Budget(tokens=9, seconds=8.0), threading.Event())
        with closing(told), suppress(Ended):
            assert "".join(told) == ""


@pytest.mark.parametrize("talk", [endless, trickling, packed, nested, busy])
def test_a_judge_and_a_list_of_models_are_one_line(talk, monkeypatch):
    monkeypatch.setattr(servers, "CONNECT_SECONDS", 1.0)

    class First:
        name = "the first judge"

        def __call__(self, claims):
            return [Opinion(0.95, 0.9) for _ in claims]

    begun = time.monotonic()
    with talking(talk) as address:
        settings, several = named(address)
        with pytest.raises(Mendable, match="The judge m at http") as judged:
            server_judge(settings, First())([CLAIM])
        with pytest.raises(Mendable, match=address) as listed:
            several.each[0].listing("/v1/models")
    assert "\n" not in f"{judged.value}{listed.value}"
    assert time.monotonic() - begun < 30


@pytest.mark.parametrize("talk", [endless, trickling, packed, nested, busy])
def test_another_program_at_the_port_of_a_server_is_passed_over(talk):
    with talking(talk) as address:
        place = replace(PLACES[0], port=int(address.rpartition(":")[2]))
        assert nearby([place]) == []
