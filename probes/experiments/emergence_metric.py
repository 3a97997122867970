"""Does the metric make an ability emerge, or does the model?"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, Self

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from probes import networks, plotting
from probes.layers import layer_figures
from probes.metrics import sharpness
from probes.metrics.sharpness import largest_step
from probes.networks import digit_scores, digit_tasks
from probes.probe import About, Cost, Probe
from probes.sentences import Contrast, Wording
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


WIDTHS = (16, 32, 64)


@dataclass(frozen=True, kw_only=True)
class EmergenceMetric(Probe):
    """Score the same answers of networks of growing size with three metrics.

    Small decoders of several widths learn sums or products of numbers from the same problems. What
    they write to held-out problems is scored by exact match, by token edit distance and by Brier's
    score of each digit. Every score lies on a line where 0 is what the answers of other problems
    score and 1 is perfect, so that no metric has more room to rise than another.

    The sharpness of a metric is its largest rise from one size to the next; the effect of a run (one
    network of each size) is that of exact match minus that of token edit distance. Several runs with
    other weights and other problems are the independent units. BIG-Bench's emergence score has no upper bound
    and is infinite where small networks score nothing, so it is only mentioned in the description of the figure.
    """

    claim: ClassVar[Claim] = Claim(
        text="An ability that emerges with model size under exact match rises smoothly under "
        "token edit distance: for the same outputs, the metric makes the jump.",
        source="Are Emergent Abilities of Large Language Models a Mirage? (arXiv:2304.15004), on sums "
        "and products of GPT-3",
        effect="largest rise of exact match from one size to the next minus that of token edit distance, "
        "for the same answers of the same networks",
        unit="of the way from guessing to perfect",
        margin=0.1,
        margin_reason="the share right of 400 problems is known to .025, a step between two shares to "
        ".035, and the largest of a few such steps by chance lies below .1",
        low=-2.0,
        high=2.0,
    )
    question: ClassVar[str] = (
        "Are emergent abilities of large language models real, or a measurement artifact of the metric?"
    )
    sources: ClassVar[tuple[str, ...]] = ("mirage", "emergent-abilities")
    families: ClassVar[tuple[str, ...]] = ("emergence_metric",)

    model: Annotated[str, About("not used, because the probe trains its own networks")] = "none"
    count: Annotated[int, About("networks of each size", low=2, high=64)] = 6
    operation: Annotated[Literal["+", "*"], About("sums or products")] = "+"
    digits: Annotated[int, About("digits of each number", low=1, high=3)] = 2
    widths: Annotated[tuple[int, ...], About("sizes in rising order, multiples of 16")] = WIDTHS
    blocks: Annotated[int, About("depth of each network", low=1, high=8)] = 1
    steps: Annotated[int, About("training steps of each network", low=8)] = 800
    batch: Annotated[int, About("problems in a step", low=8, high=4096)] = 128
    tested: Annotated[int, About("number of held-out problems", low=40, high=5000)] = 400
    full: Annotated[
        bool, About("five sizes up to 128 and four times the steps, about twenty times the cost")
    ] = False

    def cost(self) -> Cost:
        """Estimate the cost from the operations of a pass; the rate was measured on two cores."""
        tokens = self._steps() * self.batch * self.count * (3 * self.digits + 3)
        work = sum(SECONDS_PER_PRODUCT * tokens * self.blocks * w**2 for w in self._widths())
        return Cost(startup=LOADING_SECONDS, work=work)

    def choose(self, offered: Sequence[str]) -> tuple[str, ...]:
        """Return a few of the problems, so that a reader sees what was asked; the probe needs no texts."""
        del offered
        return tuple(digit_tasks.text(row) for row in self._problems().test[:SHOWN])

    def located(self) -> Self:
        """Return the probe as it is, because it names no model."""
        return self

    def record(self, lab: Lab) -> ModelRecord:
        """Return the record of this run's networks; nothing is loaded."""
        del lab
        widths = self._widths()
        made = repr((widths, self.blocks, self.count, self.seed)).encode()
        largest = networks.small_networks.size(
            networks.small_networks.initial(self._shape(widths[-1]), (self.seed,))
        )
        return ModelRecord(
            id=f"small networks that it trains ({self.blocks} deep, {widths[0]} to {widths[-1]} wide)",
            revision=hashlib.sha256(made).hexdigest()[:12],
            quantisation="not quantised (float32)",
            parameters=largest,
        )

    def measure(self, lab: Lab, progress: Progress) -> dict[str, Array]:
        """Return scores `[runs, sizes]` of every metric, and each digit's accuracy `[runs, sizes, places]`."""
        del lab
        widths, problems = self._widths(), self._problems()
        seeds = tuple(self.seed * 1_000 + run for run in range(self.count))
        weights = np.array([w**2 for w in widths], dtype=np.float64)
        done = np.concatenate([[0], weights.cumsum()]) / weights.sum()
        rows: dict[str, list[Array]] = {}
        sizes = []
        for place, width in enumerate(widths):
            shape = self._shape(width)

            def advance(share: float, at: int = place, wide: int = width) -> None:
                said = f"training networks of width {wide}"
                progress(float(done[at] + share * (done[at + 1] - done[at])), said)

            before = networks.small_networks.initial(shape, seeds)
            after = networks.digit_training.learnt(
                shape, problems, seeds, steps=self._steps(), batch=self.batch, advance=advance
            )
            for suffix, network in (("_untrained", before), ("", after)):
                told = networks.digit_training.answers(
                    shape, network, problems.test, problems.answer
                )
                for name, values in digit_scores.scored(told, problems, SMALL).items():
                    rows.setdefault(name + suffix, []).append(values)
            sizes.append(networks.small_networks.size(after))
        found = {name: np.stack(values, axis=1) for name, values in rows.items()}
        return found | {"parameters": np.array(sizes)}

    def _problems(self) -> digit_tasks.DigitProblems:
        try:
            return digit_tasks.problems(self.operation, self.digits, self.tested, self.seed)
        except ValueError as error:
            raise UsageError(f"emergence_metric: {error}") from error

    def _steps(self) -> int:
        return self.steps * (4 if self.full else 1)

    def _widths(self) -> tuple[int, ...]:
        widths = (16, 32, 64, 96, 128) if self.full else self.widths
        if len(widths) < FEWEST_SIZES or list(widths) != sorted({*widths}) or widths[0] < 1:
            raise UsageError(
                f"emergence_metric: widths takes {FEWEST_SIZES} or more in rising order, not {widths}"
            )
        if any(width % 16 for width in widths):
            raise UsageError(f"emergence_metric: widths must be multiples of 16, not {widths}")
        return widths

    def _shape(self, width: int) -> "Shape":
        return networks.small_networks.Shape(kind="transformer", width=width, blocks=self.blocks)

    def effect(self, arrays: Arrays) -> NDArray[np.float64]:
        """Return the largest step of exact match minus that of token edit distance, `[runs]`."""
        return np.asarray(largest_step(arrays["exact"]) - largest_step(arrays["edit"]))

    def controls(self, arrays: Arrays) -> Mapping[str, NDArray[np.float64]]:
        """Return the effect without the limit of the test set, and in foils without size or training, among others."""
        edit = largest_step(arrays["edit"])
        twins = _one_size(arrays)
        return {
            EXPECTED: largest_step(arrays["expected"]) - edit,
            BRIER: largest_step(arrays["exact"]) - largest_step(arrays["brier"]),
            ONE_SIZE: largest_step(twins["exact"]) - largest_step(twins["edit"]),
            UNTRAINED: largest_step(arrays["exact_untrained"])
            - largest_step(arrays["edit_untrained"]),
            SMOOTH: edit,
            POWER: largest_step(arrays["power"]) - edit,
            FEW: largest_step(arrays["exact_few"]) - largest_step(arrays["exact"]),
        }

    def inapplicable(self, arrays: Arrays, record: ModelRecord) -> str:
        """Return why nothing is judged where exact match rises by less than half of the way: no ability emerges."""
        del record
        risen = float((arrays["exact"][:, -1] - arrays["exact"][:, 0]).mean())
        if risen >= HALF:
            return ""
        return f"Exact match rises by only {risen:.2f} over these sizes, so nothing emerges."

    def summary(self, judged: Judgement, controls: Mapping[str, Judgement]) -> str:
        """Summarise a run: how much of a jump each metric makes of the same answers."""
        finding = {
            "supported": "The same answers of networks of growing size jump under exact match more than "
            "under token edit distance",
            "refuted": "The same answers of networks of growing size jump under token edit distance about "
            "as much as under exact match: the metric does not make the jump",
            "inconclusive": "Whether exact match makes more of a jump than token edit distance is not decided",
        }[judged.verdict]
        said = "; ".join(f"{name} {spoken(control)}" for name, control in controls.items())
        return (
            f"{finding}: the largest rise from one size to the next differs by {spoken(judged)} on the way "
            f"from guessing to perfect ({judged.n} runs of {len(self._widths())} sizes). Beside it: {said}."
        )

    def wording(self) -> Wording:
        """Return the phrases on exact match against the other metrics, and on what else could make a jump."""
        trained = "In up to {size}-parameter networks"
        scale = "{} of the scale"
        return Wording(
            units="runs",
            holds="an ability jumps under exact match and less under token edit distance",
            fails="an ability jumps under token edit distance as it does under exact match",
            unit=scale,
            where=f"{trained} ({self.count} runs each)",
            contrasts={
                EXPECTED: Contrast(
                    where=f"{trained}, without the limit of the test set",
                    short="in expectation over samples",
                    kind="twin",
                    cause="the resolution of the test set",
                    means="the expected exact match of sampled answers can be smaller than one problem in "
                    "the test set, so what it loses was the work of 1/n",
                ),
                BRIER: Contrast(
                    where=trained,
                    short="against Brier's score",
                    kind="also",
                    holds="an ability jumps under exact match more than under Brier's score",
                    fails="an ability jumps under Brier's score as it does under exact match",
                    means="the claim names Brier's score as well",
                ),
                ONE_SIZE: Contrast(
                    where="Among up to {size}-parameter networks of one size",
                    short="among networks of one size",
                    kind="foil",
                    cause="chance differences between networks of one size",
                    means="what networks of one size differ by is no effect of size",
                ),
                UNTRAINED: Contrast(
                    where="In up to {size}-parameter networks before training",
                    short="before training",
                    kind="foil",
                    cause="the metrics alone, before any training",
                    means="what untrained networks show is no ability",
                ),
                SMOOTH: Contrast(
                    where=trained,
                    short="under token edit distance alone",
                    kind="scope",
                    holds="the ability jumps under token edit distance as well, by more than half of the way",
                    fails="the ability does not jump by half of the way under token edit distance",
                    unit=scale,
                    yardstick=Yardstick(margin=HALF, low=0.0, high=2.0),
                    means="a metric that jumps by itself is not smooth",
                ),
                POWER: Contrast(
                    where=trained,
                    holds="accuracy per digit to the power of the answer's length jumps more than token "
                    "edit distance",
                    fails="accuracy per digit to the power of the answer's length jumps no more than token "
                    "edit distance",
                    means="independent errors are what the mirage paper's formula supposes",
                ),
                FEW: Contrast(
                    where=f"{trained}, tested on {SMALL} problems",
                    holds="exact match jumps more than with all problems",
                    fails="exact match jumps no more than with all problems",
                    yardstick=Yardstick(margin=0.1, low=-2.0, high=2.0),
                    means=f"{SMALL} problems cannot tell 1 % from nothing",
                ),
            },
        )

    def caveats(self, record: ModelRecord) -> tuple[str, ...]:
        """Return the limits of a run: tiny networks, one budget, one task."""
        return (
            f"The largest network has {record.parameters / 1e3:.0f} thousand parameters and every size was trained "
            f"for {self._steps()} steps on one task, while the mirage paper scores GPT-3, LaMDA and BIG-Bench.",
            "Neighbouring sizes differ by a factor of up to four in parameters; a finer series of sizes splits any "
            "jump.",
            "A run on arithmetic says nothing about whether abilities of other kinds emerge, and the mirage "
            "paper does not claim that large language models cannot have emergent abilities.",
        )

    def draw(self, arrays: Arrays, result: Result) -> go.Figure:
        """Draw every metric over size, what 1/n hides, and the accuracy of each digit."""
        size = "parameters, power of ten"
        made = plotting.figure(
            "The same answers under three metrics, networks of growing size",
            _in_words(arrays, result),
            [
                (size, "score (0 guessing, 1 perfect)"),
                (size, "exact match: measured, expected, p to the length, few problems"),
                (size, "accuracy of a digit, by its place in the answer"),
            ],
        )
        at = np.log10(arrays["parameters"])
        for style, (name, key) in enumerate(METRICS.items()):
            layer_figures.add(made, name, arrays[key], x=at, style=style, row=1)
        for style, (name, key) in enumerate(EXACT.items()):
            layer_figures.add(made, name, arrays[key], x=at, style=style, row=2)
        for place in range(arrays["digits"].shape[-1]):
            layer_figures.add(
                made, f"digit {place + 1}", arrays["digits"][..., place], x=at, style=place, row=3
            )
        return made

    @classmethod
    def specimens(cls) -> Mapping[Verdict, Arrays]:
        """Return made-up arrays: p to the fourth against p, a jump of the digits themselves, and half of each."""
        slow, sudden = np.array([0.1, 0.4, 0.7, 0.98]), np.array([0.05, 0.05, 0.98, 0.99])
        steep = slow**8
        half = np.stack([steep if run % 2 else slow - 0.1 for run in range(8)])
        return {
            "supported": _specimen(np.tile(slow, (8, 1)), np.tile(steep, (8, 1))),
            "refuted": _specimen(np.tile(sudden, (8, 1)), np.tile(sudden**4, (8, 1))),
            "inconclusive": _specimen(np.tile(slow, (8, 1)), half),
        }


