"""A file that a reader names is read to its end or to a bound; whatever is beyond that is refused in one line."""

import errno
from pathlib import Path

import pytest

from probes.errors import ProbeError
from probes.files import given
from probes.layers import layer_tasks
from probes.tasks import own
from probes.texts import datasets
from probes.traces import formats

ENDLESS = Path("/dev/zero")


def test_a_text_is_read_as_it_is_written(tmp_path):
    path = tmp_path / "a"
    path.write_bytes("\ufeffé\r\nb\rc\n".encode())
    assert given.text(path) == path.read_text("utf-8-sig") == "é\nb\nc\n"
    assert given.text(path, path.stat().st_size) == "é\nb\nc\n"
    with pytest.raises(OSError, match="too large") as told:
        given.text(path, path.stat().st_size - 1)
    assert told.value.errno == errno.EFBIG


@pytest.mark.skipif(not ENDLESS.exists(), reason="this system has no such device")
@pytest.mark.parametrize("read", [datasets.read, own.read, layer_tasks.read, formats.read_lines])
def test_a_file_without_end_is_one_line(monkeypatch, read):
    monkeypatch.setattr(given.text, "__defaults__", (2**16,))
    with pytest.raises(ProbeError, match="too large") as told:
        read(ENDLESS)
    assert "\n" not in str(told.value)
