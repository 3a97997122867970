"""A log shows the last reports with their times, and the list of runs says how each ended."""

import pytest

from assistant.views.job_log import SHOWN_REPORTS, Listed, log, runs
from probes.runs.job_log import Report
from probes.runs.jobs import JobStatus

STATUS = JobStatus(
    id="j1",
    probe="p",
    state="failed",
    fraction=0.4,
    message="no memory",
    evidence=None,
    seconds=2.0,
)


def reports(count):
    return [
        Report(seconds=3599.6 + at, fraction=0.5, message=f"<step {at}>") for at in range(count)
    ]


def listed(**changes):
    return Listed(
        title="Valley",
        status=JobStatus(**{**vars(STATUS), **changes}),
        started=0.0,
        reports=(),
        printed="",
    )


def test_the_last_reports_are_shown_and_the_others_are_counted():
    shown = log(reports(SHOWN_REPORTS + 3), "", "j1")
    assert "3 earlier reports" in shown
    assert "&lt;step 202&gt;" in shown
    assert "&lt;step 2&gt;" not in shown
    assert "1:00:0" in shown


def test_nothing_is_shown_of_a_run_that_said_nothing():
    assert log([], "", "j1") is None
    assert runs([]) is None
    assert "<pre>a &amp; b</pre>" in log([], "a & b", "j1")


@pytest.mark.parametrize(
    ("changes", "act", "said"),
    [
        ({}, "resume", "failed: no memory"),
        ({"state": "cancelled"}, "resume", "stopped, 40%"),
        ({"state": "running"}, "halt", "running, 40%"),
        ({"state": "done", "evidence": "p-1"}, "evidence", "done, 40%"),
    ],
)
def test_a_run_can_be_stopped_opened_or_made_to_go_on(changes, act, said):
    shown = runs([listed(**changes)])
    assert f'data-do="{act}"' in shown
    assert said in shown
