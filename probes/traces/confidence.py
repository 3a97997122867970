"""Measure how sure a trace was of its tokens: DeepConf's confidences (arXiv 2508.15260, section 3.1)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True)
class TraceConfidence:
    """Four summaries of one trace's token confidences, in nats; higher is surer."""

    mean: float
    tail: float
    """Mean of the last `window` tokens."""
    bottom: float
    """Mean of the lowest 10 % of the sliding-window means."""
    minimum: float
    """The lowest sliding-window mean."""


def token_confidence(logprobs: Sequence[float]) -> float:
    """Return C_t = -(1/k) sum_j log P_t,j over the k likeliest tokens at one position; not negative.

    Raises:
        ValueError: No log-probability is given.
    """
    if not logprobs:
        raise ValueError("A token's confidence needs at least one log-probability.")
    return -float(np.mean(logprobs))


def trace_confidence(confidences: Sequence[float], window: int = 2048) -> TraceConfidence:
    """Return mean, tail, bottom 10 % and minimum window of the token confidences of one trace.

    A trace shorter than the window is one window, so all four are its mean.

    Raises:
        ValueError: The trace is empty, or `window` is below 1.
    """
    means = window_means(confidences, window)
    lowest = np.sort(means)[: max(1, int(0.1 * len(means)))]
    return TraceConfidence(
        mean=float(np.mean(confidences)),
        tail=float(np.mean(confidences[-window:])),
        bottom=float(np.mean(lowest)),
        minimum=float(np.min(means)),
    )


def window_means(confidences: Sequence[float], window: int) -> NDArray[np.float64]:
    """Return the mean of every run of `window` tokens; one mean if there are fewer tokens.

    Raises:
        ValueError: The trace is empty, or `window` is below 1.
    """
    if len(confidences) == 0:
        raise ValueError("A trace without tokens has no confidence.")
    if window < 1:
        raise ValueError(f"window must be at least 1, got {window}.")
    values = np.asarray(confidences, dtype=np.float64)
    width = min(window, len(values))
    sums = np.cumsum(np.concatenate([[0.0], values]))
    return np.asarray((sums[width:] - sums[:-width]) / width, dtype=np.float64)