EXPECTED = "in expectation over samples, without the limit of the test set"
BRIER = "exact match against Brier's score"
ONE_SIZE = "among networks of one size"
UNTRAINED = "before training"
SMOOTH = "the largest step under token edit distance alone"
POWER = "accuracy per digit to the power of the length, against token edit distance"
FEW = "exact match on 20 problems, against all"
METRICS = {"exact match": "exact", "token edit distance": "edit", "Brier's score": "brier"}
EXACT = {
    "exact match": "exact",
    "in expectation": "expected",
    "p to the length": "power",
    "of 20 problems": "exact_few",
}
SMALL = 20
HALF = 0.5
SHOWN = 12
FEWEST_SIZES = 3
LOADING_SECONDS = 3.0
SECONDS_PER_PRODUCT = 3.6e-9


def _one_size(arrays: Arrays) -> dict[str, NDArray[np.float64]]:
    """Return rows as long as the sizes, from networks of the one size where exact match is most undecided."""
    exact, edit = arrays["exact"], arrays["edit"]
    runs, sizes = exact.shape
    size = int(np.abs(exact.mean(axis=0) - HALF).argmin())
    rows = (np.arange(runs)[:, None] + np.arange(sizes)) % runs
    return {"exact": exact[:, size][rows], "edit": edit[:, size][rows]}


