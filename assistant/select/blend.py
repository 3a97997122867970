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
        [-3.263, 0.209, 0.473, -0.458, 0.271, 0.897, 1.821, 0.981, 1.859, 1.641, 2.136, 0.317, 0.068, 0.024, 0.031],
        [-3.473, 0.005, 0.267, -0.089, 0.705, 0.858, 1.823, 0.578, 2.846, 1.297, 1.912, -0.004, 0.341, -0.259, 0.136],
        [-4.734, 0.526, 0.529, 0.86, 0.526, 0.86, 0.639, 1.211, 1.211, 1.627, 2.276, 0.25, -0.048, -0.041, 0.452],
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
