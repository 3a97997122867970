"""A client of the official SDK asks the library over both transports, offline; an error is one line."""

import asyncio
import json
import os
import signal
import stat
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

from assistant import Assistant, mcp
from tests.assistant.command_line import QUESTION, ROOT, UNANSWERED, launch, one_line


def _environment(corpus, data) -> dict[str, str]:
    return {
        **os.environ, "INQUIRE_DATA_DIR": str(data), "INQUIRE_CORPUS_DIR": str(corpus), "PYTHONPATH": str(ROOT),
    }  # fmt: skip


@asynccontextmanager
async def over_stdio(corpus, data):
    command = StdioServerParameters(
        command=sys.executable, args=["-m", "assistant.cli", "mcp"], env=_environment(corpus, data)
    )
    async with Client(command) as client:
        yield client


@pytest.fixture
def listening(own_library, small_corpus, monkeypatch):
    """`inquire mcp --http` as a process: its address and its key."""
    monkeypatch.setenv("INQUIRE_CORPUS_DIR", str(small_corpus))
    process = launch("mcp", "--http", "--json", data=own_library)
    said = json.loads(process.stdout.readline())
    yield said["address"], said["token_file"]
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=600)
    assert (process.returncode, out) == (0, ""), err
    assert "Traceback" not in err


@asynccontextmanager
async def over_http(address, key):
    headers = {"Authorization": f"Bearer {key}"}
    async with (
        httpx2.AsyncClient(headers=headers, timeout=600) as http,
        Client(streamable_http_client(address, http_client=http)) as client,
    ):
        yield client


async def _questions(client, library) -> None:
    """What every client may ask, and what it gets: the same that the library says itself."""
    tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert tuple(tools) == mcp.NAMES
    assert all(tool.annotations.read_only_hint and tool.description for tool in tools.values())

    answer = (await client.call_tool("ask", {"question": QUESTION})).structured_content
    for sentence in answer["sentences"]:
        for cited in sentence["citations"]:
            text = library.source(cited["source"]).text
            assert text[cited["start"] : cited["end"]] == cited["quote"]
    assert answer["permalink"] == library.ask(QUESTION).permalink
    pinned = await client.call_tool("ask", {"question": QUESTION, "exclude": ["middle-layers"]})
    assert "middle-layers" not in {s["key"] for s in pinned.structured_content["sources"]}

    apart = await client.call_tool("ask", {"question": UNANSWERED})
    near = [key for gap in apart.structured_content["gaps"] for key in gap["nearest"]]
    assert near
    assert all(f"“{library.source(key).title}”" in apart.content[0].text for key in near)

    hits = (await client.call_tool("search", {"question": QUESTION, "k": 3})).structured_content
    assert [hit["passage"] for hit in hits["hits"]] == [
        hit.passage.id for hit in library.search(QUESTION, 3)
    ]
    page = (await client.call_tool("paper", {"key": "middle-layers"})).structured_content
    assert page["title"] == library.source("middle-layers").title
    assert "text" not in page
    whole = await client.call_tool("paper", {"key": "middle-layers", "text": True})
    assert whole.structured_content["text"] == library.source("middle-layers").text
    record = (await client.call_tool("claims", {"key": "middle-layers"})).structured_content
    assert record["sha256"] == library.paper("middle-layers")["claims"]["sha256"]
    found = (await client.call_tool("probes", {})).structured_content["probes"]
    one = (await client.call_tool("probes", {"name": found[0]["probe"]})).structured_content
    assert one["probes"] == found[:1]
    assert (await client.call_tool("evidence", {})).structured_content == {"evidence": []}


WRONG = [
    ("ask", {}, "question"),
    ("ask", {"question": "  "}, "question"),
    ("ask", {"question": QUESTION, "length": "endless"}, "brief"),
    ("ask", {"question": QUESTION, "pin": ["middle-layer"]}, "did you mean middle-layers"),
    ("ask", {"question": QUESTION, "words": 9}, "takes no 'words'"),
    ("search", {"question": QUESTION, "k": 0}, "greater than or equal to 1"),
    ("search", {"question": ["a"]}, "question"),
    ("search", {"question": "why kind:book"}, "the kinds are"),
    ("paper", {"key": "nothing\nhere"}, "There is no source"),
    ("claims", {"key": ""}, "There is no source"),
    ("probes", {"name": "no_such_probe"}, "no_such_probe"),
    ("evidence", {"id": "../../etc"}, "etc"),
    ("rm", {}, "There is no tool 'rm'"),
]


async def _mistakes(client) -> None:
    for name, arguments, said in WRONG:
        result = await client.call_tool(name, arguments)
        told = result.content[0].text
        assert result.is_error, (name, arguments, told)
        assert len(result.content) == 1
        assert one_line(told), told
        assert said in told, (name, arguments, told)
        assert "Traceback" not in told


def test_a_client_on_stdin_is_answered(small_library, small_corpus):
    library = Assistant.open(small_library, corpus_dir=small_corpus)

    async def run() -> None:
        async with over_stdio(small_corpus, small_library) as client:
            await _questions(client, library)
            await _mistakes(client)
            assert not (await client.call_tool("search", {"question": QUESTION})).is_error

    asyncio.run(run())


def test_a_client_on_a_port_is_answered(listening, small_library, small_corpus):
    library = Assistant.open(small_library, corpus_dir=small_corpus)
    address, path = listening

    async def run() -> None:
        key = Path(path).read_text().strip()
        async with over_http(address, key) as client, over_http(address, key) as other:
            await _questions(client, library)
            both = [c.call_tool("search", {"question": QUESTION}) for c in (client, other)]
            first, second = await asyncio.gather(*both)
            assert first.structured_content == second.structured_content
            await _mistakes(other)

    asyncio.run(run())


def test_the_port_is_for_who_has_the_key_and_for_no_page(listening):
    address, path = listening
    assert stat.S_IMODE(Path(path).stat().st_mode) == 0o600
    key = {"authorization": f"Bearer {Path(path).read_text().strip()}"}
    hello = {
        "jsonrpc": "2.0", "id": 1, "method": "initialize",
        "params": {
            "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "0"},
        },
    }  # fmt: skip
    takes = {"accept": "application/json, text/event-stream"}

    def status(headers, method="POST") -> int:
        return httpx2.request(method, address, json=hello, headers={**takes, **headers}).status_code

    assert status(key) == 200
    assert status({}) == 401
    assert status({"authorization": "Bearer"}) == 401
    assert status({"authorization": f"{key['authorization']}x"}) == 401
    assert status({"authorization": key["authorization"].replace("Bearer", "Basic")}) == 401
    assert status({**key, "host": "evil.example"}) == 403
    assert status({**key, "origin": "http://evil.example"}) == 403
    assert status({**key, "sec-fetch-site": "cross-site"}) == 403
    assert status({}, "GET") == 401


def test_the_key_outlives_a_start_and_a_broken_one_is_said(tmp_path):
    key, path = mcp.kept_token(tmp_path)
    assert mcp.kept_token(tmp_path) == (key, path)
    path.write_text("short")
    with pytest.raises(Exception, match="holds no key; delete it"):
        mcp.kept_token(tmp_path)
    path.unlink()
    assert mcp.kept_token(tmp_path)[0] != key
