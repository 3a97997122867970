"""Combine the scores of selector and search for a sentence, with one logistic model for each probability."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from jaxtyping import Float

from assistant.question.terms import terms
from assistant.select.neighbours import NOBODY, Neighbours
from assistant.select.quotes import CAVEAT, OPEN, Quote
from assistant.select.selector import logit

Rarity = Callable[[str], float]
"""Returns the inverse document frequency of a stem, from 0 to 1."""

SIGNS = (
    "bias", "helps", "brief", "answers", "helps below the best", "answers below the best", "best of its source",
    "cosine", "cosine below the best", "asked terms", "search score", "claim", "caveat", "open", "length",
)  # fmt: skip
"""The signs of a sentence, in the order of the weights."""

# Fitted by training/blend.py; a row for each of helps, brief, answers, reserves.
WEIGHTS: Float[np.ndarray, "heads signs"] | None = np.array(
    [
        [-3.263, 0.209, 0.473, -0.458, 0.271, 0.897, 1.821, 0.981, 1.859, 1.641, 2.136, 0.317, 0.068, 0.024, 0.031],
        [-3.473, 0.005, 0.267, -0.089, 0.705, 0.858, 1.823, 0.578, 2.846, 1.297, 1.912, -0.004, 0.341, -0.259, 0.136],
        [-4.734, 0.526, 0.529, 0.86, 0.526, 0.86, 0.639, 1.211, 1.211, 1.627, 2.276, 0.25, -0.048, -0.041, 0.452],
        [-5.287, -1.013, 0.299, -0.256, 1.303, 0.658, 2.303, -0.111, 2.664, 1.168, 0.512, -0.202, 2.778, 2.04, -0.229],
    ]
)  # fmt: skip


# The weights beside judged questions: those of SIGNS, then those of `judgements.SIGNS`.
BESIDE_JUDGED: Float[np.ndarray, "heads signs"] = np.array(
    [
        [
            -2.477, -1.246, 0.222, 0.7, 0.275, 0.283, 0.764, -1.117, 0.578, 0.551, 0.515, 0.079, -0.013, 0.224, -0.132,
            0.61, -0.276, -0.37, -0.339, -0.223, 1.102, 1.507, -0.286, 0.751, 0.612,
            2.337, 3.12, 2.883, 3.543, 1.082, 1.746, 1.011, 1.532, -0.831, 0.033,
        ],
        [
            -2.137, -1.187, 0.126, 0.712, 0.243, 0.393, 0.798, -1.092, 1.104, 0.598, 0.562, 0.118, 0.124, 0.236, -0.171,
            0.086, 0.292, -0.464, -0.307, -0.247, 0.59, 1.658, -0.432, 0.563, 0.798,
            1.15, 1.878, 4.197, 2.797, 1.126, 3.371, 1.422, 2.251, 0.054, 0.808,
        ],
        [
            -7.265, -0.182, 0.147, 0.656, -0.182, 0.656, 0.025, 0.215, 0.215, 1.456, 1.318, -0.118, -0.103, 0.359,
            -0.293, 0.451, 0.11, 0.899, 0.22, -0.317, 1.36, 1.661, 0.88, 0.42, 1.016,
            0.307, 0.466, 0.556, 0.301, 0.755, 1.36, 0.88, 0.307, 0.556, 0.755,
        ],
        [
            -4.208, -1.369, 0.014, 0.32, 0.629, 0.316, 1.389, -1.217, 1.036, 0.072, 0.317, -0.217, 2.001, 1.89, -0.244,
            -0.036, 0.48, -0.57, -0.243, 0.002, 0.229, 1.191, -0.419, 0.669, 1.441,
            0.841, 0.434, 1.248, 0.765, 0.833, 2.212, 1.755, 2.095, 0.19, 1.857,
        ],
    ]
)  # fmt: skip


def blended(
    quotes: Sequence[Quote], question: str, rarity: Rarity, scores: Mapping[str, float],
    near: Neighbours = NOBODY,
) -> list[Quote]:  # fmt: skip
    """Return the quotes with blended probabilities, in order.

    Args:
        quotes: All quotes that were scored for a question.
        question: The question.
        rarity: Returns the rarity of a stem.
        scores: The score of each passage in its search, by passage id.
        near: The judged questions that are nearest to the question.
    """
    if not quotes or WEIGHTS is None:
        return list(quotes)
    own = signs(quotes, question, rarity, scores)
    logits = own @ WEIGHTS.T
    if near.trust:
        # A source without a judged sentence gets the weights without judged questions, so that a
        # reader's own papers do not rank behind those of a list about which somebody else asked.
        judged = np.array([quote.source in near.judged for quote in quotes])
        told = near.signs(quotes)
        beside = np.hstack([own, told]) @ BESIDE_JUDGED.T
        # In such a source a reader's mark moves only the marked sentence and says nothing about the
        # others.
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
        [logit(getattr(quote, name)) for quote in quotes] for name in ("helps", "brief", "answers")
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


# A usual sentence has this many words.
_USUAL = 20
