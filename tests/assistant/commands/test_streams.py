"""Whatever the caller did with the standard streams, a command ends in words and writes nothing into the library."""

import os
import shlex
import subprocess
import sys

import pytest

from assistant import cli
from tests.assistant.command_line import ROOT, one_line

MAIN = shlex.join([sys.executable, "-c", "from assistant.cli import main; main()"])


def run(data, line):
    """Run a line of the shell in which `inquire` is the command."""
    env = {
        **os.environ, "PYTHONPATH": str(ROOT), "INQUIRE_CORPUS_DIR": "none",
        "INQUIRE_DATA_DIR": str(data),
    }  # fmt: skip
    command = ["/bin/sh", "-c", line.replace("inquire", MAIN)]
    return subprocess.run(command, capture_output=True, text=True, env=env, check=False)


@pytest.mark.parametrize("closed", [">&-", "<&-", "2>&-", ">&- 2>&-", ">&- 2>&- <&-"])
def test_a_closed_stream_costs_only_its_own_words(own_library, closed):
    done = run(own_library, f"inquire status {closed}")
    assert done.returncode == 0
    assert done.stderr == ""
    assert ("sources" in done.stdout) == (not closed.startswith(">"))
    assert "ok" in run(own_library, "inquire doctor").stdout


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")  # noqa: PTH110
@pytest.mark.parametrize("asked", ["inquire status", "inquire status --json"])
def test_a_full_output_is_one_line(own_library, asked):
    done = run(own_library, f"{asked} > /dev/full")
    assert done.returncode == 3
    assert one_line(done.stderr)
    assert done.stderr.startswith("inquire: Not all was written")


def test_the_details_of_a_failure_lie_where_nobody_else_could_lay_a_link(tmp_path, monkeypatch):
    monkeypatch.setenv("INQUIRE_DATA_DIR", str(tmp_path / "none"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    (tmp_path / "logs").mkdir()
    told, _ = cli._ending(LookupError("odd"), ["status"])
    (place,) = tmp_path.glob("*/failure-*.log")
    assert str(place) in told
    assert place.parent.name != "logs"
    assert place.parent.stat().st_mode & 0o077 == 0
