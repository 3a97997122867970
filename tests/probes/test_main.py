import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from probes import __main__ as terminal
from probes.runs import evidence
from probes.texts.prompts import OWN

ROOT = Path(__file__).resolve().parents[2]


class Panic(BaseException):
    """What Rust raises."""


@pytest.fixture
def run(capsys):
    """Run `python -m probes` in this process: its exit code, its output, and what it said beside it."""
    endings = {
        each: signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGINT, signal.SIGPIPE)
    }

    def run(*arguments):
        capsys.readouterr()
        try:
            code = terminal.main([str(argument) for argument in arguments])
        except SystemExit as ended:
            code = ended.code
        return code, *capsys.readouterr()

    yield run
    for ending, handler in endings.items():
        signal.signal(ending, handler)


def test_command_line_prints_one_document_and_no_traceback(decoder, tmp_path):
    command = [sys.executable, "-m", "probes", "run", "layer_valley", "--json"]
    choices = ["-p", f"model={decoder}", "-p", "count=6", "--data-dir", str(tmp_path)]
    done = subprocess.run([*command, *choices], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["probe"] == "layer_valley"
    wrong = subprocess.run([*command, "-p", "count=x"], capture_output=True, text=True, cwd=ROOT)
    assert wrong.returncode == 2
    assert wrong.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], 2, "required: command; see"),
        (["nonsense"], 2, "invalid choice: 'nonsense'"),
        (["run"], 2, "required: name; see"),
        (["run", "layer_valley", "-p", "model=nonsense"], 2, "unknown model 'nonsense'"),
        (["run", "layer_valley", "--data-dir", "/dev/null"], 3, "cannot keep the result in /dev/null"),
        (["supervise", "/nowhere"], 2, "/nowhere holds no job"),
    ],
)  # fmt: skip
def test_whatever_is_wrong_is_one_line_before_anything_is_measured(run, arguments, code, said):
    ended, _, told = run(*arguments)
    assert ended == code
    assert said in told
    assert told.count("\n") == 1


def test_a_tokenizer_that_panics_in_rust_is_told_in_one_line_that_names_the_model(
    run, decoder, tmp_path
):
    folder = shutil.copytree(decoder, tmp_path / "panics")
    file = folder / "tokenizer.json"
    template = [
        {"SpecialToken": {"id": "nowhere", "type_id": 0}},
        {"Sequence": {"id": "A", "type_id": 0}},
    ]
    processor = {
        "type": "TemplateProcessing",
        "single": template,
        "pair": template,
        "special_tokens": {},
    }
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | {"post_processor": processor}))
    code, _, said = run("run", "layer_valley", "-p", f"model={folder}", "--data-dir", tmp_path)
    assert code == 3
    told = said.splitlines()[-1]
    assert told.startswith(f"cannot load panics from {folder} (")
    assert told.endswith("fetch the model again, or choose another")
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("fails", "said"),
    [
        (lambda: torch.empty(2**60), "no memory left for the run; choose a smaller model"),
        (Panic("no entry\nfound for key"), "failed unexpectedly: Panic: no entry found for key"),
    ],
    ids=["memory", "panic"],
)
def test_whatever_else_goes_wrong_is_one_line_even_where_it_is_no_exception(
    run, monkeypatch, fails, said
):
    def describe(_name):
        if isinstance(fails, Panic):
            raise fails
        fails()

    monkeypatch.setattr(terminal.registry, "describe", describe)
    code, _, told = run("list")
    assert code == 3
    assert said in told
    assert told.count("\n") == 1


def test_a_run_takes_its_prompts_from_a_file(run, decoder, tmp_path):
    path = tmp_path / "prompts.jsonl"
    path.write_text("\n".join(json.dumps({"text": text}) for text in OWN[:7]), "utf-8")
    command = (
        "run",
        "block_influence",
        "--json",
        "-p",
        f"model={decoder}",
        "--prompts",
        path,
        "--data-dir",
        tmp_path,
    )
    code, printed, said = run(*command)
    assert code == 0, said
    kept = json.loads(printed)
    assert kept["prompts"]["count"] == 7
    assert kept["prompts"]["origin"] == "the reader's texts"
    assert evidence.prompts(tmp_path, kept["id"]) == OWN[:7]
    path.write_text("", "utf-8")
    code, _, said = run(*command)
    assert code == 3
    assert said.splitlines()[-1].startswith(f"{path} holds no text")
