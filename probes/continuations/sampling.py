"""Draw tokens by nucleus sampling from random numbers that the caller gives."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch

_LIKELIEST = 128
"""So many tokens are enough for most nuclei; a wider one costs a sort of the whole vocabulary."""
# A token's confidence is read from so many of the likeliest tokens.
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

    A row with temperature 0 takes its likeliest token. Otherwise its uniform number in [0, 1)
    picks from the nucleus in order of token ids, which does not change when two probabilities
    swap places by rounding.

    Args:
        logits: `[rows, vocabulary]`.
        temperatures: one per row.
        top_ps: probability of the nucleus, one per row, in (0, 1].
        uniforms: one per row.
    """
    logits = logits.float()
    best, ids = logits.topk(min(_LIKELIEST, logits.shape[-1]), dim=-1)
    total = logits.logsumexp(-1)
    # Picking needs doubles, which not every device has, and handles each row by itself.
    ids = ids.cpu()
    tokens = ids[:, 0].clone()
    divisors = torch.tensor(
        [temperature or 1.0 for temperature in temperatures], device=logits.device
    )[:, None]
    warmed = total if bool((divisors == 1).all()) else (logits / divisors).logsumexp(-1)
    shares = (best / divisors - warmed[:, None]).cpu().double().exp()
    for row, temperature in enumerate(temperatures):
        if temperature > 0:
            own = (ids[row], shares[row])
            if float(own[1].sum()) < top_ps[row] and own[0].shape[0] < logits.shape[-1]:
                whole = (logits[row] / temperature - warmed[row]).cpu().double()
                share, order = whole.sort(descending=True)
                own = (order, share.exp())
            tokens[row] = _pick(*own, top_ps[row], uniforms[row])
    chosen = logits.gather(-1, tokens[:, None].to(logits.device))[:, 0] - total
    confidences = (total[:, None] - best[:, :_CONFIDENCE]).mean(-1)
    return Drawn(tokens=tokens.tolist(), logprobs=chosen.tolist(), confidences=confidences.tolist())


def _pick(ids: torch.Tensor, shares: torch.Tensor, top_p: float, uniform: float) -> int:
    """Return the token at `uniform` of the nucleus; `shares` fall, and the nucleus is walked in order of ids."""
    nucleus = shares.cumsum(-1) - shares < top_p
    ordered, order = ids[nucleus].sort()
    sums = shares[nucleus][order].cumsum(-1)
    place = int(torch.searchsorted(sums, uniform * float(sums[-1]), right=True))
    return int(ordered[min(place, len(ordered) - 1)])
