"""Measure prompts of one length at one layer together: few calls, and each state is read while it is in the cache."""

# Matrices are named as in the formulas.
# ruff: noqa: N806

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Float32, Float64
from numpy.typing import NDArray

from probes.layers.twins import Distortion, InfluenceTwin, ordinary

FloatArray = NDArray[np.float64]
_GRAM_ENTRIES = 2**17
"""All Gram matrices of a stack together have so many entries: 1 MB, about what a core's cache holds."""


@dataclass(frozen=True, kw_only=True)
class Stack:
    """The values taken from each prompt when its states were shown; `prompts` are their numbers."""

    prompts: list[int]
    states: Float32[np.ndarray, "prompts tokens dim"]
    """As they were shown; everything below was computed in float64."""
    squares: Float64[np.ndarray, "prompts tokens"]
    """The squared norm of each state."""
    products: Float64[np.ndarray, "prompts_or_0 tokens"]
    """The product of each state with the same one a layer before; empty for none."""
    dimensions: Float64[np.ndarray, "prompts_or_none dim"]
    """The sum of the squares of each dimension over the tokens; empty unless wanted."""
    grams: Float64[np.ndarray, "prompts_or_no_gram tokens tokens"]
    """The Gram matrix of each prompt; empty where none is wanted."""


class Stacking:
    """A stack that is being filled.

    Args:
        room: the number of prompts it takes; see `room`.
        tokens: their length.
        dims: the size of their states.
        entering: the same prompts one layer before, in the same order.
        grams: whether Gram matrices are wanted.
        dimensions: whether the sums of squares by dimension are wanted.
    """

    def __init__(
        self,
        room: int,
        tokens: int,
        dims: int,
        entering: Stack | None,
        *,
        grams: bool,
        dimensions: bool,
    ) -> None:
        self.prompts: list[int] = []
        self.entering = entering
        self._states = np.empty((room, tokens, dims), np.float32)
        # The float64 buffer is small enough to stay in the cache.
        self._leaving = np.empty((tokens, dims))
        self._entering = np.empty((tokens, dims) if entering else (0, dims))
        self._squares = np.empty((room, tokens))
        self._products = np.empty((room if entering else 0, tokens))
        self._dimensions = np.empty((room if dimensions else 0, dims))
        self._grams = np.empty((room if grams else 0, tokens, tokens))

    def takes(self, states: Float[np.ndarray, "tokens dim"]) -> bool:
        """Return whether there is room for one more prompt, and it has the stack's length."""
        return len(self.prompts) < len(self._states) and states.shape == self._states.shape[1:]

    def add(
        self, prompt: int, states: Float32[np.ndarray, "tokens dim"]
    ) -> Float64[np.ndarray, "tokens dim"]:
        """Add a prompt; return its states in float64, valid until the next prompt is added."""
        at = len(self.prompts)
        self.prompts.append(prompt)
        X = self._leaving
        self._states[at] = X[:] = states
        np.vecdot(X, X, out=self._squares[at])
        if self.entering:
            self._entering[:] = self.entering.states[at]
            np.vecdot(self._entering, X, out=self._products[at])
        if len(self._dimensions):
            np.einsum("td,td->d", X, X, out=self._dimensions[at])
        if len(self._grams):
            np.matmul(X, X.T, out=self._grams[at])
        return X

    def stack(self) -> Stack:
        """Return the finished stack."""
        count = len(self.prompts)
        return Stack(
            prompts=self.prompts,
            states=self._states[:count],
            squares=self._squares[:count],
            products=self._products[:count],
            dimensions=self._dimensions[:count],
            grams=self._grams[:count],
        )


def room(tokens: int, batch_tokens: int) -> int:
    """Return how many prompts of one length are measured at once: as many as have Gram matrices that fit the cache."""
    return max(min(batch_tokens // tokens, _GRAM_ENTRIES // tokens**2), 1)


def block_influences(
    entering: Stack, leaving: Stack, twins: Sequence[InfluenceTwin], distortion: Distortion
) -> Float64[np.ndarray, "twins prompts"]:
    """Return `metrics.block_influence` of each twin and prompt.

    It is computed from the states that enter and leave the block. Massive dimensions are left out as the first tokens
    are: their few terms are subtracted from the products.
    """
    sums = leaving.products, entering.squares, leaving.squares
    turns = _turns(*sums)
    found: dict[InfluenceTwin, FloatArray] = {
        "whole": turns,
        "without_first": turns[:, distortion.drop :],
    }
    if "without_massive_dimensions" in twins:
        massive = ~ordinary(leaving.dimensions, distortion.massive_dimension)
        of_any = np.flatnonzero(massive.any(axis=0))
        A, B = (
            stack.states.take(of_any, axis=-1).astype(np.float64) for stack in (entering, leaving)
        )
        own = massive[:, of_any, None].astype(np.float64)
        kept = (
            both - (products @ own)[..., 0]
            for both, products in zip(sums, (A * B, A * A, B * B), strict=True)
        )
        found["without_massive_dimensions"] = _turns(*kept)[:, distortion.drop :]
    return np.stack([_mean(found[twin]) for twin in twins])


def _turns(products: FloatArray, entering: FloatArray, leaving: FloatArray) -> FloatArray:
    """Return 1 minus the cosine of each token, from its products and squares; NaN for a zero state."""
    lengths = np.sqrt(np.maximum(entering * leaving, 0.0))
    cosines = np.divide(products, lengths, out=np.full(lengths.shape, np.nan), where=lengths > 0)
    return np.asarray(1.0 - cosines.clip(-1.0, 1.0))


def _mean(values: FloatArray) -> FloatArray:
    """Return the mean over the defined values of each row; NaN without any."""
    defined = np.isfinite(values)
    counts = defined.sum(axis=1)
    sums = values.sum(axis=1, where=defined)
    return np.asarray(np.where(counts > 0, sums / np.maximum(counts, 1), np.nan))
