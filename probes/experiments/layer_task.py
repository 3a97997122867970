"""Does a middle layer beat the last one on the reader's own list?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, ClassVar, Literal, Self

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from probes import plotting
from probes.layers import layer_tasks
from probes.layers.selectors import SHARE, best, cross_fitted, fixed_depth, middle_third
from probes.probe import About, Cost, Probe
from probes.sentences import Contrast, Wording, only
from probes.suspects import FIRST, UNTRAINED, untrained_twin, without_first
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
from probes.verdict import interval, undone, unmeasured


@dataclass(frozen=True, kw_only=True)
class LayerTask(Probe):
    """Score every layer on three tasks: retrieval, source identification, topic classification.

    All layers are scored from one forward pass over the texts of the tasks. The effect is the
    gain of the best intermediate layer over the last one, item by item, where an item's best layer
    is chosen on *other* items (five folds), so that there is no profit from having looked. Layers
    1 to L - 1 are intermediate: layer 0 is the embeddings, L the last.

    An intermediate layer need not be a middle one, so the mean of the middle third and a fixed
    layer are judged beside it; as one massive first token can spoil a mean over tokens, the same
    gain without it; and the gain in untrained networks of the same architecture.
    """

    claim: ClassVar[Claim] = Claim(
        text="Some intermediate layer gives better features than the last layer, by 2 to 16 "
        "points of the score.",
        source="Layer by Layer (arXiv:2502.02013), scores of every layer on 32 MTEB tasks",
        effect="task score of the best intermediate layer, chosen on other items, minus that of "
        "the last layer",
        unit="score (0 to 1)",
        margin=0.02,
        margin_reason="two points are the least of the published average gains (2 to 16 points)",
        low=-1.0,
        high=1.0,
    )
    question: ClassVar[str] = "Does a middle layer beat the last layer on my list?"
    sources: ClassVar[tuple[str, ...]] = ("layer-by-layer", "mteb", "linear-probes")
    families: ClassVar[tuple[str, ...]] = ("layer_metrics",)
    files: ClassVar[tuple[str, ...]] = ("tasks",)

    tasks: Annotated[str, About("a task file; empty for the probe's own tasks")] = ""
    pooling: Annotated[
        Literal["mean", "rest", "last", "first"],
        About("a text's vector: mean of its tokens, mean without the first, last or first token"),
    ] = "mean"
    count: Annotated[int, About("the most questions or texts of a task", low=6)] = 64
    max_tokens: Annotated[int, About("most tokens of a text", low=4, high=4096)] = 96

    def located(self) -> Self:
        """Return the probe with the absolute path of its task file, once that can be read."""
        return replace(super().located(), tasks=layer_tasks.located(self.tasks))

    def cost(self) -> Cost:
        """Return the cost, measured with SmolLM2 and three tasks from a reading list of 62 notes."""
        tokens = 4 * self.count * 0.5 * self.max_tokens
        return Cost(startup=LOADING_SECONDS, work=SECONDS_PER_TOKEN * tokens)

    def choose(self, offered: Sequence[str]) -> tuple[str, ...]:
        """Return the texts of the tasks; passages on offer make no task and are not used."""
        del offered
        return tuple(dict.fromkeys(text for task in self._tasks() for text in task.texts))

    def measure(self, lab: Lab, progress: Progress) -> dict[str, Array]:
        """Return scores `[items, layers]` with and without the first token; `task`, the task of an item."""
        model, tasks = lab.load(self.model), self._tasks()
        found = layer_tasks.score_layers(
            model, tasks, tuple(dict.fromkeys((self.pooling, "rest"))), max_tokens=self.max_tokens,
            progress=lambda share, message: progress(share / (1 + DRAWS), message),
        )  # fmt: skip
        foils = [self._untrained(lab, tasks, draw, progress) for draw in range(DRAWS)]
        own = [scored for scored in found if scored.pooling == self.pooling]
        rest = [scored for scored in found if scored.pooling == "rest"]
        sizes = [len(scored.scores) for scored in own]
        return {
            "scores": np.concatenate([scored.scores for scored in own]),
            "scores_rest": np.concatenate([scored.scores for scored in rest]),
            "scores_untrained": np.stack(foils),
            "task": np.repeat(np.arange(len(own)), sizes),
            "names": np.array([f"{scored.task} ({scored.measure})" for scored in own]),
        }

    def _untrained(
        self,
        lab: Lab,
        tasks: tuple[layer_tasks.LayerTask, ...],
        draw: int,
        progress: Progress,
    ) -> Array:
        """Return scores `[items, layers]` of one draw of random weights."""
        found = layer_tasks.score_layers(
            lab.untrained(self.model, self.seed + draw), tasks, (self.pooling,),
            max_tokens=self.max_tokens,
            progress=lambda share, _message: progress(
                (1 + draw + share) / (1 + DRAWS), "untrained networks"
            ),
        )  # fmt: skip
        return np.concatenate([scored.scores for scored in found])

    def _tasks(self) -> tuple[layer_tasks.LayerTask, ...]:
        tasks = layer_tasks.read(Path(self.tasks)) if self.tasks else layer_tasks.own_tasks()
        return layer_tasks.sample(tasks, self.count, self.seed)

    def effect(self, arrays: Arrays) -> NDArray[np.float64]:
        """Return the gain of the best intermediate layer over the last, per item, `[items]`."""
        return self._gain(arrays["scores"], arrays["task"])

    def _gain(self, scores: Array, task: Array) -> NDArray[np.float64]:
        layers = scores.shape[1]
        gains = np.full(len(scores), np.nan)
        for number in np.unique(task):
            own = np.flatnonzero(task == number)
            table = scores[own]
            chosen = cross_fitted(table, np.arange(1, layers - 1), seed=self.seed)
            gains[own] = table[np.arange(len(own)), chosen] - table[:, -1]
        return gains

    def _most_gain(self, draws: Array, task: Array) -> NDArray[np.float64]:
        """Return the draw of random weights that gains most: a single draw may gain nothing by chance."""
        return max((self._gain(scores, task) for scores in draws), key=lambda gains: gains.mean())

    def controls(self, arrays: Arrays) -> Mapping[str, NDArray[np.float64]]:
        """Return the controls: the gain without the first token, of layers fixed beforehand, and of the embeddings."""
        scores = arrays["scores"]
        rest, layers = arrays["scores_rest"], scores.shape[1]
        third, foil = middle_third(layers), arrays.get("scores_untrained")
        return {
            UNTRAINED: unmeasured() if foil is None else self._most_gain(foil, arrays["task"]),
            REST: self._gain(rest, arrays["task"]),
            "the mean of the middle third": scores[:, third].mean(axis=1) - scores[:, -1],
            "the mean of the middle third without the first token": rest[:, third].mean(axis=1)
            - rest[:, -1],
            f"the layer at {SHARE:.0%} of depth": scores[:, fixed_depth(layers)] - scores[:, -1],
            "the embeddings": scores[:, 0] - scores[:, -1],
        }

    def summary(self, judged: Judgement, controls: Mapping[str, Judgement]) -> str:
        """Summarise a run: the gain with its interval, and that of every control."""
        finding = {
            "supported": "An intermediate layer beats the last one",
            "refuted": "No intermediate layer beats the last one by two points",
            "inconclusive": "Whether an intermediate layer beats the last one by two points is "
            "not decided",
        }[judged.verdict]
        said = [f"{name} {_points(control)}" for name, control in controls.items()]
        return (
            f"{finding}: the best one, chosen on other items, scores {_points(judged)} against the "
            f"last over {judged.n} questions and texts. Against the last layer in the same way: "
            f"{'; '.join(said)}."
        )

    def wording(self) -> Wording:
        """Return the phrases on the best intermediate layer against the last, and on layers fixed beforehand."""

        def layer(said: str, where: str = "On {model}", short: str = "") -> Contrast:
            holds, fails = (f"{said} {verb} {_BETTER}" for verb in ("gives", "does not give"))
            kind: Literal["scope", "beside"] = "scope" if short else "beside"
            return Contrast(where=where, short=short, kind=kind, holds=holds, fails=fails)

        without = "On {model} without the first token of each text"
        best_one = "the best intermediate layer"
        third = "the mean of the middle third of the layers"
        fixed = f"the layer at {SHARE:.0%} of depth"
        return Wording(
            units="questions and texts",
            holds=f"{best_one} gives {_BETTER}",
            fails=f"{best_one} does not give {_BETTER}",
            unit="{} points",
            shown=lambda effect: 100 * effect,
            form="{:.1f}",
            contrasts={
                REST: without_first("text"),
                UNTRAINED: untrained_twin(),
                "the mean of the middle third": layer(
                    third, short="for the mean of the middle third"
                ),
                fixed: layer(fixed, short=f"for {fixed}"),
                "the mean of the middle third without the first token": layer(third, without),
                "the embeddings": layer("the input of the first block"),
            },
        )

    def caveats(self, record: ModelRecord) -> tuple[str, ...]:
        """Return the limits of a run: one model and a few small tasks; items share documents."""
        return (
            only(record, "a few small tasks"),
            "Scores by layer on a few small tasks say which layer serves this list, not what 32 MTEB tasks "
            "would show, and must not be read as MTEB scores.",
            "Items of a task share documents or centroids, so they are not fully independent.",
            "Cosines of mean-pooled decoder states depend much on the first token, which is why the twin "
            "without it stands beside the result.",
        )

    def draw(self, arrays: Arrays, result: Result) -> "go.Figure":
        """Draw one panel per task: score by layer with and without the first token, and 95 % intervals."""
        names = [str(name) for name in arrays["names"]]
        made = plotting.figure(
            f"Task scores by layer, {result.model.id}",
            self._in_words(arrays, result),
            [("layer (0 = embeddings)", name) for name in names],
        )
        third = middle_third(arrays["scores"].shape[1])
        for row in range(1, len(names) + 1):
            own = arrays["task"] == row - 1
            for style, (name, key) in enumerate((("all tokens", "scores"), (REST, "scores_rest"))):
                ends = np.array([interval(column) for column in arrays[key][own].T])
                centre, half = ends.mean(axis=1), (ends[:, 1] - ends[:, 0]) / 2
                plotting.add_curve(made, name, centre, half, style=style, row=row)
            plotting.shade(made, third[0], third[-1], row=row)
        return made

    def _in_words(self, arrays: Arrays, result: Result) -> str:
        said = []
        for number, name in enumerate(arrays["names"]):
            table = arrays["scores"][arrays["task"] == number]
            curve, top = table.mean(axis=0), best(table)
            without = arrays["scores_rest"][arrays["task"] == number]
            said.append(
                f"{name}: {curve[0]:.2f} at the embeddings, best {curve[top]:.2f} at layer {top}, "
                f"{curve[-1]:.2f} at the last layer; without the first token best "
                f"{without.mean(axis=0).max():.2f} at layer {best(without)}."
            )
        return f"{' '.join(said)} Verdict: {result.shown}."

    @classmethod
    def specimens(cls) -> Mapping[Verdict, Arrays]:
        """Return made-up scores: with a peak in the middle, rising to the end, and split between the two."""
        layers, items = 13, 40
        at = np.linspace(0, 1, layers)
        noise = np.random.default_rng(0).normal(0, 0.02, (items, layers))
        sign = np.where(np.arange(items) % 2, 0.3, -0.3)[:, None]
        return {
            "supported": _specimen(0.4 + 0.4 * np.sin(np.pi * at) + noise),
            "refuted": _specimen(0.2 + 0.6 * at + noise),
            "inconclusive": _specimen(0.5 + sign * (at > 0) * (at < 1) + noise),
        }


REST = FIRST
DRAWS = 3
"""So many draws of random weights are measured: from one draw to the next, the gain of the best layer varies from
-5 to +5 points."""
_BETTER = "better embeddings for retrieval and classification than the last layer by over 2 points"
LOADING_SECONDS = 6.0
SECONDS_PER_TOKEN = 0.018


def _points(judged: Judgement) -> str:
    if not judged.n:
        return undone(judged)
    low, high = (100 * end for end in judged.interval)
    return f"{100 * judged.effect:+.1f} points ({low:+.1f} to {high:+.1f})"


def _specimen(scores: Array) -> Arrays:
    return {
        "scores": scores,
        "scores_rest": scores,
        "scores_untrained": np.full((DRAWS, *scores.shape), 0.3),
        "task": np.arange(len(scores)) % 2,
        "names": np.array(["retrieval (nDCG@10)", "topics (accuracy)"]),
    }
