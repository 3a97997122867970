"""Compute every layer metric of a set of prompts in one forward pass, layer by layer, into one table."""

# Matrices are named as in the formulas.
# ruff: noqa: N803

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float, Float32
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from probes import layers, models
from probes.layers.layer_table import FloatArray, LayerTable, Settings, key
from probes.layers.pooled import dataset_metrics, invariance_metrics, pool_tokens
from probes.layers.stacks import Stack, Stacking, block_influences, room
from probes.layers.twins import COLUMNS, medians, metrics_of_prompts
from probes.types import LanguageModel, Progress

Advance = Callable[[float], None]
"""It is called with the share that is done."""
_LENS = ("logit_lens_kl", "logit_lens_agreement")


def measure(
    model: LanguageModel,
    prompts: Sequence[Sequence[int]],
    settings: Settings | None = None,
    *,
    views: Sequence[Sequence[Sequence[int]]] | None = None,
    progress: Advance = lambda _share: None,
) -> LayerTable:
    """Return every layer metric of `prompts` from one forward pass.

    States are read while the model runs and then dropped. Memory holds the numbers, one layer of one batch, and one
    pooled vector per prompt and layer (71 KB per prompt for SmolLM2). Cost is linear in the prompts, except for the
    metrics of the whole set.

    Args:
        model: a loaded model; see `probes.models.laboratory.load`.
        prompts: token ids per prompt.
        settings: the metrics to compute.
        views: perturbed copies of each prompt as token ids, [prompts][q]; two or more views give
            InfoNCE and DiME (of the first two) and LiDAR (of all), each at its own forward pass.
        progress: called with the share that is done.

    Raises:
        ProbeError: there is no prompt, or an empty one; states are not finite; or a lens is asked of a model without
            output matrix.
    """
    settings = settings or Settings()
    work = len(prompts) + sum(len(copies) for copies in views or ())
    keeper = _Keeper(model, prompts, settings, lambda done: progress(done / work))
    keeper.lens = layers.lenses.LogitLens(model) if settings.lens_positions else None
    with ExitStack() as stack:
        # Matrices of a prompt are too small to share among threads, which would wait for each other.
        stack.enter_context(_numpy_algebra().limit(limits=1))
        built = model.anatomy if isinstance(model, models.local_model.LocalModel) else None
        if isinstance(model, models.local_model.LocalModel) and model.anatomy.closing != ():
            keeper.caught = stack.enter_context(models.local_model.leaving(model))
        model.hidden_states(prompts, keeper.see, batch_tokens=settings.batch_tokens)
        keeper.measure_waiting()
        dataset = dataset_metrics(keeper.pooled, settings.variant) if settings.dataset else {}
    if views:
        seen = _pooled_views(model, views, settings, lambda d: progress((len(prompts) + d) / work))
        dataset |= invariance_metrics(seen, seed=settings.seed, variant=settings.variant)
    return LayerTable(
        model=model.record,
        last="as the last block leaves it" if built is None else built.last,
        settings=settings,
        tokens=np.array([len(tokens) for tokens in prompts]),
        prompts=keeper.found,
        dataset=dataset,
        pooled=keeper.pooled,
    )


@runtime_checkable
class Caught(Protocol):
    """The states that left the last block most recently; see `probes.models.local_model`."""

    @property
    def array(self) -> Float32[np.ndarray, "batch tokens dim"]:
        """Return the states."""
        ...


@runtime_checkable
class Reading(Protocol):
    """The comparison of a layer's output with the model's output; see `probes.layers.lenses`."""

    @property
    def kl(self) -> float: ...  # noqa: D102

    @property
    def agreement(self) -> float: ...  # noqa: D102


@runtime_checkable
class Lens(Protocol):
    """A lens reads layers with the model's own output matrix; see `probes.layers.lenses`."""

    def read(self, layers: Sequence[Float[np.ndarray, "positions dim"]]) -> Sequence[Reading]:
        """Return one reading per layer."""
        ...


