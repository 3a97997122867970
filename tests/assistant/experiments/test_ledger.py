"""The ledger has every probe's claim by model, from the newest run, and names stale verdicts."""

import csv
import io
import json
import shutil
from pathlib import Path

import pytest

from assistant.errors import UsageError
from assistant.experiments.ledger import Entry, exported, ledger
from probes import registry

RUNS = Path(__file__).parents[3] / "corpus" / "evidence"


@pytest.fixture
def data(tmp_path):
    """A data directory with the bundled runs, as if they had been made there."""
    shutil.copytree(RUNS, tmp_path / "evidence")
    return tmp_path


def change(data, run, **fields):
    path = data / "evidence" / run / "result.json"
    record = json.loads(path.read_text())
    path.write_text(json.dumps({**record, **fields}))


def test_every_claim_that_a_probe_tests_is_there_once_a_model(data):
    rows = ledger(data)
    assert {row.probe for row in rows} == set(registry.names())
    assert len({(row.probe, row.model) for row in rows}) == len(rows)
    told = {(json.loads(p.read_text())["probe"], json.loads(p.read_text())["model"]["id"])
            for p in RUNS.glob("*/result.json")}  # fmt: skip
    assert {(row.probe, row.model) for row in rows if row.model} == told


def test_a_row_says_what_its_run_says(data):
    for row in ledger(data):
        if not row.model:
            assert (row.verdict, row.effect, row.evidence, row.runs) == ("", None, "", 0)
            continue
        record = json.loads((RUNS / row.evidence / "result.json").read_text())
        assert row.verdict.startswith(record["verdict"]) or row.verdict == record["outcome"]
        assert row.effect == pytest.approx(record["effect"])
        assert row.interval == pytest.approx(record["interval"])
        assert (row.n, row.date) == (record["n"], record["created"][:10])
        assert bool(row.control) == bool(record["control"])


def test_the_newest_run_stands_and_the_others_are_counted(data):
    first = next(row for row in ledger(data) if row.model)
    again = f"{first.evidence.rsplit('-', 1)[0]}-2"
    shutil.copytree(data / "evidence" / first.evidence, data / "evidence" / again)
    change(data, again, id=again, created="2030-01-01T00:00:00+00:00")
    now = next(row for row in ledger(data, first.probe, first.model))
    assert (now.evidence, now.runs, now.date) == (again, first.runs + 1, "2030-01-01")


def test_what_is_not_of_today_s_probe_is_stale(data):
    fresh = [row for row in ledger(data) if row.model and not row.stale]
    assert fresh
    one, two, three = (row.evidence for row in fresh[:3])
    record = json.loads((RUNS / one / "result.json").read_text())
    change(data, one, claim={**record["claim"], "margin": 0.9})
    change(data, two, versions={"inquiring-lines": "0.0.1"})
    change(data, three, parameters={"no_such": 1})
    stale = {row.evidence: row.stale for row in ledger(data) if row.stale}
    assert "another claim" in stale[one]
    assert "version 0.0.1" in stale[two]
    assert "other parameters" in stale[three]


def test_it_is_exported_with_every_row_and_no_formula(data):
    rows = ledger(data)
    table = list(csv.DictReader(io.StringIO(exported(rows, "csv"))))
    assert [line["claim"] for line in table] == [row.claim for row in rows]
    assert [float(line["effect"]) for line in table if line["effect"]] == pytest.approx(
        [row.effect for row in rows if row.effect is not None], rel=1e-5
    )
    lines = exported(rows, "md").splitlines()
    assert len(lines) == len(rows) + 2
    assert len({line.replace("\\|", "").count("|") for line in lines}) == 1
    trick = Entry(probe="p", claim="=1+1", source="s", model="@m|x\ny", effect=-0.5)
    (line,) = csv.DictReader(io.StringIO(exported([trick], "csv")))
    assert (line["claim"], line["model"], line["effect"]) == ("'=1+1", "'@m|x\ny", "-0.5")
    assert "@m\\|x y" in exported([trick], "md")
    picture = Entry(probe="p", claim="c", source="s", model="![](http://a/b.png) <b> \\|")
    assert "| !\\[\\](http://a/b.png) \\<b\\> \\\\\\| |" in exported([picture], "md")


def test_what_there_is_not_is_said(data, tmp_path):
    with pytest.raises(UsageError, match="no probe 'x'"):
        ledger(data, "x")
    with pytest.raises(UsageError, match="No probe was run on 'x'"):
        ledger(data, model="x")
    with pytest.raises(UsageError, match="no form"):
        exported([], "pdf")
    assert not any(row.model for row in ledger(tmp_path / "empty"))
