"""The command line keeps its contracts: documents, exit codes, and one line for every failure."""

import errno
import json
import os
import re
import subprocess
import sys

import pytest

from assistant import cli
from tests.assistant.command_line import ROOT, launch, one_line

HEAVY = (
    "torch", "transformers", "chromadb", "llama_index", "gradio", "scipy.stats", "scipy.sparse", "bm25s",
)  # fmt: skip
MODELS = ("numpy", "onnxruntime", "tokenizers")


# ── starting ─────────────────────────────────────────────────────────────────────────────────────


def loaded(watched, commands, data, corpus=None):
    """Which modules are imported when a command ends: for each of several, one after the other in one process."""
    code = (
        "import json, sys; from assistant import cli\n"
        "for command in json.loads(sys.argv[1]):\n"
        f"  code = cli.run(command); found = [m for m in {watched} if m in sys.modules]\n"
        "  print(code, found, file=sys.stderr)"
    )
    env = {**os.environ, "INQUIRE_DATA_DIR": str(data), "PYTHONPATH": str(ROOT)}
    if corpus:
        env["INQUIRE_CORPUS_DIR"] = str(corpus)
    done = subprocess.run(
        [sys.executable, "-c", code, json.dumps(commands)],
        capture_output=True, text=True, env=env, check=True,
    )  # fmt: skip
    return done.stderr.strip().splitlines()


def test_help_and_status_load_no_library_of_models(small_library):
    commands = [["--help"], ["status"], ["status", "--json"], ["ask", "--help"]]
    assert loaded((*HEAVY, *MODELS), commands, small_library) == ["0 []"] * 4


def test_reading_asking_and_searching_load_neither_torch_nor_chroma(own_library, own_corpus):
    question = "Do middle layers give better features than the last layer?"
    commands = [["ask", question], ["search", question], ["summarize", "logit-lens"]]
    assert loaded(HEAVY, commands, own_library, own_corpus) == ["0 []"] * 3
    # New texts are embedded; bm25s, and with it scipy, counts their words.
    (own_corpus / "extra.md").write_text("Middle layers of another model are better features.\n")
    said = loaded(
        ("torch", "transformers", "chromadb", "llama_index"), [["sync"]], own_library, own_corpus
    )
    assert said == ["0 []"]


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"]])
def test_without_a_command_the_help_is_shown(inquire, arguments):
    ran = inquire(*arguments)
    assert ran.code == 0
    for command in ("ask", "search", "summarize", "paper", "export", "add", "sync", "status", "remove",
                    "probe", "evidence", "eval", "serve", "doctor", "models"):  # fmt: skip
        assert re.search(rf"\b{command}\b", ran.out), command


def test_the_data_directory_of_the_command_line_wins(inquire, small_library, tmp_path):
    ran = inquire("status", "--json", "--data-dir", str(small_library), data=tmp_path / "other")
    assert ran.document["data_dir"] == str(small_library)
    assert not (tmp_path / "other").exists()


WRONG = [
    ["nosuch"], ["ask"], ["ask", "   "], ["ask", "?!"], ["ask", "long " * 5000], ["search", "x", "-k", "0"],
    ["ask", "x", "--format", "pdf"], ["ask", "x", "--writer", "nobody"], ["paper", "nosuch"], ["remove", "nosuch"],
    ["export", "hostile", "--format", "word"], ["summarize", "nosuch"], ["summarize"],
    ["summarize", "middle-layers", "--question", "x"], ["probe"], ["probe", "show", "nosuch"],
    ["probe", "run", "nosuch"], ["probe", "run", "layer_valley", "-p", "seed"],
    ["probe", "run", "layer_valley", "-p", "nosuch=1"], ["probe", "stop", "nosuch"], ["evidence", "show", "nosuch"],
    ["probe", "run", "layer_valley", "-p", "model=nosuch"], ["probe", "sweep", "--workers", "0"],
    ["evidence", "rerun", "../.."], ["eval", "nosuch.json"], ["models", "install", "nosuch"],
    ["models", "embed", "--model", "nosuch"], ["models", "embed", "--model", "smollm2"],
    ["models", "embed", "--model", "nosuch", "--layer", "1"], ["models", "embed", "--model", "minilm", "--layer", "99"],
    ["serve", "--port", "99999"], ["add", "arXiv:25", "--online"],
]  # fmt: skip


@pytest.mark.parametrize("arguments", WRONG, ids=lambda given: " ".join(given)[:40])
def test_wrong_use_is_one_line_and_exit_code_2(inquire, arguments):
    ran = inquire(*arguments, "--json")
    assert ran.code == 2
    assert ran.document["error"]["exit_code"] == 2
    assert ran.document["error"]["message"] in ran.err
    assert one_line(ran.err)


def test_a_wrong_setting_is_named(inquire, monkeypatch):
    monkeypatch.setenv("INQUIRE_PORT", "abc")
    ran = inquire("status")
    assert ran.code == 2
    assert "INQUIRE_PORT" in ran.err
    assert one_line(ran.err)


# ── failures that can be mended ──────────────────────────────────────────────────────────────────


def test_a_data_directory_that_is_a_file_is_named(inquire, tmp_path):
    taken = tmp_path / "taken"
    taken.write_text("")
    ran = inquire("status", "--data-dir", str(taken))
    assert ran.code == 3
    assert str(taken) in ran.err
    assert one_line(ran.err)


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/x/y"), 3, "disk is full"),
        (PermissionError(errno.EACCES, "Permission denied", "/x/y"), 3, "/x/y: Permission denied"),
        (MemoryError(), 3, "memory"),
        (KeyboardInterrupt(), 130, "Stopped"),
    ],
    ids=["full disk", "permission", "memory", "interrupt"],
)
def test_failures_of_the_machine_are_said_in_words(error, code, said):
    message, given = cli._ending(error, [])
    assert given == code
    assert said in message


def test_what_nobody_foresaw_is_one_line_and_its_details_are_kept(tmp_path):
    try:
        raise RuntimeError("first\nsecond")
    except RuntimeError as error:
        message, code = cli._ending(error, ["status", "--data-dir", str(tmp_path)])
    assert code == 3
    [log] = (tmp_path / "logs").iterdir()
    assert str(log) in message
    assert "Traceback" in log.read_text()


def test_a_reader_that_has_seen_enough_hears_no_complaint(small_library):
    running = launch("paper", "middle-layers", "--json", data=small_library)
    running.stdout.close()
    assert running.wait(120) == 0
    assert running.stderr.read() == ""
    running.stderr.close()
