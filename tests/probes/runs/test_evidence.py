import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from probes import registry
from probes.layers.layer_tasks import own_tasks, write
from probes.runs import evidence
from probes.types import ModelRecord, ProbeError, Result, UsageError

RECORD = ModelRecord(id="none", revision="0", quantisation="none", parameters=1)
ROOT = Path(__file__).resolve().parents[3]


def a_run(outcome="supported", **parameters):
    probe = registry.build("layer_valley", parameters)
    return probe.conclude(probe.specimens()[outcome], RECORD, prompts=("first", "zweiter Satz é"))


def test_what_is_saved_is_what_is_loaded(tmp_path):
    run = a_run()
    result = evidence.save(run, tmp_path)
    again = evidence.load(tmp_path, result.id)
    assert again == result
    assert replace(again, id="", arrays="", plot="") == run.result
    assert evidence.prompts(tmp_path, result.id) == run.prompts
    for name, array in evidence.arrays(tmp_path, result.id).items():
        np.testing.assert_array_equal(array, run.arrays[name])
    assert evidence.figure(tmp_path, result.id)["layout"]["meta"]["alt"]


def test_result_is_json_that_reads_back(tmp_path):
    result = evidence.save(a_run("refuted"), tmp_path)
    assert Result.from_json(json.loads(json.dumps(result.as_json()))) == result


def test_paths_exist_and_the_figure_needs_no_network(tmp_path):
    result = evidence.save(a_run(), tmp_path)
    page = Path(result.plot)
    assert Path(result.arrays).is_file()
    assert 'src="../plotly.min.js"' in page.read_text("utf-8")
    assert (page.parent / "../plotly.min.js").resolve().is_file()
    assert "<svg" in (page.parent / "plot.svg").read_text("utf-8")


def test_the_data_directory_may_move(tmp_path):
    result = evidence.save(a_run(), tmp_path / "here")
    (tmp_path / "here").rename(tmp_path / "there")
    assert Path(evidence.load(tmp_path / "there", result.id).arrays).is_file()


def test_same_run_again_gets_the_next_number_and_another_run_another_name(tmp_path):
    first, second = (evidence.save(a_run(), tmp_path).id for _ in range(2))
    other = evidence.save(a_run(seed=1), tmp_path).id
    assert first.removesuffix("-1") == second.removesuffix("-2")
    assert other.endswith("-1")
    assert other != first


def _save_some(folder):
    run = a_run()
    for _ in range(5):
        evidence.save(run, folder)


def test_two_writers_never_take_the_same_id(tmp_path):
    code = (
        "import sys; sys.path.insert(0, sys.argv[2]); from pathlib import Path; import test_evidence;"
        "test_evidence._save_some(Path(sys.argv[1]))"
    )
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path), str(Path(__file__).parent)], cwd=ROOT
        )
        for _ in range(2)
    ]
    assert [writer.wait() for writer in writers] == [0, 0]
    numbers = [int(result.id.rpartition("-")[2]) for result in evidence.listing(tmp_path)]
    assert sorted(numbers) == list(range(1, 11))


