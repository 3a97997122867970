"""One forward pass, layer by layer: every layer metric of a set of prompts, in one table."""

# Matrices are named as in the formulas.
# ruff: noqa: N803, N806

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from probes.metrics.entropy import Normalisation, normalise_entropy
from probes.pooled import Pooling, dataset_metrics, invariance_metrics, pool_tokens
from probes.twins import COLUMNS, Distortion, Twin, medians, metrics_of_prompts, ordinary
from probes.types import LanguageModel, ModelRecord, Progress
from probes.verdict import interval

Advance = Callable[[float], None]
"""Told the share that is done."""
FloatArray = NDArray[np.float64]
_INFLUENCES = (
    "block_influence",
    "block_influence/without_first",
    "block_influence/without_massive_dimensions",
)
"""The second without the first tokens, the third without them and massive dimensions."""

_GRAM_ENTRIES = 2**17
"""Of all Gram matrices that are measured together: 1 MB, about what a core's cache holds."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a pass computes beside the metrics of the whole prompts."""

    twins: tuple[Twin, ...] = ("whole", "without_first")
    distortion: Distortion = field(default_factory=Distortion)
    pooling: Pooling = "mean"
    influence: bool = True
    """Block Influence of every block."""
    dataset: bool = True
    """The metrics of the whole set, whose cost is not linear in the prompts."""
    lens_positions: int = 0
    """Positions per prompt that the logit lens reads, evenly spread; 0 for no lens."""
    seed: int = 0
    batch_tokens: int = 1024


@dataclass(frozen=True, kw_only=True)
class Curve:
    """One metric over the layers, each array [layers]: mean over prompts with 95 % interval.

    `n` prompts had a value and `missing` had none; a layer without any is NaN. For a metric of
    the whole set the interval is a jackknife over groups of prompts.
    """

    value: FloatArray
    low: FloatArray
    high: FloatArray
    n: NDArray[np.int64]
    missing: NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class LayerRow:
    """One layer of a table: per metric its value, interval, count and missing."""

    layer: int
    depth: float
    """Layer over the number of blocks: 0 the embeddings, 1 the last."""
    metrics: Mapping[str, tuple[float, float, float, int, int]]


@dataclass(frozen=True, kw_only=True)
class LayerTable:
    """What a pass found, in the definition variant of every metric.

    `prompts` holds `[prompts, layers]` under `metric` for whole prompts and `metric/twin` for
    the twins, `dataset` `[layers, 3]` (value, low, high) for metrics of the whole set. Layer 0 is
    what enters the first block; `last` says what the last layer is.
    """

    model: ModelRecord
    last: str
    settings: Settings
    tokens: NDArray[np.int64]
    prompts: Mapping[str, FloatArray]
    dataset: Mapping[str, FloatArray]
    pooled: NDArray[np.float32]
    """One vector per layer and prompt, [layers, prompts, dim]."""
    variant: Literal["definition"] = "definition"

    @property
    def layers(self) -> int:
        """How many layers there are, the embeddings among them."""
        return len(self.pooled)

    def curve(self, metric: str) -> Curve:
        """The metric of that name over the layers.

        Raises:
            KeyError: the pass did not compute it.
        """
        if metric in self.prompts:
            return curve(self.prompts[metric])
        value, low, high = self.dataset[metric].T
        count = np.where(np.isfinite(value), len(self.tokens), 0)
        return Curve(value=value, low=low, high=high, n=count, missing=len(self.tokens) - count)

    def normalised(self, normalisation: Normalisation, twin: Twin = "whole") -> FloatArray:
        """S_1 `[prompts, layers]` as a share; see `metrics.normalise_entropy`."""
        s1, tokens, dims = (self.prompts[_key(name, twin)] for name in ("s1", "tokens", "dims"))
        shares = np.full(s1.shape, np.nan)
        for at in np.argwhere(np.isfinite(s1)):
            i = tuple(at)
            shares[i] = normalise_entropy(float(s1[i]), int(tokens[i]), int(dims[i]), normalisation)
        return shares

    def rows(self) -> list[LayerRow]:
        """The table, a row per layer."""
        curves = {name: self.curve(name) for name in (*self.prompts, *self.dataset)}
        return [
            LayerRow(
                layer=layer,
                depth=layer / max(self.layers - 1, 1),
                metrics={
                    name: (
                        float(found.value[layer]),
                        float(found.low[layer]),
                        float(found.high[layer]),
                        int(found.n[layer]),
                        int(found.missing[layer]),
                    )
                    for name, found in curves.items()
                },
            )
            for layer in range(self.layers)
        ]


