"""A command that is given a file without end says so, and takes no more memory than a file may have."""

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.assistant.command_line import ROOT, one_line

ENDLESS = Path("/dev/zero")
# Kilobytes of address space; a command that reads on is stopped by it and not by the machine.
MEMORY = 4_000_000


@pytest.mark.skipif(not ENDLESS.exists(), reason="this system has no such device")
@pytest.mark.parametrize("command", ["claims import", "probe traces"])
@pytest.mark.parametrize("name", ["endless.json", "endless.eval", "endless"])
def test_a_file_without_end_is_named_in_one_line(tmp_path, command, name):
    file = tmp_path / name
    file.symlink_to(ENDLESS)
    inquire = [sys.executable, "-m", "assistant.cli", *command.split(), str(file)]
    line = f"ulimit -v {MEMORY}; {shlex.join([*inquire, '--data-dir', str(tmp_path / 'data')])}"
    done = subprocess.run(["/bin/sh", "-c", line], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 3
    assert one_line(done.stderr)
    assert str(file) in done.stderr
