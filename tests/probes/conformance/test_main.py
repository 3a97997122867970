"""The command that checks golden cases ends in one line and its exit code."""

import subprocess
import sys

import pytest

from probes.conformance.__main__ import main
from tests.probes.conformance.golden import GOLDEN, copied, edited


@pytest.fixture
def run(capsys):
    """Run the command in this process: its exit status, and the lines of its output and of its errors."""

    def run(*arguments):
        status = main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return status, out.splitlines(), err.splitlines()

    return run


def test_the_command_closes_with_the_counts():
    command = [sys.executable, "-m", "probes.conformance", str(GOLDEN)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0
    assert result.stdout.splitlines() == ["384 passed, 0 failed, 19 skipped"]


def test_the_command_prints_what_failed_and_exits_with_one(run, tmp_path):
    def edit(case):
        case["expected"]["float64"]["gram"] = 1.5

    status, (failure, count), _ = run(edited(tmp_path, edit))
    assert status == 1
    assert count == "0 passed, 1 failed, 0 skipped"
    assert "entropy_def/iid_small/none/a1" in failure
    assert "1.5" in failure
    assert "1.81637" in failure


@pytest.mark.parametrize("arguments", [(), ("a", "b"), ("--help",)])
def test_wrong_use_is_one_line_and_two(run, arguments):
    status, _, errors = run(*arguments)
    assert status == 2
    assert len(errors) == 1


def test_what_the_command_says_is_how_the_process_ends(tmp_path):
    command = [sys.executable, "-m", "probes.conformance", str(tmp_path)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 3
    assert len(ended.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("expected.json", b"{"), ("expected.json", b'{"cases": 3}'), ("expected.json", b"[" * 100_000),
        ("inputs.npz", b"PK\x03\x04"), ("inputs.npz", b""), ("inputs.npz", b"text"),
    ],
)  # fmt: skip
def test_a_damaged_folder_is_one_line_and_three(run, tmp_path, name, content):
    folder = copied(tmp_path)
    (folder / name).write_bytes(content)
    status, _, (line,) = run(folder)
    assert status == 3
    assert name in line


def test_a_folder_without_cases_is_one_line_and_three(run, tmp_path):
    for folder in (tmp_path, tmp_path / "absent"):
        status, _, (line,) = run(folder)
        assert status == 3
        assert str(folder) in line


def test_a_reader_that_has_seen_enough_hears_no_complaint():
    command = f"{sys.executable} -m probes.conformance {GOLDEN} | true"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert done.stderr == ""
