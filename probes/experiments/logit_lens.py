"""From which layer on is the next token decided?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from probes import plotting
from probes.layers import layer_figures, layer_table, passes
from probes.probe import About, Cost, Probe
from probes.sentences import Contrast, Wording, only
from probes.suspects import UNTRAINED, untrained_twin
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
    Yardstick,
)
from probes.verdict import spoken, unmeasured


@dataclass(frozen=True, kw_only=True)
class LogitLensProbe(Probe):
    """Measure how far the prediction read from each layer is from the model's own.

    Every layer's states at some positions pass the model's own final norm and output matrix;
    the mean KL(final || layer) over the positions is the prompt's value. The claim is about
    where it falls on its way to 0: from mid depth to the last layer it must fall more than from
    the first block to mid depth. The embeddings do not count: no block has written there, and
    states of their length are foreign to the final norm (97 nats on SmolLM2, against 11 after
    one block); a control begins there all the same. The others repeat it on the same tokens in
    random order, in the same architecture with random weights, and ask it of the share of positions
    whose top token is not the final one yet, which does not depend on how sharp a layer's
    distribution is.
    """

    claim: ClassVar[Claim] = Claim(
        text="The second half of the layers writes the output: the divergence between a layer's "
        "prediction and the final one falls mostly from mid depth on.",
        source="Do Language Models Use Their Depth Efficiently? (arXiv:2505.13898), the logit lens",
        effect="fall of KL(final || layer) from mid depth to the last layer, minus the fall from the "
        "first block to mid depth",
        unit="nats",
        margin=1.0,
        margin_reason="one nat is a factor of 2.7 in the probability that a layer gives to what the "
        "model says in the end; a smaller bend is not seen on the curve",
    )
    question: ClassVar[str] = "From which layer on is the next token decided?"
    sources: ClassVar[tuple[str, ...]] = ("depth-efficiency", "logit-lens")
    families: ClassVar[tuple[str, ...]] = ("layer_metrics",)

    count: Annotated[int, About("number of prompts, drawn from those offered", low=6)] = 24
    max_tokens: Annotated[
        int, About("most tokens of a prompt", low=datasets.FEWEST_TOKENS, high=4096)
    ] = 128
    positions: Annotated[int, About("positions per prompt that are read", low=1)] = 6
    full: Annotated[
        bool, About("read every position of every prompt, at about ten times the cost")
    ] = False

    def cost(self) -> Cost:
        """Estimate the cost from runs with SmolLM2: the forward passes, and the output matrix at each position."""
        read = self.max_tokens if self.full else self.positions
        per_prompt = SECONDS_PER_TOKEN * self.max_tokens + SECONDS_PER_POSITION * read
        return Cost(startup=LOADING_SECONDS, work=per_prompt * self.count)

    def choose(self, offered: Sequence[str]) -> tuple[str, ...]:
        """Return a seeded sample of the prompts with enough words, in their original order."""
        return datasets.choose(offered, self.count, self.seed)

    def measure(self, lab: Lab, progress: Progress) -> dict[str, Array]:
        """Return the divergence and agreement `[prompts, layers]`, of prompts, shuffled and untrained."""
        model = lab.load(self.model)
        prompts = datasets.encode(model, self.choose(lab.prompts), self.max_tokens)
        shuffled = datasets.shuffled(prompts, self.seed)
        read = self.max_tokens if self.full else self.positions
        settings = layer_table.Settings(twins=(), influence=(), lens_positions=read)
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
                settings,
                progress=passes.part(progress, step, 3, suffix[1:] or "prompts"),
            )
            found["kl" + suffix] = table.prompts["logit_lens_kl"]
            found["agreement" + suffix] = table.prompts["logit_lens_agreement"]
        return found

    def effect(self, arrays: Arrays) -> NDArray[np.float64]:
        """Return the fall in the second half of the depth minus that in the first, `[prompts]`."""
        return late(arrays["kl"][:, 1:])

    def controls(self, arrays: Arrays) -> Mapping[str, NDArray[np.float64]]:
        """Return the same for shuffled tokens, random weights, from the embeddings on, and for the top token."""
        foil = arrays.get("kl_untrained")
        return {
            UNTRAINED: unmeasured() if foil is None else late(foil[:, 1:]),
            SHUFFLED: late(arrays["kl_shuffled"][:, 1:]),
            EMBEDDINGS: late(arrays["kl"]),
            AGREEMENT: late(1 - arrays["agreement"][:, 1:]),
        }

    def summary(self, judged: Judgement, controls: Mapping[str, Judgement]) -> str:
        """Summarise a run: where the divergence falls, with its interval, and the controls."""
        finding = {
            "supported": "The prediction is mostly written in the second half of the depth",
            "refuted": "The prediction is not mostly written in the second half of the depth",
            "inconclusive": "Which half of the depth writes the prediction is not decided",
        }[judged.verdict]
        said = "; ".join(f"{name} {spoken(control, 2)}" for name, control in controls.items())
        return (
            f"{finding}: the fall of the divergence there exceeds that in the first half by "
            f"{spoken(judged, 2)} nats, over {judged.n} prompts. As controls: {said}."
        )

    def wording(self) -> Wording:
        """Return the phrases on the second half of the depth against the first."""
        lens, where = "the logit lens", "mostly in the second half of the layers"
        return Wording(
            units="prompts",
            holds=f"{lens} sees the next-token prediction form {where}",
            fails=f"{lens} does not see the next-token prediction form {where}",
            unit="second minus first half {} nats",
            form="{:.2f}",
            contrasts={
                UNTRAINED: untrained_twin(),
                EMBEDDINGS: Contrast(
                    where="On {model}, counted from the embeddings on",
                    short="counted from the embeddings",
                    kind="scope",
                    means="counted from the embeddings, the length of states that no block has "
                    "written comes in",
                ),
                SHUFFLED: Contrast(
                    where="On {model} with shuffled prompts (tokens in random order)",
                    short="with shuffled tokens",
                ),
                AGREEMENT: Contrast(
                    where="On {model}, counted by the share of positions whose top token is not final",
                    short="by the top token",
                    kind="also",
                    means="the top token does not depend on how sharp a layer's prediction is",
                    unit="second minus first half {}",
                    yardstick=Yardstick(margin=0.1, low=-2.0, high=2.0),
                ),
            },
        )

    def caveats(self, record: ModelRecord) -> tuple[str, ...]:
        """Return the limits of a run: the lens is untrained, and the model is one small model."""
        return (
            only(record, "short prompts"),
            "The logit lens reads every layer in the basis of the last one, so a high divergence can mean that "
            "a layer knows little or that it writes differently; a lens trained per layer (tuned lens) "
            "would tell them apart.",
            "Where the prediction is written does not say which layers could be left out.",
        )

    def draw(self, arrays: Arrays, result: Result) -> "go.Figure":
        """Draw the divergence and agreement per layer, after each block."""
        made = plotting.figure(
            f"Logit lens by layer, {result.model.id}",
            _in_words(arrays, result),
            [("layer", "KL(final || layer) (nats)"), ("layer", "share of positions agreeing")],
        )
        at = np.arange(1, arrays["kl"].shape[1])
        for row, metric in enumerate(("kl", "agreement"), start=1):
            for style, (name, suffix) in enumerate((("prompts", ""), (SHUFFLED, "_shuffled"))):
                values = arrays[metric + suffix][:, 1:]
                layer_figures.add(made, name, values, style=style, row=row, x=at)
        return made

    @classmethod
    def specimens(cls) -> Mapping[Verdict, Arrays]:
        """Return made-up arrays: a late fall, an early fall, and prompts of either kind."""
        count, prompts = 13, 20
        at = np.linspace(0, 1, count)
        noise = np.random.default_rng(0).uniform(0.9, 1.1, (prompts, 1))
        # This is an even fall after the first block, bent up or down by the same amount.
        even = 8 * (1 - at) / (1 - at[1])
        bend = np.sin(np.pi * np.clip((at - at[1]) / (1 - at[1]), 0, 1))
        sign = np.where(np.arange(prompts) % 2, 1.0, -1.0)[:, None]
        shapes: dict[Verdict, Array] = {
            "supported": (even + 2 * bend) * noise,
            "refuted": (even - 2 * bend) * noise,
            "inconclusive": even + 2 * sign * bend,
        }
        return {
            verdict: {
                **dict.fromkeys(("kl", "kl_shuffled"), kl),
                **dict.fromkeys(("agreement", "agreement_shuffled"), 1 - kl / kl[:, :1]),
                "kl_untrained": np.tile(even, (prompts, 1)),
            }
            for verdict, kl in shapes.items()
        }


SHUFFLED = "with tokens in random order"
EMBEDDINGS = "from the embeddings on"
AGREEMENT = "in the share of positions with another top token"
LOADING_SECONDS = 6.0
SECONDS_PER_TOKEN = 0.0125
SECONDS_PER_POSITION = 0.09


def late(divergence: Array) -> NDArray[np.float64]:
    """Return the fall from mid depth to the last layer minus the fall from the first layer to mid depth.

    `[prompts, layers]` to `[prompts]`; mid depth between two layers is their mean.
    """
    last = divergence.shape[1] - 1
    mid = divergence[:, [last // 2, (last + 1) // 2]].mean(axis=1)
    return np.asarray((mid - divergence[:, -1]) - (divergence[:, 0] - mid))


def _in_words(arrays: Arrays, result: Result) -> str:
    kl, agreement = arrays["kl"].mean(axis=0), arrays["agreement"].mean(axis=0)
    half = int(np.argmax(agreement >= 0.5))
    return (
        f"Mean divergence of {result.n} prompts over {len(kl)} layers: {kl[0]:.2f} nats at the "
        f"embeddings, {kl[1]:.2f} after the first block, {kl[len(kl) // 2]:.2f} at layer "
        f"{len(kl) // 2}, {kl[-1]:.2f} at the last. "
        f"The top token agrees at half of the positions from layer {half} on. "
        f"Verdict: {result.shown}."
    )
