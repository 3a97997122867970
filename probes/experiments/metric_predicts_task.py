"""Can a layer be chosen without labels, by a metric of its representations?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, ClassVar, Self

import numpy as np
import plotly.graph_objects as go
import scipy
from numpy.typing import NDArray

from probes import plotting
from probes.layers import layer_tasks, perturbations
from probes.layers.encoder import Pooling, pool_layers
from probes.layers.pooled import dataset_metrics, invariance_metrics
from probes.layers.selectors import KINDS, SHARE, choices, correlation, fixed_depth, lowest
from probes.layers.twins import COLUMNS, Twin, prompt_metrics
from probes.metrics.states import Variant
from probes.probe import About, Cost, Probe
from probes.sentences import Contrast, Sentences, Wording, only
from probes.suspects import FIRST, UNTRAINED, untrained_twin, without_first
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
    Yardstick,
)
from probes.verdict import undone, unmeasured


@dataclass(frozen=True, kw_only=True)
class MetricPredictsTask(Probe):
    """Compare layer metrics with task scores over the layers, and measure what choosing a layer by a metric gains.

    The metrics are measured on texts of the tasks, without their labels: prompt entropy, curvature
    and dataset entropy on the texts, InfoNCE and DiME on two perturbed views of each. The effect
    is the score at the layer of the lowest DiME minus the score at the last layer, item by item.
    Also reported are the other metrics by which the paper chooses, the fixed layer at 70 % of depth,
    which needs no metric at all, and DiME against that fixed layer.

    Everything is also done without the first token, on both sides, since a massive first token
    moves every mean over tokens, and in the same architecture with random weights. A layer drawn
    blindly from all but the last, and the fixed one, say whether a metric is needed at all.
    """

    claim: ClassVar[Claim] = Claim(
        text="A layer chosen without labels, by the lowest DiME, gives better features than the last layer.",
        source="Layer by Layer (arXiv:2502.02013), unsupervised layer choice on Pythia-410M: "
        "48.5 by DiME against 45.5 at the last layer (and 51.6 at a fixed 70 % of depth)",
        effect="task score at the layer of the lowest DiME minus that at the last layer",
        unit="score (0 to 1)",
        margin=0.01,
        margin_reason="one point of the score, a third of the published gain of 3 points: nobody "
        "would choose a layer for less",
        low=-1.0,
        high=1.0,
    )
    question: ClassVar[str] = "Can a metric choose the layer for me?"
    sources: ClassVar[tuple[str, ...]] = ("layer-by-layer", "dime", "does-representation-matter")
    families: ClassVar[tuple[str, ...]] = ("layer_metrics",)
    files: ClassVar[tuple[str, ...]] = ("tasks",)

    tasks: Annotated[str, About("a task file; empty for the probe's own tasks")] = ""
    count: Annotated[int, About("the most questions or texts of a task", low=6)] = 48
    prompts: Annotated[int, About("texts that the metrics are measured on", low=8)] = 40
    max_tokens: Annotated[int, About("most tokens of a text", low=16, high=4096)] = 96
    variant: Annotated[
        Variant,
        About("definition: the published formulas; reference: what the authors' code computes"),
    ] = "definition"

    def located(self) -> Self:
        """Return the probe with the absolute path of its task file, once that can be read."""
        return replace(super().located(), tasks=layer_tasks.located(self.tasks))

    def cost(self) -> Cost:
        """Return the cost, measured with SmolLM2 and three tasks from a reading list of 62 notes."""
        texts = 4 * self.count * 0.5 + 3 * self.prompts
        return Cost(startup=LOADING_SECONDS, work=SECONDS_PER_TOKEN * texts * self.max_tokens)

    def choose(self, offered: Sequence[str]) -> tuple[str, ...]:
        """Return the texts of the tasks; passages on offer make no task and are not used."""
        del offered
        return tuple(dict.fromkeys(text for task in self._tasks() for text in task.texts))

    def measure(self, lab: Lab, progress: Progress) -> dict[str, Array]:
        """Return `scores` `[items, layers]` and `metrics` `[metrics, layers]`, with twins `_rest`.

        `metrics` has a row for each of `METRICS`; `task` is the task of an item.
        """
        model = lab.load(self.model)

        def step(number: int) -> Progress:
            return lambda share, message: progress((number + share) / 4, message)

        scored = layer_tasks.score_layers(
            model, self._tasks(), POOLINGS, max_tokens=self.max_tokens, progress=step(0)
        )
        own = [found for found in scored if found.pooling == "mean"]
        metrics = self._metrics(model, step(1))
        bare = lab.untrained(self.model, self.seed)
        foil = layer_tasks.score_layers(
            bare, self._tasks(), ("mean",), max_tokens=self.max_tokens, progress=step(2)
        )
        return {
            "scores_untrained": np.concatenate([found.scores for found in foil]),
            "metrics_untrained": self._metrics(bare, step(3))["mean"],
            "scores": np.concatenate([found.scores for found in own]),
            "scores_rest": np.concatenate([s.scores for s in scored if s.pooling == "rest"]),
            "metrics": metrics["mean"],
            "metrics_rest": metrics["rest"],
            "task": np.repeat(np.arange(len(own)), [len(found.scores) for found in own]),
            "names": np.array([f"{found.task} ({found.measure})" for found in own]),
        }

    def _tasks(self) -> tuple[layer_tasks.LayerTask, ...]:
        tasks = layer_tasks.read(Path(self.tasks)) if self.tasks else layer_tasks.own_tasks()
        return layer_tasks.sample(tasks, self.count, self.seed)

    def _metrics(self, model: LanguageModel, progress: Progress) -> dict[Pooling, Array]:
        texts = [text for text in self.choose(()) if len(text.split()) >= FEWEST_WORDS]
        if len(texts) < FEWEST_TEXTS:
            raise ProbeError(
                f"the tasks need {FEWEST_TEXTS} texts of {FEWEST_WORDS} words, and have {len(texts)}"
            )
        rng = np.random.default_rng(self.seed)
        picked = sorted(rng.choice(len(texts), min(self.prompts, len(texts)), replace=False))
        chosen = [texts[index] for index in picked]
        copies = [perturbations.views(text, 2, seed=self.seed) for text in chosen]
        rows = {twin: np.zeros((model.layers, len(chosen), len(COLUMNS))) for twin in TWINS}

        def visit(text: int, layer: int, states: NDArray[np.float32]) -> None:
            if text < len(chosen):
                found = prompt_metrics(states.astype(np.float64), TWINS, variant=self.variant)
                for twin, row in found.items():
                    rows[twin][layer, text] = row

        every = [*chosen, *(copy for pair in copies for copy in pair)]
        vectors = pool_layers(
            model, every, POOLINGS, max_tokens=self.max_tokens, also=visit, progress=progress
        )
        return {
            pooling: self._rows(rows[twin], vectors[pooling], len(chosen))
            for pooling, twin in zip(POOLINGS, TWINS, strict=True)
        }

    def _rows(self, rows: Array, vectors: NDArray[np.float32], count: int) -> Array:
        views = vectors[:, count:].reshape(len(vectors), count, 2, -1)
        paired = invariance_metrics(views, seed=self.seed, variant=self.variant)
        whole = dataset_metrics(vectors[:, :count], self.variant)
        each = {name: rows[:, :, at].mean(axis=1) for at, name in enumerate(COLUMNS)}
        found = {
            "DiME": paired["dime"][:, 0],
            "dataset entropy": whole["dataset_entropy"][:, 0],
            "InfoNCE": paired["infonce"][:, 0],
            "prompt entropy": each["entropy"],
            "curvature": each["curvature"],
        }
        return np.stack([found[name] for name in METRICS])

    def effect(self, arrays: Arrays) -> NDArray[np.float64]:
        """Return the score at the layer of the lowest DiME minus that at the last, `[items]`.

        It is NaN where that layer is the last one, which cannot be compared with itself.
        """
        return _gain(arrays["scores"], lowest(arrays["metrics"][0]))

    def controls(self, arrays: Arrays) -> Mapping[str, NDArray[np.float64]]:
        """Return the controls: the other selectors, DiME against a fixed layer, and DiME without the first token."""
        scores, metrics = arrays["scores"], arrays["metrics"]
        rest, fixed = arrays["scores_rest"], fixed_depth(scores.shape[1])
        dime, without = lowest(metrics[0]), lowest(arrays["metrics_rest"][0])
        foil, least = arrays.get("scores_untrained"), arrays.get("metrics_untrained")
        return {
            UNTRAINED: unmeasured()
            if foil is None or least is None
            else _gain(foil, lowest(least[0])),
            BLIND: scores[:, :-1].mean(axis=1) - scores[:, -1],
            "lowest dataset entropy": _gain(scores, lowest(metrics[1])),
            "lowest InfoNCE": _gain(scores, lowest(metrics[2])),
            FIXED: _gain(scores, fixed),
            f"lowest DiME against {FIXED}": scores[:, dime] - scores[:, fixed],
            f"lowest DiME {FIRST}": _gain(rest, without),
            f"{FIXED} without the first token": _gain(rest, fixed),
            RANKS: _ranks(metrics[0], scores),
        }

    def summary(self, judged: Judgement, controls: Mapping[str, Judgement]) -> str:
        """Summarise a run: what choosing by DiME is worth, and every other choice beside it."""
        finding = {
            "supported": "The layer of the lowest DiME serves better than the last one",
            "refuted": "The layer of the lowest DiME is not a point better than the last one",
            "inconclusive": "Whether the layer of the lowest DiME serves better than the last one is not decided",
        }[judged.verdict]
        if judged.missing and not judged.n:
            finding = "The lowest DiME takes the last layer itself, so it gains nothing over it"
        said = [f"{name} {_points(control)}" for name, control in controls.items() if name != RANKS]
        ranks = controls[RANKS]
        low, high = ranks.interval
        return (
            f"{finding}: {_points(judged)} over {judged.n or judged.missing} questions and texts. In the same way "
            f"against the last layer, where nothing else is named: {'; '.join(said)}. Over the "
            f"layers, low DiME goes with high scores with a mean rank correlation of "
            f"{ranks.effect:+.2f} ({low:+.2f} to {high:+.2f}; {ranks.n} items whose score varies)."
        )

    def wording(self) -> Wording:
        """Return the phrases on the layer of the lowest DiME, other choices without labels, and a fixed layer."""

        def choice(said: str, than: str = "the last layer", where: str = "On {model}") -> Contrast:
            holds, fails = (f"{said} {_gives(verb, than)}" for verb in ("gives", "does not give"))
            return Contrast(where=where, holds=holds, fails=fails)

        dime = "the layer that the lowest DiME chooses"
        without = "On {model} without the first token of each text"
        return Wording(
            units="questions and texts",
            holds=f"{dime} {_gives('gives')}",
            fails=f"{dime} {_gives('does not give')}",
            unit="{} points",
            shown=lambda effect: 100 * effect,
            form="{:.1f}",
            contrasts={
                f"lowest DiME {FIRST}": without_first("text"),
                UNTRAINED: untrained_twin(),
                BLIND: Contrast(
                    where="On {model}",
                    short="at a layer drawn blindly",
                    kind="foil",
                    cause="any other layer than the last",
                    means=NO_METRIC,
                    holds=f"a layer drawn blindly {_gives('gives')}",
                    fails=f"a layer drawn blindly {_gives('does not give')}",
                ),
                "lowest dataset entropy": choice(
                    "the layer that the lowest dataset entropy chooses"
                ),
                "lowest InfoNCE": choice("the layer that the lowest InfoNCE chooses"),
                FIXED: replace(
                    choice(FIXED),
                    short=f"at {FIXED}",
                    kind="foil",
                    cause=f"{FIXED}, which needs no metric",
                    means=NO_METRIC,
                ),
                f"lowest DiME against {FIXED}": choice(dime, FIXED),
                f"{FIXED} without the first token": choice(FIXED, where=without),
                RANKS: Contrast(
                    where="Over the layers of {model}",
                    holds="low DiME goes with high task scores",
                    fails="low DiME does not go with high task scores",
                    unit="mean rank correlation {}",
                    yardstick=Yardstick(margin=0.1, low=-1.0, high=1.0),
                ),
            },
        )

    def sentences(self, result: Result) -> Sentences:
        """Return the comparison as sentences; there is none where the lowest DiME is at the last layer."""
        if result.n or not result.missing:
            return super().sentences(result)
        said = super().sentences(replace(result, n=result.missing))
        opening, _, _ = said.finding.partition(", it is not decided")
        return replace(
            said,
            finding=f"{opening}, the lowest DiME chooses the last layer itself, so choosing by it gains "
            "nothing, and whether DiME chooses well is not decided.",
        )

    def caveats(self, record: ModelRecord) -> tuple[str, ...]:
        """Return the limits of a run: one model, few texts, and layers that are not independent."""
        return (
            only(record, f"a few small tasks, with {self.prompts} texts for the metrics"),
            "Layer by Layer chooses layers on 32 MTEB tasks with about 470 longer prompts, not on a few small tasks.",
            "A metric takes one layer for all tasks, so the interval over items does not say how another model or "
            "text would choose.",
            "Neighbouring layers are alike, so correlations over them look surer than they are.",
        )

    def draw(self, arrays: Arrays, result: Result) -> "go.Figure":
        """Draw the mean score by layer with the choices on it, and the metrics, each scaled to [0, 1]."""
        made = plotting.figure(
            f"Layer metrics and task score, {result.model.id}",
            self._in_words(arrays, result),
            [
                ("layer (0 = embeddings)", "mean score of all tasks"),
                ("layer (0 = embeddings)", "metric (lowest 0, highest 1)"),
                ("layer (0 = embeddings)", "the same without the first token"),
            ],
        )
        for style, (name, suffix) in enumerate((("score", ""), (f"score {REST}", "_rest"))):
            plotting.add_curve(made, name, arrays[f"scores{suffix}"].mean(axis=0), style=style)
        for row, suffix in enumerate(("", "_rest"), start=2):
            pairs = zip(METRICS[:4], arrays[f"metrics{suffix}"], strict=False)
            for style, (name, values) in enumerate(pairs):
                plotting.add_curve(made, name, _scaled(values), style=style, row=row)
        return made

    def _in_words(self, arrays: Arrays, result: Result) -> str:
        """Return the choices and correlations as sentences: the table that the figure shows."""
        scores = arrays["scores"]
        found = choices(dict(zip(METRICS, arrays["metrics"], strict=True)), scores, seed=self.seed)
        taken = [f"{c.selector}: layer {c.layer}, score {c.score.estimate:.3f}" for c in found]
        curve, said = scores.mean(axis=0), []
        for name, values in zip(METRICS, arrays["metrics"], strict=True):
            for kind in KINDS:
                made = correlation(values, curve, kind, seed=self.seed)
                if made is not None:
                    between = f"({made.low:.2f} to {made.high:.2f})"
                    said.append(f"{name} {kind} {made.estimate:.2f} {between}")
        return (
            f"Choices: {'; '.join(taken)}. Correlations with the mean score over the layers: "
            f"{'; '.join(said)}. Verdict: {result.shown}."
        )

    @classmethod
    def specimens(cls) -> Mapping[Verdict, Arrays]:
        """Return made-up arrays: a metric lowest where scores are best, one lowest where they are worst, and a mix."""
        layers_, items = 13, 40
        at = np.linspace(0, 1, layers_)
        noise = np.random.default_rng(0).normal(0, 0.02, (items, layers_))
        peak = np.sin(np.pi * at)
        sign = np.where(np.arange(items) % 2, 0.3, -0.3)[:, None]
        return {
            "supported": _specimen(0.4 + 0.4 * peak**8 + noise, 1 - peak),
            "refuted": _specimen(0.2 + 0.6 * at + noise, 1 - peak),
            "inconclusive": _specimen(0.5 + sign * (at > 0) * (at < 1) + noise, 1 - peak),
        }


METRICS = ("DiME", "dataset entropy", "InfoNCE", "prompt entropy", "curvature")
POOLINGS: tuple[Pooling, ...] = ("mean", "rest")
TWINS: tuple[Twin, ...] = ("whole", "without_first")
REST = FIRST
BLIND = "a layer drawn blindly from all but the last"
FIXED = f"the layer at {SHARE:.0%} of depth"
NO_METRIC = "what a blindly drawn or a fixed layer gains as well needs no metric"
RANKS = "rank correlation over the layers of low DiME with the score"
FEWEST_WORDS = 12
FEWEST_TEXTS = 8
LOADING_SECONDS = 6.0
SECONDS_PER_TOKEN = 0.009


def _gives(verb: str, than: str = "the last layer") -> str:
    return f"{verb} better embeddings for retrieval and classification than {than}"


def _gain(scores: Array, layer: int) -> NDArray[np.float64]:
    """Return the gain over the last layer, `[items]`; NaN for the last layer, which is not compared with itself."""
    if layer == scores.shape[1] - 1:
        return np.full(len(scores), np.nan)
    return np.asarray(scores[:, layer] - scores[:, -1], dtype=np.float64)


def _ranks(metric: Array, scores: Array) -> NDArray[np.float64]:
    """Return for each item the negative rank correlation over layers; NaN where its score never varies."""
    low = scipy.stats.rankdata(-metric)
    found = np.full(len(scores), np.nan)
    if np.ptp(low) == 0:
        return found
    for item, row in enumerate(scores):
        if np.ptp(row) > 0:
            found[item] = np.corrcoef(low, scipy.stats.rankdata(row))[0, 1]
    return found


def _scaled(values: Array) -> Array:
    span = float(np.ptp(values))
    return np.asarray((values - values.min()) / (span or 1.0))


def _points(judged: Judgement) -> str:
    if not judged.n:
        return undone(judged)
    low, high = (100 * end for end in judged.interval)
    return f"{100 * judged.effect:+.1f} points ({low:+.1f} to {high:+.1f})"


def _specimen(scores: Array, dime: Array) -> Arrays:
    metrics = np.stack([dime, *(dime + 0.1 * k for k in range(1, len(METRICS)))])
    return {
        "scores": scores,
        "scores_rest": scores,
        "scores_untrained": np.full(scores.shape, 0.3),
        "metrics_untrained": metrics,
        "metrics": metrics,
        "metrics_rest": metrics,
        "task": np.arange(len(scores)) % 2,
        "names": np.array(["retrieval (nDCG@10)", "topics (accuracy)"]),
    }
