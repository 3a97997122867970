"""Join what the selector says of a sentence with what search says of it: one logistic model for each probability."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from jaxtyping import Float

from assistant.question.terms import terms
from assistant.select.quotes import CAVEAT, OPEN, Quote

Rarity = Callable[[str], float]
"""Inverse document frequency of a stem, from 0 to 1."""

SIGNS = (
    "bias", "helps", "brief", "answers", "helps below the best", "answers below the best", "best of its source",
    "cosine", "cosine below the best", "asked terms", "search score", "claim", "caveat", "open", "length",
)  # fmt: skip
"""What is known of a sentence, in the order of the weights."""

# Fitted by training/blend.py; a row for each of helps, brief, answers.
WEIGHTS: Float[np.ndarray, "heads signs"] | None = np.array(
    [
        [-2.979, -0.306, 0.736, -0.026, -0.244, 1.053, 1.575, 1.38, 1.486, 1.325, 2.369, 0.419, 0.063, 0.087, -0.076],
        [-3.196, -0.132, 0.292, 0.153, -0.059, 1.227, 1.68, 0.915, 2.446, 0.95, 2.101, 0.117, 0.329, -0.219, 0.0],
        [-4.202, 0.52, 0.423, 0.801, 0.52, 0.801, 0.552, 1.133, 1.133, 0.944, 2.372, 0.395, -0.131, -0.044, 0.204],
    ]
)  # fmt: skip


def blended(
    quotes: Sequence[Quote], question: str, rarity: Rarity, scores: Mapping[str, float]
) -> list[Quote]:
    """Return the quotes with blended probabilities, in their order.

    Args:
        quotes: All quotes that were scored for a question.
        question: What was asked.
        rarity: How rare a stem is.
        scores: Of each passage by its id, what its search gave it.
    """
    if not quotes or WEIGHTS is None:
        return list(quotes)
    logits = signs(quotes, question, rarity, scores) @ WEIGHTS.T
    found = 1.0 / (1.0 + np.exp(-logits))
    return [
        replace(
            quote, helps=round(float(h), 6), brief=round(float(b), 6), answers=round(float(a), 6)
        )
        for quote, (h, b, a) in zip(quotes, found, strict=True)
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
