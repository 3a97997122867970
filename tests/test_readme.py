"""The README is short, and its table of verdicts says what the bundled runs say."""

import re
from pathlib import Path

from probes import registry
from probes.runs import evidence

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def _rows() -> dict[str, str]:
    """The verdict of every row of the table, by its probe."""
    return {
        name: cells.split("|")[-1].strip()
        for name, cells in re.findall(r"^\|\s*`(\w+)`\s*\|(.*)\|\s*$", README, re.MULTILINE)
    }


def test_the_readme_can_be_read_in_one_go():
    assert len(README.split()) <= 900


def test_every_probe_has_a_row():
    assert sorted(_rows()) == registry.names()


def test_every_row_says_the_verdict_of_the_bundled_run():
    runs = [
        evidence.read(path.parent).result
        for path in (ROOT / "corpus/evidence").glob("*/result.json")
    ]
    found = {run.probe: run.shown for run in runs if "MiniLM" not in run.model.id}
    assert _rows() == found
