"""One key/value cache for many continuations: shared prefixes once, own tokens per row.

A row's prefix is a crop of what was read: the columns of the shared cache that it may see. So no
cache is copied, however many rows continue the same trace, and the product of all queries with the
shared keys is one matrix product. The same idea as Hydragen (arXiv 2402.05099) and RelayAttention
(arXiv 2402.14808), with one softmax over both parts instead of two combined.
"""

from collections.abc import Sequence
from typing import Any

import torch
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import sdpa_mask

from probes.types import ProbeError

NAME = "shared_cache"
"""The attention implementation to set on a network; without `rows` it is transformers' own."""
_BLOCK = 64


class Rows:
    """The keys and values of the rows that are decoded together, and of what they share.

    Per layer: shared `[heads, columns, dim]` and own `[rows, heads, tokens, dim]`. `visible[r, c]`
    says whether row r sees shared column c; the own tokens of row r are the first `written[r]`,
    at positions from `begins[r]` on.
    """

    def __init__(self) -> None:
        self.shared: list[tuple[torch.Tensor, torch.Tensor]] = []
        self.own: dict[int, tuple[torch.Tensor, torch.Tensor]] = {}
        self.places = torch.zeros(0, dtype=torch.long)
        self.visible = torch.zeros(0, 0, dtype=torch.bool)
        self.begins = torch.zeros(0, dtype=torch.long)
        self.written = torch.zeros(0, dtype=torch.long)
        self._blocked = torch.zeros(0, 0, dtype=torch.bool)

    @property
    def columns(self) -> int:
        """How many shared tokens are held."""
        return len(self.places)

    def share(self, cache: Any, start: int) -> list[int]:
        """Hold the tokens of a batch-1 cache from `start` on; their columns."""
        added = [
            (layer.keys[0][:, start:], layer.values[0][:, start:]) for layer in cache.layers
        ]
        if self.shared:
            pairs = zip(self.shared, added, strict=True)
            self.shared = [
                (torch.cat([keys, more], 1), torch.cat([values, others], 1))
                for (keys, values), (more, others) in pairs
            ]
        else:
            self.shared = [(keys.clone(), values.clone()) for keys, values in added]
        first, count = self.columns, added[0][0].shape[1]
        self.places = torch.cat([self.places, torch.arange(start, start + count)])
        unseen = torch.zeros(len(self.visible), count, dtype=torch.bool)
        self.visible = torch.cat([self.visible, unseen], 1)
        return list(range(first, first + count))

    def admit(self, columns: Sequence[Sequence[int]]) -> None:
        """Add rows that see these shared columns and have written nothing yet."""
        seen = torch.zeros(len(columns), self.columns, dtype=torch.bool)
        for row, held in enumerate(columns):
            seen[row, list(held)] = True
        self.visible = torch.cat([self.visible, seen])
        self.begins = torch.cat([self.begins, torch.tensor([len(held) for held in columns])])
        self.written = torch.cat([self.written, torch.zeros(len(columns), dtype=torch.long)])
        for layer, pair in self.own.items():
            keys, values = (
                torch.cat([x, x.new_zeros(len(columns), *x.shape[1:])]) for x in pair
            )
            self.own[layer] = (keys, values)

    def keep(self, rows: Sequence[int]) -> None:
        """Forget all other rows."""
        chosen = torch.tensor(rows, dtype=torch.long)
        self.visible, self.begins = self.visible[chosen], self.begins[chosen]
        self.written = self.written[chosen]
        longest = int(self.written.max()) if rows else 0
        self.own = {
            layer: (keys[chosen, :, :longest], values[chosen, :, :longest])
            for layer, (keys, values) in self.own.items()
        }

    def drop(self, needed: Sequence[int]) -> dict[int, int]:
        """Forget shared columns that no row sees and are not `needed`; old column -> new one."""
        used = self.visible.any(0)
        used[list(needed)] = True
        kept = used.nonzero()[:, 0]
        self.shared = [(keys[:, kept], values[:, kept]) for keys, values in self.shared]
        self.places, self.visible = self.places[kept], self.visible[:, kept]
        return {int(old): new for new, old in enumerate(kept)}

    def begin_step(self) -> torch.Tensor:
        """Make room for one more token in every row; its position, `[rows, 1]`."""
        most = int(self.written.max()) + 1
        later = torch.arange(most)[None, :] > self.written[:, None]
        self._blocked = torch.cat([~self.visible, later], 1)
        return (self.begins + self.written)[:, None]

    def end_step(self) -> None:
        """Count the token that every layer has written."""
        self.written += 1

    def attend(
        self,
        layer: int,
        query: torch.Tensor,
        key: torch.Tensor,
        value: torch.Tensor,
        *,
        scaling: float,
        window: int | None,
        softcap: float | None,
    ) -> torch.Tensor:
        """Attention of one new token per row: `[rows, heads, 1, dim]` to `[rows, 1, heads, dim]`."""
        own_keys, own_values = self._write(layer, key, value)
        shared_keys, shared_values = (
            self.shared[layer] if self.shared else (x.new_zeros(x.shape[1], 0, x.shape[3]) for x in (key, value))
        )
        rows, groups = query.shape[0], key.shape[1]
        grouped = query.reshape(rows, groups, -1, query.shape[-1])
        flat = grouped.transpose(0, 1).flatten(1, 2)
        with_shared = (flat @ shared_keys.transpose(1, 2)).unflatten(1, (rows, -1)).transpose(0, 1)
        with_own = grouped @ own_keys.transpose(2, 3)
        scores = torch.cat([with_shared, with_own], -1) * scaling
        if softcap is not None:
            scores = softcap * torch.tanh(scores / softcap)
        blocked = self._blocked if window is None else self._blocked | self._outside(window)
        scores.masked_fill_(blocked[:, None, None, :], float("-inf"))
        weights = scores.softmax(-1, dtype=torch.float32).to(value.dtype)
        to_shared, to_own = weights.split([self.columns, own_keys.shape[2]], -1)
        flat = to_shared.transpose(0, 1).flatten(1, 2)
        mixed = (flat @ shared_values).unflatten(1, (rows, -1)).transpose(0, 1)
        return (mixed + to_own @ own_values).reshape(rows, 1, query.shape[1], -1)

    def _write(
        self, layer: int, key: torch.Tensor, value: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        most = int(self.written.max()) + 1
        if layer not in self.own:
            self.own[layer] = (key[:, :, :0], value[:, :, :0])
        keys, values = self.own[layer]
        if keys.shape[2] < most:
            keys, values = (_longer(x, _BLOCK) for x in (keys, values))
            self.own[layer] = (keys, values)
        rows = torch.arange(len(self.written))
        keys[rows, :, self.written] = key[:, :, 0]
        values[rows, :, self.written] = value[:, :, 0]
        return keys[:, :, :most], values[:, :, :most]

    def _outside(self, window: int) -> torch.Tensor:
        """Which columns lie further back than a layer's sliding window."""
        most = int(self.written.max()) + 1
        own = self.begins[:, None] + torch.arange(most)[None, :]
        places = torch.cat([self.places.expand(len(own), -1), own], 1)
        now = (self.begins + self.written)[:, None]
        return now - places >= window


def _longer(x: torch.Tensor, tokens: int) -> torch.Tensor:
    return torch.cat([x, x.new_zeros(*x.shape[:2], tokens, x.shape[3])], 2)


def _forward(
    module: Any,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    *,
    scaling: float | None = None,
    rows: Rows | None = None,
    sliding_window: int | None = None,
    softcap: float | None = None,
    **options: Any,
) -> tuple[torch.Tensor, None]:
    """The attention that transformers calls in every layer."""
    if rows is None:
        options |= {"scaling": scaling, "softcap": softcap}
        output, _ = sdpa_attention_forward(module, query, key, value, attention_mask, **options)
        return output, None
    if any(options.get(extra) is not None for extra in ("s_aux", "position_bias")):
        raise ProbeError(
            "this model's attention has sinks or biases that continuing a trace here cannot "
            "follow; serve it with an OpenAI-compatible server"
        )
    mixed = rows.attend(
        module.layer_idx,
        query,
        key,
        value,
        scaling=query.shape[-1] ** -0.5 if scaling is None else scaling,
        window=sliding_window,
        softcap=softcap,
    )
    return mixed, None


AttentionInterface.register(NAME, _forward)
AttentionMaskInterface.register(NAME, sdpa_mask)
