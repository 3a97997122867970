"""Draws tokens by nucleus sampling from random numbers that are handed in."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch

_LIKELIEST = 256
"""Enough for nearly every nucleus; a wider one costs a full sort of the vocabulary."""
_CONFIDENCE = 20


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """One token per row, its log-probability, and DeepConf's token confidence, in nats."""

    tokens: list[int]
    logprobs: list[float]
    confidences: list[float]


def draw(
    logits: torch.Tensor,
    temperatures: Sequence[float],
    top_ps: Sequence[float],
    uniforms: Sequence[float],
) -> Drawn:
    """Choose the next token of each row.

    A row with temperature 0 takes its likeliest token, the lowest id among equals. Otherwise its
    uniform number in [0, 1) picks from the nucleus in order of token ids, which does not change
    when two probabilities swap places by rounding.

    Args:
        logits: `[rows, vocabulary]`.
        temperatures: one per row.
        top_ps: probability of the nucleus, one per row, in (0, 1].
        uniforms: one per row.
    """
    logits = logits.float()
    total = logits.logsumexp(-1, keepdim=True)
    width = min(_LIKELIEST, logits.shape[-1])
    best, ids = logits.topk(width, dim=-1)
    confidences = (total - best[:, :_CONFIDENCE]).mean(-1)
    tokens = logits.argmax(-1)
    for row, temperature in enumerate(temperatures):
        if temperature > 0:
            tokens[row] = _nucleus(
                logits[row], best[row], ids[row], temperature, top_ps[row], uniforms[row]
            )
    chosen = logits.gather(-1, tokens[:, None]) - total
    return Drawn(
        tokens=tokens.tolist(), logprobs=chosen[:, 0].tolist(), confidences=confidences.tolist()
    )


def _nucleus(
    logits: torch.Tensor,
    best: torch.Tensor,
    ids: torch.Tensor,
    temperature: float,
    top_p: float,
    uniform: float,
) -> int:
    scaled = (best / temperature).double()
    share = (scaled - (logits.double() / temperature).logsumexp(-1)).exp()
    if float(share.sum()) < top_p and len(best) < len(logits):
        best, ids = logits.sort(descending=True)
        share = (best.double() / temperature).softmax(-1)
    before = share.cumsum(-1) - share
    kept = before < top_p
    ids, share = ids[kept], share[kept]
    ids, order = ids.sort()
    sums = share[order].cumsum(-1)
    place = int(torch.searchsorted(sums, uniform * float(sums[-1]), right=True))
    return int(ids[min(place, len(ids) - 1)])
