"""Run an evaluation: sample, measure, store a JSON file, and compare it with the previous run."""

import json
import random
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Any, Protocol, TypeVar

from assistant.build import Assistant
from assistant.evaluation import labelled_answers, pdf_questions, spans
from assistant.evaluation.cases import Case, CaseSet
from assistant.evaluation.closed import opened
from assistant.evaluation.figures import interval, mean
from assistant.evaluation.judging import Judge, gate
from assistant.evaluation.labels import AnswerLabels
from assistant.evaluation.measuring import compared, measure
from assistant.evaluation.pdf_questions import PdfQuestions
from assistant.evaluation.sets import Suite
from assistant.evaluation.spans import SpanQuestions
from assistant.evaluation.summing import averaged, summed
from assistant.evaluation.yardstick import Measured
from assistant.types import Progress
from assistant.verify.evidence import Claim

T = TypeVar("T")


class Grouped(Protocol):
    """A question that belongs to a group of its set."""

    @property
    def group(self) -> str:
        """Return the group's name."""


Drawn = TypeVar("Drawn", bound=Grouped)

# This many questions of each group are asked by default, of the reader's own questions and of a
# labelled set; a run takes minutes.
OWN_SAMPLE, SET_SAMPLE = 100, 300


def run(
    reader: Assistant, asked: Suite, origin: str, report: Progress, *,
    sample: int | None, seed: int, with_baselines: bool,
) -> dict[str, Any]:  # fmt: skip
    """Ask a set and return its document, which is stored under `evaluations/runs` of the data directory.

    The figures that stand for the set come first, those of every group under `groups`.

    Args:
        reader: The reader's library.
        asked: The questions.
        origin: The name of the file or folder of the set.
        report: Called with what is being done.
        sample: The most questions of each group; None asks all.
        seed: Chooses the sample, and the resamples of the intervals.
        with_baselines: Whether baselines are asked as well, if the set does not always ask them.
    """
    found = _measured(reader, asked, report, sample, seed, with_baselines)
    document: dict[str, Any] = {
        "suite": asked.name,
        "origin": origin,
        "about": asked.about,
        "when": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "version": metadata.version("inquiring-lines"),
        "index_hash": found.library.index().hash,
        "settings": _settings(found.library),
        "sample": sample,
        "seed": seed,
        "asked": len(found.values),
        "of": len(asked.cases),
        **found.groups[found.main],
        "groups": found.groups,
    }
    if found.baselines:
        document["baselines"] = found.baselines
    if found.labels:
        told = {"labels": found.labels, "digits": found.digits}
        document |= {**told, "failures": found.failures, "remarks": found.remarks}
    folder = reader.data_dir / "evaluations" / "runs"
    before = latest(folder, asked.name, origin)
    document["before"] = compare(document, found.values, before, seed) if before else None
    _store(folder, {**document, "cases": found.values})
    return document


def _measured(
    reader: Assistant, asked: Suite, report: Progress, sample: int | None, seed: int, with_baselines: bool
) -> Measured:  # fmt: skip
    match asked:
        case AnswerLabels():
            labelled = drawn(asked.cases, sample, seed)
            return labelled_answers.measured(reader, asked, labelled, report, seed)
        case PdfQuestions():
            about_pdfs = drawn(asked.cases, sample, seed)
            return pdf_questions.measured(reader, asked, about_pdfs, report, seed)
        case SpanQuestions():
            marked = drawn(asked.cases, sample, seed)
            return spans.measured(reader, marked, report, seed, spans.selection(reader))
        case CaseSet():
            return _cases(reader, asked, report, sample, seed, with_baselines)


def _cases(
    reader: Assistant, asked: CaseSet, report: Progress, sample: int | None, seed: int, with_baselines: bool
) -> Measured:  # fmt: skip
    library = opened(reader, asked.name, asked.documents, report)
    judges = _judges(library)
    cases = drawn(asked.cases, sample, seed)
    outcomes = measure(library, cases, judges, report)
    groups = _grouped([(outcome.case.group, outcome) for outcome in outcomes])
    figures = {name: summed(found, seed) for name, found in groups.items()}
    if not asked.main and len(groups) > 1:
        figures = {"all": summed(outcomes, seed), **figures}
    baselines = {}
    if with_baselines:
        rows = compared(library, cases, judges, report)
        baselines = {
            group: _averages(rows, [c for c in cases if group in ("all", c.group)], cases)
            for group in figures
        }
    return Measured(
        library=library,
        groups=figures,
        main=asked.main or next(iter(figures)),
        baselines=baselines,
        values={outcome.case.id: outcome.values for outcome in outcomes},
    )


