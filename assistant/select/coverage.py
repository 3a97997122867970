"""Decide the coverage of a question: answered, partial, or absent."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.question.answer_type import present
from assistant.question.parts import Part
from assistant.question.terms import says, share
from assistant.search.retrieval import Search
from assistant.select.neighbours import SIGNS as NEAR
from assistant.select.neighbours import Neighbours
from assistant.select.quotes import OPEN, RESERVING, Quote
from assistant.select.selector import logit
from assistant.text.prose import ABSENCE
from assistant.types import Coverage


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """The coverage of a question with its details.

    `probabilities` are those of answered, partial and absent. `unmet` are the parts of a question
    with two or more parts that nothing answers; `unheld` the names of the question that no quoted
    source has; `formless` says that no helping sentence contains an answer of the requested kind (a
    number, a name, a date).
    """

    coverage: Coverage
    probabilities: tuple[float, float, float]
    unmet: tuple[Part, ...] = ()
    unheld: tuple[str, ...] = ()
    formless: bool = False


@dataclass(frozen=True, kw_only=True)
class Seen:
    """The data from which the coverage of a question is judged.

    `of_parts` are, for a question of two parts or more, the best probability of an answer to each;
    `held` tells whether a name stands in one of the sources of the best quotes.
    """

    parts: Sequence[Part]
    quotes: Sequence[Quote]
    search: Search
    near: Neighbours
    of_parts: Sequence[float]
    held: Callable[[str], bool]


def assess(seen: Seen) -> Assessment:
    """Return the coverage of a question by the quotes."""
    quotes = seen.quotes
    if not quotes:
        return Assessment(coverage="absent", probabilities=(0.0, 0.0, 1.0))
    values = np.array([1.0, *signs(seen)])
    logits = [float(np.dot(values, weights)) for weights in WEIGHTS]
    if trust := seen.near.trust_in_coverage(quotes):
        both = np.array([*values, *near_signs(seen)])
        beside = [float(np.dot(both, weights)) for weights in BESIDE_JUDGED]
        logits = [a + trust * (b - a) for a, b in zip(logits, beside, strict=True)]
    top = max(logits)
    raised = [math.exp(logit - top) for logit in logits]
    answered, partial, absent = (round(value / sum(raised), 6) for value in raised)
    shares = answered, partial, absent
    coverage: Coverage = "absent" if absent >= _SURE_OF_ABSENCE else "partial"
    unmet = tuple(
        part for part, best in zip(seen.parts, seen.of_parts, strict=False) if best < PART_MET
    )
    unheld = tuple(name for part in seen.parts for name in part.names if not seen.held(name))
    formless = _formless(seen)
    if coverage != "absent":
        bar = _SURE_OF_PAPER if _best(quotes).role == "body" else _SURE
        bar += trust * max(0.0, _SURE_BESIDE_JUDGED - bar)
        coverage = "answered" if answered >= bar * (answered + partial) else "partial"
    if coverage == "answered" and (formless or (unmet and len(seen.parts) > 1)):
        coverage = "partial"
    return Assessment(
        coverage=coverage, probabilities=shares, unmet=unmet if len(seen.parts) > 1 else (),
        unheld=tuple(dict.fromkeys(unheld)), formless=formless,
    )  # fmt: skip


# A question is called answered if the share of answered in answered and partial together is at
# least this. Cross-validated by question on the list, .37 of the unanswered questions are called
# answered (.59 at one half), and the label is right in .65 (.72).
_SURE = 0.65
# This is the bar if the best answer is a sentence of a paper: cross-validated, .18 of the
# unanswered questions are called answered (.21 at the bar for notes; .10 at .75, where hardly a
# right answer is called answered).
_SURE_OF_PAPER = 0.7
# This is the bar beside judged questions, where the shares are accurate: of held-out questions near
# the bar .8 are answered. A wrong "answered" costs a reader four times as much as the opposite
# error. Of 1,296 held-out questions, .26 of the unanswered are called answered (.34 at .75), and
# .61 of the answered (.71). The 80 questions of tests/labels were known when it was chosen.
_SURE_BESIDE_JUDGED = 0.8
# Nothing is called absent that is equally likely to be there: of 1,296 held-out questions on the
# list .05 are wrongly called absent (.06 if the likeliest of the three classes is taken), and .97
# of those on biology are called absent.
_SURE_OF_ABSENCE = 0.5
PART_MET = 0.25
"""A part of a question of two parts is not answered if the best answer's probability is below this."""


def _best(quotes: Sequence[Quote]) -> Quote:
    """Return the quote with the highest probability to answer."""
    return max(quotes, key=lambda q: (q.answers, q.value, -q.start))


