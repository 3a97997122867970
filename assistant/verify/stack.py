"""Weigh what the judge says of a sentence with what can be seen of it: one logistic model."""

import math
from collections.abc import Mapping

import numpy as np
from jaxtyping import Float

from assistant.verify.signs import NAMES

# Written by `python training/gate.py`: the bias, the weight of the judge's logit, and one a sign.
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
"""From this probability on a sentence is taken to be borne by its evidence: where at most 2 % of false ones pass."""


def stacked(logit: float, seen: Float[np.ndarray, " signs"]) -> float:
    """Return the probability that evidence bears a sentence, from 0 to 1.

    Args:
        logit: What the judge says.
        seen: The signs (`signs`), in their order.
    """
    weighed = BIAS + LOGIT * logit + float(_ORDERED @ seen)
    return 1.0 / (1.0 + math.exp(-max(-50.0, min(50.0, weighed))))


_ORDERED = np.array([SIGNS[name] for name in NAMES])
