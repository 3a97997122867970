"""Prompts for a run: chosen from what is offered, and cut to token ids."""

from collections.abc import Sequence

import numpy as np

from probes.prompts import OWN
from probes.types import LanguageModel, ProbeError

FEWEST_TOKENS = 16
"""Shorter prompts are left out: a handful of tokens has hardly any entropy to lose."""


def choose(
    offered: Sequence[str], count: int, seed: int, fewest_words: int = FEWEST_TOKENS
) -> tuple[str, ...]:
    """A seeded sample of the prompts with enough words, in their original order.

    Args:
        offered: the reader's passages; empty for the prompts of our own.
        count: how many at most.
        seed: of the sample.
        fewest_words: shorter texts are left out.
    """
    pool = [text for text in offered or OWN if len(text.split()) >= fewest_words]
    if len(pool) <= count:
        return tuple(pool)
    picked = np.random.default_rng(seed).choice(len(pool), count, replace=False)
    return tuple(pool[index] for index in sorted(picked))


def encode(
    model: LanguageModel, texts: Sequence[str], max_tokens: int, fewest: int = FEWEST_TOKENS
) -> list[list[int]]:
    """Token ids of the texts that have at least `fewest` of them, cut after `max_tokens`.

    Raises:
        ProbeError: no text is long enough.
    """
    kept = [ids for ids in model.encode(texts, max_tokens=max_tokens) if len(ids) >= fewest]
    if not kept:
        raise ProbeError(
            f"there is no prompt of at least {fewest} tokens among {len(texts)}; "
            "hand in longer passages"
        )
    return kept
