"""Find whether a model reads a text from left to right by running it, not by its name."""

import numpy as np
from numpy.typing import NDArray

from probes.types import LanguageModel

TEXT = "A model that reads from left to right never looks at what comes later in a text."
_TOLERANCE = 1e-4
"""Rounding of float32 over the layers stays far below this share of a state's length."""


def autoregressive(model: LanguageModel) -> bool:
    """Return whether no state depends on a later token, from two texts that differ in their second halves.

    A model whose states of the first half differ looks ahead, as encoders do.
    """
    (tokens,) = model.encode([TEXT], max_tokens=32)
    half = len(tokens) // 2
    other = [*tokens[:half], *((token + 1) % model.vocabulary for token in tokens[half:])]
    seen: dict[tuple[int, int], NDArray[np.float32]] = {}
    model.hidden_states(
        [tokens, other],
        lambda prompt, layer, states: seen.__setitem__((prompt, layer), states[:half].copy()),
    )
    return all(
        np.linalg.norm(seen[0, layer] - seen[1, layer])
        <= _TOLERANCE * np.linalg.norm(seen[0, layer])
        for layer in range(model.layers)
    )


def reads_both_ways(model: str) -> str:
    """Return why a claim about autoregressive models does not apply to this model."""
    return f"The claim is about autoregressive models, and {model} reads a text in both directions."
