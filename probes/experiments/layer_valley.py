"""Is there a mid-depth entropy valley, and what makes it?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from probes import plotting
from probes.layers import layer_figures, layer_table, passes, perturbations, valleys
from probes.layers.layer_figures import DEPTH, LAYERS
from probes.layers.twins import Distortion, Twin
from probes.metrics.states import Variant
from probes.models import direction
from probes.probe import About, Cost, Probe
from probes.sentences import Contrast, Wording, only
from probes.suspects import UNTRAINED, untrained_twin, without_first
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
from probes.verdict import spoken


@dataclass(frozen=True, kw_only=True)
class LayerValley(Probe):
    """Measure the entropy of each prompt's hidden states, layer by layer, and control for what could imitate a valley.

    Per prompt and layer: matrix entropy S_1 of the centred unit token states as a share of its
    maximum min(ln N, ln D). Controls take the same number without the first tokens, without
    massive tokens (norm several times the median), without massive dimensions, on random states
    of the same norms, on the same tokens in random order, and in the same architecture with
    random weights. A valley that vanishes without a huge token was made by that token; one that
    remains with shuffled tokens is not about the text; one that random weights show was not learnt.

    The effect demands more than a dip of the mean curve: per prompt, the *lower* of the two ends
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
        margin=0.03,
        margin_reason="more than the whole spread of BERT's published curve (.874 to .897), which "
        "Layer by Layer calls flat",
        low=-1.0,
        high=1.0,
    )
    question: ClassVar[str] = "Is there a mid-depth entropy valley?"
    sources: ClassVar[tuple[str, ...]] = ("layer-by-layer",)
    families: ClassVar[tuple[str, ...]] = ("layer_metrics",)
    formerly = ("layer_entropy",)
    compared = ("entropy", "entropy_without_first", "effective_rank", "curvature")

    count: Annotated[int, About("number of prompts, drawn from those offered", low=6)] = 32
    max_tokens: Annotated[
        int, About("most tokens of a prompt", low=datasets.FEWEST_TOKENS, high=4096)
    ] = 128
    drop_first: Annotated[int, About("number of tokens left out at the start", low=1, high=8)] = 1
    massive: Annotated[float, About("norm of a massive token, over the median norm", low=1.5)] = 3.0
    massive_dimension: Annotated[
        float, About("size of a massive dimension, over the median dimension", low=1.5)
    ] = 10.0
    variant: Annotated[
        Variant,
        About("definition: the published formulas; reference: what the authors' code computes"),
    ] = "definition"
    full: Annotated[
        bool,
        About(
            "also measure InfoNCE, DiME and LiDAR over 16 perturbed views, at six times the cost"
        ),
    ] = False

    def cost(self) -> Cost:
        """Estimate the cost from runs with SmolLM2; its first use adds the conversion, half a minute."""
        passes = SECONDS_PER_TOKEN * self.count * self.max_tokens
        return Cost(startup=LOADING_SECONDS, work=passes * (1 + VIEWS / 3 if self.full else 1))

    def choose(self, offered: Sequence[str]) -> tuple[str, ...]:
        """Return a seeded sample of the prompts with enough words, in their original order."""
        return datasets.choose(offered, self.count, self.seed)

    def measure(self, lab: Lab, progress: Progress) -> dict[str, Array]:
        """Return every within-prompt metric `[prompts, layers]` by twin, and data-set metrics by layer."""
        model = lab.load(self.model)
        texts = self.choose(lab.prompts)
        prompts = datasets.encode(model, texts, self.max_tokens)
        shuffled = datasets.shuffled(prompts, self.seed)
        views = self._views(model, texts) if self.full else None
        parts = 3 + (VIEWS if self.full else 0)
        table = passes.measure(
            model,
            prompts,
            layer_table.Settings(
                twins=tuple(TWINS),
                distortion=self._distortion(),
                seed=self.seed,
                variant=self.variant,
            ),
            views=views,
            progress=lambda done: progress(done * (parts - 2) / parts, "prompts"),
        )
        found = {name.replace("/", "_"): values for name, values in table.prompts.items()}
        found |= table.dataset
        found["autoregressive"] = np.array([direction.autoregressive(model)])
        found["entropy_shuffled"] = _entropy(
            model,
            shuffled,
            lambda done: progress((parts - 2 + done) / parts, "shuffled prompts"),
            self.variant,
        )
        found["entropy_untrained"] = _entropy(
            lab.untrained(self.model, self.seed),
            prompts,
            lambda done: progress((parts - 1 + done) / parts, "the untrained network"),
            self.variant,
        )
        return found

    def _views(self, model: LanguageModel, texts: Sequence[str]) -> list[list[list[int]]]:
        made = [perturbations.views(text, VIEWS, seed=self.seed) for text in texts]
        return [model.encode(copies, max_tokens=self.max_tokens) for copies in made]

    def _distortion(self) -> Distortion:
        return Distortion(
            drop=self.drop_first,
            massive_token=self.massive,
            massive_dimension=self.massive_dimension,
        )

    def effect(self, arrays: Arrays) -> NDArray[np.float64]:
        """Return the depth of the valley per prompt, `[prompts]`; negative where the middle is higher."""
        return valleys.depth(arrays["entropy"])

    def controls(self, arrays: Arrays) -> Mapping[str, NDArray[np.float64]]:
        """Return the controls: the depth in every twin of the same prompts."""
        return {
            name: valleys.depth(arrays[f"entropy_{key}"]) for key, name in self._names().items()
        }

    def _names(self) -> dict[str, str]:
        first = "the first token" if self.drop_first == 1 else f"the first {self.drop_first} tokens"
        return {
            "without_first": f"without {first}",
            "without_massive_tokens": "without massive tokens",
            "without_massive_dimensions": "without massive dimensions",
            "gaussian": "with Gaussian states of the same norms",
            "shuffled": "with tokens in random order",
            "untrained": UNTRAINED,
        }

    def inapplicable(self, arrays: Arrays, record: ModelRecord) -> str:
        """Return why the claim is not about a model that does not read from left to right; old records do not say."""
        ahead = "autoregressive" in arrays and not arrays["autoregressive"][0]
        return direction.reads_both_ways(record.id) if ahead else ""

    def summary(self, judged: Judgement, controls: Mapping[str, Judgement]) -> str:
        """Summarise a run: the depth with its interval, whether it survives, and what the controls show."""
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
            f"{name} {remains[control.verdict]} ({spoken(control)})"
            for name, control in controls.items()
        ]
        return (
            f"{finding}: the lower of the two ends lies {spoken(judged)} above the mean of the "
            f"middle third, in shares of maximum entropy over {judged.n} prompts. "
            f"As controls, {'; '.join(said)}."
        )

    def wording(self) -> Wording:
        """Return the phrases on a valley or none, in the prompts and in every twin of them."""
        names = self._names()
        first = names["without_first"]
        return Wording(
            units="prompts",
            holds="the entropy of hidden states has a valley in the middle layers",
            fails="the entropy of hidden states has no valley in the middle layers",
            unit="depth {} of the maximum",
            contrasts={
                first: without_first(tokens=first.removeprefix("without ")),
                names["without_massive_tokens"]: Contrast(
                    where=f"On {{model}} without massive tokens (norm over {self.massive:g} times the median)",
                    short="without massive tokens",
                    kind="twin",
                    cause="massive tokens",
                    means="what goes without massive tokens or dimensions is theirs alone",
                ),
                names["without_massive_dimensions"]: Contrast(
                    where="On {model} without massive dimensions",
                    short="without massive dimensions",
                    kind="twin",
                    cause="massive dimensions",
                    means="what goes without massive tokens or dimensions is theirs alone",
                ),
                UNTRAINED: untrained_twin(),
                names["shuffled"]: Contrast(
                    where="On {model} with shuffled prompts (tokens in random order)",
                    short="with shuffled tokens",
                    kind="foil",
                    cause="the tokens in any order",
                    means="what shuffled tokens keep is not about the text",
                ),
                names["gaussian"]: Contrast(
                    where="In Gaussian random states with the norms of those of {model}",
                    short="in random states of the same norms",
                    kind="foil",
                    cause="the norms of the states alone",
                    means="what random states of the same norms show needs no direction of a state",
                ),
            },
        )

    def caveats(self, record: ModelRecord) -> tuple[str, ...]:
        """Return the limits of a run: one small model, quantised or not, and prompts of one kind."""
        return (
            only(record, "short prompts"),
            "A run on one model can show whether the entropy valley appears there and what makes it, but not "
            "how it changes with size or training, nor whether middle layers are better features.",
            "Quantised weights add noise that the models of Layer by Layer do not have, and the last layer is "
            "taken after the final norm, which itself changes entropy.",
            "The entropy is the variant of the authors' code, from which the published curves come: it sets "
            "negative similarities to 0."
            if self.variant == "reference"
            else "The published curves of Layer by Layer come from the authors' code, which computes another "
            "variant of the entropy.",
        )

    def draw(self, arrays: Arrays, result: Result) -> "go.Figure":
        """Draw the entropy by twin, against controls, beside published curves; and curvature."""
        made = plotting.figure(
            f"Prompt entropy by layer, {result.model.id}",
            _in_words(arrays, result),
            [
                (LAYERS, "entropy (share of maximum), tokens left out"),
                (LAYERS, "entropy (share of maximum), controls"),
                (DEPTH, "entropy (share of maximum), published beside"),
                (LAYERS, "curvature (rad), tokens left out"),
            ],
        )
        names = {"": ALL} | {f"_{key}": name for key, name in self._names().items()}
        for style, suffix in enumerate(
            ("", "_without_first", "_without_massive_tokens", "_without_massive_dimensions")
        ):
            values = arrays["entropy" + suffix]
            layer_figures.add(made, names[suffix], values, style=style, row=1)
            turns = arrays["curvature" + suffix]
            layer_figures.add(made, names[suffix], turns, style=style, row=4)
        for style, suffix in enumerate(("", "_shuffled", "_gaussian", "_untrained")):
            values = arrays["entropy" + suffix]
            layer_figures.add(made, names[suffix], values, style=style, row=2)
        at = layer_figures.shares(arrays["entropy"].shape[1])
        layer_figures.add(made, "here", arrays["entropy"], style=0, row=3, x=at)
        layer_figures.add_published(made, "prompt_entropy", row=3)
        third = layer_table.middle(arrays["entropy"].shape[1])
        plotting.shade(made, third[0], third[-1])
        return made

    @classmethod
    def specimens(cls) -> Mapping[Verdict, Arrays]:
        """Return made-up arrays: a valley, a falling slope that flattens (no valley), and a level line with noise."""
        count, prompts = 13, 20
        at = np.linspace(0, 1, count)
        noise = np.random.default_rng(0).normal(0, 0.02, (prompts, count))
        shapes = {
            "supported": 0.9 - 0.5 * np.sin(np.pi * at),
            "refuted": 0.2 + 0.7 * np.exp(-3 * at),
        }
        # As many prompts lie above as below, by the same amount, so the mean is zero.
        sign = np.where(np.arange(prompts) % 2, 0.1, -0.1)[:, None]
        level = 0.6 + sign * np.isin(np.arange(count), layer_table.middle(count))
        return {
            "supported": _specimen(shapes["supported"] + noise),
            "refuted": _specimen(shapes["refuted"] + noise),
            "inconclusive": _specimen(level),
        }


