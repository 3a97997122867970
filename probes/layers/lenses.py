"""Read a layer through the model's output: the logit lens, through every step from states to logits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.optimize
import scipy.special
import torch
from jaxtyping import Float, Float32
from numpy.typing import NDArray

from probes.files import foreign
from probes.models import anatomy
from probes.models.local_model import LocalModel
from probes.types import LanguageModel, ProbeError

_ROWS = 128
"""The logits of so many positions are held at a time: 24 MB for a vocabulary of 49,152."""
_RAMP = 1000.0
"""Logits up to this size are handed to the steps after the output matrix; soft caps are at 30 to 50."""
_TEXT_TOKENS = 6


@dataclass(frozen=True, kw_only=True)
class Reading:
    """The comparison of a layer's output with the model's output, at one prompt's chosen positions."""

    kl: float
    """Mean KL(final || layer) over the positions, in nats; see `metrics.logit_lens_kl`."""
    agreement: float
    """Share of positions whose most probable next token is already the final one."""


@dataclass(frozen=True, kw_only=True)
class Finish:
    """The change that a model makes to the values of its output matrix: `cap * tanh(scale * x / cap)`.

    Cohere and Granite scale, Gemma 2 caps; `cap` is None where nothing is capped.
    """

    scale: float = 1.0
    cap: float | None = None

    def __call__(
        self, values: Float32[np.ndarray, "positions vocabulary"]
    ) -> Float32[np.ndarray, "positions vocabulary"]:
        """Return the logits that the model makes of the values of its output matrix."""
        scaled = values if self.scale == 1.0 else values * np.float32(self.scale)
        if self.cap is None:
            return scaled
        return np.asarray(np.float32(self.cap) * np.tanh(scaled / np.float32(self.cap)))


