import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest

from probes.errors import ProbeError, UsageError
from probes.files import staging
from probes.layers import layer_tasks, sweep
from probes.layers.sweep import Cell

ROOT = str(Path(__file__).resolve().parents[3])


class Now:
    """An executor that is none of the standard library's: it works at once, on submit."""

    def submit(self, work, *arguments):
        future = Future()
        try:
            future.set_result(work(*arguments))
        except ProbeError as error:
            future.set_exception(error)
        return future


def counted(done):
    def work(cell):
        done.append(cell.model)
        return {"value": len(cell.model)}

    return work


def test_cells_are_every_model_on_every_set():
    made = sweep.cells(["a", "b"], ["", "tasks.json"], layers=[1, 2])
    assert [(cell.model, cell.data) for cell in made] == [
        ("a", ""), ("a", "tasks.json"), ("b", ""), ("b", "tasks.json"),
    ]  # fmt: skip
    assert all(cell.layers == (1, 2) for cell in made)


def test_what_is_done_is_not_done_again(tmp_path):
    done = []
    first = list(sweep.sweep(sweep.cells("ab"), counted(done), tmp_path, Now()))
    second = list(sweep.sweep(sweep.cells("abc"), counted(done), tmp_path, Now()))
    assert done == ["a", "b", "c"]
    assert [found.resumed for found in first] == [False, False]
    assert {found.cell.model: found.resumed for found in second} == {
        "a": True,
        "b": True,
        "c": False,
    }
    assert all(found.values == {"value": 1} for found in second)


def test_results_arrive_as_they_finish(tmp_path):
    def work(cell):
        time.sleep(float(cell.model))
        return {}

    with ThreadPoolExecutor(3) as pool:
        found = sweep.sweep(sweep.cells(["0.6", "0.0", "0.3"]), work, tmp_path, pool)
        assert [each.cell.model for each in found] == ["0.0", "0.3", "0.6"]


def test_a_failing_cell_holds_up_no_other_and_is_tried_again(tmp_path):
    broken = [True]

    def work(cell):
        if cell.model == "b" and broken:
            raise UsageError("no model\nof that name")
        return {"value": 1}

    first = {f.cell.model: f for f in sweep.sweep(sweep.cells("abc"), work, tmp_path, Now())}
    assert first["b"].values is None
    assert first["b"].error == "no model of that name"
    assert first["a"].values == first["c"].values == {"value": 1}
    broken.clear()
    second = {f.cell.model: f for f in sweep.sweep(sweep.cells("abc"), work, tmp_path, Now())}
    assert second["b"].values == {"value": 1}
    assert not second["b"].resumed


def test_damaged_results_are_done_again(tmp_path):
    done = []
    cell = Cell(model="a")
    list(sweep.sweep([cell], counted(done), tmp_path, Now()))
    (tmp_path / f"{cell.key}.json").write_text('{"values"')
    list(sweep.sweep([cell], counted(done), tmp_path, Now()))
    assert done == ["a", "a"]


def test_a_changed_task_file_is_another_cell(tmp_path):
    path = tmp_path / "tasks.json"
    layer_tasks.write(path, layer_tasks.own_tasks())
    before = Cell(model="a", data=str(path)).key
    assert before == Cell(model="a", data=str(path)).key
    layer_tasks.write(path, layer_tasks.own_tasks()[:1])
    assert before != Cell(model="a", data=str(path)).key
    with pytest.raises(UsageError, match="cannot read"):
        _ = Cell(model="a", data=str(tmp_path / "none.json")).key


@pytest.mark.parametrize("error", [ZeroDivisionError("modulo"), MemoryError("of 8 EiB")])
def test_whatever_a_cell_raises_stops_no_other(tmp_path, error):
    def work(cell):
        if cell.model == "b":
            raise error
        return {"value": 1}

    with ThreadPoolExecutor(1) as pool:
        ended = {f.cell.model: f for f in sweep.sweep(sweep.cells("abc"), work, tmp_path, pool)}
    assert [ended[model].values for model in "ac"] == [{"value": 1}] * 2
    assert ended["b"].exit_code == 3
    assert str(error) in ended["b"].error


def die(cell):
    if cell.model == "dies":
        os.kill(os.getpid(), signal.SIGKILL)
    return {}


def test_a_killed_worker_is_said_in_one_line(tmp_path):
    with ProcessPoolExecutor(1) as pool:
        found = list(sweep.sweep([Cell(model="dies")], die, tmp_path, pool))
    assert "killed" in found[0].error
    assert not list(tmp_path.glob("*.json"))


SCRIPT = """
import sys, time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from probes.layers import sweep

store, log = map(Path, sys.argv[1:3])


def work(cell):
    with log.open("a") as file:
        file.write(cell.model + "\\n")
    if cell.model >= sys.argv[3]:
        time.sleep(600)
    return {"value": cell.model}


with ThreadPoolExecutor(1) as pool:
    print([f.cell.model for f in sweep.sweep(sweep.cells("abcd"), work, store, pool)])
"""


def test_a_killed_sweep_goes_on_where_it_stopped(tmp_path):
    store, log = tmp_path / "store", tmp_path / "log"
    environment = {**os.environ, "PYTHONPATH": ROOT}

    def start(stuck_at):
        command = [sys.executable, "-c", textwrap.dedent(SCRIPT), str(store), str(log), stuck_at]
        return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)

    first = start("c")
    deadline = time.monotonic() + 600
    while not log.exists() or "c" not in log.read_text():
        assert first.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.05)
    first.kill()
    first.communicate()
    kept = [json.loads(path.read_text())["values"]["value"] for path in store.glob("*.json")]
    assert sorted(kept) == ["a", "b"]
    log.unlink()
    said, _ = start("z").communicate(timeout=600)
    assert said.strip() == "['a', 'b', 'c', 'd']"
    assert log.read_text().split() == ["c", "d"]
    assert not list(store.glob(".*.part"))


def test_results_that_cannot_be_kept_are_one_line_and_leave_nothing_half_written(tmp_path):
    cell = Cell(model="a")
    (tmp_path / f"{cell.key}.json").mkdir()
    [found] = sweep.sweep([cell], counted([]), tmp_path, Now())
    assert found.error.startswith(f"cannot keep results in {tmp_path}: Is a directory; free some")
    assert not list(tmp_path.glob(".*.part"))


FOREVER = """
import sys, time
from pathlib import Path
from probes.layers import sweep
from probes.machines import crew


def work(cell):
    Path(cell.data).write_text(str(__import__("os").getpid()))
    time.sleep(600)


if __name__ == "__main__":
    with crew.ProcessCrew(1) as pool:
        pool.submit(work, sweep.Cell(model="a", data=sys.argv[1])).result()
"""


def test_a_killed_sweep_takes_its_processes_with_it(tmp_path):
    script, said = tmp_path / "forever.py", tmp_path / "pid"
    script.write_text(FOREVER, "utf-8")
    environment = {**os.environ, "PYTHONPATH": ROOT}
    parent = subprocess.Popen([sys.executable, str(script), str(said)], env=environment)
    deadline = time.monotonic() + 600
    while not (said.exists() and said.read_text()):
        assert parent.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.05)
    worker = int(said.read_text())
    assert staging.running(worker)
    parent.kill()
    parent.wait()
    while staging.running(worker):
        assert time.monotonic() < deadline
        time.sleep(0.05)
