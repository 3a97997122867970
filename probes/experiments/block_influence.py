"""Do the deeper blocks change the states less, so that depth stops mattering?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from probes import plotting
from probes.layers import layer_figures, layer_table, passes
from probes.layers.twins import InfluenceTwin
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
    ModelRecord,
    Progress,
    Result,
    Verdict,
)
from probes.verdict import spoken


@dataclass(frozen=True, kw_only=True)
class BlockInfluence(Probe):
    """Measure how far each block turns the states, token by token.

    Block Influence is 1 minus the mean cosine between what enters and what leaves a block, the
    last block taken before the final norm. The first and the last block are left out of the
    effect: they turn the states most in every published curve, and with them it would only say
    that the first block is special. Controls leave out the first token, whose huge state no
    block turns, and the massive dimensions, which alone can hold a cosine near 1; they shuffle
    the tokens; and they give the same architecture random weights, where a growing residual
    stream already makes later blocks turn it less.
    """

    claim: ClassVar[Claim] = Claim(
        text="Deeper blocks change the hidden states less than earlier ones: Block Influence falls "
        "with depth.",
        source="ShortGPT (arXiv:2403.03853), Block Influence as a measure of redundancy",
        effect="mean Block Influence over the first half of the blocks minus that over the second "
        "half, first and last block left out",
        unit="1 - cosine",
        margin=0.02,
        margin_reason="a state turned by 11 degrees is 0.02 in 1 - cosine; two halves of a network "
        "that differ by less turn their states alike",
        low=-2.0,
        high=2.0,
    )
    question: ClassVar[str] = "Do the deeper blocks change the states less?"
    sources: ClassVar[tuple[str, ...]] = ("shortgpt", "ineffectiveness")
    families: ClassVar[tuple[str, ...]] = ("layer_metrics",)

    count: Annotated[int, About("number of prompts, drawn from those offered", low=6)] = 32
    max_tokens: Annotated[
        int, About("most tokens of a prompt", low=datasets.FEWEST_TOKENS, high=4096)
    ] = 128
    full: Annotated[bool, About("use all prompts offered, with up to 512 tokens each")] = False

    def cost(self) -> Cost:
        """Estimate the cost from CPU time with SmolLM2 on one core; a full run counts as 300 prompts of 512 tokens."""
        tokens = 300 * FULL_TOKENS if self.full else self.count * self.max_tokens
        return Cost(startup=LOADING_SECONDS, work=SECONDS_PER_TOKEN * tokens)

    def choose(self, offered: Sequence[str]) -> tuple[str, ...]:
        """Return a seeded sample of the prompts with enough words, in their original order."""
        return datasets.choose(offered, len(offered) if self.full else self.count, self.seed)

    def measure(self, lab: Lab, progress: Progress) -> dict[str, Array]:
        """Return Block Influence `[prompts, blocks]`, by twin."""
        model = lab.load(self.model)
        longest = FULL_TOKENS if self.full else self.max_tokens
        prompts = datasets.encode(model, self.choose(lab.prompts), longest)
        shuffled = datasets.shuffled(prompts, self.seed)
        found = {}
        for step, (suffix, network, tokens) in enumerate(
            (
                ("", model, prompts),
                ("_shuffled", model, shuffled),
                ("_untrained", None, prompts),
            )
        ):
            table = passes.measure(
                # The untrained twin takes the place of the model, which has been measured by then.
                network or lab.untrained(self.model, self.seed),
                tokens,
                layer_table.Settings(twins=(), influence=("whole", *(() if suffix else TWINS))),
                progress=passes.part(progress, step, 3, suffix[1:] or "prompts"),
            )
            # Layer 0 has no block before it.
            found["influence" + suffix] = table.prompts["block_influence"][:, 1:]
            if not suffix:
                for twin in TWINS:
                    found[f"influence_{twin}"] = table.prompts[f"block_influence/{twin}"][:, 1:]
        return found

    def effect(self, arrays: Arrays) -> NDArray[np.float64]:
        """Return how much the influence falls from the first to the second half, `[prompts]`."""
        return fall(arrays["influence"])

    def controls(self, arrays: Arrays) -> Mapping[str, NDArray[np.float64]]:
        """Return the same fall in the twins."""
        return {name: fall(arrays[f"influence_{key}"]) for key, name in NAMES.items()}

    def summary(self, judged: Judgement, controls: Mapping[str, Judgement]) -> str:
        """Summarise a run: the fall with its interval, and what is left of it in the twins."""
        finding = {
            "supported": "Deeper blocks change the states less",
            "refuted": "Deeper blocks do not change the states less",
            "inconclusive": "Whether deeper blocks change the states less is not decided",
        }[judged.verdict]
        said = "; ".join(f"{name} {spoken(control)}" for name, control in controls.items())
        return (
            f"{finding}: from the first to the second half of the blocks, Block Influence falls by "
            f"{spoken(judged)}, over {judged.n} prompts. As controls: {said}."
        )

    def wording(self) -> Wording:
        """Return the phrases on deeper against earlier blocks, and on what each twin should show."""
        return Wording(
            units="prompts",
            holds="deeper blocks change the hidden states less than earlier ones",
            fails="deeper blocks do not change the hidden states less than earlier ones",
            unit="fall of Block Influence {}",
            contrasts={
                UNTRAINED: untrained_twin(),
                NAMES["without_massive_dimensions"]: Contrast(
                    where="On {model} without the first token and massive dimensions",
                    short="without the first token and massive dimensions",
                    kind="twin",
                    cause="massive dimensions",
                    means="what goes without massive dimensions is theirs alone",
                ),
                FIRST: without_first(),
                NAMES["shuffled"]: Contrast(
                    where="On {model} with shuffled prompts (tokens in random order)",
                    short="with shuffled tokens",
                ),
            },
        )

    def caveats(self, record: ModelRecord) -> tuple[str, ...]:
        """Return the limits of a run: similarity is no proof of uselessness."""
        return (
            only(record, "short prompts"),
            "Block Influence says how similar a block's output is to its input, not that the block can be "
            "removed: that needs an ablation.",
            "ShortGPT measured models of 7 billion parameters and more.",
        )

    def draw(self, arrays: Arrays, result: Result) -> "go.Figure":
        """Draw Block Influence per block, whole and in the twins."""
        made = plotting.figure(
            f"Block Influence by block, {result.model.id}",
            _in_words(arrays, result),
            [
                ("block", "1 - cosine, tokens and dimensions left out"),
                ("block", "1 - cosine, controls"),
            ],
        )
        at = np.arange(1, arrays["influence"].shape[1] + 1)
        shown = {"": "all tokens"} | {f"_{twin}": NAMES[twin] for twin in TWINS}
        for style, (suffix, name) in enumerate(shown.items()):
            values = arrays["influence" + suffix]
            layer_figures.add(made, name, values, style=style, row=1, x=at)
        for style, suffix in enumerate(("", "_shuffled", "_untrained")):
            name = NAMES.get(suffix[1:], "all tokens")
            values = arrays["influence" + suffix]
            layer_figures.add(made, name, values, style=style, row=2, x=at)
        return made

    @classmethod
    def specimens(cls) -> Mapping[Verdict, Arrays]:
        """Return made-up arrays: a falling curve, a rising one, and one that only a special first block lets fall."""
        blocks, prompts = 12, 20
        noise = np.random.default_rng(0).normal(0, 0.01, (prompts, blocks))
        slope = np.linspace(0.3, 0.05, blocks)
        level = np.full((prompts, blocks), 0.1)
        level[:, 0] = 0.9
        level[:, 1 : blocks // 2] += np.where(np.arange(prompts) % 2, 0.04, 0.0)[:, None]
        shapes: dict[Verdict, Array] = {
            "supported": slope + noise,
            "refuted": slope[::-1] + noise,
            "inconclusive": level,
        }
        keys = ("", *(f"_{key}" for key in NAMES))
        return {
            verdict: {f"influence{key}": influence for key in keys}
            | {"influence_untrained": np.full((prompts, blocks), 0.1)}
            for verdict, influence in shapes.items()
        }


TWINS: tuple[InfluenceTwin, ...] = ("without_first", "without_massive_dimensions")
NAMES = {
    "without_first": FIRST,
    "without_massive_dimensions": "without the first token and massive dimensions",
    "shuffled": "with tokens in random order",
    "untrained": UNTRAINED,
}
FULL_TOKENS = 512
LOADING_SECONDS = 6.0
SECONDS_PER_TOKEN = 0.009


def fall(influence: Array) -> NDArray[np.float64]:
    """Return the mean of the first half of the inner blocks minus that of the second: `[prompts]`."""
    inner = influence[:, 1:-1] if influence.shape[1] > 3 else influence
    half = inner.shape[1] // 2
    return np.asarray(inner[:, :half].mean(axis=1) - inner[:, -half:].mean(axis=1))


def _in_words(arrays: Arrays, result: Result) -> str:
    curve = arrays["influence_without_first"].mean(axis=0)
    return (
        f"Block Influence of {len(curve)} blocks, mean over {result.n} prompts without the first "
        f"token: {curve[0]:.3f} at the first block, {curve[-1]:.3f} at the last, lowest "
        f"{curve.min():.3f} at block {int(curve.argmin()) + 1}. Verdict: {result.shown}."
    )