def test_a_writer_killed_at_any_moment_leaves_nothing_half_written(tmp_path):
    code = (
        "import sys; sys.path.insert(0, sys.argv[2]); from pathlib import Path; import test_evidence\n"
        "print('ready', flush=True)\n"
        "while True: test_evidence._save_some(Path(sys.argv[1]))"
    )
    for pause in (0.05, 0.11, 0.2, 0.33):
        writer = subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path), str(Path(__file__).parent)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
        )
        writer.stdout.readline()
        time.sleep(pause)
        os.kill(writer.pid, signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        kept = {result.id for result in evidence.listing(tmp_path)}
        shown = {path.name for path in (tmp_path / "evidence").glob("layer_valley-*")}
        assert kept == shown
        for identity in kept:
            evidence.arrays(tmp_path, identity)
            evidence.figure(tmp_path, identity)
        evidence.sweep(tmp_path)
        assert not list((tmp_path / "evidence").glob(".*"))


def test_a_draft_of_a_living_process_is_left_alone(tmp_path):
    store = tmp_path / "evidence"
    (store / f".{os.getpid()}-abcd.part").mkdir(parents=True)
    assert evidence.sweep(tmp_path) == 0
    assert evidence.listing(tmp_path) == []


def test_deleted_evidence_is_gone(tmp_path):
    first, second = (evidence.save(a_run(), tmp_path).id for _ in range(2))
    evidence.delete(tmp_path, first)
    assert [result.id for result in evidence.listing(tmp_path)] == [second]
    with pytest.raises(UsageError, match=first):
        evidence.load(tmp_path, first)


@pytest.mark.parametrize("identity", ["", "..", "../secret", "layer_valley-00000000-1", "x/y"])
def test_an_unknown_id_is_one_clear_line(tmp_path, identity):
    with pytest.raises(UsageError, match="no evidence"):
        evidence.delete(tmp_path, identity)


def test_a_damaged_record_is_named_and_hides_no_other(tmp_path):
    good, bad = (evidence.save(a_run(), tmp_path).id for _ in range(2))
    (tmp_path / "evidence" / bad / "result.json").write_text("{", "utf-8")
    assert [result.id for result in evidence.listing(tmp_path)] == [good]
    with pytest.raises(ProbeError, match=f"{bad} is damaged"):
        evidence.load(tmp_path, bad)


@pytest.mark.parametrize(
    "part",
    [
        {"effect": "high"}, {"verdict": "perhaps"}, {"interval": [1]}, {"n": None}, {"parameters": 3},
        {"prompts": None}, {"control": {"a": 3}}, {"model": {"id": "x"}}, {"summary": 3},
    ],
    ids=str,
)  # fmt: skip
def test_a_record_with_a_part_of_another_kind_is_damaged(tmp_path, part):
    identity = evidence.save(a_run(), tmp_path).id
    path = tmp_path / "evidence" / identity / "result.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **part}), "utf-8")
    assert evidence.listing(tmp_path) == []
    assert [identity in line for line in evidence.damaged(tmp_path)] == [True]


READERS = {
    "arrays.npz": evidence.arrays,
    "prompts.json": evidence.prompts,
    "plot.json": evidence.figure,
    "plot.svg": evidence.picture,
}
PICKLED = b"\x80\x04N."


@pytest.mark.parametrize(
    ("name", "content"),
    [
        *((name, None) for name in READERS),
        *(("arrays.npz", content) for content in (b"", b"PK\x03\x04", b"hello", PICKLED)),
        *(("prompts.json", content) for content in (b"", b"[", b"{}", b"[]", b'["other"]', b"3")),
        *(("plot.json", content) for content in (b"", b"[]", b"{}", b"[" * 100_000)),
    ],
)
def test_a_damaged_file_of_a_run_is_named_with_what_would_do(tmp_path, name, content):
    identity = evidence.save(a_run(), tmp_path).id
    path = tmp_path / "evidence" / identity / name
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ProbeError, match=f"evidence {identity} is damaged .*run it again") as said:
        READERS[name](tmp_path, identity)
    assert str(path) in str(said.value)


def test_torn_arrays_are_damaged_wherever_they_are_torn(tmp_path):
    identity = evidence.save(a_run(), tmp_path).id
    path = tmp_path / "evidence" / identity / "arrays.npz"
    whole = path.read_bytes()
    for share in (0.1, 0.5, 0.9):
        path.write_bytes(whole[: int(share * len(whole))])
        with pytest.raises(ProbeError, match="damaged"):
            evidence.arrays(tmp_path, identity)


def test_a_record_cannot_point_out_of_its_folder(tmp_path):
    identity = evidence.save(a_run(), tmp_path).id
    folder = tmp_path / "evidence" / identity
    record = json.loads((folder / "result.json").read_text("utf-8"))
    away = {**record, "arrays": "../../x.npz", "plot": "/etc/passwd"}
    (folder / "result.json").write_text(json.dumps(away), "utf-8")
    kept = evidence.load(tmp_path, identity)
    assert {Path(kept.arrays).parent, Path(kept.plot).parent} == {folder}


def test_a_place_that_will_not_do_is_said_before_the_run(tmp_path, monkeypatch):
    evidence.prepare(tmp_path)
    assert list((tmp_path / "evidence").iterdir()) == []
    full = type("Usage", (), {"free": 3 * 2**20})
    monkeypatch.setattr(evidence.shutil, "disk_usage", lambda _path: full)
    with pytest.raises(ProbeError, match="only 3 MiB are free; free some space or choose"):
        evidence.prepare(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(ProbeError, match="Not a directory"):
        evidence.prepare(tmp_path / "file")


def test_an_unwritable_place_is_one_clear_line(tmp_path):
    (tmp_path / "evidence").write_text("a file where the folder should be", "utf-8")
    with pytest.raises(ProbeError, match="cannot keep the result"):
        evidence.save(a_run(), tmp_path)


def _on_tasks(folder):
    tasks = folder / "tasks.json"
    write(tasks, own_tasks())
    probe = registry.build("layer_task", {"tasks": str(tasks)})
    return tasks, probe.conclude(probe.specimens()["supported"], RECORD, prompts=probe.choose(()))


def test_a_file_that_a_parameter_names_is_kept_with_the_run(tmp_path):
    tasks, run = _on_tasks(tmp_path)
    result = evidence.save(run, tmp_path / "data")
    held = Path(result.parameters["tasks"])
    assert held.parent == tmp_path / "data" / "evidence" / result.id
    assert held.read_bytes() == tasks.read_bytes()
    tasks.unlink()
    again = registry.build(result.probe, result.parameters)
    assert again.choose(()) == run.prompts
    assert str(tmp_path) not in (held.parent / "result.json").read_text("utf-8")
    # The same run made again keeps its identity, wherever its file lies.
    rerun = again.conclude(run.arrays, RECORD, prompts=run.prompts)
    assert evidence.save(rerun, tmp_path / "data").id == result.id.removesuffix("1") + "2"
