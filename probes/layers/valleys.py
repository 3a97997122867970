"""Measure how deep a valley lies in the middle of a curve over layers, and how that changes over checkpoints."""

import numpy as np
import scipy  # its parts are loaded on first use
from jaxtyping import Float

from probes.layers.layer_table import middle

Series = Float[np.ndarray, "checkpoints units layers"]
"""One curve over layers for each checkpoint, in the order of training, and each run or prompt."""
Units = Float[np.ndarray, " units"]


def depth(curves: Float[np.ndarray, "*rest layers"]) -> Float[np.ndarray, "*rest"]:
    """Return the lower end minus the mean of the middle third; below zero where the middle lies above an end."""
    ends = np.minimum(curves[..., 0], curves[..., -1])
    return np.asarray(ends - curves[..., middle(curves.shape[-1])].mean(axis=-1))


def deepened(curves: Series) -> Units:
    """Return the depth at the last checkpoint minus that at the first."""
    found = depth(curves)
    return np.asarray(found[-1] - found[0])


def most_deepened(curves: Series) -> Units:
    """Return the depth at the deepest checkpoint minus that at the first.

    The other units decide which checkpoint is the deepest, so that chance in a unit does not choose for itself.
    """
    found = depth(curves)
    others = found.sum(axis=1, keepdims=True) - found
    return np.asarray(found[others.argmax(axis=0), np.arange(found.shape[1])] - found[0])


def falling(curves: Series) -> Units:
    """Return how steadily the middle third falls from checkpoint to checkpoint.

    It is minus the rank correlation with the order: 1 where each is lower than the one before, NaN where nothing
    changes.
    """
    values = curves[..., middle(curves.shape[-1])].mean(axis=-1)
    order = np.arange(len(values))
    return np.array(
        [
            -scipy.stats.spearmanr(order, unit).statistic if np.ptp(unit) else np.nan
            for unit in values.T
        ]
    )


def moved(curves: Series) -> Units:
    """Return the change of the middle third from first to last checkpoint, less that of the side that changes more.

    Each change is a mean of absolute changes over layers. The embeddings count only where no other layer stands before
    the middle.
    """
    third = middle(curves.shape[-1])
    change = np.abs(curves[-1] - curves[0])
    sides = change[:, min(1, third[0] - 1) : third[0]], change[:, third[-1] + 1 :]
    outer = np.maximum(*(side.mean(axis=1) for side in sides))
    return np.asarray(change[:, third].mean(axis=1) - outer)
