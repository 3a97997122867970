"""Is there a mid-depth entropy valley, and does it survive without the first token?"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from probes import plotting
from probes.metrics.curvature import curvature
from probes.metrics.entropy import matrix_entropy
from probes.metrics.gram import centre_and_unit
from probes.probe import About, Probe
from probes.prompts import OWN
from probes.types import (
    Array,
    Arrays,
    Claim,
    Judgement,
    Lab,
    LanguageModel,
    ModelRecord,
    ProbeError,
    Progress,
    Result,
    Verdict,
)
from probes.verdict import interval

FEWEST_TOKENS = 16
"""Shorter prompts are left out: a handful of tokens has hardly any entropy to lose."""


@dataclass(frozen=True, kw_only=True)
class LayerEntropy(Probe):
    """Entropy and curvature of each prompt's hidden states, layer by layer.

    Per prompt and layer: matrix entropy S_1 of the centred unit token states as a share of its
    maximum min(ln N, ln D), and the mean turning angle of the token path. Each is also taken
    without the first tokens, without massive tokens (those whose norm is several times the
    prompt's median at that layer), and on the same tokens in random order. One massive token
    moves the mean so far that all other centred states point the same way; it is mostly the
    first token, but need not be, which is why there are two twins.

    The effect asks more than a dip of the mean curve: per prompt, the *lower* of the two ends
    (embeddings and last layer) must lie above the *mean* of the middle third. The lower end,
    because a slope that falls steeply and then flattens is no valley though the mean of its ends
    lies above its middle; the mean of a third fixed beforehand, because the minimum over layers
    would find a valley in noise. Both choices work against the claim.
    """

    claim: ClassVar[Claim] = Claim(
        text="Autoregressive language models compress prompts in their middle layers: prompt "
        "entropy falls from the embeddings to mid-depth and rises again towards the last layer.",
        source="Layer by Layer (arXiv:2502.02013), the mid-depth entropy valley of decoders",
        effect="prompt entropy of the lower of the two ends (embeddings, last layer) minus the "
        "mean over the middle third of the layers",
        unit="share of maximum entropy",
    )
    question: ClassVar[str] = "Is there a mid-depth entropy valley?"
    sources: ClassVar[tuple[str, ...]] = ("layer-by-layer",)
    families: ClassVar[tuple[str, ...]] = ("layer_metrics",)

    count: Annotated[int, About("how many prompts, drawn from those offered", low=6)] = 48
    max_tokens: Annotated[int, About("longer prompts are cut", low=FEWEST_TOKENS, high=4096)] = 128
    drop_first: Annotated[int, About("tokens left out at the start", low=1, high=8)] = 1
    massive: Annotated[float, About("norm of a massive token, over the median norm", low=1.5)] = 3.0

    def cost(self) -> float:
        """Measured with SmolLM2 on two cores; its first use adds the conversion, half a minute."""
        return LOADING_SECONDS + SECONDS_PER_TOKEN * self.count * self.max_tokens

    def choose(self, offered: Sequence[str]) -> tuple[str, ...]:
        """A seeded sample of the prompts with enough words, in their original order."""
        pool = [text for text in offered or OWN if len(text.split()) >= FEWEST_TOKENS]
        if len(pool) <= self.count:
            return tuple(pool)
        picked = np.random.default_rng(self.seed).choice(len(pool), self.count, replace=False)
        return tuple(pool[index] for index in sorted(picked))

    def measure(self, lab: Lab, progress: Progress) -> dict[str, Array]:
        """Entropy, curvature and number of massive tokens, each `[prompts, layers]`, by twin."""
        model = lab.load(self.model)
        encoded = model.encode(self.choose(lab.prompts), max_tokens=self.max_tokens)
        prompts = [tokens for tokens in encoded if len(tokens) >= FEWEST_TOKENS]
        if not prompts:
            raise ProbeError(
                f"layer_entropy found no prompt of at least {FEWEST_TOKENS} tokens; "
                "hand in longer passages"
            )
        rng = np.random.default_rng(self.seed)
        shuffled = [rng.permutation(tokens).tolist() for tokens in prompts]
        found = self._curves(model, prompts, "", lambda done: progress(done / 2, "prompts"))
        found |= self._curves(
            model, shuffled, "_shuffled", lambda done: progress(0.5 + done / 2, "shuffled prompts")
        )
        return found | {"tokens": np.array([len(tokens) for tokens in prompts])}

    def _curves(
        self,
        model: LanguageModel,
        prompts: Sequence[Sequence[int]],
        suffix: str,
        progress: Callable[[float], None],
    ) -> dict[str, Array]:
        shape = (len(prompts), model.layers)
        # Order is destroyed only to be compared with order: that run needs no twins.
        twins = ("",) if suffix else TWINS
        names = [metric + twin for metric in ("entropy", "curvature") for twin in twins]
        found = {name: np.full(shape, np.nan) for name in [*names, "massive"]}
        seen = 0

        def visit(prompt: int, layer: int, states: NDArray[np.float32]) -> None:
            nonlocal seen
            norms = np.linalg.norm(states, axis=1)
            ordinary = norms <= self.massive * np.median(norms)
            found["massive"][prompt, layer] = np.sum(~ordinary)
            chosen = (states, states[self.drop_first :], states[ordinary])
            for twin, tokens in zip(twins, chosen, strict=False):
                entropy = matrix_entropy(centre_and_unit(tokens), normalisation="maxEntropy")
                angle = curvature(tokens).value
                found["entropy" + twin][prompt, layer] = entropy
                found["curvature" + twin][prompt, layer] = np.nan if angle is None else angle
            seen += 1
            if seen % model.layers == 0:
                progress(seen / (shape[0] * shape[1]))

        model.hidden_states(prompts, visit)
        return {name + suffix: array for name, array in found.items()}

    def effect(self, arrays: Arrays) -> NDArray[np.float64]:
        """Depth of the valley per prompt, `[prompts]`; negative where the middle is higher."""
        return depth(arrays["entropy"])

    def controls(self, arrays: Arrays) -> Mapping[str, NDArray[np.float64]]:
        """The depth without the first tokens, without massive ones, and in random order."""
        return {
            self._twin(): depth(arrays["entropy_rest"]),
            ORDINARY: depth(arrays["entropy_ordinary"]),
            SHUFFLED: depth(arrays["entropy_shuffled"]),
        }

    def summary(self, judged: Judgement, controls: Mapping[str, Judgement]) -> str:
        """The depth with its interval, whether it survives, and what shuffling leaves."""
        finding = {
            "supported": "Prompt entropy has a mid-depth valley",
            "refuted": "Prompt entropy has no mid-depth valley",
            "inconclusive": "Whether prompt entropy has a mid-depth valley is not decided",
        }[judged.verdict]
        remains = {
            "supported": "it is there",
            "refuted": "it is not there",
            "inconclusive": "it is not decided",
        }
        said = [
            f"{name} {remains[control.verdict]} ({_number(control)})"
            for name, control in controls.items()
        ]
        return (
            f"{finding}: the lower of the two ends lies {_number(judged)} above the mean of the "
            f"middle third, in shares of maximum entropy over {judged.n} prompts. "
            f"As controls, {'; '.join(said)}."
        )

    def _twin(self) -> str:
        if self.drop_first == 1:
            return "without the first token"
        return f"without the first {self.drop_first} tokens"

    def caveat(self, record: ModelRecord) -> str:
        """One small model, quantised where it is, and prompts of one kind."""
        return (
            f"One model ({record.id}, {record.parameters / 1e6:.0f} million parameters, weights "
            f"{record.quantisation}) on short prompts: it can show whether the valley appears "
            "here and whether the first token or massive tokens make it, but not how it changes with size or "
            "training, nor whether middle layers are better features. Quantised weights add "
            "noise that the paper's models do not have, and the last layer is taken after the "
            "final norm, which itself changes entropy."
        )

    def draw(self, arrays: Arrays, result: Result) -> go.Figure:
        """Entropy and curvature per layer, means over prompts with 95 % intervals."""
        made = plotting.figure(
            f"Prompt entropy and curvature by layer, {result.model.id}",
            self._in_words(arrays, result),
            [
                ("layer (0 = embeddings)", "entropy (share of maximum)"),
                ("layer (0 = embeddings)", "curvature (rad)"),
            ],
        )
        for row, metric in enumerate(("entropy", "curvature"), start=1):
            for style, (name, suffix) in enumerate(
                (
                    (ALL, ""),
                    (self._twin(), "_rest"),
                    (ORDINARY, "_ordinary"),
                    (SHUFFLED, "_shuffled"),
                )
            ):
                centre, half = _mean_and_half(arrays[metric + suffix])
                plotting.add_curve(made, name, centre, half, style=style, row=row)
        third = middle(arrays["entropy"].shape[1])
        plotting.shade(made, third[0], third[-1])
        return made

    def _in_words(self, arrays: Arrays, result: Result) -> str:
        curve = arrays["entropy"].mean(axis=0)
        rest = arrays["entropy_ordinary"].mean(axis=0)
        return (
            f"Mean prompt entropy of {result.n} prompts over {len(curve)} layers: "
            f"{curve[0]:.3f} at the embeddings, lowest {curve.min():.3f} at layer "
            f"{int(curve.argmin())}, {curve[-1]:.3f} at the last layer. Without massive tokens: "
            f"{rest[0]:.3f}, lowest {rest.min():.3f} at layer {int(rest.argmin())}, "
            f"{rest[-1]:.3f}. Verdict: {result.verdict}."
        )

    @classmethod
    def specimens(cls) -> Mapping[Verdict, Arrays]:
        """A valley, a falling slope that flattens (no valley), and a level line with noise."""
        layers, prompts = 13, 20
        at = np.linspace(0, 1, layers)
        noise = np.random.default_rng(0).normal(0, 0.02, (prompts, layers))
        shapes = {
            "supported": 0.9 - 0.5 * np.sin(np.pi * at),
            "refuted": 0.2 + 0.7 * np.exp(-3 * at),
        }
        # As many prompts above as below, by the same amount: the mean is zero.
        sign = np.where(np.arange(prompts) % 2, 0.1, -0.1)[:, None]
        level = 0.6 + sign * np.isin(np.arange(layers), middle(layers))
        return {
            "supported": _specimen(shapes["supported"] + noise),
            "refuted": _specimen(shapes["refuted"] + noise),
            "inconclusive": _specimen(level),
        }


ALL = "all tokens"
ORDINARY = "without massive tokens"
SHUFFLED = "with tokens in random order"
TWINS = ("", "_rest", "_ordinary")
LOADING_SECONDS = 6.0
SECONDS_PER_TOKEN = 0.011


def depth(entropy: Array) -> NDArray[np.float64]:
    """Lower end minus the mean of the middle third: `[prompts, layers]` to `[prompts]`."""
    ends = np.minimum(entropy[:, 0], entropy[:, -1])
    return np.asarray(ends - entropy[:, middle(entropy.shape[1])].mean(axis=1))


def middle(layers: int) -> NDArray[np.int64]:
    """The layers from one third to two thirds of the depth, ends included."""
    last = layers - 1
    return np.arange(int(np.ceil(last / 3)), int(np.floor(2 * last / 3)) + 1)


def _mean_and_half(values: Array) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean over prompts per layer and half its 95 % interval; NaN where no prompt has a value."""
    centre = np.full(values.shape[1], np.nan)
    half = np.full(values.shape[1], np.nan)
    for layer, column in enumerate(values.T):
        defined = column[np.isfinite(column)]
        if defined.size:
            low, high = interval(defined)
            centre[layer], half[layer] = (low + high) / 2, (high - low) / 2
    return centre, half


def _number(judged: Judgement) -> str:
    low, high = judged.interval
    return f"{judged.effect:+.3f}, 95 % interval {low:+.3f} to {high:+.3f}"


def _specimen(entropy: Array) -> Arrays:
    """Arrays as `measure` gives them, with the same entropy in every twin."""
    path = np.full(entropy.shape, 2.0)
    suffixes = (*TWINS, "_shuffled")
    made = {f"entropy{suffix}": entropy for suffix in suffixes}
    made |= {f"curvature{suffix}": path for suffix in suffixes}
    return made | {"tokens": np.full(len(entropy), 64)}
