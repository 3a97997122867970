"""The window starts or says what prevents it, and offers what is configured."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.views.window import Window
from tests.checkout import app

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def window(own_library, own_corpus):
    made = Window(Assistant.open(own_library, corpus_dir=own_corpus))
    made.prepare()
    return made


def test_the_window_can_be_built(window):
    blocks = app.build(window)
    names = {block.elem_id for block in blocks.blocks.values() if block.elem_id}
    assert {"answer", "bench", "panel", "figure", "shelf", "drop", "composer"} <= names


def test_starting_the_app_imports_nothing_heavy():
    code = (
        "import sys, app; heavy = {'torch', 'transformers', 'chromadb', 'llama_index', 'bm25s', "
        "'pypdfium2'}; print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


def test_a_port_in_use_is_one_line_that_names_the_option(tmp_path, capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code = app.main(["--data-dir", str(tmp_path), "--port", str(port)])
    said = capsys.readouterr().err.strip()
    assert code == 3
    assert "--port" in said
    assert str(port) in said
    assert "\n" not in said


def test_the_page_offers_the_writers_that_are_configured_and_says_where_quotes_go(
    own_library, own_corpus
):
    here = Window(Assistant.open(own_library, corpus_dir=own_corpus))
    assert "openai" not in dict(here.writers()[0]).values()
    assert here.writers()[1] == "extractive"
    assert ("Quotes only", "extractive") in here.writers()[0]
    assert here.promise() == "Everything stays on this machine."
    options = {"writer_url": "https://models.example/v1", "writer_model": "m"}
    away = Window(Assistant.open(own_library, corpus_dir=own_corpus, **options))
    assert "openai" in dict(away.writers()[0]).values()
    assert "https://models.example/v1" in away.promise()
    choice = next(b for b in app.build(away).blocks.values() if b.elem_id == "writer")
    assert choice.visible
    assert choice.value == "extractive"
