"""One key/value cache for many continuations: it holds shared prefixes once, and each row's own tokens.

A row's prefix is a crop of the shared tokens: the columns that the row may see. So no cache is copied, however many
rows continue the same trace, and the product of all queries with the shared keys is one matrix product. The idea is
Hydragen's (arXiv 2402.05099), with one softmax over both parts instead of two that are combined.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch.nn.functional import scaled_dot_product_attention
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import sdpa_mask

from probes.errors import ProbeError

NAME = "shared_cache"
"""The attention implementation to set on a network; without `store` it is transformers' own."""
_BLOCK = 32
_Pair = tuple[torch.Tensor, torch.Tensor]


class Store:
    """Keys and values of the tokens that the rows share, and of those that each has written since.

    Per layer: shared `[heads, columns, dim]` and own `[rows, heads, tokens, dim]`. `visible[r, c]`
    says whether row r sees column c; row r has written `written[r]` tokens of its own, at
    positions from `begins[r]` on.
    """

    def __init__(self, device: torch.device | None = None) -> None:
        """Args: device: where the network computes; the CPU by default."""
        self.device = device or torch.device("cpu")
        self.shared: list[_Pair] = []
        self.own: list[_Pair] = []
        self.places = self._zeros(0)
        self.visible = self._unseen(0, 0)
        self.begins = self._zeros(0)
        self.written = self._zeros(0)
        self._reading = False
        self._blocked = self._unseen(0, 0)

    @property
    def columns(self) -> int:
        """Return how many shared tokens are held."""
        return len(self.places)

    @contextmanager
    def reading(self, places: torch.Tensor, seen: torch.Tensor) -> Iterator[None]:
        """Hold for one pass of the network over tokens that become shared columns.

        Args:
            places: position of each token, `[tokens]`.
            seen: which columns each token sees, those of this pass and itself included,
                `[tokens, columns + tokens]`.
        """
        before = self.columns
        self.places = torch.cat([self.places, places])
        self._blocked, self._reading = ~seen, True
        try:
            yield
        finally:
            self._reading = False
        unseen = self._unseen(len(self.visible), self.columns - before)
        self.visible = torch.cat([self.visible, unseen], 1)

    @contextmanager
    def writing(self) -> Iterator[torch.Tensor]:
        """Hold for one pass over the newest token of every row; yield their positions, `[rows, 1]`."""
        most = int(self.written.max()) + 1
        later = self._counted(most)[None, :] > self.written[:, None]
        self._blocked = torch.cat([~self.visible, later], 1)
        yield (self.begins + self.written)[:, None]
        self.written += 1

    def admit(self, columns: Sequence[Sequence[int]]) -> None:
        """Add rows that see the given shared columns and have written nothing yet."""
        count = len(columns)
        seen = self._unseen(count, self.columns)
        for row, held in enumerate(columns):
            seen[row, list(held)] = True
        self.visible = torch.cat([self.visible, seen])
        begins = torch.tensor([len(held) for held in columns], device=self.device)
        self.begins = torch.cat([self.begins, begins])
        self.written = torch.cat([self.written, self._zeros(count)])
        self.own = [(_grown(keys, 0, count), _grown(values, 0, count)) for keys, values in self.own]

    def keep(self, rows: Sequence[int]) -> None:
        """Keep the given rows and forget all others."""
        chosen = torch.tensor(rows, dtype=torch.long, device=self.device)
        self.visible, self.begins = self.visible[chosen], self.begins[chosen]
        self.written = self.written[chosen]
        longest = int(self.written.max()) if rows else 0
        self.own = [
            (keys[chosen, :, :longest], values[chosen, :, :longest]) for keys, values in self.own
        ]

    def drop(self, needed: Sequence[int]) -> list[int]:
        """Drop columns that no row sees and that are not `needed`; return the new places of the others."""
        used = self.visible.any(0)
        used[list(needed)] = True
        kept = used.nonzero()[:, 0]
        self.shared = [(keys[:, kept], values[:, kept]) for keys, values in self.shared]
        self.places, self.visible = self.places[kept], self.visible[:, kept]
        moved = used.cumsum(0) - 1
        return [int(moved[column]) for column in needed]

    def attend(
        self, layer: int, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, how: "_How"
    ) -> torch.Tensor:
        """Compute the attention of one layer in the pass that runs now: `[batch, tokens, heads, dim]`."""
        if self._reading:
            return self._read(layer, query, key, value, how)
        return self._continue(layer, query, key, value, how)

    def _read(
        self, layer: int, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, how: "_How"
    ) -> torch.Tensor:
        new = (key[0], value[0])
        if layer == len(self.shared):
            self.shared.append(new)
        else:
            old = self.shared[layer]
            self.shared[layer] = (torch.cat([old[0], new[0]], 1), torch.cat([old[1], new[1]], 1))
        keys, values = self.shared[layer]
        blocked = self._blocked
        if how.window is not None:
            now = self.places[-len(blocked) :, None]
            blocked = blocked | (now - self.places[None, :] >= how.window)
        if how.softcap is None:
            mixed = scaled_dot_product_attention(
                query, keys[None], values[None], ~blocked, scale=how.scaling, enable_gqa=True
            )
            return mixed.transpose(1, 2)
        grouped = query[0].unflatten(0, (keys.shape[0], -1))
        scores = how.capped(grouped @ keys[:, None].transpose(2, 3))
        weights = scores.masked_fill_(blocked, float("-inf")).softmax(-1)
        return (weights @ values[:, None]).flatten(0, 1).transpose(0, 1)[None]

    def _continue(
        self, layer: int, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, how: "_How"
    ) -> torch.Tensor:
        own_keys, own_values = self._write(layer, key, value)
        rows, groups = query.shape[0], key.shape[1]
        grouped = query.reshape(rows, groups, -1, query.shape[-1])
        with_own = grouped @ own_keys.transpose(2, 3)
        if not self.columns:
            weights = how.capped(with_own).masked_fill_(self._blocked[:, None, None], -torch.inf)
            return (weights.softmax(-1) @ own_values).reshape(rows, 1, query.shape[1], -1)
        keys, values = self.shared[layer]
        flat = grouped.transpose(0, 1).flatten(1, 2)
        with_shared = (flat @ keys.transpose(1, 2)).unflatten(1, (rows, -1)).transpose(0, 1)
        scores = how.capped(torch.cat([with_shared, with_own], -1))
        blocked = self._blocked if how.window is None else self._blocked | self._far(how.window)
        weights = scores.masked_fill_(blocked[:, None, None, :], -torch.inf).softmax(-1)
        to_shared, to_own = weights.split([self.columns, own_keys.shape[2]], -1)
        flat = to_shared.transpose(0, 1).flatten(1, 2)
        mixed = (flat @ values).unflatten(1, (rows, -1)).transpose(0, 1)
        return (mixed + to_own @ own_values).reshape(rows, 1, query.shape[1], -1)

    def _write(self, layer: int, key: torch.Tensor, value: torch.Tensor) -> _Pair:
        most = int(self.written.max()) + 1
        if layer == len(self.own):
            self.own.append((key[:, :, :0], value[:, :, :0]))
        keys, values = self.own[layer]
        if keys.shape[2] < most:
            keys, values = _grown(keys, 2, _BLOCK), _grown(values, 2, _BLOCK)
            self.own[layer] = (keys, values)
        rows = self._counted(len(self.written))
        keys[rows, :, self.written] = key[:, :, 0]
        values[rows, :, self.written] = value[:, :, 0]
        return keys[:, :, :most], values[:, :, :most]

    def _far(self, window: int) -> torch.Tensor:
        """Return which tokens lie further back than a layer's sliding window."""
        most = int(self.written.max()) + 1
        own = self.begins[:, None] + self._counted(most)[None, :]
        places = torch.cat([self.places.expand(len(own), -1), own], 1)
        return (self.begins + self.written)[:, None] - places >= window

    def _zeros(self, count: int) -> torch.Tensor:
        return torch.zeros(count, dtype=torch.long, device=self.device)

    def _unseen(self, rows: int, columns: int) -> torch.Tensor:
        return torch.zeros(rows, columns, dtype=torch.bool, device=self.device)

    def _counted(self, count: int) -> torch.Tensor:
        return torch.arange(count, device=self.device)


