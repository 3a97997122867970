"""Find the stored runs that bear on a question, from their measurements and controls."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from jaxtyping import Float

from assistant.experiments.estimates import runs_of
from assistant.experiments.matching import Matcher, matcher
from assistant.experiments.proposals import cited_first, experiment, proposals
from assistant.experiments.stored import (
    Role,
    RunSentence,
    age,
    is_brought,
    passage_id,
    said,
    stored_runs,
)
from assistant.library.store import Library
from assistant.search.index import Index
from assistant.search.retrieval import QuestionEncoder
from assistant.select.selector import Reading, Scores
from assistant.types import Experiment, Source
from probes import registry
from probes.probe import Probe


def bearing(
    library: Library, index: Index, encoder: QuestionEncoder, question: str, near: Sequence[Source],
    admitted: Callable[[str], bool], most: int, scores: Scores | None = None,
) -> tuple[list[RunSentence], list[Experiment]]:  # fmt: skip
    """Return the sentences of stored runs that bear on a question, and the experiments to offer.

    Each run has at most one sentence: its finding, or the control that was asked about. Of each
    probe and model only the newest `admitted` run counts. Runs of this machine come first, then the
    others, each sorted by how much they bear.

    Args:
        library: Holds the runs.
        index: Has a vector for each of their sentences, and the rarity of a term.
        encoder: Turns the question, and a sentence that is not in the index yet, into a vector.
        question: The question in words.
        near: The sources that an answer cites first; a run that tests one of them by name bears
            more.
        admitted: Returns whether a run with this key may be cited.
        most: The greatest number of sentences.
        scores: The selector, which reads the nearest runs with the question; None if it cannot be
            used.
    """
    stored = stored_runs(library)
    offered = proposals(question, near)
    newest = _newest(run for run in stored if admitted(run.key))
    asked = matcher(index, encoder, question, newest)
    told = [run for run in newest if any(one.role == "finding" for one in said(run))]
    # The reader's latest run of an offered probe is part of the answer that offers it, because it
    # may have been run for it.
    own = [r for probe in offered for r in runs_of(probe.probe, stored) if not is_brought(r)]
    latest = max(own, key=age, default=None)
    read, seen = signs(asked, question, told, near, scores, latest)
    found = [_sentence(asked, run, *row) for run, row in zip(read, weighed(seen), strict=True)]
    cited = [one for one in found if one.bears >= CITES or one.source == latest]
    cited.sort(key=lambda one: (is_brought(one.source), -one.bears, one.source.key))
    probes = filter(None, (_probe(one.source) for one in cited[:most]))
    experiments = [
        experiment(offer, runs_of(offer.probe, stored), stored)
        for offer in cited_first(offered, probes, library)
    ]
    return cited[:most], experiments


# A run is cited if it bears on the question with at least this probability. The weights were fitted
# on 311 labelled questions: each left out of the fit, .80 of the runs so cited bear on their
# question, and .73 of the questions that a run bears on cite one. On 92 questions written later to
# mislead by their words it is .52 and .66; weights fitted on all of them do no better (.53, .59).
CITES = 0.5

SIGNS = (
    "bias", "finding, meaning", "finding, terms", "claim, meaning", "claim, terms", "control, meaning",
    "control, terms", "meaning below the best", "terms below the best", "tests a leading source",
    "made for another model", "helps", "answers", "helps below the best", "answers below the best",
)  # fmt: skip
"""The signs of a run for a question, in the order of the weights; the last four come from the selector."""

# Fitted by training/runs.py: one row for whether a run bears on a question, one for whether it
# answers.
WEIGHTS: Float[np.ndarray, "2 signs"] = np.array(
    [
        [-3.11, -0.04, -0.79, 1.5, 0.92, 1.46, 2.24, 2.88, 2.36, 2.01, -0.68, 1.62, 0.6, -0.51, 1.12],
        [-3.78, 0.38, -2.02, 1.32, 0.73, 1.86, 3.56, 2.9, 4.31, 1.18, -0.8, 1.85, 0.12, -0.32, 1.83],
    ]
)  # fmt: skip
# The selector reads this many nearest runs: some 550 word pieces, a fifth of what it reads of notes
# and papers.
_READ = 6


def weighed(seen: Float[np.ndarray, "runs signs"]) -> Float[np.ndarray, "runs 2"]:
    """Return for each run the probability that it bears on a question and the probability that it answers."""
    found: Float[np.ndarray, "runs 2"] = 1.0 / (1.0 + np.exp(-seen @ WEIGHTS.T))
    return found


def signs(
    asked: Matcher, question: str, runs: Sequence[Source], near: Sequence[Source], scores: Scores | None,
    always: Source | None = None,
) -> tuple[list[Source], Float[np.ndarray, "runs signs"]]:  # fmt: skip
    """Return the nearest of the given runs, which were read, and the signs of each, from about -2 to 2.

    Args:
        asked: The question, ready for comparison.
        question: The question in words.
        runs: The runs; each has a finding.
        near: The sources that an answer cites first.
        scores: The selector.
        always: A run that is read even if it is far from the question.
    """
    seen = _compared(asked, runs, near)
    order = np.argsort(
        -(seen[:, 1:7].reshape(-1, 3, 2).mean(axis=2).max(axis=1) + 0.2 * seen[:, 9])
    )
    read = [int(at) for at in order if at in order[:_READ] or runs[at] == always]
    kept = [runs[at] for at in read]
    judged = _scored(question, kept, scores)
    below = judged - judged.max(axis=0) if kept else judged
    return kept, np.concatenate([seen[read], judged, below], axis=1)


def _scored(
    question: str, runs: Sequence[Source], scores: Scores | None
) -> Float[np.ndarray, "runs 2"]:
    """Return the selector's scores for each finding, as quarters of logits: does it help, does it answer?"""
    if scores is None or not runs:
        return np.zeros((len(runs), 2))
    readings = [Reading(heading=_title(run), sentences=_finding_and_claim(run)) for run in runs]
    found = np.array([one[0, [0, 2]] for one in scores(question, readings)])
    kept = np.clip(found, 1e-3, 1 - 1e-3)
    return np.asarray(np.log(kept / (1 - kept)) / 4, dtype=np.float64)


