"""Combine the judge's logit with the signs of a sentence in one logistic model."""

import math
from collections.abc import Mapping

import numpy as np
from jaxtyping import Float

from assistant.verify.signs import NAMES

# Written by `python training/gate.py`: the bias, the weight of the judge's logit, and one weight
# for each sign.
BIAS, LOGIT = 0.557, 0.443
SIGNS: Mapping[str, float] = {
    "words not in the evidence": -0.008,
    "numbers not in the evidence": -1.277,
    "names not in the evidence": -1.201,
    "odd denials": -0.084,
    "denials added": 0.155,
    "reservations lost": -0.11,
    "wholes added": -0.285,
    "causes added": -0.235,
    "opposites": -0.271,
    "both deny": 0.487,
    "only the evidence denies": -0.474,
    "a second hand lost": -0.522,
    "a remark lost": -0.343,
}
BAR = 0.823
"""From this probability on a sentence counts as supported: at most 2 % of false sentences pass."""


def stacked(logit: float, seen: Float[np.ndarray, " signs"]) -> float:
    """Return the probability that evidence supports a sentence, from 0 to 1.

    Args:
        logit: The judge's logit.
        seen: The signs (`signs`), in order.
    """
    weighed = BIAS + LOGIT * logit + float(_ORDERED @ seen)
    return 1.0 / (1.0 + math.exp(-max(-50.0, min(50.0, weighed))))


_ORDERED = np.array([SIGNS[name] for name in NAMES])