def measure(
    model: LanguageModel,
    prompts: Sequence[Sequence[int]],
    settings: Settings | None = None,
    *,
    views: Sequence[Sequence[Sequence[int]]] | None = None,
    progress: Advance = lambda _share: None,
) -> LayerTable:
    """Every layer metric of `prompts` from one forward pass.

    States are read while the model runs and dropped again: beside numbers, one layer of one
    batch is held, and per prompt and layer one pooled vector (71 KB a prompt for SmolLM2). Cost
    is linear in the prompts, except for the metrics of the whole set.

    Args:
        model: see `probes.models.load`.
        prompts: token ids per prompt.
        settings: what to compute.
        views: perturbed copies of each prompt as token ids, [prompts][q]; two or more views give
            InfoNCE and DiME (of the first two) and LiDAR (of all), each at its own forward pass.
        progress: told the share that is done.

    Raises:
        ProbeError: no prompt, an empty one, states that are not finite, or a lens on a model
            without output matrix.
    """
    # torch takes seconds to load, and listing the probes must not.
    from probes import lenses  # noqa: PLC0415

    settings = settings or Settings()
    work = len(prompts) + sum(len(copies) for copies in views or ())
    keeper = _Keeper(model, prompts, settings, lambda done: progress(done / work))
    keeper.lens = lenses.LogitLens(model) if settings.lens_positions else None
    with ExitStack() as stack:
        # Matrices of a prompt are too small to share among threads, which wait for each other.
        stack.enter_context(_numpy_algebra().limit(limits=1))
        norm = lenses.final_norm(model)
        if norm is not None:
            keeper.caught = stack.enter_context(lenses.before(norm))
        model.hidden_states(prompts, keeper.see, batch_tokens=settings.batch_tokens)
        keeper.measure_waiting()
        dataset = dataset_metrics(keeper.pooled) if settings.dataset else {}
    if views:
        seen = _pooled_views(model, views, settings, lambda d: progress((len(prompts) + d) / work))
        dataset |= invariance_metrics(seen, seed=settings.seed)
    return LayerTable(
        model=model.record,
        last="after the final norm" if norm is not None else "as the last block leaves it",
        settings=settings,
        tokens=np.array([len(tokens) for tokens in prompts]),
        prompts=keeper.found,
        dataset=dataset,
        pooled=keeper.pooled,
    )


class Caught(Protocol):
    """The states `[batch, tokens, dim]` that last entered a module; see `probes.lenses`."""

    states: NDArray[np.float32]


class Reading(Protocol):
    """What a layer would say against what the model says; see `probes.lenses`."""

    @property
    def kl(self) -> float: ...  # noqa: D102

    @property
    def agreement(self) -> float: ...  # noqa: D102


class Lens(Protocol):
    """Reads layers with the model's own output matrix; see `probes.lenses`."""

    def read(self, layers: Sequence[NDArray[Any]]) -> Sequence[Reading]:
        """One reading per layer."""
        ...


