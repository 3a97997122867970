"""A really started app admits its own page by the printed address, and nobody else."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.parse
from contextlib import contextmanager
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.guard.passwords import hashed, keep
from assistant.views.window import Window
from tests.checkout import app, serving

ROOT = Path(__file__).resolve().parents[1]
SECRET = "correct horse battery"
UPLOAD = "/gradio_api/upload"
# These are the addresses that the page asks for, that gradio adds, files, streams, and some that do not exist.
PATHS = [
    "/", "/config", "/theme.css", "/static/js/iframeResizer.contentWindow.min.js",
    "/gradio_api/queue/data?session_hash=x", "/gradio_api/heartbeat/x",
    "/gradio_api/upload_progress?upload_id=x", "/gradio_api/app_id", "/gradio_api/info",
    "/gradio_api/file=/etc/passwd", "/gradio_api/call/draw/x", "/favicon.ico", "/manifest.json", "/nothing", "/login",
]  # fmt: skip


class Browser:
    """Requests with exactly the headers that are named."""

    def __init__(self, port):
        self.port = port
        self.host = f"127.0.0.1:{port}"
        self.cookie = ""

    def ask(self, method, path, body=None, host=None, **headers):
        sent = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        sent.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        if host != "":
            sent.putheader("Host", host or self.host)
        if self.cookie:
            sent.putheader("Cookie", self.cookie)
        if body is not None:
            sent.putheader("Content-Length", str(len(body)))
        for name, value in headers.items():
            sent.putheader(name.replace("_", "-"), value)
        sent.endheaders(body)
        with sent.getresponse() as reply:
            stream = reply.status == 200 and "event-stream" in reply.getheader("content-type", "")
            found = Reply(reply.status, dict(reply.getheaders()), b"" if stream else reply.read())
        sent.close()
        return found

    def enter(self, reply):
        self.cookie = reply.headers["set-cookie"].partition(";")[0]


class Reply:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = {name.lower(): value for name, value in headers.items()}
        self.body = body.decode("utf-8", "replace")


@contextmanager
def _served(folder, **settings):
    assistant = Assistant.open(folder, port=0, upload_megabytes=1, **settings)
    bound = serving.listening("127.0.0.1", 0)
    with serving.served(app.build(Window(assistant)), assistant.settings, bound) as found:
        yield found, bound.getsockname()[1]


@pytest.fixture(scope="module")
def opened(small_library, small_corpus):
    """An app on this machine alone: its addresses and its port."""
    with _served(small_library, corpus_dir=small_corpus) as (found, port):
        yield found, port


@pytest.fixture
def stranger(opened):
    return Browser(opened[1])


@pytest.fixture
def reader(opened):
    found, port = opened
    browser = Browser(port)
    browser.enter(browser.ask("GET", found.address.partition(browser.host)[2]))
    return browser


def _multipart(content):
    body = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.md"\r\n\r\n' + content
    return body + b"\r\n--b--\r\n"


FORM = {"Content_Type": "multipart/form-data; boundary=b"}


def test_the_printed_address_opens_the_page_and_the_token_leaves_it(opened, stranger):
    found, _ = opened
    home, query = found.address.partition(stranger.host)[2].split("?")
    first = stranger.ask("GET", f"{home}?{query}&q=why")
    assert (first.status, first.headers["location"]) == (303, "/?q=why")
    stranger.enter(first)
    page = stranger.ask("GET", "/?q=why")
    assert page.status == 200
    assert "gradio-app" in page.body
    token = urllib.parse.parse_qs(query)["token"][0]
    assert token not in page.body
    assert token not in stranger.cookie


def test_the_address_for_a_started_browser_opens_once(opened, stranger):
    once = opened[0].once.partition(stranger.host)[2]
    assert stranger.ask("GET", once).status == 303
    assert stranger.ask("GET", once).status == 403


@pytest.mark.parametrize("path", PATHS)
def test_without_the_token_there_is_nothing(stranger, path):
    for method in ("GET", "POST", "HEAD"):
        reply = stranger.ask(method, path)
        assert reply.status == 403
        assert "gradio" not in reply.body


@pytest.mark.parametrize("path", PATHS)
def test_every_response_is_protected_and_nothing_frames_it(stranger, reader, path):
    for reply in (
        reader.ask("GET", path), reader.ask("GET", path, host="evil.example"), stranger.ask("GET", path),
    ):  # fmt: skip
        assert reply.headers["x-frame-options"] == "DENY"
        assert "frame-ancestors 'none'" in reply.headers["content-security-policy"]
        assert "default-src 'none'" in reply.headers["content-security-policy"]
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["referrer-policy"] == "no-referrer"
        assert not [name for name in reply.headers if name.startswith("access-control")]
        assert "server" not in reply.headers


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "localhost.evil.example", "", "10.0.0.1", "[::2]"]
)
def test_a_rebound_name_gets_nothing_even_with_the_cookie(reader, host):
    for method, path in (
        ("GET", "/"),
        ("GET", "/config"),
        ("POST", "/gradio_api/queue/join"),
        ("GET", PATHS[4]),
    ):
        assert reader.ask(method, path, host=host).status == 403


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://localhost:8888", "null", "http://127.0.0.1:1"]
)
def test_another_page_gets_nothing_even_with_the_cookie(reader, origin):
    for method, path in (
        ("GET", "/"),
        ("POST", "/gradio_api/queue/join"),
        ("OPTIONS", "/config"),
        ("POST", UPLOAD),
    ):
        assert reader.ask(method, path, Origin=origin).status == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_picture_a_frame_or_a_form_of_another_page_gets_nothing(reader, site):
    for path in PATHS:
        assert reader.ask("GET", path, Sec_Fetch_Site=site).status == 403
    assert reader.ask("POST", UPLOAD, _multipart(b"x"), Sec_Fetch_Site=site, **FORM).status == 403


def test_a_form_of_another_page_uploads_nothing_and_the_own_page_does(stranger, reader, tmp_path):
    body = _multipart(b"# A note\n")
    assert stranger.ask("POST", UPLOAD, body, **FORM).status == 403
    assert reader.ask("POST", UPLOAD, body, Origin="https://evil.example", **FORM).status == 403
    reply = reader.ask("POST", UPLOAD, body, Origin=f"http://{reader.host}", **FORM)
    assert reply.status == 200
    assert reply.body.count("a.md") == 1


def test_too_large_an_upload_is_one_line(reader):
    reply = reader.ask("POST", UPLOAD, _multipart(b"x" * 2**20), **FORM)
    assert reply.status == 413
    assert reply.body == "Too large: at most 1 MB at a time; add larger ones with `inquire add`.\n"


def test_an_upload_that_hides_its_length_is_cut_all_the_same(reader):
    with socket.create_connection(("127.0.0.1", reader.port), timeout=600) as line:
        head = (
            f"POST {UPLOAD} HTTP/1.1\r\nHost: {reader.host}\r\nCookie: {reader.cookie}\r\n"
            "Content-Type: multipart/form-data; boundary=b\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        line.sendall(head.encode())
        start = _multipart(b"")[:-9]
        line.sendall(b"%x\r\n%s\r\n" % (len(start), start))
        chunk = b"%x\r\n%s\r\n" % (2**16, b"y" * 2**16)
        try:
            for _ in range(20):
                line.sendall(chunk)
        except OSError:
            pass  # refused before all was sent
        assert line.recv(100).startswith(b"HTTP/1.1 413")


def test_no_function_can_be_called_by_name_and_no_file_by_path(reader):
    for path in (
        "call/draw",
        "call/v2/draw",
        "run/draw",
        "api/draw",
        "component_server",
        "vibe-edit",
        "cancel",
    ):
        for shape in (f"/gradio_api/{path}", f"/gradio_api/{path}/"):
            body = json.dumps({"data": []}).encode()
            assert reader.ask("POST", shape, body, Content_Type="application/json").status == 404
    for path in (
        "file=/etc/passwd",
        "proxy=http://127.0.0.1:1/",
        "info",
        "openapi.json",
        "startup-events",
    ):
        assert reader.ask("GET", f"/gradio_api/{path}").status == 404
    assert reader.ask("GET", "/config").status == 404


def test_no_function_has_a_name(small_library, small_corpus):
    window = Window(Assistant.open(small_library, corpus_dir=small_corpus))
    blocks = app.build(window)
    assert {fn.api_visibility for fn in blocks.fns.values()} == {"private"}
    assert blocks.get_api_info()["named_endpoints"] == {}


def test_a_file_that_was_not_uploaded_is_not_read(opened, reader, tmp_path):
    """The function behind the field for files takes what came through the upload, and no path of this machine."""
    secret = tmp_path / "secret.md"
    secret.write_text("# Secret?\n\nThese are the words of a secret note.\n")
    page = reader.ask("GET", "/").body
    config = json.loads(re.search(r"window\.gradio_config = (\{.*?\});</script>", page)[1])
    drop = next(c["id"] for c in config["components"] if c["props"].get("elem_id") == "drop")
    call = next(d for d in config["dependencies"] if [drop, "upload"] in d["targets"])
    session = "s1"
    for path in (str(secret), "/etc/passwd", "http://127.0.0.1:9/x.md"):
        file = {"path": path, "meta": {"_type": "gradio.FileData"}, "orig_name": "secret.md"}
        body = {
            "data": [[file]],
            "fn_index": call["id"],
            "session_hash": session,
            "event_data": None,
        }
        reply = reader.ask(
            "POST",
            "/gradio_api/queue/join",
            json.dumps(body).encode(),
            Content_Type="application/json",
        )
        assert reply.status == 200
        told = _events(reader, session)
        assert '"success":false' in told
        assert "added" not in told


@pytest.mark.parametrize(
    "call", [{"fn_index": 99_999}, {"fn_index": "0"}, {}, {"fn_index": 0, "data": []}, []]
)
def test_a_call_of_no_function_of_the_page_is_one_line_and_no_traceback(reader, capfd, call):
    body = {"data": [None] * 99, "session_hash": "s", **call} if isinstance(call, dict) else call
    reply = reader.ask(
        "POST", "/gradio_api/queue/join", json.dumps(body).encode(), Content_Type="application/json"
    )
    assert reply.status == 422
    assert reply.body.count("\n") == 1
    assert capfd.readouterr() == ("", "")


def _events(browser, session):
    line = http.client.HTTPConnection("127.0.0.1", browser.port, timeout=600)
    headers = {"Host": browser.host, "Cookie": browser.cookie}
    line.request("GET", f"/gradio_api/queue/data?session_hash={session}", headers=headers)
    return line.getresponse().read().decode()


def test_a_web_socket_is_refused(reader):
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec_WebSocket_Version": "13",
               "Sec_WebSocket_Key": "AAAAAAAAAAAAAAAAAAAAAA=="}  # fmt: skip
    for path in ("/", "/gradio_api/queue/join"):
        assert reader.ask("GET", path, Origin="https://evil.example", **upgrade).status == 403
        assert reader.ask("GET", path, **upgrade).status != 101


# ── for other machines ───────────────────────────────────────────────────────────────────────────


def test_other_machines_need_the_password(own_library, small_corpus):
    keep(hashed(SECRET), own_library)
    with _served(own_library, corpus_dir=small_corpus, host="0.0.0.0") as (found, port):
        assert "token" not in found.address
        browser = Browser(port)
        assert browser.ask("GET", "/", host="evil.example").status == 403
        assert browser.ask("GET", "/config").status == 403
        assert browser.ask("GET", "/").headers["location"] == "/login"
        form = browser.ask("GET", "/login", host="10.1.2.3:80")
        assert form.status == 200
        assert "form-action 'self'" in form.headers["content-security-policy"]
        body = urllib.parse.urlencode({"password": SECRET}).encode()
        assert browser.ask("POST", "/login", body, Origin="https://evil.example").status == 403
        sent = {
            "Origin": "null",
            "Sec_Fetch_Site": "same-origin",
        }  # a browser sends such a form
        assert browser.ask("POST", "/login", b"password=wrong", **sent).status == 403
        browser.enter(browser.ask("POST", "/login", body, **sent))
        assert "gradio-app" in browser.ask("GET", "/").body
        browser.cookie = ""
        assert [browser.ask("POST", "/login", b"password=x").status for _ in range(6)] == [
            403
        ] * 5 + [429]


def test_without_a_password_the_app_does_not_start_for_others(own_library, small_corpus, capsys):
    code = app.main(["--data-dir", str(own_library), "--host", "0.0.0.0", "--port", "0"])
    said = capsys.readouterr().err.strip()
    assert code == 3
    assert "needs a password" in said
    assert "\n" not in said


def test_nothing_listens_after_the_end_and_uploads_are_gone(own_library, small_corpus):
    with _served(own_library, corpus_dir=small_corpus) as (_, port):
        folder = Path(os.environ["GRADIO_TEMP_DIR"])
        assert folder.stat().st_mode & 0o777 == 0o700
        assert Browser(port).ask("GET", "/").status == 403
    assert not folder.exists()
    with pytest.raises(ConnectionRefusedError):
        Browser(port).ask("GET", "/")


def test_pages_that_were_left_are_not_kept_for_ever(small_library):
    assistant = Assistant.open(small_library, port=0)
    blocks = app.build(Window(assistant))
    bound = serving.listening("127.0.0.1", 0)
    with serving.served(blocks, assistant.settings, bound):
        for number in range(3 * serving.PAGES_KEPT):
            assert blocks.state_holder[f"page{number}"]
        assert len(blocks.state_holder.session_data) == serving.PAGES_KEPT
        assert len(blocks.state_holder.time_last_used) == serving.PAGES_KEPT


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "terminate"])
def test_the_app_ends_at_once_with_pages_open_and_leaves_no_uploads(ending, own_library, tmp_path):
    env = {**os.environ, "TMPDIR": str(tmp_path), "INQUIRE_CORPUS_DIR": "none"}
    command = [
        sys.executable,
        str(ROOT / "app.py"),
        "--data-dir",
        str(own_library),
        "--port",
        "0",
        "--json",
    ]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=env
    )
    try:
        told = json.loads(process.stdout.readline())
        assert told["pid"] == process.pid
        browser = Browser(int(urllib.parse.urlsplit(told["url"]).port))
        browser.enter(browser.ask("GET", told["url"].partition(browser.host)[2]))
        open_page = http.client.HTTPConnection("127.0.0.1", browser.port, timeout=600)
        headers = {"Host": browser.host, "Cookie": browser.cookie}
        open_page.request("GET", "/gradio_api/heartbeat/x", headers=headers)
        assert open_page.getresponse().status == 200
        assert list(tmp_path.glob("inquiring-lines-*"))
        process.send_signal(ending)
        assert process.wait(timeout=600) == 0
        assert not list(tmp_path.glob("inquiring-lines-*"))
    finally:
        process.kill()
        process.wait()