class _How:
    """The attention settings of one layer: scale, sliding window, cap of the scores."""

    def __init__(self, scaling: float, window: int | None, softcap: float | None) -> None:
        self.scaling = scaling
        self.window = window
        self.softcap = softcap

    def capped(self, products: torch.Tensor) -> torch.Tensor:
        scores = products * self.scaling
        return scores if self.softcap is None else self.softcap * (scores / self.softcap).tanh()


def _grown(x: torch.Tensor, axis: int, count: int) -> torch.Tensor:
    shape = list(x.shape)
    shape[axis] = count
    return torch.cat([x, x.new_zeros(shape)], axis)


def _forward(
    module: Any,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    *,
    scaling: float | None = None,
    store: Store | None = None,
    sliding_window: int | None = None,
    softcap: float | None = None,
    **options: Any,
) -> tuple[torch.Tensor, None]:
    """Compute the attention of a layer; transformers calls this function in every layer."""
    if store is None:
        options |= {"scaling": scaling, "softcap": softcap}
        output, _ = sdpa_attention_forward(module, query, key, value, attention_mask, **options)
        return output, None
    if any(options.get(extra) is not None for extra in ("s_aux", "position_bias")):
        raise ProbeError(
            "this model's attention has sinks or biases that continuing a trace here cannot "
            "follow; serve it with an OpenAI-compatible server"
        )
    scale = query.shape[-1] ** -0.5 if scaling is None else scaling
    how = _How(scale, sliding_window, softcap)
    return store.attend(module.layer_idx, query, key, value, how), None


AttentionInterface.register(NAME, _forward)
AttentionMaskInterface.register(NAME, sdpa_mask)
