"""Weigh what the judge says of a sentence with what can be seen of it: one logistic model."""

import math

import numpy as np
from jaxtyping import Float

# Written by `python training/gate.py`: the bias, the weight of the judge's logit, and one a sign (`signs.NAMES`).
BIAS, LOGIT = 0.0, 1.0
SIGNS: Float[np.ndarray, " signs"] = np.zeros(15)
BAR = 0.9
"""From this probability on a sentence is taken to be borne by its evidence: where at most 2 % of false ones pass."""


def stacked(logit: float, signs: Float[np.ndarray, " signs"]) -> float:
    """Return the probability that evidence bears a sentence, from 0 to 1."""
    weighed = BIAS + LOGIT * logit + float(SIGNS @ signs)
    return 1.0 / (1.0 + math.exp(-max(-50.0, min(50.0, weighed))))
