"""Join what the selector says of a sentence with what search says of it: one logistic model for each probability."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from jaxtyping import Float

from assistant.question.terms import terms
from assistant.select.neighbours import NOBODY, Neighbours
from assistant.select.quotes import CAVEAT, OPEN, Quote

Rarity = Callable[[str], float]
"""Inverse document frequency of a stem, from 0 to 1."""

SIGNS = (
    "bias", "helps", "brief", "answers", "helps below the best", "answers below the best", "best of its source",
    "cosine", "cosine below the best", "asked terms", "search score", "claim", "caveat", "open", "length",
)  # fmt: skip
"""What is known of a sentence, in the order of the weights."""

# Fitted by training/blend.py; a row for each of helps, brief, answers, reserves.
WEIGHTS: Float[np.ndarray, "heads signs"] | None = np.array(
    [
        [-3.263, 0.209, 0.473, -0.458, 0.271, 0.897, 1.821, 0.981, 1.859, 1.641, 2.136, 0.317, 0.068, 0.024, 0.031],
        [-3.473, 0.005, 0.267, -0.089, 0.705, 0.858, 1.823, 0.578, 2.846, 1.297, 1.912, -0.004, 0.341, -0.259, 0.136],
        [-4.734, 0.526, 0.529, 0.86, 0.526, 0.86, 0.639, 1.211, 1.211, 1.627, 2.276, 0.25, -0.048, -0.041, 0.452],
        [-5.287, -1.013, 0.299, -0.256, 1.303, 0.658, 2.303, -0.111, 2.664, 1.168, 0.512, -0.202, 2.778, 2.04, -0.229],
    ]
)  # fmt: skip


# The same beside judged questions: the weights of SIGNS, then of `judgements.SIGNS`.
BESIDE_JUDGED: Float[np.ndarray, "heads signs"] = np.array(
    [
        [
            -2.145, -1.101, 0.124, 0.631, 0.194, 0.422, 0.939, -1.349, 0.874, 0.389, 0.53, 0.123, 0.018, 0.231, -0.14,
            0.612, -0.195, -0.392, -0.392, -0.159, 1.333, 1.384, -0.549, 0.816, 0.353,
            1.941, 2.84, 2.593, 3.501, 1.006, 1.454, 1.321, 1.576, -0.783, -0.065,
        ],
        [
            -1.95, -1.139, 0.051, 0.651, 0.412, 0.421, 1.004, -1.107, 1.504, 0.607, 0.43, 0.183, 0.21, 0.266, -0.211,
            0.107, 0.184, -0.509, -0.293, -0.128, 0.646, 1.972, -0.31, 0.497, 0.46,
            1.009, 2.004, 3.651, 2.719, 0.908, 2.96, 1.333, 2.321, 0.259, 0.652,
        ],
        [
            -7.345, 0.096, 0.329, 0.392, 0.096, 0.392, 0.499, 0.297, 0.297, 2.027, 1.191, -0.028, 0.011, 0.308, -0.448,
            0.366, 0.287, 0.604, 0.123, -0.215, 1.155, 1.195, 0.803, 0.882, 0.347,
            0.28, 0.846, 0.752, 0.149, 0.561, 1.155, 0.803, 0.28, 0.752, 0.561,
        ],
        [
            -4.291, -1.323, -0.105, 0.236, 0.811, 0.302, 1.6, -1.042, 0.988, 0.061, 0.235, -0.171, 2.166, 1.83, -0.237,
            0.069, 0.318, -0.611, -0.076, 0.076, 0.409, 1.186, -0.253, 0.117, 0.765,
            0.731, 1.02, 1.044, 0.836, 0.506, 2.254, 1.67, 2.117, 0.27, 1.785,
        ],
    ]
)  # fmt: skip


def blended(
    quotes: Sequence[Quote], question: str, rarity: Rarity, scores: Mapping[str, float],
    near: Neighbours = NOBODY,
) -> list[Quote]:  # fmt: skip
    """Return the quotes with blended probabilities, in their order.

    Args:
        quotes: All quotes that were scored for a question.
        question: What was asked.
        rarity: How rare a stem is.
        scores: Of each passage by its id, what its search gave it.
        near: The judged questions that are nearest to it.
    """
    if not quotes or WEIGHTS is None:
        return list(quotes)
    own = signs(quotes, question, rarity, scores)
    logits = own @ WEIGHTS.T
    if near.trust:
        # A source of which no sentence was judged is left to the weights that know of none, so that a reader's own
        # papers do not stand behind those of a list that somebody else asked of.
        judged = np.array([quote.source in near.judged for quote in quotes])
        told = near.signs(quotes)
        beside = np.hstack([own, told]) @ BESIDE_JUDGED.T
        # Of such a source a reader's mark moves the sentence that it is on, and says nothing of its other ones.
        marked = logits + told @ BESIDE_JUDGED[:, len(SIGNS) :].T
        moved = np.where(judged[:, None], beside, marked)
        logits += near.trusts(quotes)[:, None] * (moved - logits)
    found = near.left(quotes)[:, None] / (1.0 + np.exp(-logits))
    return [
        replace(
            quote,
            helps=round(float(h), 6),
            brief=round(float(b), 6),
            answers=round(float(a), 6),
            reserves=round(float(r), 6),
        )
        for quote, (h, b, a, r) in zip(quotes, found, strict=True)
    ]


def signs(
    quotes: Sequence[Quote], question: str, rarity: Rarity, scores: Mapping[str, float]
) -> Float[np.ndarray, "quotes signs"]:
    """Return the signs of each quote, all of about the size of one."""
    helps, brief, answers = (
        [_logit(getattr(quote, name)) for quote in quotes] for name in ("helps", "brief", "answers")
    )
    of_source: dict[str, float] = {}
    for quote, value in zip(quotes, helps, strict=True):
        of_source[quote.source] = max(of_source.get(quote.source, -9.0), value)
    asked = {term: rarity(term) for term in terms(question)}
    total = sum(asked.values()) or 1.0
    cosines = [quote.cosine for quote in quotes]
    rows = [
        (
            1.0, helps[at], brief[at], answers[at], helps[at] - max(helps), answers[at] - max(answers),
            of_source[quote.source], quote.cosine, quote.cosine - max(cosines),
            sum(weight for term, weight in asked.items() if term in quote.terms) / total,
            scores.get(quote.passage, 0.0), float(quote.role == "claim"), float(quote.role == CAVEAT),
            float(quote.role == OPEN),
            math.log(max(1, len(quote.text.split())) / _USUAL),
        )
        for at, quote in enumerate(quotes)
    ]  # fmt: skip
    return np.array(rows, dtype=np.float64)


# Words of a usual sentence.
_USUAL = 20


def _logit(probability: float) -> float:
    kept = min(max(probability, 1e-3), 1 - 1e-3)
    return math.log(kept / (1 - kept)) / 4