class _Keeper:
    """A keeper reduces the states of each prompt and layer to numbers as they are shown."""

    def __init__(
        self,
        model: LanguageModel,
        prompts: Sequence[Sequence[int]],
        settings: Settings,
        advance: Advance,
    ) -> None:
        self.prompts = prompts
        self.settings = settings
        self.advance = advance
        self.layers = model.layers
        self.lens: Lens | None = None
        self.caught: Caught | None = None
        self.found: dict[str, FloatArray] = {}
        self.within = {
            twin: self._room([key(column, twin) for column in COLUMNS]) for twin in settings.twins
        }
        self.ratios = self._room(["norm_ratio"])
        self.influences = self._room([key("block_influence", twin) for twin in settings.influence])
        self.dimensions = "without_massive_dimensions" in settings.influence
        self.lenses = self._room(_LENS if settings.lens_positions else ())
        self.pooled = np.zeros((0, 0, 0), np.float32)
        self.waiting: Stacking | None = None
        self.before: dict[int, Stack] = {}
        self.spread: dict[int, list[NDArray[np.float32]]] = {}
        self.layer = self.row = self.seen = 0

    def _room(self, names: Sequence[str]) -> FloatArray:
        """Return an array for the values under these names, [names, prompts, layers]."""
        values = np.full((len(names), len(self.prompts), self.layers), np.nan)
        self.found.update(zip(names, values, strict=True))
        return values

    def see(self, prompt: int, layer: int, states: Float32[np.ndarray, "tokens dim"]) -> None:
        """Collect the states until those of their kind, which are shown in one go, are together."""
        if layer != self.layer:
            self.measure_waiting()
            self.layer, self.row = layer, 0
        elif self.waiting and not self.waiting.takes(states):
            self.measure_waiting()
        if self.waiting is None:
            tokens, dims = states.shape
            most = room(tokens, self.settings.batch_tokens)
            # Prompts arrive in the same order at every layer, so their stacks begin with the same prompt.
            entering = self.before.pop(prompt, None)
            self.waiting = Stacking(
                most,
                tokens,
                dims,
                entering,
                grams=bool(self.settings.twins),
                dimensions=self.dimensions,
            )
        self._pool(prompt, self.waiting.add(prompt, states))
        if self.lens:
            at = _spread(len(states), self.settings.lens_positions)
            self.spread.setdefault(prompt, []).append(states[at].copy())

    def measure_waiting(self) -> None:
        """Measure the prompts that wait; their states then stay for one more layer."""
        if self.waiting:
            self._measure(self.waiting.stack(), self.waiting.entering)
            # Prompts of a batch arrive in the batch's order.
            self.row += len(self.waiting.prompts)
        self.waiting = None

    def _pool(self, prompt: int, X: FloatArray) -> None:
        if not self.pooled.size:
            self.pooled = np.zeros((self.layers, len(self.prompts), X.shape[1]), np.float32)
        self.pooled[self.layer, prompt] = pool_tokens(X, self.settings.pooling)

    def _measure(self, stack: Stack, entering: Stack | None) -> None:
        prompts, norms = stack.prompts, np.sqrt(stack.squares)
        if self.settings.twins:
            self._within(stack, norms)
        ratios = norms.max(axis=1) / np.maximum(medians(norms), 1e-300)
        self.ratios[:, prompts, self.layer] = ratios
        if self.settings.influence:
            self._influence(stack, entering)
        if self.layer == self.layers - 1:
            for prompt in prompts:
                self._finish(prompt)

    def _within(self, stack: Stack, norms: FloatArray) -> None:
        settings = self.settings
        seeds = [(settings.seed, prompt, self.layer) for prompt in stack.prompts]
        found = metrics_of_prompts(
            stack.states,
            stack.grams,
            norms,
            settings.twins,
            settings.distortion,
            seeds,
            settings.variant,
        )
        for twin, rows in found.items():
            self.within[twin][:, stack.prompts, self.layer] = rows.T

    def _influence(self, stack: Stack, entering: Stack | None) -> None:
        last = self.layer == self.layers - 1
        if entering:
            leaving = stack
            if last and self.caught:
                leaving = self._unnormed(stack, entering, self.caught)
            self.influences[:, stack.prompts, self.layer] = block_influences(
                entering, leaving, self.settings.influence, self.settings.distortion
            )
        if not last:
            self.before[stack.prompts[0]] = stack

    def _unnormed(self, stack: Stack, entering: Stack, caught: Caught) -> Stack:
        """Return the output of the last block itself, without the final norm that follows."""
        count, tokens, dims = stack.states.shape
        leaving = Stacking(count, tokens, dims, entering, grams=False, dimensions=self.dimensions)
        states = caught.array
        for row, prompt in enumerate(stack.prompts, self.row):
            leaving.add(prompt, states[row, :tokens])
        return leaving.stack()

    def _finish(self, prompt: int) -> None:
        if self.lens:
            for layer, reading in enumerate(self.lens.read(self.spread.pop(prompt))):
                self.lenses[:, prompt, layer] = reading.kl, reading.agreement
        self.seen += 1
        self.advance(self.seen)


def _numpy_algebra() -> ThreadpoolController:
    """Return the thread pools of numpy and scipy, without those of torch."""
    pools = ThreadpoolController().select(internal_api="openblas")
    torch = find_spec("torch")
    beside = str(Path(torch.origin).parent) if torch and torch.origin else "torch is not here"
    own = [pool.filepath for pool in pools.lib_controllers if not pool.filepath.startswith(beside)]
    return pools.select(filepath=own)


def part(progress: Progress, step: int, steps: int, what: str) -> Advance:
    """Return the text that tells `progress` how far step number `step` of `steps` is."""
    return lambda share: progress((step + share) / steps, what)


def _pooled_views(
    model: LanguageModel,
    views: Sequence[Sequence[Sequence[int]]],
    settings: Settings,
    advance: Advance,
) -> NDArray[np.float32]:
    """Return pooled vectors of every view, [layers, prompts, q, dim], at one forward pass over all."""
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
    """Return at most `positions` positions, evenly over the tokens, without the first where there are others."""
    first = min(1, tokens - 1)
    return np.unique(np.linspace(first, tokens - 1, positions).round().astype(np.int64))
