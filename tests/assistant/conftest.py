"""Fixtures for the tests of the assistant: `inquire` in this process, and code run as an unprivileged user."""

import os
import shutil
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

import pytest

from assistant import Assistant, cli
from assistant.search import index
from tests.assistant.command_line import Ran

ROOT = Path(__file__).parents[2]


@pytest.fixture
def inquire(small_library, small_corpus, capsys, monkeypatch):
    """Run a command in this process, on the small library unless told otherwise."""

    def run(*arguments: str, data: Path = small_library, corpus: Path = small_corpus) -> Ran:
        monkeypatch.setenv("INQUIRE_CORPUS_DIR", str(corpus))
        monkeypatch.setenv("INQUIRE_DATA_DIR", str(data))
        capsys.readouterr()
        code = cli.run(arguments)
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return Ran(code, out, err)

    return run


@pytest.fixture
def in_chroma(own_library, own_corpus, monkeypatch) -> Assistant:
    """The small library, indexed as one with many passages is: chroma finds what is near."""
    monkeypatch.setattr(index, "CHROMA_FROM", 2)
    assistant = Assistant.open(own_library, corpus_dir=own_corpus)
    shutil.rmtree(own_library / "indexes" / assistant.library.fact("index"))
    assistant.sync()
    assert (own_library / "indexes" / assistant.library.fact("index") / "chroma").is_dir()
    return assistant


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

    It is for tests about permissions: the superuser may read and write anything. The code sees
    `folder`, and calls `drop()`, once its imports are done, to be nobody.
    """
    folder = Path(tempfile.mkdtemp(prefix="inquire-"))
    folder.chmod(0o755)

    def run(code: str) -> str:
        command = [sys.executable, "-c", _PROLOGUE + textwrap.dedent(code), str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=600)
        assert done.returncode == 0, done.stderr
        return done.stdout

    yield folder, run
    for path in [folder, *folder.rglob("*")]:
        if path.is_dir():
            path.chmod(0o755)
    shutil.rmtree(folder, ignore_errors=True)
    assert not os.path.lexists(folder)


@pytest.fixture(scope="session")
def alce_pdf() -> Path:
    """A real paper with a section of limitations; it is not ours to hand on."""
    path = ROOT.parent / "shared" / "pdfs" / "open_licence" / "alce_emnlp2023.pdf"
    if not path.exists():
        pytest.skip("needs the folder `shared` beside the checkout")
    return path