def _title(run: Source) -> str:
    probe = _probe(run)
    return probe.question if probe else run.title


def _finding_and_claim(run: Source) -> tuple[str, ...]:
    first: dict[Role, str] = {}
    for one in said(run):
        first.setdefault(one.role, one.text)
    return first["finding"], first.get("claim", "")


def _compared(
    asked: Matcher, runs: Sequence[Source], near: Sequence[Source]
) -> Float[np.ndarray, "runs compared"]:
    """Return how near each run is to the question, in meaning and in terms."""
    rows = []
    leading = {source.key for source in near}
    for run in runs:
        by_role = {role: [one for one in said(run) if one.role == role] for role in _ROLES}
        meaning = [max((asked.cosine(run, one) for one in by_role[r]), default=0.0) for r in _ROLES]
        terms = [max((asked.share(one.text) for one in by_role[r]), default=0.0) for r in _ROLES]
        probe = _probe(run)
        rows.append(
            [
                1.0, *(value for pair in zip(meaning, terms, strict=True) for value in pair),
                max(meaning), max(terms),
                float(probe is not None and not leading.isdisjoint(probe.sources)),
                float(probe is not None and run.metadata.get("chosen") != probe.model),
            ]
        )  # fmt: skip
    found = np.array(rows, dtype=np.float64).reshape(len(rows), 11)
    if len(found):
        found[:, 7:9] -= found[:, 7:9].max(axis=0)
    return found


_ROLES: tuple[Role, ...] = ("finding", "claim", "control")
# A control must bear this much more than the finding, because the finding names the control that
# matters.
_CONTROL = 0.1


def _newest(stored: Iterable[Source]) -> list[Source]:
    """Return the first run of each probe and model."""
    first: dict[tuple[str, str], Source] = {}
    for run in stored:
        first.setdefault((str(run.metadata.get("probe")), str(run.metadata.get("model"))), run)
    return list(first.values())


def _sentence(asked: Matcher, run: Source, bears: float, answers: float) -> RunSentence:
    """Return the sentence of a run to cite: its finding, or the control that the question asks about."""
    every = list(said(run))
    finding = next(one for one in every if one.role == "finding")
    controls = [one for one in every if one.role == "control"]
    # The claim under test says in other words what the finding is about.
    least = max(asked.bears(run, one) for one in every if one.role in ("finding", "claim"))
    best = max(controls, key=lambda one: asked.bears(run, one), default=finding)
    if asked.bears(run, best) < least + _CONTROL:
        best = finding
    return RunSentence(
        source=run, passage=passage_id(run, best), text=best.text, start=best.start, end=best.end,
        role=best.role, bears=round(float(bears), 4), answers=round(float(answers), 4),
    )  # fmt: skip


def _probe(run: Source) -> type[Probe] | None:
    name = str(run.metadata.get("probe"))
    probes = map(registry.get, registry.names())
    return next((p for p in probes if name in {p.name(), *p.formerly}), None)
