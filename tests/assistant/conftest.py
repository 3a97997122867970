"""A folder and a process for tests about permissions: the superuser may read and write anything."""

import os
import shutil
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

import pytest

_PROLOGUE = """
import os
import sys
from pathlib import Path

folder = Path(sys.argv[1])


def drop():
    if os.geteuid() == 0:
        os.seteuid(65534)
"""


@pytest.fixture
def nobody():
    """A folder that anyone may enter, and a function that runs code there.

    The code sees `folder`, and calls `drop()`, once its imports are done, to be nobody.
    """
    folder = Path(tempfile.mkdtemp(prefix="inquire-"))
    folder.chmod(0o755)

    def run(code: str) -> str:
        command = [sys.executable, "-c", _PROLOGUE + textwrap.dedent(code), str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return done.stdout

    yield folder, run
    for path in [folder, *folder.rglob("*")]:
        if path.is_dir():
            path.chmod(0o755)
    shutil.rmtree(folder, ignore_errors=True)
    assert not os.path.lexists(folder)
