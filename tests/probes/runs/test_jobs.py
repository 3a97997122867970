import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from probes.errors import ProbeError, UsageError
from probes.runs import evidence, jobs

ROOT = Path(__file__).resolve().parents[3]
AUTOGROUP = Path("/proc/self/autogroup")
SMALL = {"count": 6, "max_tokens": 16}
# A probe that trains its networks starts soonest: it loads no library of models. So many steps take minutes.
TRAINING = "emergence_metric"
ENDLESS = {"steps": 100_000}
SHORT = {"count": 2, "steps": 8, "batch": 8, "tested": 40}


def processes(job):
    """Every living process of the job's group."""
    group = json.loads((job.directory / "pid").read_text("utf-8"))["pid"]
    found = []
    for process in psutil.process_iter():
        try:
            if os.getpgid(process.pid) == group and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (ProcessLookupError, psutil.NoSuchProcess):
            continue
    return found


def until(job, reached, seconds=600.0):
    deadline = time.monotonic() + seconds
    while not reached(current := jobs.status(job)):
        assert time.monotonic() < deadline, current
        time.sleep(0.05)
    return current


@pytest.fixture
def begun(tmp_path):
    """A run whose turn it is, for minutes."""
    job = jobs.start(TRAINING, ENDLESS, data_dir=tmp_path)
    until(job, lambda status: status.state == "running")
    yield job
    jobs.cancel(job)


@pytest.fixture(scope="class")
def endless(tmp_path_factory):
    """A run in the middle of its work, for the tests below that leave it there."""
    folder = tmp_path_factory.mktemp("endless")
    job = jobs.start(TRAINING, ENDLESS, data_dir=folder)
    until(job, lambda status: status.fraction > 0)
    yield job
    jobs.cancel(job)


class TestWhileARunGoesOn:
    def test_a_run_steps_back_behind_what_somebody_waits_for(self, endless):
        own = psutil.Process().nice()
        found = [process.nice() for process in processes(endless)]
        assert len(found) >= 2
        assert min(found) >= min(own + 10, 19)

    @pytest.mark.skipif(not AUTOGROUP.exists(), reason="sessions are not weighed here")
    def test_where_sessions_are_weighed_the_whole_session_of_a_run_steps_back(self, endless):
        found = processes(endless)
        groups = {Path(f"/proc/{process.pid}/autogroup").read_text("ascii") for process in found}
        assert len(groups) == 1
        assert groups.pop().split()[1:] == ["nice", "5"]
        assert AUTOGROUP.read_text("ascii").split()[1:] != ["nice", "5"]

    def test_a_number_given_to_a_later_process_does_not_count_as_the_job(self, endless):
        identity = {"pid": os.getpid(), "create_time": 1.0}
        (endless.directory / "pid").rename(endless.directory / "pid.true")
        (endless.directory / "pid").write_text(json.dumps(identity), "utf-8")
        assert jobs.status(endless).state == "failed"
        (endless.directory / "pid.true").rename(endless.directory / "pid")

    def test_a_queued_run_can_be_cancelled(self, endless):
        folder = endless.directory.parents[1]
        second = jobs.start(TRAINING, SHORT, data_dir=folder)
        assert jobs.cancel(second).state == "cancelled"
        assert processes(second) == []
        assert jobs.status(endless).state == "running"

    def test_the_share_that_is_done_never_falls(self, endless):
        share = jobs.status(endless).fraction
        for told in (0.4, 0.1, 0.9, 0.2):
            line = {"fraction": told, "message": "measuring", "time": time.time()}
            with (endless.directory / "progress.jsonl").open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")
            assert jobs.status(endless).fraction >= share
            share = jobs.status(endless).fraction
        assert share >= 0.9


@pytest.fixture
def measuring(begun):
    """The same, in the middle of its work."""
    until(begun, lambda status: status.fraction > 0)
    return begun


def assert_no_evidence(data_dir):
    assert evidence.listing(data_dir) == []
    assert [*(data_dir / "evidence").glob("*-*")] == []


