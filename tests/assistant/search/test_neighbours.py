"""Vectors at chroma's own server, behind a proxy that asks for a token: the same answers as from the files here."""

import http.client
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.errors import Mendable
from assistant.search import index

TOKEN = "a token of the test"
QUESTION = "Do middle layers give better features?"


def free_port():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]


@contextmanager
def chroma(folder, port):
    """A running server of chroma, once it answers."""
    command = [
        Path(sys.executable).with_name("chroma"),
        "run",
        "--path",
        folder,
        "--port",
        str(port),
    ]
    process = subprocess.Popen(
        [*command, "--host", "127.0.0.1"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(6000):
            assert process.poll() is None
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v2/heartbeat", timeout=600)
                break
            except OSError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


@contextmanager
def guarded(port):
    """A proxy before that port, which lets through who has the token."""

    class Proxy(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.headers.get("Authorization") != f"Bearer {TOKEN}":
                return self.answer(401, b'{"error": "no token"}')
            behind = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
            try:
                behind.request(self.command, self.path, body, {"Content-Type": "application/json"})
                reply = behind.getresponse()
                self.answer(reply.status, reply.read())
            except OSError:
                self.answer(502, b'{"error": "chroma is gone"}')
            finally:
                behind.close()

        do_GET = do_POST = do_DELETE = do_PUT = do  # noqa: N815  the names of http.server

        def answer(self, status, data):
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def served(tmp_path):
    port = free_port()
    with chroma(tmp_path / "chroma", port), guarded(port) as address:
        yield address


@pytest.fixture
def opened(own_library, own_corpus, monkeypatch):
    """Open the small library with its vectors at a server; two passages are enough for it."""
    monkeypatch.setattr(index, "CHROMA_FROM", 2)
    # It was indexed as the small library that it is.
    shutil.rmtree(own_library / "indexes")

    def at(url="", token=TOKEN):
        return Assistant.open(own_library, corpus_dir=own_corpus, chroma=url, chroma_token=token)

    return at


def ranked(assistant):
    near = assistant.index().dense(assistant.embedder.question(QUESTION), 10)
    return [(each.passage, each.score) for each in near]


def test_a_server_answers_as_the_files_do_and_holds_one_collection_for_each_index(
    served, opened, own_corpus
):
    exact = ranked(opened())
    there = opened(served)
    there.sync()
    found = there.index()
    assert ranked(there) == exact
    assert found._neighbours.served
    assert found._neighbours._collection.count() == found._embedded
    assert not (found.folder / "chroma").exists()
    first = found.hash
    for number in range(3):
        (own_corpus / f"more-{number}.md").write_text(f"# More {number}\n\nBees count to {number}.")
        there.sync()
    held = {each.name for each in there.index()._neighbours._client.list_collections()}
    assert f"inquire-{first}" not in held
    assert f"inquire-{there.index().hash}" in held
    back = opened()
    assert ranked(back) == ranked(there)


def test_a_server_that_is_gone_is_one_line_and_all_vectors_are_compared(opened, tmp_path, caplog):
    port = free_port()
    with chroma(tmp_path / "chroma", port) as address:
        there = opened(address)
        there.sync()
        before = ranked(there)
    assert ranked(there) == before
    [line] = [each.getMessage() for each in caplog.records if address in each.getMessage()]
    assert line.startswith(f"The vectors at {address} cannot be used")
    assert line.endswith("all vectors are compared instead.")
    assert "\n" not in line


def test_a_wrong_token_or_no_server_is_one_line_and_the_next_sync_goes_on(
    served, opened, own_corpus
):
    before = opened().index().hash
    (own_corpus / "more.md").write_text("# More\n\nBees count to five in one orchard.")
    for url, token in ((served, "another"), ("http://127.0.0.1:9", TOKEN)):
        with pytest.raises(Mendable, match=f"^The vectors at {url} cannot be used .* is kept"):
            opened(url, token).sync()
        assert opened(url, token).library.fact("index") == before
    there = opened(served)
    there.sync()
    assert (
        there.index()
        ._neighbours.nearest(there.embedder.question("bees count"), 1)[0]
        .startswith("more:")
    )


@pytest.mark.parametrize("url", ["chroma:8000", "http://", "http://me:secret@host:8000"])
def test_what_is_no_address_is_refused(url, tmp_path):
    with pytest.raises(Exception, match=r"it is no address|INQUIRE_CHROMA_TOKEN"):
        Assistant.open(tmp_path, chroma=url)
