"""The bundled runs are whole, judged by one rule, and the same as in the table of figures."""

import re
from pathlib import Path

import numpy as np
import pytest

from assistant import Assistant
from probes import registry
from probes.continuations import results
from probes.continuations.arms import AS_STARTED, CORE, LAST, SAMPLED
from probes.runs import brought, evidence, kept

ROOT = Path(__file__).parents[1]
RUNS = sorted(path.parent for path in (ROOT / "corpus" / "evidence").glob(f"*/{kept.RECORD}"))
MODELS = {"SmolLM2-135M-Instruct": "SmolLM2", "all-MiniLM-L6-v2": "MiniLM"}


_ROW = re.compile(
    r"\| (?:`(\w+)` )?\| (?:[^|]+ )?\| ([^|]+) "
    r"\| (supported(?:, but [^|]+)?|refuted|inconclusive|not applicable) \|"
)


def _table():
    """The table of claims among the figures: (probe, model) -> outcome."""
    rows, name = {}, ""
    for line in (ROOT / "docs/figures.md").read_text("utf-8").splitlines():
        if row := _ROW.match(line):
            name = row[1] or name
            rows[name, row[2]] = row[3]
    return rows


def test_every_probe_comes_with_a_run_and_every_row_of_the_figures_with_its_own():
    results = [evidence.read(folder).result for folder in RUNS]
    assert {result.probe for result in results} == set(registry.names())
    told = [(r.probe, MODELS.get(r.model.id, "small networks"), r.shown) for r in results]
    assert sorted(told) == sorted((*row, outcome) for row, outcome in _table().items())


def test_the_votes_over_subthoughts_are_compared_with_every_arm_of_their_probe():
    (folder,) = (folder for folder in RUNS if folder.name.startswith("subthought_mode-"))
    record = evidence.read(folder)
    with np.load(folder / record.result.arrays) as arrays:
        assert arrays["arms"].tolist() == list(CORE)
        votes = results.column(arrays, SAMPLED)
        as_started = results.column(arrays, AS_STARTED)
        last = results.column(arrays, LAST)
    assert record.result.effect == pytest.approx(float((votes - as_started).mean()))
    # Of a greedy trace, every sample at its temperature is the trace.
    assert as_started.tolist() == last.tolist()


@pytest.mark.parametrize("folder", RUNS, ids=lambda folder: folder.name)
def test_a_run_says_what_this_program_says_of_its_arrays(folder, tmp_path):
    said, found = evidence.read(folder).result, brought.bring(folder, tmp_path)
    assert (found.id, found.summary, found.caveat) == (folder.name, said.summary, said.caveat)
    assert (found.alone, found.outcome) == (said.alone, said.outcome)
    assert (found.explained_by, found.not_applicable) == (said.explained_by, said.not_applicable)
    assert (found.claim, found.control.keys()) == (said.claim, said.control.keys())
    assert found.prompts == said.prompts


@pytest.mark.parametrize("folder", RUNS, ids=lambda folder: folder.name)
def test_a_run_names_no_place_of_the_machine_that_made_it(folder):
    record = (folder / kept.RECORD).read_text("utf-8")
    assert not re.search(r'"(?:/|~|[A-Z]:\\)', record)


def test_a_new_library_has_every_run_under_its_name(reading_list):
    opened = Assistant.open(reading_list)
    assert kept.ids(reading_list) == {folder.name for folder in RUNS}
    for folder in RUNS:
        source = opened.source(folder.name)
        assert source.metadata["brought_from"]
        assert "made on another machine" in source.text