def test_a_run_becomes_evidence_and_survives_its_starter(decoder, tmp_path):
    parameters = {**SMALL, "model": str(decoder)}
    code = (
        "import json, sys; from pathlib import Path; from probes.runs import jobs\n"
        "job = jobs.start('layer_valley', json.loads(sys.argv[1]), data_dir=Path(sys.argv[2]))\n"
        "print(job.id)"
    )
    starter = subprocess.run(
        [sys.executable, "-c", code, json.dumps(parameters), str(tmp_path)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    job = jobs.load(tmp_path, starter.stdout.strip())
    ended = jobs.wait(job, timeout=600)
    assert (ended.state, ended.fraction) == ("done", 1.0), ended
    result = evidence.load(tmp_path, ended.evidence)
    assert result.parameters["count"] == 6
    assert jobs.listing(tmp_path) == [job]
    until(job, lambda _status: processes(job) == [], seconds=5)


def test_cancel_has_stopped_everything_when_it_returns_and_leaves_no_evidence(measuring, tmp_path):
    assert len(processes(measuring)) == 2
    status = jobs.cancel(measuring)
    assert processes(measuring) == []
    assert status.state == "cancelled"
    assert_no_evidence(tmp_path)
    assert jobs.cancel(measuring).state == "cancelled"


def test_a_killed_supervisor_is_recognised_and_its_run_stops(measuring, tmp_path):
    identity = json.loads((measuring.directory / "pid").read_text("utf-8"))
    os.kill(identity["pid"], signal.SIGKILL)
    ended = until(measuring, lambda status: status.over)
    assert ended.state == "failed"
    deadline = time.monotonic() + 600
    while processes(measuring) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert processes(measuring) == []
    assert_no_evidence(tmp_path)


def test_a_killed_worker_is_no_success(measuring, tmp_path):
    worker = max(processes(measuring), key=lambda process: process.create_time())
    worker.kill()
    assert jobs.wait(measuring, timeout=600).state == "out of memory"
    assert_no_evidence(tmp_path)


def test_time_limit_ends_a_run(tmp_path):
    job = jobs.start(TRAINING, ENDLESS, data_dir=tmp_path, time_limit=1.0)
    ended = jobs.wait(job, timeout=600)
    assert ended.state == "timed out"
    assert "1 s" in ended.message
    assert_no_evidence(tmp_path)


def test_memory_limit_ends_a_run(tmp_path):
    limit = 100 * 2**20  # torch alone is larger
    job = jobs.start(TRAINING, SHORT, data_dir=tmp_path, memory_limit=limit)
    ended = jobs.wait(job, timeout=600)
    assert ended.state == "out of memory"
    assert "100 MiB" in ended.message
    assert_no_evidence(tmp_path)


def test_a_second_run_waits_for_its_turn(begun, tmp_path):
    second = jobs.start(TRAINING, SHORT, data_dir=tmp_path)
    time.sleep(1.5)
    assert jobs.status(second).state == "queued"
    jobs.cancel(begun)
    assert jobs.wait(second, timeout=600).state == "done"


def test_a_failure_says_its_one_line(tmp_path):
    job = jobs.start("layer_valley", {"model": str(tmp_path)}, data_dir=tmp_path / "data")
    ended = jobs.wait(job, timeout=600)
    assert ended.state == "failed"
    assert "safetensors" in ended.message
    assert "\n" not in ended.message


def test_a_call_that_only_the_run_finds_wrong_is_wrong_use(begun, decoder, tmp_path):
    folder = shutil.copytree(decoder, tmp_path / "moved")
    second = jobs.start("layer_valley", {**SMALL, "model": str(folder)}, data_dir=tmp_path)
    shutil.rmtree(folder)
    jobs.cancel(begun)
    ended = jobs.wait(second, timeout=600)
    assert (ended.state, ended.exit_code) == ("failed", UsageError.exit_code)
    assert ended.message.startswith(f"unknown model {str(folder)!r}")


def test_a_worker_that_is_ended_says_by_what(measuring, tmp_path):
    worker = max(processes(measuring), key=lambda process: process.create_time())
    worker.terminate()
    ended = jobs.wait(measuring, timeout=600)
    assert (ended.state, ended.exit_code) == ("failed", ProbeError.exit_code)
    assert ended.message == "its process was ended by SIGTERM; run it again"
    assert_no_evidence(tmp_path)


def test_a_place_for_jobs_that_cannot_be_written_is_one_clear_line(tmp_path):
    (tmp_path / "jobs").touch()
    with pytest.raises(ProbeError, match=r"cannot start a job in .*; free some space or choose"):
        jobs.start("layer_valley", SMALL, data_dir=tmp_path)


def test_a_turn_that_cannot_be_taken_ends_the_job_with_a_reason(tmp_path):
    (tmp_path / "jobs" / ".turn").mkdir(parents=True)
    job = jobs.start(TRAINING, SHORT, data_dir=tmp_path)
    ended = jobs.wait(job, timeout=600)
    assert ended.state == "failed"
    assert ended.message.startswith(f"cannot write in {tmp_path / 'jobs'}: Is a directory")


def test_wrong_parameters_start_nothing(tmp_path):
    with pytest.raises(UsageError):
        jobs.start("layer_valley", {"count": "few"}, data_dir=tmp_path)
    with pytest.raises(UsageError, match="unknown model"):
        jobs.start("layer_valley", {"model": "nonsense"}, data_dir=tmp_path)
    assert not (tmp_path / "jobs").exists()


@pytest.mark.parametrize("job_id", ["nothing", "../elsewhere"])
def test_an_unknown_job_is_one_clear_line(tmp_path, job_id):
    with pytest.raises(UsageError, match="no job"):
        jobs.load(tmp_path, job_id)
