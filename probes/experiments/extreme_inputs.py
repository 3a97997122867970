"""Measure how repetition, random tokens and length change the entropy of the layers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from probes import plotting
from probes.layers import layer_figures, layer_table, passes
from probes.layers.layer_figures import LAYERS
from probes.layers.twins import Distortion
from probes.metrics.states import Variant
from probes.probe import About, Cost, Probe
from probes.sentences import Contrast, Wording, only
from probes.suspects import FIRST, UNTRAINED, untrained_twin, without_first
from probes.texts import datasets
from probes.types import (
    Array,
    Arrays,
    Claim,
    Judgement,
    Lab,
    LanguageModel,
    ModelRecord,
    Progress,
    Result,
    Verdict,
)
from probes.verdict import spoken, unmeasured


@dataclass(frozen=True, kw_only=True)
class ExtremeInputs(Probe):
    """Measure entropy by layer as prompts get more repetitive, more random, and longer.

    Repetition replaces each token, with probability p, by one fixed token of the prompt; random
    tokens replace each, with probability p, by any of the vocabulary; lengths are those of fully
    random prompts. All entropies are S_1 of the centred unit tokens as a share of its maximum,
    with a twin without the first token, and the repetition again in the same architecture with
    random weights.

    Repeated tokens have equal embeddings, so that entropy falls at layer 0 already by
    construction. The effect therefore asks for more: in the middle third of the layers entropy
    must fall further, from p = 0 to the largest p, than at the embeddings.
    """

    claim: ClassVar[Claim] = Claim(
        text="Token repetition compresses the middle layers: prompt entropy falls there more than "
        "in the embeddings.",
        source="Layer by Layer (arXiv:2502.02013), extreme input conditions (Pythia-410M)",
        effect="fall of prompt entropy from no repetition to the most, mean over the middle third "
        "of the layers, minus the fall at the embeddings",
        unit="share of maximum entropy",
        margin=0.03,
        margin_reason="more than the whole spread of BERT's published curve (.874 to .897), which "
        "Layer by Layer calls flat",
        low=-2.0,
        high=2.0,
    )
    question: ClassVar[str] = "What do repetition, random tokens and length do to the layers?"
    sources: ClassVar[tuple[str, ...]] = ("layer-by-layer", "does-representation-matter")
    families: ClassVar[tuple[str, ...]] = ("layer_metrics",)

    count: Annotated[int, About("number of prompts, drawn from those offered", low=6)] = 12
    max_tokens: Annotated[
        int, About("most tokens of a prompt", low=datasets.FEWEST_TOKENS, high=4096)
    ] = 64
    repetition: Annotated[tuple[float, ...], About("shares of repeated tokens, from 0")] = (
        0.0,
        0.5,
        0.9,
    )
    randomness: Annotated[tuple[float, ...], About("shares of random tokens")] = (0.5, 1.0)
    lengths: Annotated[tuple[int, ...], About("tokens of the fully random prompts")] = (32, 128)
    variant: Annotated[
        Variant,
        About("definition: the published formulas; reference: what the authors' code computes"),
    ] = "definition"
    full: Annotated[bool, About("the paper's grid: shares in tenths, lengths 64 to 2048")] = False

    def cost(self) -> Cost:
        """Estimate the cost from CPU time with SmolLM2 on one core, by the tokens of all conditions."""
        repeated, replaced, lengths = self._grid()
        tokens = self.count * self.max_tokens * (len(repeated) + len(replaced))
        work = SECONDS_PER_TOKEN * (tokens + self._random_count() * sum(lengths))
        return Cost(startup=LOADING_SECONDS, work=work)

    def choose(self, offered: Sequence[str]) -> tuple[str, ...]:
        """Return a seeded sample of the prompts with enough words, in their original order."""
        return datasets.choose(offered, self.count, self.seed)

    def measure(self, lab: Lab, progress: Progress) -> dict[str, Array]:
        """Return entropies `[conditions, prompts, layers]` by kind of condition and twin."""
        model = lab.load(self.model)
        prompts = datasets.encode(model, self.choose(lab.prompts), self.max_tokens)
        kinds = self._conditions(model, prompts)
        kinds[_TWIN] = [kinds["repetition"][0], kinds["repetition"][-1]]
        total = sum(len(conditions) for conditions in kinds.values())
        found: dict[str, Array] = {}
        step = 0
        for kind, conditions in kinds.items():
            whole, rest = [], []
            network = lab.untrained(self.model, self.seed) if kind == _TWIN else model
            for condition in conditions:
                table = passes.measure(
                    network,
                    condition,
                    layer_table.Settings(
                        influence=(),
                        dataset=False,
                        distortion=Distortion(drop=1),
                        variant=self.variant,
                    ),
                    progress=passes.part(progress, step, total, kind),
                )
                whole.append(table.prompts["entropy"])
                rest.append(table.prompts["entropy/without_first"])
                step += 1
            found[kind], found[f"{kind}_without_first"] = np.stack(whole), np.stack(rest)
        repeated, replaced, lengths = self._grid()
        return found | {
            "repetition_at": np.array(repeated),
            "randomness_at": np.array(replaced),
            "length_at": np.array(lengths),
        }

    def _conditions(
        self, model: LanguageModel, prompts: Sequence[Sequence[int]]
    ) -> dict[str, list[list[list[int]]]]:
        repeated, replaced, lengths = self._grid()
        return {
            "repetition": [
                [repeat(tokens, p, self._rng(index)) for index, tokens in enumerate(prompts)]
                for p in repeated
            ],
            "randomness": [
                [
                    replace(tokens, p, model.vocabulary, self._rng(index))
                    for index, tokens in enumerate(prompts)
                ]
                for p in replaced
            ],
            "length": [
                [
                    self._rng(index).integers(model.vocabulary, size=length).tolist()
                    for index in range(self._random_count())
                ]
                for length in lengths
            ],
        }

    def _rng(self, prompt: int) -> np.random.Generator:
        """Return the same generator for every condition of a prompt: a larger p only adds changes."""
        return np.random.default_rng((self.seed, prompt))

    def _grid(self) -> tuple[tuple[float, ...], tuple[float, ...], tuple[int, ...]]:
        if self.full:
            tenths = tuple(round(step / 10, 1) for step in range(11))
            return tenths[:-1], tenths, (64, 128, 256, 512, 1024, 2048)
        return self.repetition, self.randomness, self.lengths

    def _random_count(self) -> int:
        return max(self.count // 2, 6)

    def effect(self, arrays: Arrays) -> NDArray[np.float64]:
        """Return how much further entropy falls in the middle than at the embeddings, `[prompts]`."""
        return extra_fall(arrays["repetition"][0], arrays["repetition"][-1])

    def controls(self, arrays: Arrays) -> Mapping[str, NDArray[np.float64]]:
        """Return the fall without the first token, with random weights, and for random in place of repeated tokens."""
        rest, foil = arrays["repetition_without_first"], arrays.get(_TWIN)
        return {
            UNTRAINED: unmeasured() if foil is None else extra_fall(foil[0], foil[-1]),
            REST: extra_fall(rest[0], rest[-1]),
            RANDOM: extra_fall(
                arrays["repetition_without_first"][0], arrays["randomness_without_first"][-1]
            ),
        }

    def summary(self, judged: Judgement, controls: Mapping[str, Judgement]) -> str:
        """Summarise a run: the extra fall with its interval, and the controls."""
        finding = {
            "supported": "Repetition compresses the middle layers more than the embeddings",
            "refuted": "Repetition does not compress the middle layers more than the embeddings",
            "inconclusive": "Whether repetition compresses the middle layers more than the "
            "embeddings is not decided",
        }[judged.verdict]
        said = "; ".join(f"{name} {spoken(control)}" for name, control in controls.items())
        return (
            f"{finding}: from no repetition to the most, the fall of prompt entropy in the middle "
            f"third exceeds that at the embeddings by {spoken(judged)}, in shares of maximum "
            f"entropy over {judged.n} prompts. As controls: {said}."
        )

    def wording(self) -> Wording:
        """Return the phrases on the middle layers against the embeddings, and on random in place of repeated tokens."""
        return Wording(
            units="prompts",
            holds=f"repeating tokens lowers {_FURTHER}",
            fails=f"repeating tokens does not lower {_FURTHER}",
            unit="{} of the maximum",
            contrasts={
                REST: without_first(),
                UNTRAINED: untrained_twin(),
                RANDOM: Contrast(
                    where="On {model} without the first token",
                    short="with random instead of repeated tokens",
                    kind="foil",
                    cause="any unusual tokens",
                    means="what random tokens do as well is not the work of repetition",
                    holds=f"random tokens lower {_FURTHER}",
                    fails=f"random tokens do not lower {_FURTHER}",
                ),
            },
        )

    def caveats(self, record: ModelRecord) -> tuple[str, ...]:
        """Return the limits of a run: where a sink makes the valley, nothing is left to compress."""
        return (
            only(record, "short prompts"),
            "Layer by Layer shows extreme inputs on Pythia-410M alone.",
            "Where one huge first token already holds the entropy of the middle layers down, repetition has "
            "little left to take there, so the twin without it has to be read.",
            "Random tokens are drawn evenly from the vocabulary, which no text does.",
        )

    def draw(self, arrays: Arrays, result: Result) -> "go.Figure":
        """Draw the entropy by layer for each condition, without the first token."""
        kinds = {
            "repetition": "share of repeated tokens",
            "randomness": "share of random tokens",
            "length": "random tokens per prompt",
        }
        made = plotting.figure(
            f"Extreme inputs, {result.model.id}",
            _in_words(arrays, result),
            [(LAYERS, f"entropy without the first token, by {what}") for what in kinds.values()],
        )
        for row, kind in enumerate(kinds, start=1):
            stride = _stride(arrays, kind)
            for style, level in enumerate(arrays[f"{kind}_at"][::stride]):
                values = arrays[f"{kind}_without_first"][style * stride]
                layer_figures.add(made, f"{level:g}", values, style=style, row=row)
        return made

    @classmethod
    def specimens(cls) -> Mapping[Verdict, Arrays]:
        """Return made-up arrays: a middle that falls further, one that falls less, and prompts of either kind."""
        prompts, count = 20, 13
        sign = np.where(np.arange(prompts) % 2, 0.1, -0.1)[:, None]
        noise = np.random.default_rng(0).normal(0, 0.01, (prompts, count))
        bump = np.sin(np.pi * np.linspace(0, 1, count))
        falls: dict[Verdict, Array] = {
            "supported": 0.2 + 0.2 * bump + noise,
            "refuted": 0.3 - 0.2 * bump + noise,
            "inconclusive": 0.2 + sign * bump,
        }
        base = np.full((prompts, count), 0.9)
        made: dict[Verdict, Arrays] = {}
        for verdict, fall in falls.items():
            repeated, replaced = np.stack([base, base - fall]), np.stack([base, base])
            made[verdict] = {
                "repetition_at": np.array([0.0, 0.9]),
                "randomness_at": np.array([0.5, 1.0]),
                "length_at": np.array([32, 128]),
                **dict.fromkeys(("repetition", "repetition_without_first"), repeated),
                _TWIN: replaced,
                **dict.fromkeys(("randomness", "randomness_without_first"), replaced),
                **dict.fromkeys(("length", "length_without_first"), replaced),
            }
        return made


_FURTHER = "entropy further in the middle layers than at the input"
REST = FIRST
_TWIN = "repetition_untrained"
RANDOM = "random instead of repeated tokens, without the first"
LOADING_SECONDS = 6.0
SECONDS_PER_TOKEN = 0.004


def repeat(tokens: Sequence[int], p: float, rng: np.random.Generator) -> list[int]:
    """Replace each token, with probability `p`, by one token of the prompt drawn beforehand."""
    fixed = int(tokens[int(rng.integers(len(tokens)))])
    hit = rng.random(len(tokens)) < p
    return [fixed if at else int(token) for token, at in zip(tokens, hit, strict=True)]


def replace(
    tokens: Sequence[int], p: float, vocabulary: int, rng: np.random.Generator
) -> list[int]:
    """Replace each token, with probability `p`, by one drawn evenly from the vocabulary."""
    drawn = rng.integers(vocabulary, size=len(tokens))
    hit = rng.random(len(tokens)) < p
    return [int(new) if at else int(old) for old, new, at in zip(tokens, drawn, hit, strict=True)]


def extra_fall(plain: Array, extreme: Array) -> NDArray[np.float64]:
    """Return the fall of entropy in the middle third minus that at the embeddings, `[prompts]`."""
    fall = plain - extreme
    third = fall[:, layer_table.middle(fall.shape[1])]
    return np.asarray(third.mean(axis=1) - fall[:, 0])


def _stride(arrays: Arrays, kind: str) -> int:
    """Return which conditions are drawn: at most as many as there are dashes."""
    return -(-len(arrays[f"{kind}_at"]) // len(plotting.DASHES))


def _in_words(arrays: Arrays, result: Result) -> str:
    def span(kind: str) -> str:
        at, curves = arrays[f"{kind}_at"], arrays[f"{kind}_without_first"].mean(axis=1)
        mid = curves.shape[1] // 2
        return (
            f"{kind} {at[0]:g}: {curves[0][0]:.3f} at the embeddings and {curves[0][mid]:.3f} at "
            f"mid depth; {kind} {at[-1]:g}: {curves[-1][0]:.3f} and {curves[-1][mid]:.3f}"
        )

    return (
        f"Mean prompt entropy without the first token over {result.n} prompts. "
        f"{span('repetition')}. {span('randomness')}. {span('length')}. Verdict: {result.shown}."
    )