ALL = "all tokens"
TWINS: tuple[Twin, ...] = (
    "whole",
    "without_first",
    "without_massive_tokens",
    "without_massive_dimensions",
    "gaussian",
)
VIEWS = 16
LOADING_SECONDS = 6.0
SECONDS_PER_TOKEN = 0.017


def _entropy(
    model: LanguageModel,
    prompts: Sequence[Sequence[int]],
    progress: passes.Advance,
    variant: Variant,
) -> NDArray[np.float64]:
    bare = layer_table.Settings(twins=("whole",), influence=(), variant=variant)
    return passes.measure(model, prompts, bare, progress=progress).prompts["entropy"]


def _in_words(arrays: Arrays, result: Result) -> str:
    curve = arrays["entropy"].mean(axis=0)
    rest = arrays["entropy_without_first"].mean(axis=0)
    return (
        f"Mean prompt entropy of {result.n} prompts over {len(curve)} layers: "
        f"{curve[0]:.3f} at the embeddings, lowest {curve.min():.3f} at layer "
        f"{int(curve.argmin())}, {curve[-1]:.3f} at the last layer. Without the first tokens: "
        f"{rest[0]:.3f}, lowest {rest.min():.3f} at layer {int(rest.argmin())}, "
        f"{rest[-1]:.3f}. Published for comparison: Pythia-410M .881, lowest .537, last .860; "
        f"Llama-3-8B .881, .249, .872; Mamba-370M .867, .658, .658. Verdict: {result.shown}."
    )


def _specimen(entropy: Array) -> Arrays:
    """Return arrays as `measure` gives them: the same entropy in every twin, a level line in every foil."""
    foils = ("_shuffled", "_untrained", "_gaussian")
    suffixes = ["", *foils, *(f"_{twin}" for twin in TWINS if twin not in ("whole", "gaussian"))]
    level = np.full(entropy.shape, 0.6)
    made = {f"entropy{suffix}": level if suffix in foils else entropy for suffix in suffixes}
    return made | {f"curvature{suffix}": np.full(entropy.shape, 2.0) for suffix in suffixes}
