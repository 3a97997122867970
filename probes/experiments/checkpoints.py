"""How does the entropy valley form while a model is trained?"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar, Self

import numpy as np
import plotly.graph_objects as go

from probes import networks, plotting
from probes.layers import layer_figures, valleys
from probes.layers.layer_figures import LAYERS
from probes.layers.layer_table import middle
from probes.layers.layer_tasks import own_tasks
from probes.models import model_names
from probes.probe import About, Cost, Probe
from probes.sentences import Contrast, Wording
from probes.suspects import DRAWS, FIRST, without_first
from probes.texts import datasets
from probes.texts.prompts import OWN
from probes.types import (
    Array,
    Arrays,
    Claim,
    Judgement,
    Lab,
    ModelRecord,
    Progress,
    Result,
    UsageError,
    Verdict,
    Yardstick,
)
from probes.verdict import spoken

if TYPE_CHECKING:
    from probes.networks.small_networks import Shape


@dataclass(frozen=True, kw_only=True)
class Checkpoints(Probe):
    """Measure the layers of one model at several steps of its training, on the same texts.

    By default several small decoders are trained here side by side on the bundled texts and stopped at steps
    that double; each network is a unit. With `model` and `revisions`, checkpoints of a published model are
    measured instead, such as those of a Pythia (`-p model=EleutherAI/pythia-14m -p
    revisions=step1,step512,step143000`), or the folders of that name inside a local folder; then each prompt
    is a unit.

    The effect is how much deeper the valley of prompt entropy is at the last checkpoint than at the first.
    Its depth is that of `layer_valley`: the lower of the two ends minus the mean of the middle third. Where
    a training is stopped decides what the last checkpoint is, so the deepest one is reported too. Every
    metric of tokens (entropy, effective rank, curvature) is kept for each checkpoint and layer.
    """

    claim: ClassVar[Claim] = Claim(
        text="The mid-depth valley of prompt entropy is formed in training: it is deeper at the end than at "
        "the start.",
        source="Layer by Layer (arXiv:2502.02013), over Pythia-410M from step 1 to 143k: middle layers change "
        "most, and prompt entropy there falls steadily",
        effect="depth of the entropy valley at the last checkpoint minus that at the first",
        unit="share of maximum entropy",
        margin=0.03,
        margin_reason="more than the whole spread of BERT's published curve (.874 to .897), which "
        "Layer by Layer calls flat",
        low=-2.0,
        high=2.0,
    )
    question: ClassVar[str] = (
        "How does the mid-depth entropy valley form over training steps, from checkpoint to checkpoint?"
    )
    sources: ClassVar[tuple[str, ...]] = ("layer-by-layer", "pythia")
    families: ClassVar[tuple[str, ...]] = ("layer_metrics",)

    model: Annotated[
        str, About("none: networks trained here; or a Hugging Face id, or a folder of checkpoints")
    ] = "none"
    revisions: Annotated[
        tuple[str, ...], About("checkpoints of the model in order, such as step1,step1000")
    ] = ()
    count: Annotated[int, About("prompts for a model that is named", low=6)] = 24
    max_tokens: Annotated[
        int, About("most tokens of a prompt", low=datasets.FEWEST_TOKENS, high=4096)
    ] = 64
    steps: Annotated[int, About("training steps of the networks trained here", low=8)] = 600
    runs: Annotated[int, About("networks trained here, side by side", low=2, high=64)] = 6
    width: Annotated[
        int, About("dimensions of their states, a multiple of 16", low=16, high=512)
    ] = 48
    blocks: Annotated[
        int, About("number of blocks of the networks trained here", low=2, high=48)
    ] = 6
    full: Annotated[bool, About("train the networks eight times as long")] = False

    def cost(self) -> Cost:
        """Estimate the cost, measured on two cores; checkpoints of a named model count as those of SmolLM2."""
        if self._named:
            work = SECONDS_PER_TOKEN * (len(self.revisions) + 2) * self.count * self.max_tokens
            return Cost(startup=LOADING_SECONDS, work=work)
        tokens = self._steps() * BYTES + self.count * self.max_tokens
        products = self.runs * tokens * self.blocks * self.width**2
        return Cost(startup=LOADING_SECONDS, work=SECONDS_PER_PRODUCT * products)

    def choose(self, offered: Sequence[str]) -> tuple[str, ...]:
        """Return a sample of the passages for a named model; return all of them to train networks on."""
        if self._named:
            return datasets.choose(offered, self.count, self.seed)
        return tuple(offered) or (*OWN, *(text for task in own_tasks() for text in task.texts))

    def located(self) -> Self:
        """Return the probe with its model found, where it names one."""
        if not self._named:
            if self.revisions:
                raise UsageError("checkpoints: revisions need a model; name one with model=")
            return self
        if len(self.revisions) < FEWEST:
            raise UsageError(
                f"checkpoints: a model needs {FEWEST} revisions or more in the order of training, not "
                f"{len(self.revisions)}; such as revisions=step1,step1000"
            )
        for revision in map(Path, self.revisions):
            if revision.is_absolute() or ".." in revision.parts:
                raise UsageError(
                    f"checkpoints: revision {str(revision)!r} is no checkpoint of the model, but a path elsewhere"
                )
        return replace(self, model=model_names.resolved(self.model))

    @property
    def _named(self) -> bool:
        return self.model != "none"

    def _steps(self) -> int:
        return self.steps * (8 if self.full else 1)

    def _checkpoint(self, revision: str) -> str:
        """Return the name of a checkpoint, as a lab loads it."""
        folder = Path(self.model)
        return str(folder / revision) if folder.is_dir() else f"{self.model}@{revision}"

    def record(self, lab: Lab) -> ModelRecord:
        """Return the record of this run's networks, for which nothing is loaded, or of the last checkpoint."""
        if self._named:
            last = lab.load(self._checkpoint(self.revisions[-1])).record
            name = Path(self.model).name if Path(self.model).is_dir() else self.model
            return replace(last, id=f"{name}, {self.revisions[0]} to {self.revisions[-1]}")

        made = repr((self.width, self.blocks, self.runs, self.seed)).encode()
        return ModelRecord(
            id=f"small networks that it trains ({self.blocks} blocks of {self.width})",
            revision=hashlib.sha256(made).hexdigest()[:12],
            quantisation="not quantised (float32)",
            parameters=networks.small_networks.size(
                networks.small_networks.initial(self._shape(), (self.seed,))
            ),
        )

    def measure(self, lab: Lab, progress: Progress) -> dict[str, Array]:
        """Return metrics `[checkpoints, units, layers]`, and the entropy of two untrained draws."""
        texts = self.choose(lab.prompts)
        if self._named:
            names = [self._checkpoint(revision) for revision in self.revisions]
            return networks.formation.of_checkpoints(
                lab, names, texts, self.max_tokens, self.seed, progress
            )
        budget = networks.training.Budget(steps=self._steps(), runs=self.runs, seed=self.seed)
        return networks.formation.of_networks(self._shape(), texts, budget, progress)

    def _shape(self) -> "Shape":
        if self.width % 16:
            raise UsageError(f"checkpoints: width must be a multiple of 16, not {self.width}")
        return networks.small_networks.Shape(
            kind="transformer", width=self.width, blocks=self.blocks
        )

    def effect(self, arrays: Arrays) -> valleys.Units:
        """Return the depth of the valley at the last checkpoint minus that at the first."""
        return valleys.deepened(arrays["entropy"])

    def controls(self, arrays: Arrays) -> Mapping[str, valleys.Units]:
        """Return the valley itself, the deepest step, twins without suspects, untrained draws, and other changes."""
        entropy = arrays["entropy"]
        return {
            OWN_VALLEY: valleys.depth(entropy[-1]),
            DEEPEST: valleys.most_deepened(entropy),
            FIRST: valleys.deepened(arrays["entropy_without_first"]),
            MASSIVE: valleys.deepened(arrays["entropy_without_massive_dimensions"]),
            DRAWS: np.abs(valleys.deepened(arrays["untrained"])),
            HALF: valleys.deepened(entropy[len(entropy) // 2 :]),
            FALLS: valleys.falling(entropy),
            MOVED: valleys.moved(entropy),
        }

    def summary(self, judged: Judgement, controls: Mapping[str, Judgement]) -> str:
        """Summarise a run: how much deeper the valley got, whether it is one, and what the controls leave."""
        deeper = f"more than {self.claim.margin} deeper {self._between}"
        finding = {
            "supported": f"The dip of prompt entropy in the middle layers is {deeper}",
            "refuted": f"The dip of prompt entropy in the middle layers is no {deeper}",
            "inconclusive": f"Whether the dip of prompt entropy in the middle layers is {deeper} is not decided",
        }[judged.verdict]
        said = "; ".join(f"{name} {spoken(control)}" for name, control in controls.items())
        return f"{finding}: {spoken(judged)} of maximum entropy ({judged.n} {self._units}). Beside it: {said}."

    @property
    def _between(self) -> str:
        """Return the two checkpoints that are compared."""
        if self._named:
            return f"at {self.revisions[-1]} than at {self.revisions[0]}"
        return f"at step {self._steps()} than at the start"

    @property
    def _units(self) -> str:
        return "prompts" if self._named else "runs"

    def wording(self) -> Wording:
        """Return the phrases that tell a run: a valley that forms or not, and what else could make or hide it."""
        on = "On {model}" if self._named else "In {size}-parameter networks trained here"
        deeper = f"more than {self.claim.margin} deeper"
        return Wording(
            units=self._units,
            holds=f"the middle entropy dip is {deeper} {self._between}",
            fails=f"the middle entropy dip is no {deeper} {self._between}",
            unit="{} of the maximum",
            where="" if self._named else f"{on} ({{n}} runs)",
            contrasts={
                OWN_VALLEY: Contrast(
                    where=on,
                    short="as a valley at the end",
                    kind="also",
                    holds="there is an entropy valley in the middle layers at the last checkpoint",
                    fails="there is no entropy valley in the middle layers at the last checkpoint",
                    means="a middle that rises less than the ends gets deeper without being a valley",
                ),
                DEEPEST: Contrast(
                    where=on,
                    short="at the deepest checkpoint",
                    kind="scope",
                    holds=f"the middle dip is {deeper} at the deepest checkpoint than at the first",
                    fails=f"the middle dip is no {deeper} at the deepest checkpoint than at the first",
                    means="a valley may come and go, and where a training is stopped decides what its end shows",
                ),
                FIRST: replace(
                    without_first(), where=f"{on}, without the first token of each text"
                ),
                MASSIVE: Contrast(
                    where=f"{on}, without massive dimensions",
                    short="without massive dimensions",
                    kind="twin",
                    cause="massive dimensions",
                    means="what goes without massive dimensions is theirs alone",
                ),
                DRAWS: Contrast(
                    where=f"{on}, before training",
                    short="between two untrained draws",
                    kind="foil",
                    cause="chance differences of untrained networks",
                    holds=f"the dips of two draws of random weights differ by more than {self.claim.margin}",
                    fails=f"the dips of two draws of random weights differ by no more than {self.claim.margin}",
                    means="what two draws of random weights differ by was not learnt",
                ),
                HALF: Contrast(
                    where=on,
                    short="in the later half",
                    kind="scope",
                    holds=f"the middle dip is {deeper} at the last checkpoint than halfway through them",
                    fails=f"the middle dip is no {deeper} at the last checkpoint than halfway through them",
                    means="what happens in the first steps alone is no steady formation",
                ),
                FALLS: Contrast(
                    where=on,
                    holds="prompt entropy of the middle layers falls from checkpoint to checkpoint",
                    fails="prompt entropy of the middle layers does not fall steadily",
                    unit="rank correlation with the step, turned round, {}",
                    yardstick=Yardstick(margin=0.5, low=-1.0, high=1.0),
                    means="published is that it falls steadily",
                ),
                MOVED: Contrast(
                    where=on,
                    holds="the middle layers change more than those before them and those behind them",
                    fails="the middle layers do not change more than both those before and those behind them",
                    yardstick=Yardstick(margin=0.0),
                    means="published is that the middle layers change most",
                ),
            },
        )

    def caveats(self, record: ModelRecord) -> tuple[str, ...]:
        """Return the limits of a run: tiny networks and short trainings; or the few checkpoints of one model."""
        if self._named:
            return (
                f"Only {len(self.revisions)} checkpoints of one model were measured, on short prompts.",
                "A model trained anew can form its layers otherwise, which one series of checkpoints does not show.",
            )
        return (
            f"The networks have {record.parameters / 1e6:.2f} million parameters and were trained on bytes for "
            f"{self._steps()} steps, while the published curves are of Pythia-410M over 143 thousand steps.",
            "A run of a few hundred steps shows how layers begin to form, not how they end; checkpoints of a "
            "published model can be named with model= and revisions=.",
        )

    def draw(self, arrays: Arrays, result: Result) -> go.Figure:
        """Draw the entropy by layer at some checkpoints, the depth of the valley over steps, and curvature."""
        made = plotting.figure(
            f"Prompt entropy over training, {result.model.id}",
            _in_words(arrays, result),
            [
                (LAYERS, "entropy (share of maximum), by step"),
                ("training step, power of ten", "depth of the valley (share of maximum)"),
                (LAYERS, "curvature (rad), by step"),
            ],
        )
        steps = arrays["steps"]
        for style, at in enumerate(_shown(len(steps))):
            for row, key in ((1, "entropy"), (3, "curvature")):
                layer_figures.add(made, f"step {steps[at]}", arrays[key][at], style=style, row=row)
        x = np.log10(np.maximum(steps, 1))
        for style, (name, key) in enumerate(TOLD.items()):
            layer_figures.add(made, name, valleys.depth(arrays[key]).T, x=x, style=style, row=2)
        third = middle(arrays["entropy"].shape[-1])
        plotting.shade(made, third[0], third[-1])
        return made

    @classmethod
    def specimens(cls) -> Mapping[Verdict, Arrays]:
        """Return made-up arrays: a valley that forms step by step, a level line, and a valley in half of the units."""
        valley = np.sin(np.pi * np.linspace(0, 1, 7))
        grown = np.linspace(0, 0.4, 5)[:, None, None] * valley
        return {
            "supported": _specimen(np.repeat(grown, 8, axis=1)),
            "refuted": _specimen(np.zeros((5, 8, 7))),
            "inconclusive": _specimen(grown * np.where(np.arange(8) % 2, 0.5, -0.4)[None, :, None]),
        }


OWN_VALLEY = "the valley at the last checkpoint"
MASSIVE = "without massive dimensions"
DEEPEST = "at the deepest checkpoint"
HALF = "over the later half of the checkpoints"
FALLS = "entropy of the middle falls with the step"
MOVED = "change of the middle, less that of the side that changes more"
TOLD = {
    "all tokens": "entropy",
    FIRST: "entropy_without_first",
    MASSIVE: "entropy_without_massive_dimensions",
}
FEWEST = 2
CURVES = 5
"""So many checkpoints are drawn by layer; more lines cannot be told apart."""
BYTES = 8 * 64
"""A network reads so many bytes in a step."""
LOADING_SECONDS = 3.0
SECONDS_PER_PRODUCT = 5.4e-9
SECONDS_PER_TOKEN = 0.017


def _shown(count: int) -> list[int]:
    """Return places of the checkpoints that are drawn by layer, the first and the last among them."""
    spread = np.linspace(0, count - 1, min(count, CURVES))
    return [int(at) for at in np.unique(spread.round())]


def _in_words(arrays: Arrays, result: Result) -> str:
    third = middle(arrays["entropy"].shape[-1])
    said = []
    for step, curves, deep in zip(
        arrays["steps"], arrays["entropy"], valleys.depth(arrays["entropy"]), strict=True
    ):
        curve = curves.mean(axis=0)
        said.append(
            f"step {step}: {curve[0]:.3f} at the embeddings, {curve[third].mean():.3f} in the middle, "
            f"{curve[-1]:.3f} at the last layer, depth {deep.mean():+.3f}"
        )
    return (
        f"Mean prompt entropy over training ({result.n} {'runs' if 'loss' in arrays else 'prompts'}). "
        f"{'; '.join(said)}. Published, Pythia-410M: it falls steadily in the middle layers, which change "
        f"most. Verdict: {result.shown}."
    )


def _specimen(dip: valleys.Series) -> Arrays:
    """Return arrays as `measure` gives them: a dip in every twin."""
    noise = np.random.default_rng(0).normal(0, 0.003, dip.shape)
    entropy = 0.8 - dip + noise
    return {
        "entropy": entropy,
        "entropy_without_first": entropy,
        "entropy_without_massive_dimensions": entropy,
        "curvature": np.full(dip.shape, 2.0),
        "untrained": 0.8 + noise[:2],
        "steps": np.array([0, 1, 10, 100, 1000]),
    }