def _in_words(arrays: Arrays, result: Result) -> str:
    said = []
    for name, key in METRICS.items():
        curve = arrays[key].mean(axis=0)
        score = float(sharpness.emergence_score(curve))
        points = ", ".join(f"{value:.3f}" for value in curve)
        said.append(
            f"{name}: {points}, largest step {float(largest_step(curve)):.3f}, emergence score {score:.1f}"
        )
    sizes = ", ".join(f"{count / 1e3:.0f}" for count in arrays["parameters"])
    few = float((arrays["exact_few"] <= 0).mean()), float((arrays["exact"] <= 0).mean())
    return (
        f"Mean scores by size ({sizes} thousand parameters). {'; '.join(said)}. {few[0]:.0%} of the networks "
        f"have nothing right of 20 problems, {few[1]:.0%} of all. Verdict: {result.shown}."
    )


def _specimen(edit: Array, exact: Array) -> Arrays:
    """Return arrays as `measure` gives them: Brier's score goes with edit distance, size makes the rise."""
    jitter = np.random.default_rng(0).normal(0, 0.005, exact.shape)
    flat = np.zeros(exact.shape)
    return {
        "exact": exact + jitter,
        "expected": exact + jitter,
        "power": exact,
        "exact_few": exact,
        "edit": edit,
        "brier": edit,
        "digits": np.repeat(edit[..., None], 3, axis=-1),
        "exact_untrained": flat,
        "edit_untrained": flat,
        "parameters": np.array([10_000, 30_000, 60_000, 100_000]),
    }
