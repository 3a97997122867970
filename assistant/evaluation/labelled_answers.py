"""Compare answers with labelled questions: does the first sentence answer, what helps, what is missing?

A labelled sentence counts as shown if a citation above the fold overlaps it by at least half of the
shorter of the two. Sentences of runs, and sentences that cite no labelled sentence, are not judged,
but their words count. A question counts only for figures that are defined for it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float

from assistant.build import Assistant
from assistant.evaluation.fold import above_the_fold
from assistant.evaluation.labels import AnswerLabels, LabelledQuestion, Places, placed
from assistant.evaluation.sentence_rankings import SHOWN, SentenceRankings
from assistant.evaluation.yardstick import Figure, Measured, Values, asked, figured, quoted
from assistant.types import Progress, Sentence


def _median(
    drawn: Float[np.ndarray, "resamples questions values"],
) -> Float[np.ndarray, " resamples"]:
    found: np.ndarray = np.median(drawn[..., 0], axis=-1)
    return found


def _largest(
    drawn: Float[np.ndarray, "resamples questions values"],
) -> Float[np.ndarray, " resamples"]:
    found: np.ndarray = drawn[..., 0].max(axis=-1)
    return found


FIGURES = (
    Figure(key="opening", label="opens with a sentence that answers"),
    Figure(key="helpful", label="share of shown sentences that help"),
    Figure(key="brief", label="share of the ideal brief shown"),
    Figure(key="caveat", label="caveat not to be missed shown"),
    Figure(key="tempting", label="tempting but useless, share of shown"),
    Figure(key="words", label="words above the fold, median", statistic=_median, digits=0),
    Figure(
        key="words_largest", label="the same, largest", statistic=_largest, of=("words",), digits=0
    ),
    Figure(key="label_right", label="coverage label right"),
    Figure(key="false_absent", label="called absent though it is not"),
    Figure(key="false_answered", label="called answered though it is not"),
)


def measured(
    reader: Assistant, labels: AnswerLabels, cases: Sequence[LabelledQuestion], report: Progress, seed: int
) -> Measured:  # fmt: skip
    """Ask labelled questions of the reader's library and of simple sentence rankings.

    Raises:
        Mendable: the library contains none of the labelled sentences.
    """
    reader.index(report)
    places, remarks = placed(labels, reader.library)
    answers = asked([(reader, case.question) for case in cases], report)
    shown = [above_the_fold(answer) for answer in answers]
    values = [
        scored(case, sentences, answer.coverage, places)
        for case, sentences, answer in zip(cases, shown, answers, strict=True)
    ]
    store = reader.data_dir / "evaluations" / "sentences.sqlite"
    rankings = SentenceRankings(reader, store, report)
    baselines = {
        f"{name}, {SHOWN} sentences": figured(
            FIGURES,
            [scored(c, rankings.best(rank(c.question)), "answered", places) for c in cases],
            seed,
        )
        for name, rank in rankings.systems().items()
    }
    failures = [
        _failure(case, each, sentences, answer.coverage, places)
        for case, each, sentences, answer in zip(cases, values, shown, answers, strict=True)
        if 0.0 in (each.get("opening"), each.get("label_right"))
    ]
    group = "questions"
    return Measured(
        library=reader,
        groups={group: {**figured(FIGURES, values, seed), **quoted([(reader, a) for a in answers])}},
        values={case.id: each for case, each in zip(cases, values, strict=True)},
        main=group, baselines={group: baselines}, failures=failures, remarks=remarks,
        labels={figure.key: figure.label for figure in FIGURES},
        digits={figure.key: figure.digits for figure in FIGURES},
    )  # fmt: skip


def scored(
    case: LabelledQuestion, sentences: Sequence[Sentence], coverage: str, places: Places
) -> Values:
    """Return the figures of an answer that are defined: shares from 0 to 1, and words.

    Args:
        case: The question with its labels.
        sentences: The sentences above the fold, without gaps.
        coverage: The coverage of the answer.
        places: The places of the labelled sentences.
    """
    judged = [names for names in (_names(sentence, places) for sentence in sentences) if names]
    found: dict[str, float] = {}
    if judged:
        helping = [bool(names & case.helpful) for names in judged]
        tempting = [
            bool(names & case.tempting) and not help
            for names, help in zip(judged, helping, strict=True)
        ]
        found["tempting"] = sum(tempting) / len(judged)
        if case.opening:
            found["opening"] = float(bool(judged[0] & case.opening))
        if case.helpful:
            found["helpful"] = sum(helping) / len(judged)
    shown = frozenset[str]().union(*judged)
    if case.brief:
        found["brief"] = len(shown & case.brief) / len(case.brief)
    if case.caveat:
        found["caveat"] = float(bool(shown & case.caveat))
    if case.coverage != "absent":
        found["words"] = float(sum(len(sentence.text.split()) for sentence in sentences))
    return found | _labelled(case, coverage)


def _labelled(case: LabelledQuestion, coverage: str) -> dict[str, float]:
    if case.coverage is None:
        return {}
    found = {"label_right": float(coverage == case.coverage)}
    if case.coverage != "absent":
        found["false_absent"] = float(coverage == "absent")
    if case.coverage != "answered":
        found["false_answered"] = float(coverage == "answered")
    return found


def _names(sentence: Sentence, places: Places) -> frozenset[str]:
    return frozenset(name for citation in sentence.citations for name in places.shown(citation))


def _failure(
    case: LabelledQuestion, values: Values, sentences: Sequence[Sentence], coverage: str, places: Places
) -> Mapping[str, Any]:  # fmt: skip
    """Return what was wrong with the opening and the coverage, beside what was wanted."""
    found: dict[str, Any] = {"id": case.id, "question": case.question}
    if values.get("opening") == 0.0:
        found["opening"] = next((s.text for s in sentences if _names(s, places)), "")
        found["wanted_opening"] = [places.texts.get(name, name) for name in sorted(case.opening)]
    if values.get("label_right") == 0.0:
        found["label"], found["wanted_label"] = coverage, case.coverage
    return found
