"""Fetching brings whole files of the right kind, else says why in one line, and asks no server twice."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from assistant.commands import online
from assistant.errors import Mendable, UsageError

RECORD = {"type": "article-journal", "title": "A title", "DOI": "10.1234/one"}


class Archive(BaseHTTPRequestHandler):
    """A paper at /pdf/2502.02013, a record at /10.1234/one, a web page at /pdf/2502.00001."""

    asked: list[str] = []  # noqa: RUF012  the server makes an instance for every request

    def do_GET(self):
        self.asked.append(self.path)
        pages = {
            "/pdf/2502.02013": b"%PDF-1.4 whole",
            "/10.1234/one": json.dumps(RECORD).encode(),
            "/pdf/2502.00001": b"<html>try later</html>",
        }
        self.send_response(200 if self.path in pages else 404)
        self.end_headers()
        self.wfile.write(pages.get(self.path, b"no"))

    def log_message(self, *arguments):
        pass


@pytest.fixture
def archive():
    server = HTTPServer(("127.0.0.1", 0), Archive)
    Archive.asked.clear()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def fetch(name, folder, address):
    return online.fetch(name, folder, lambda _message, _fraction: None, arxiv=address, doi=address)


def test_an_arxiv_id_brings_its_pdf_once(archive, tmp_path):
    folder = tmp_path / "downloads"
    [path] = fetch("arXiv:2502.02013", folder, archive)
    assert path.suffix == ".pdf"
    assert path.read_bytes() == b"%PDF-1.4 whole"
    assert fetch("arxiv:2502.02013", folder, archive) == [path]
    assert Archive.asked == ["/pdf/2502.02013"]


def test_a_doi_brings_its_record(archive, tmp_path):
    [path] = fetch("doi:10.1234/one", tmp_path, archive)
    assert path.suffix == ".json"
    assert json.loads(path.read_text()) == RECORD


@pytest.mark.parametrize("name", ["arXiv:2502.99999", "doi:10.1234/none", "arXiv:2502.00001"])
def test_what_is_not_there_or_no_paper_leaves_nothing(archive, tmp_path, name):
    with pytest.raises(Mendable, match=name):
        fetch(name, tmp_path, archive)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["arXiv:../../etc", "arXiv:25", "doi:11.1/x", "doi:"])
def test_an_id_of_another_form_is_wrong_use(tmp_path, name):
    with pytest.raises(UsageError):
        fetch(name, tmp_path, "http://127.0.0.1:9")


def test_offline_is_one_line(tmp_path):
    with pytest.raises(Mendable, match="out of reach"):
        fetch("arXiv:2502.02013", tmp_path, "http://127.0.0.1:9")


@pytest.mark.parametrize(
    ("name", "remote"),
    [("arXiv:2502.02013", True), ("ARXIV:cs/0001001", True), ("doi:10.1/x", True), ("notes/arxiv.md", False),
     ("./doi:10.1", False), ("C:doi", False)],
)  # fmt: skip
def test_only_the_two_prefixes_are_remote(name, remote):
    assert online.is_remote(name) is remote