class _Keeper:
    """Reduces the states of each prompt and layer to numbers as they are shown."""

    def __init__(
        self,
        model: LanguageModel,
        prompts: Sequence[Sequence[int]],
        settings: Settings,
        advance: Advance,
    ) -> None:
        self.settings = settings
        self.advance = advance
        self.layers = model.layers
        self.lens: Lens | None = None
        self.caught: Caught | None = None
        shape = (len(prompts), model.layers)
        names = [_key(column, twin) for twin in settings.twins for column in COLUMNS]
        names += ["norm_ratio"]
        names += _INFLUENCES if settings.influence else []
        names += ["logit_lens_kl", "logit_lens_agreement"] if settings.lens_positions else []
        self.found = {name: np.full(shape, np.nan) for name in names}
        self.pooled = np.zeros((0, 0, 0), np.float32)
        self.waiting: _Stack | None = None
        self.before: dict[int, _Stack] = {}
        self.spread: dict[int, list[NDArray[np.float32]]] = {}
        self.layer = self.row = self.seen = 0

    def see(self, prompt: int, layer: int, states: NDArray[np.float32]) -> None:
        """Keep the states until those of their kind, which are shown in one go, are together."""
        if layer != self.layer:
            self.measure_waiting()
            self.layer, self.row = layer, 0
        elif self.waiting and not self.waiting.takes(states):
            self.measure_waiting()
        if self.waiting is None:
            room = _together(len(states), self.settings)
            self.waiting = _Stack(room, *states.shape, grams=bool(self.settings.twins))
        entering = self.before.get(self.waiting.prompts[0] if self.waiting.prompts else prompt)
        self._pool(prompt, self.waiting.add(prompt, states, entering))
        if self.lens:
            at = _spread(len(states), self.settings.lens_positions)
            self.spread.setdefault(prompt, []).append(states[at].copy())

    def measure_waiting(self) -> None:
        """Measure the prompts that wait; their states then stay for one layer more."""
        if self.waiting:
            self._measure(self.waiting)
            # Prompts of a batch arrive in its order.
            self.row += len(self.waiting.prompts)
        self.waiting = None

    def _pool(self, prompt: int, X: FloatArray) -> None:
        if not self.pooled.size:
            shape = (self.layers, len(self.found["norm_ratio"]), X.shape[1])
            self.pooled = np.zeros(shape, np.float32)
        self.pooled[self.layer, prompt] = pool_tokens(X, self.settings.pooling)

    def _measure(self, stack: "_Stack") -> None:
        prompts, norms = stack.prompts, np.sqrt(stack.squares)
        if self.settings.twins:
            self._within(stack, norms)
        self._note("norm_ratio", prompts, norms.max(axis=1) / np.maximum(medians(norms), 1e-300))
        if self.settings.influence:
            self._influence(stack)
        if self.layer == self.layers - 1:
            for prompt in prompts:
                self._finish(prompt)

    def _note(self, name: str, prompts: list[int], values: FloatArray) -> None:
        self.found[name][prompts, self.layer] = values

    def _within(self, stack: "_Stack", norms: FloatArray) -> None:
        settings = self.settings
        seeds = [(settings.seed, prompt, self.layer) for prompt in stack.prompts]
        found = metrics_of_prompts(
            stack.states, stack.grams, norms, settings.twins, settings.distortion, seeds
        )
        for twin, rows in found.items():
            for column, values in zip(COLUMNS, rows.T, strict=True):
                self._note(_key(column, twin), stack.prompts, values)

    def _influence(self, stack: "_Stack") -> None:
        prompts, leaving = stack.prompts, stack
        entering = self.before.pop(prompts[0], None)
        if entering and self.layer == self.layers - 1 and self.caught is not None:
            # What the block itself leaves, without the final norm that follows.
            _, tokens, dims = stack.states.shape
            leaving = _Stack(len(prompts), tokens, dims, grams=False)
            for row, prompt in enumerate(prompts, self.row):
                leaving.add(prompt, self.caught.states[row, :tokens], entering)
        if entering:
            values = _influences(entering, leaving, self.settings.distortion)
            for name, some in zip(_INFLUENCES, values, strict=True):
                self._note(name, prompts, some)
        if self.layer < self.layers - 1:
            self.before[prompts[0]] = stack

    def _finish(self, prompt: int) -> None:
        if self.lens:
            for layer, reading in enumerate(self.lens.read(self.spread.pop(prompt))):
                self.found["logit_lens_kl"][prompt, layer] = reading.kl
                self.found["logit_lens_agreement"][prompt, layer] = reading.agreement
        self.seen += 1
        self.advance(self.seen)


def curve(values: FloatArray) -> Curve:
    """Mean over prompts with its 95 % interval, per layer, of `[prompts, layers]`."""
    finite = np.isfinite(values)
    counts = finite.sum(axis=0)
    made = np.full((3, values.shape[1]), np.nan)
    for layer in np.flatnonzero(counts):
        defined = values[finite[:, layer], layer]
        made[:, layer] = (defined.mean(), *interval(defined))
    return Curve(value=made[0], low=made[1], high=made[2], n=counts, missing=len(values) - counts)


class _Stack:
    """Prompts of one length at one layer, and what is taken from each while the cache holds it."""

    def __init__(self, room: int, tokens: int, dims: int, *, grams: bool) -> None:
        self.prompts: list[int] = []
        self._states = np.empty((room, tokens, dims))
        self._squares = np.empty((room, tokens))
        self._products = np.empty((room, tokens))
        self._dimensions = np.empty((room, dims))
        self._grams = np.empty((room, tokens, tokens) if grams else 0)

    def takes(self, states: NDArray[np.float32]) -> bool:
        """Whether there is room for one more, and it has their length."""
        return len(self.prompts) < len(self._states) and states.shape == self._states.shape[1:]

    def add(
        self, prompt: int, states: NDArray[np.float32], entering: "_Stack | None"
    ) -> FloatArray:
        """The states of the prompt in float64, which stay; `entering` are those one layer before."""
        at = len(self.prompts)
        self.prompts.append(prompt)
        X: FloatArray = self._states[at]
        X[:] = states
        np.vecdot(X, X, out=self._squares[at])
        if entering:
            np.vecdot(entering.states[at], X, out=self._products[at])
            np.einsum("td,td->d", X, X, out=self._dimensions[at])
        if len(self._grams):
            np.matmul(X, X.T, out=self._grams[at])
        return X

    @property
    def states(self) -> FloatArray:
        """[prompts, tokens, dim]."""
        return self._states[: len(self.prompts)]

    @property
    def squares(self) -> FloatArray:
        """The squared norm of each state, [prompts, tokens]."""
        return self._squares[: len(self.prompts)]

    @property
    def products(self) -> FloatArray:
        """The product of each state with the same one a layer before, [prompts, tokens]."""
        return self._products[: len(self.prompts)]

    @property
    def dimensions(self) -> FloatArray:
        """The sum of the squares of each dimension over the tokens, [prompts, dim]."""
        return self._dimensions[: len(self.prompts)]

    @property
    def grams(self) -> FloatArray:
        """The Gram matrix of each prompt, [prompts, tokens, tokens]."""
        return self._grams[: len(self.prompts)]


