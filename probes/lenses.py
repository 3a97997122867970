"""What the output says about a layer: the logit lens, and the states before the final norm."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import scipy.special
import torch
from numpy.typing import NDArray

from probes.models import LocalModel
from probes.types import LanguageModel, ProbeError

_NORMS = ("norm", "ln_f", "norm_f", "final_norm", "final_layer_norm", "final_layernorm")
_ROWS = 128
"""Positions whose logits are held at a time: 24 MB for a vocabulary of 49,152."""


def final_norm(model: LanguageModel) -> Any:
    """The module that normalises what leaves the last block; None where there is none.

    Encoders in the manner of BERT normalise inside each block and have none.
    """
    if not isinstance(model, LocalModel):
        return None
    base = model.network.base_model
    inside = [
        name for name, module in base.named_modules() if isinstance(module, torch.nn.ModuleList)
    ]
    for name, module in base.named_modules():
        if name.rpartition(".")[2] in _NORMS and not any(
            name.startswith(f"{stack}.") for stack in inside
        ):
            return module
    return None


@dataclass
class Caught:
    """The states `[batch, tokens, dim]` that last entered a module."""

    states: NDArray[np.float32] = field(default_factory=lambda: np.zeros((0, 0, 0), np.float32))


@contextmanager
def before(module: Any) -> Iterator[Caught]:
    """Keep what enters `module` for as long as the block runs, the latest batch only."""
    caught = Caught()

    def hook(_module: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        entering = args[0] if args else kwargs["hidden_states"]
        caught.states = entering.detach().float().cpu().numpy()

    handle = module.register_forward_pre_hook(hook, with_kwargs=True)
    try:
        yield caught
    finally:
        handle.remove()


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What a layer would say, against what the model says, at one prompt's chosen positions."""

    kl: float
    """Mean KL(final || layer) over the positions, in nats; see `metrics.logit_lens_kl`."""
    agreement: float
    """Share of positions whose most probable next token is already the final one."""


class LogitLens:
    """A model's own final norm and output matrix, applied to the states of any layer.

    nostalgebraist 2020, "interpreting GPT: the logit lens". Without training a lens per layer
    (Belrose et al. 2023), a high divergence can also mean that the layer writes in another basis.
    """

    def __init__(self, model: LanguageModel) -> None:
        """Find the head.

        Raises:
            ProbeError: the model has no output matrix (an encoder without head).
        """
        head = model.network.get_output_embeddings() if isinstance(model, LocalModel) else None
        if head is None:
            raise ProbeError(
                f"model {model.record.id} has no output matrix over the vocabulary, so no layer "
                "can be read with it; choose a causal language model such as smollm2"
            )
        self._head: Callable[[torch.Tensor], torch.Tensor] = head
        norm = final_norm(model)
        # Past its hooks: `before` may be listening for the states of the forward pass.
        self._norm: Callable[[torch.Tensor], torch.Tensor] | None = norm.forward if norm else None

    def logits(self, states: NDArray[Any], *, normed: bool = False) -> NDArray[np.float32]:
        """Logits [positions, vocabulary] of states [positions, dim].

        Args:
            states: of any layer.
            normed: the states have passed the final norm already (those of the last layer).
        """
        with torch.inference_mode():
            at = torch.from_numpy(np.array(states, dtype=np.float32))
            if self._norm is not None and not normed:
                at = self._norm(at)
            return np.asarray(self._head(at).float().numpy())

    def read(self, layers: Sequence[NDArray[Any]]) -> list[Reading]:
        """Each layer against the last, at the same positions; the last is its own 0 and 1."""
        final = self.logits(layers[-1], normed=True).astype(np.float64)
        log_p = final - scipy.special.logsumexp(final, axis=1, keepdims=True)
        p, said = np.exp(log_p), final.argmax(axis=1)
        negative_entropy = np.sum(p * log_p, axis=1)
        readings = []
        # Several layers at once: the output matrix is large, and is read from memory once for all.
        step = max(_ROWS // len(final), 1)
        for start in range(0, len(layers) - 1, step):
            group = layers[start : min(start + step, len(layers) - 1)]
            logits = self.logits(np.concatenate(group)).reshape(len(group), *final.shape)
            for own in logits.astype(np.float64):
                # sum p (log p - log q), with log q = logits - ln sum exp logits.
                cross = np.sum(p * own, axis=1) - scipy.special.logsumexp(own, axis=1)
                kl = max(float(np.mean(negative_entropy - cross)), 0.0)
                agreement = float(np.mean(own.argmax(axis=1) == said))
                readings.append(Reading(kl=kl, agreement=agreement))
        return [*readings, Reading(kl=0.0, agreement=1.0)]
