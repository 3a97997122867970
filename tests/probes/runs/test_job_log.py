"""A run's reports can be read while it runs and afterwards, and a run that ended without a result starts again."""

import json

import pytest

from probes.errors import ProbeError, UsageError
from probes.runs import evidence, job_log, jobs
from tests.probes.runs.test_jobs import SMALL, until

# Every prompt of the list below is long enough, and there are so many that a run takes minutes.
ENDLESS = {"count": 3000, "max_tokens": 200}
PASSAGES = [f"{i} " + "the model reads a text as a row of tokens " * 20 for i in range(3000)]


def write(job, *lines):
    with (job.directory / "progress.jsonl").open("a", encoding="utf-8") as file:
        for fraction, message, at in lines:
            line = {"fraction": fraction, "message": message, "time": job.created + at}
            file.write(json.dumps(line) + "\n")


@pytest.fixture
def job(tmp_path):
    """A job that was written down and never launched."""
    directory = tmp_path / "jobs" / "layer_valley-1"
    directory.mkdir(parents=True)
    record = {"probe": "layer_valley", "parameters": {}, "created": 1_000.0}
    (directory / "job.json").write_text(json.dumps(record), "utf-8")
    return jobs.load(tmp_path, "layer_valley-1")


def test_reports_are_in_order_and_one_that_is_repeated_counts_once(job):
    assert job_log.reports(job) == []
    write(job, (0.0, "starting", 1), (0.1, "prompts", 2), (0.3, "prompts", 3), (0.4, "twins", 4))
    with (job.directory / "progress.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"fraction": 0.5')  # a line that is being written
    told = [(each.seconds, each.fraction, each.message) for each in job_log.reports(job)]
    assert told == [(1, 0.0, "starting"), (2, 0.3, "prompts"), (4, 0.4, "twins")]


def test_what_the_run_printed_is_told_from_its_end(job):
    assert job_log.printed(job) == ""
    (job.directory / "worker.log").write_text("x" * 9_000 + "\nthe last word\n", "utf-8")
    assert job_log.printed(job).endswith("the last word")
    assert len(job_log.printed(job)) == job_log.LAST_WORDS


def test_a_stopped_run_starts_again_as_it_was_and_keeps_its_log(decoder, tmp_path):
    parameters = {**ENDLESS, "model": str(decoder)}
    begun = jobs.start("layer_valley", parameters, data_dir=tmp_path, prompts=PASSAGES)
    until(begun, lambda status: status.state == "running")
    with pytest.raises(ProbeError, match="still runs"):
        job_log.resume(tmp_path, begun.id)
    jobs.cancel(begun)
    again = job_log.resume(tmp_path, begun.id)
    try:
        assert again.id != begun.id
        assert again.parameters == begun.parameters
        prompts = [
            json.loads((one.directory / "prompts.json").read_text("utf-8"))
            for one in (begun, again)
        ]
        assert prompts[0] == prompts[1] == PASSAGES
        assert job_log.reports(begun)
    finally:
        jobs.cancel(again)


def test_a_finished_run_is_found_by_its_result_and_not_started_again(decoder, tmp_path):
    done = jobs.start(
        "layer_valley", {**SMALL, "model": str(decoder)}, data_dir=tmp_path, prompts=PASSAGES[:9]
    )
    status = jobs.wait(done)
    assert status.state == "done", status
    assert [result.id for result in evidence.listing(tmp_path)] == [status.evidence]
    found = job_log.of_evidence(tmp_path, status.evidence)
    assert found is not None
    assert found.id == done.id
    assert job_log.reports(found)[-1].fraction > 0
    assert job_log.of_evidence(tmp_path, "layer_valley-00000000-7") is None
    with pytest.raises(ProbeError, match=f"evidence rerun {status.evidence}"):
        job_log.resume(tmp_path, done.id)


def test_a_run_that_is_not_there_is_wrong_use(tmp_path):
    with pytest.raises(UsageError, match="no job 'gone'"):
        job_log.resume(tmp_path, "gone")