def _formless(seen: Seen) -> bool:
    """Return whether the first part asks for a kind of answer that no helping sentence has."""
    wants = seen.parts[0].wants if seen.parts else "statement"
    near = sorted(seen.quotes, key=lambda q: -q.value)[:_LOOKED_AT]
    told = [present(wants, quote.text) for quote in near]
    return bool(told) and all(found is False for found in told)


# So many of the best quotes are looked at for the kind of answer that is asked for.
_LOOKED_AT = 6


def signs(seen: Seen) -> tuple[float, ...]:
    """Return the signs of the coverage, each about 0 to 1 or a logit scaled to that.

    In order: the best probability of an answer, as a logit; the second best; the mean of the three
    most helpful, as a logit; the best cosine of a passage; the largest share of the question's
    terms in a helping sentence; whether the best answer says that something is missing; the share
    of the question's names that the sources have; whether the kind of answer is missing; the
    smallest probability over the parts, as a logit; the share of the three most helpful that
    express a reservation; and, if the best answer is a sentence of a paper, one and the first and
    third again, because scores on papers are lower and less certain than on notes.
    """
    quotes = seen.quotes
    answers = sorted((q.answers for q in quotes), reverse=True)
    helpful = sorted(quotes, key=lambda q: -q.value)
    best = _best(quotes)
    asked = frozenset().union(*(part.terms for part in seen.parts))
    names = [name for part in seen.parts for name in part.names]
    paper = float(best.role == "body")
    helping = logit(sum(q.value for q in helpful[:3]) / 3)
    silent = best.role == OPEN or bool(ABSENCE.search(best.text))
    return (
        logit(answers[0]),
        logit(answers[1] if len(answers) > 1 else 0.0),
        helping,
        max((item.cosine for item in seen.search.found), default=0.0),
        max((share(asked, q.terms) for q in helpful[:5]), default=0.0),
        float(silent),
        sum(map(seen.held, names)) / len(names) if names else 1.0,
        float(_formless(seen)),
        logit(min(seen.of_parts, default=answers[0])),
        sum(q.role in RESERVING for q in helpful[:3]) / 3,
        paper,
        paper * logit(answers[0]),
        paper * helping,
    )


def near_signs(seen: Seen) -> tuple[float, ...]:
    """Return the signs from the near judged questions.

    In order: how familiar the question is; the share of them that was answered, and the share that
    was absent; the nearness of the nearest one that a quoted sentence answers; and the share that a
    quoted sentence answers.
    """
    said = seen.near.signs(seen.quotes)
    return (
        seen.near.assessed,
        seen.near.share("answered"),
        seen.near.share("absent"),
        float(said[:, NEAR.index("answers, nearest")].max(initial=0.0)),
        float(said[:, NEAR.index("answers, share")].max(initial=0.0)),
    )


# Fitted by training/coverage.py; a row for each of answered, partial, absent: the bias, then a
# weight for each sign.
WEIGHTS = np.array(
    [
        [0.84, 2.22, 0.83, 0.22, 0.89, -0.21, -0.44, 0.72, -0.78, -0.12, -0.17, -0.61, -1.1, -1.4],
        [0.09, 0.11, 0.93, 1.69, 1.81, 0.48, 0.71, -0.18, 0.5, 0.02, -0.28, 0.12, 0.95, 0.36],
        [-0.93, -2.32, -1.76, -1.92, -2.7, -0.28, -0.27, -0.54, 0.28, 0.09, 0.45, 0.49, 0.15, 1.03],
    ]
)

# The weights beside judged questions, then those of `near_signs`.
BESIDE_JUDGED = np.array(
    [
        [
            -2.72, 0.93, -0.59, 0.63, -0.34, 0.77, -0.38, 0.71, -0.94, -0.09, 0.28, 0.0, 0.0, 0.0,
            -0.65, 4.14, -2.42, 0.94, 0.13,
        ],
        [
            1.14, 0.42, -0.32, 0.97, 0.84, -0.17, 0.14, -0.65, 0.28, -0.11, 0.27, 0.0, 0.0, 0.0,
            -0.2, -1.4, -1.1, 0.62, -0.34,
        ],
        [
            1.58, -1.36, 0.9, -1.61, -0.5, -0.6, 0.24, -0.06, 0.66, 0.19, -0.55, 0.0, 0.0, 0.0,
            0.84, -2.74, 3.53, -1.56, 0.21,
        ],
    ]
)  # fmt: skip


def held_in(texts: Sequence[str]) -> Callable[[str], bool]:
    """Return a test whether a name stands in one of these texts."""
    return lambda name: any(says(name, text) for text in texts)
