"""Servers of this machine are found at their ports; other programs that answer there are skipped."""

from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from assistant.models.nearby import PLACES, nearby
from assistant.settings import Settings
from assistant.writers.choosing import chosen, reach
from tests.chat_servers import served

OLLAMA, LLAMA = PLACES[:2]


def silent(chat):
    chat.end()


def at(place, address):
    return replace(place, port=urlsplit(address).port)


def test_a_running_server_offers_its_models_and_can_be_chosen():
    with served(silent, models=("m", "n")) as server:
        found = nearby([at(OLLAMA, server.address), at(LLAMA, server.address)])
        assert [(each.server, each.model) for each in found] == [
            ("Ollama", "m:latest"), ("Ollama", "n:latest"), ("llama.cpp", "m"), ("llama.cpp", "n"),
        ]  # fmt: skip
        for each in found:
            name, settings = chosen(each.choice, Settings(_env_file=None))
            assert server.address in reach(name, settings)


@pytest.mark.parametrize("port", [9, 1])
def test_where_nothing_listens_nothing_is_found(port):
    assert nearby([replace(OLLAMA, port=port)]) == []


def test_a_page_that_is_no_server_of_models_is_passed_over():
    with served(silent) as server:
        assert nearby([replace(at(LLAMA, server.address), path="/nothing")]) == []
        assert nearby([replace(at(LLAMA, server.address), entries="rows")]) == []
        assert nearby([replace(at(LLAMA, server.address), field="size")]) == []