class LogitLens:
    """Everything that a model does after its last block, applied to the states of any layer.

    These steps are its final norm, projection and output matrix, and the scaling and soft cap of its logits; they are
    found by running the model, and checked against its own logits.

    nostalgebraist 2020, "interpreting GPT: the logit lens". Without training a lens per layer (Belrose et al. 2023), a
    high divergence can also mean that the layer writes in another basis.
    """

    def __init__(self, model: LanguageModel) -> None:
        """Find the head of the model.

        Raises:
            ProbeError: the model has no output matrix (an encoder without head), or makes its
                logits in a way that could not be found.
        """
        head = model.network.get_output_embeddings() if isinstance(model, LocalModel) else None
        if head is None or not isinstance(model, LocalModel):
            raise ProbeError(
                f"model {model.record.id} has no output matrix over the vocabulary, so no layer "
                "can be read with it; choose a causal language model such as smollm2"
            )
        self._at = next(model.network.parameters())
        self._closing = [_apart(step) for step in model.anatomy.closing or ()]
        last, head_steps, self._finish = _head(model, head)
        self._head = [_apart(step) for step in head_steps]
        self._check(model, last)

    def logits(
        self, states: Float[np.ndarray, "positions dim"], *, normed: bool = False
    ) -> Float32[np.ndarray, "positions vocabulary"]:
        """Return the logits of states.

        Args:
            states: the states of any layer.
            normed: whether the states have passed the final norm already (those of the last layer).
        """
        with torch.inference_mode():
            at = torch.from_numpy(np.array(states, dtype=np.float32))[None].to(
                self._at.device, self._at.dtype
            )
            for step in (*(() if normed else self._closing), *self._head):
                at = step(at)
            return self._finish(np.asarray(at[0].float().cpu().numpy()))

    def read(self, layers: Sequence[Float[np.ndarray, "positions dim"]]) -> list[Reading]:
        """Compare each layer with the last at the same positions; the last itself gives 0 and 1."""
        final = self.logits(layers[-1], normed=True).astype(np.float64)
        log_p = final - scipy.special.logsumexp(final, axis=1, keepdims=True)
        p, said = np.exp(log_p), final.argmax(axis=1)
        negative_entropy = np.sum(p * log_p, axis=1)
        readings = []
        # Several layers are read at once: the output matrix is large, and memory then gives it out once for all.
        step = max(_ROWS // len(final), 1)
        for start in range(0, len(layers) - 1, step):
            group = layers[start : min(start + step, len(layers) - 1)]
            logits = self.logits(np.concatenate(group)).reshape(len(group), *final.shape)
            for own in logits.astype(np.float64):
                # KL = sum p (log p - log q), with log q = logits - ln sum exp logits.
                cross = np.sum(p * own, axis=1) - scipy.special.logsumexp(own, axis=1)
                kl = max(float(np.mean(negative_entropy - cross)), 0.0)
                agreement = float(np.mean(own.argmax(axis=1) == said))
                readings.append(Reading(kl=kl, agreement=agreement))
        return [*readings, Reading(kl=0.0, agreement=1.0)]

    def _check(self, model: LocalModel, last: "_Last") -> None:
        """Compare the lens with the model's own logits.

        Raises:
            ProbeError: the logits differ.
        """
        mine = torch.from_numpy(self.logits(last.states, normed=False))
        if not anatomy.same(mine.to(last.logits.dtype), last.logits.cpu()):
            raise _unfound(model)


@dataclass(frozen=True, kw_only=True)
class _Last:
    """The output of the last block for a short text, and the logits."""

    states: Float32[np.ndarray, "tokens dim"]
    logits: Float[torch.Tensor, "tokens vocabulary"]


def _apart(module: Any) -> Callable[[torch.Tensor], torch.Tensor]:
    """Return what a module computes without its hooks, because some may be listening to the forward pass."""

    def step(states: torch.Tensor) -> torch.Tensor:
        made = anatomy.first(module.forward(states))
        assert made is not None
        return made

    return step


def _unfound(model: LocalModel) -> ProbeError:
    return ProbeError(
        f"how model {model.record.id} makes its logits from its last states could not be found by "
        "running it, so no layer can be read in its words; choose another causal language model"
    )


def _head(model: LocalModel, head: Any) -> tuple[_Last, list[Any], Finish]:
    """Return the steps from the last layer to the output matrix, and what the model does to its values."""
    network, built = model.network, model.anatomy
    tokens = model.encode(["The words of a text follow each other."], max_tokens=_TEXT_TOKENS)
    rows = torch.tensor(tokens)
    mask = torch.ones_like(rows)
    with foreign.calls(lambda _reason: _unfound(model)):
        with anatomy.recorded(network) as calls:
            logits = anatomy.run(network, rows, mask).logits
        ramp: list[torch.Tensor] = []

        def replaced(_module: Any, _args: tuple[Any, ...], output: torch.Tensor) -> torch.Tensor:
            values = torch.linspace(-_RAMP, _RAMP, output.shape[-1], device=output.device)
            # The first values are small, so that they show the slope where nothing is capped yet.
            values = values.sign() * _RAMP * (values.abs() / _RAMP) ** 4
            ramp.append(values)
            return values.to(output.dtype).expand_as(output).clone()

        handle = head.register_forward_hook(replaced)
        try:
            finished = anatomy.run(network, rows, mask).logits
        finally:
            handle.remove()
    own = {id(block) for block in built.blocks}
    ends = [number for number, call in enumerate(calls) if id(call.module) in own]
    outputs = [call for call in calls if call.module is head]
    left = calls[ends[-1]].left if ends else None
    if left is None or len(outputs) != 1 or outputs[0].left is None or not ramp:
        raise _unfound(model)
    left = anatomy.turned(left, built.tokens_first)
    closing = built.closing or ()
    reached = left
    with torch.inference_mode():
        for step in closing:
            reached = _apart(step)(reached)
    path = anatomy.steps(calls[ends[-1] + 1 :], reached, outputs[0].left)
    if path is None:
        raise _unfound(model)
    finish = _fitted(ramp[0].float().cpu().numpy(), finished[0, 0].float().cpu().numpy(), model)
    states = np.asarray(left[0].float().cpu().numpy())
    return _Last(states=states, logits=logits[0]), [call.module for call in path], finish


def _fitted(x: NDArray[Any], y: NDArray[Any], model: LocalModel) -> Finish:
    """Return the scale and soft cap that make `y` of `x`, both [vocabulary]."""
    x, y = x.astype(np.float64), y.astype(np.float64)
    close = _FIT_HALF if next(model.network.parameters()).element_size() < 4 else _FIT
    scale = float(x @ y / (x @ x))
    if np.abs(scale * x - y).max() <= close * np.abs(y).max():
        # Some models leave the logits as they are; a scale of exactly 1 changes no bit.
        return Finish(scale=1.0 if abs(scale - 1) <= close else scale)
    middle = len(x) // 2
    near = slice(max(middle - 3, 0), middle + 4)
    slope = float(x[near] @ y[near] / max(x[near] @ x[near], 1e-300))
    top = float(np.abs(y).max())

    def worst(logs: NDArray[Any]) -> NDArray[Any]:
        s, c = np.exp(logs)
        return np.asarray(c * np.tanh(s * x / c) - y)

    if slope <= 0 or top <= 0:
        raise _unfound(model)
    found = scipy.optimize.least_squares(worst, np.log([slope, top]))
    s, c = (float(value) for value in np.exp(found.x))
    if np.abs(worst(found.x)).max() > close * top:
        raise _unfound(model)
    return Finish(scale=1.0 if abs(s - 1) <= close else s, cap=c)


_FIT = 1e-4
_FIT_HALF = 2e-2
"""Scale and cap must explain what the model does up to this share of the largest logit."""