def drawn(cases: Sequence[Drawn], sample: int | None, seed: int) -> list[Drawn]:
    """Return at most `sample` cases of every group, in order; the same seed gives the same cases."""
    if sample is None:
        return list(cases)
    chosen: set[int] = set()
    for name, numbers in _grouped([(case.group, at) for at, case in enumerate(cases)]).items():
        draw = random.Random(f"{seed}:{name}")  # noqa: S311  no secret hangs on it
        chosen |= set(draw.sample(numbers, min(sample, len(numbers))))
    return [cases[at] for at in sorted(chosen)]


def latest(folder: Path, suite: str, origin: str) -> dict[str, Any] | None:
    """Return the last stored run of the same set from a file of the same name; skip damaged files."""
    found = []
    for path in folder.glob("*.json"):
        try:
            held = json.loads(path.read_text("utf-8"))
            if (held["suite"], held["origin"]) == (suite, origin):
                found.append(((held["when"], path.name), held))
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return max(found, key=lambda item: item[0])[1] if found else None


def compare(
    document: Mapping[str, Any], values: Mapping[str, Mapping[str, float]], before: Mapping[str, Any],
    seed: int,
) -> dict[str, Any]:  # fmt: skip
    """Return the changes since an earlier run, over the questions in both.

    Returns:
        `when`, `same_index`, `settings` (old and new value of each change), `questions` asked by
            both,
        and `changes`: for every figure that differs, the mean difference, now minus then, and its
        95 % interval over questions. A change whose interval contains 0 may be chance.
    """
    old = before["cases"]
    common = [name for name in values if name in old]
    differences: dict[str, list[float]] = defaultdict(list)
    for name in common:
        for figure, value in values[name].items():
            if figure in old[name]:
                differences[figure].append(value - old[name][figure])
    return {
        "when": before["when"],
        "same_index": before["index_hash"] == document["index_hash"],
        "settings": {
            name: [before["settings"].get(name), value]
            for name, value in document["settings"].items()
            if before["settings"].get(name) != value
        },
        "questions": len(common),
        "changes": {
            figure: {
                "change": round(mean(found) or 0.0, 4),
                "interval": [round(end, 4) for end in interval(found, seed)],
                "questions": len(found),
            }
            for figure, found in differences.items()
            if any(found)
        },
    }


def _judges(library: Assistant) -> dict[str, Judge]:
    """Return the gate, and the judge that it asks last: the bundled judge, or the model that replaces it."""
    judge = library.judge
    judges: dict[str, Judge] = {"gate": partial(gate, judge=judge)}
    if judge and library.settings.judge:

        def even(statement: str, cited: str) -> bool:
            return judge([Claim(statement, (cited,))])[0].probability >= _EVEN

        judges["entailment"] = even
    return judges


# From this probability on the judge holds a statement to be entailed rather than not.
_EVEN = 0.5


def _settings(library: Assistant) -> dict[str, Any]:
    """Return the settings that change answers and are not part of the index."""
    chosen = library.settings
    return {
        "embedder": library.embedder_name,
        "window": chosen.window,
        "writer": chosen.writer,
        "sources_per_answer": chosen.sources_per_answer,
        "next_lines": chosen.next_lines,
    }


def _averages(
    rows: Mapping[str, Sequence[Mapping[str, float]]], group: Sequence[Case], cases: Sequence[Case]
) -> dict[str, dict[str, float | None]]:
    """Return the mean figures of each system over one group of cases."""
    inside = {id(case) for case in group}
    found = {}
    for name, values in rows.items():
        answered = [case for case in cases if case.reference] if name == "experts" else cases
        kept = [value for case, value in zip(answered, values, strict=True) if id(case) in inside]
        found[name] = averaged(kept)
    return {name: figures for name, figures in found.items() if figures}


def _grouped(pairs: Sequence[tuple[str, T]]) -> dict[str, list[T]]:
    found: dict[str, list[T]] = defaultdict(list)
    for name, item in pairs:
        found[name].append(item)
    return found


def _store(folder: Path, document: Mapping[str, Any]) -> None:
    """Write a run under a new name; a kill leaves no partial file."""
    folder.mkdir(parents=True, exist_ok=True)
    stamp = str(document["when"]).replace(":", "").replace("-", "")
    number = 1
    while (path := folder / f"{document['suite']}-{stamp}-{number}.json").exists():
        number += 1
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False), "utf-8")
    draft.rename(path)