def _numpy_algebra() -> ThreadpoolController:
    """The thread pools of numpy and scipy, without those of torch."""
    pools = ThreadpoolController().select(internal_api="openblas")
    own = [pool.filepath for pool in pools.lib_controllers if "torch" not in pool.filepath]
    return pools.select(filepath=own)


def _influences(
    entering: _Stack, leaving: _Stack, distortion: Distortion
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """`metrics.block_influence` of all tokens, without the first, and without massive dimensions.

    Of each prompt, from the states that enter and leave the block. What the few massive dimensions
    add to the products is taken off them.
    """
    sums = leaving.products, entering.squares, leaving.squares
    massive = ~ordinary(leaving.dimensions, distortion.massive_dimension)
    of_any = np.flatnonzero(massive.any(axis=0))
    A, B = (np.take(stack.states, of_any, axis=-1) for stack in (entering, leaving))
    own = massive[:, of_any, None].astype(np.float64)
    taken = [(products @ own)[..., 0] for products in (A * B, A * A, B * B)]
    turns = _turns(*sums)
    kept = _turns(*(both - some for both, some in zip(sums, taken, strict=True)))
    return _mean(turns), _mean(turns[:, distortion.drop :]), _mean(kept[:, distortion.drop :])


def _turns(products: FloatArray, entering: FloatArray, leaving: FloatArray) -> FloatArray:
    """1 minus the cosine of each token, from its products and squares; NaN for a zero state."""
    lengths = np.sqrt(np.maximum(entering * leaving, 0.0))
    cosines = np.divide(products, lengths, out=np.full(lengths.shape, np.nan), where=lengths > 0)
    return np.asarray(1.0 - np.clip(cosines, -1.0, 1.0))


def _mean(values: FloatArray) -> FloatArray:
    """The mean over the defined values of each row; NaN without any."""
    defined = np.isfinite(values)
    counts = defined.sum(axis=1)
    sums = values.sum(axis=1, where=defined)
    return np.asarray(np.where(counts > 0, sums / np.maximum(counts, 1), np.nan))


def _together(tokens: int, settings: Settings) -> int:
    """How many prompts of that length are measured at once: whose Gram matrices fit the cache."""
    return max(min(settings.batch_tokens // tokens, _GRAM_ENTRIES // tokens**2), 1)


def middle(count: int) -> NDArray[np.int64]:
    """Of that many layers those from one third to two thirds of the depth, ends included."""
    last = count - 1
    return np.arange(int(np.ceil(last / 3)), int(np.floor(2 * last / 3)) + 1)


def part(progress: Progress, step: int, steps: int, what: str) -> Advance:
    """What tells `progress` how far step number `step` of `steps` is."""
    return lambda share: progress((step + share) / steps, what)


def _pooled_views(
    model: LanguageModel,
    views: Sequence[Sequence[Sequence[int]]],
    settings: Settings,
    advance: Advance,
) -> NDArray[np.float32]:
    """Pooled vectors of every view, [layers, prompts, q, dim], at one forward pass over all."""
    copies = [tokens for prompt in views for tokens in prompt]
    q = len(views[0])
    found: list[NDArray[np.float32]] = []
    done = 0

    def see(copy: int, layer: int, states: NDArray[np.float32]) -> None:
        nonlocal done
        if not found:
            found.append(np.zeros((model.layers, len(copies), states.shape[1]), np.float32))
        found[0][layer, copy] = pool_tokens(states.astype(np.float64), settings.pooling)
        if layer == model.layers - 1:
            done += 1
            advance(done)

    model.hidden_states(copies, see, batch_tokens=settings.batch_tokens)
    return found[0].reshape(model.layers, len(views), q, -1)


def _spread(tokens: int, positions: int) -> NDArray[np.int64]:
    """At most that many positions, evenly over the tokens, without the first where it can be."""
    first = min(1, tokens - 1)
    return np.unique(np.linspace(first, tokens - 1, positions).round().astype(np.int64))


def _key(metric: str, twin: Twin) -> str:
    return metric if twin == "whole" else f"{metric}/{twin}"
