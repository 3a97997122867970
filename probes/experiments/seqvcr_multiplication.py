"""Does Seq-VCR, a penalty against collapsed states, let a small transformer multiply?"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self, get_args

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from probes import models, networks, plotting
from probes.files import places
from probes.layers import layer_figures
from probes.layers.layer_figures import LAYERS
from probes.networks import digit_products, digit_tasks
from probes.networks.digit_products import Between
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


@dataclass(frozen=True, kw_only=True)
class SeqvcrMultiplication(Probe):
    """Train small decoders on products of numbers of n digits in six ways, from the same problems and weights.

    Plain; with pause tokens between question and answer; with Seq-VCR's variance and covariance penalty at the
    final output; with both; with both, but the penalty at the middle layer; and with a chain of thought
    (partial products and their sums) before the answer. The penalty and its weights are those of the paper.
    With lambda 0 the penalty changes no weight, so the networks with pause tokens alone are those with
    both and lambda 0.

    The effect of a run (one network of each way, all from one seed) is the share of held-out products that are right
    in every digit with Seq-VCR and pause tokens, less the share with plain training. What is written or
    given between question and answer is not scored. A finished way is kept in the data directory and an unfinished
    one goes on where it stopped.
    """

    claim: ClassVar[Claim] = Claim(
        text="Preventing the collapse of intermediate states lets a small transformer multiply: with Seq-VCR and "
        "pause tokens it gets clearly more products right than with plain training.",
        source="Seq-VCR (arXiv:2411.02344), fine-tuned GPT-2 small: exact match .992 against .25 on products of four-"
        "digit numbers, .995 against 0 on five-digit numbers",
        effect="share of held-out products right in every digit with Seq-VCR and pause tokens minus that with "
        "plain training",
        unit="share of the problems",
        margin=0.1,
        margin_reason="a seventh of the smallest published difference (.992 against .25), and more than plain "
        "networks of six seeds differed by when the size was chosen (.08)",
        low=-1.0,
        high=1.0,
    )
    question: ClassVar[str] = (
        "Does Seq-VCR (a penalty against representation collapse) with pause tokens help small transformers multiply?"
    )
    sources: ClassVar[tuple[str, ...]] = ("seq-vcr", "faith-and-fate")
    families: ClassVar[tuple[str, ...]] = ("seqvcr_multiplication",)
    trains_anywhere: ClassVar[bool] = True

    model: Annotated[str, About("not used, because the probe trains its own networks")] = "none"
    count: Annotated[int, About("networks of each way to train", low=2, high=64)] = 6
    digits: Annotated[int, About("digits of a number", low=2, high=digit_products.MOST_DIGITS)] = 2
    width: Annotated[int, About("dimensions of a state, a multiple of 16", low=16, high=2048)] = 32
    blocks: Annotated[int, About("depth of the network", low=2, high=48)] = 2
    steps: Annotated[int, About("training steps of each network", low=8)] = 1200
    batch: Annotated[int, About("problems in a step", low=2, high=4096)] = 32
    rate: Annotated[float, About("highest learning rate", low=1e-6, high=1)] = 5e-3
    tested: Annotated[int, About("number of held-out problems", low=40, high=5000)] = 1000
    variance: Annotated[float, About("lambda 1, weight of the variance term", low=0, high=1e3)] = (
        1.0
    )
    covariance: Annotated[
        float, About("lambda 2, weight of the covariance term", low=0, high=1e3)
    ] = 0.004
    full: Annotated[
        bool,
        About(
            "the published size from scratch: five digits, GPT-2 small's width and depth, 40 passes over 800,000 "
            "problems at rate 5e-4; for an accelerator (--device cuda, never measured), as the paper's of up to a day"
        ),
    ] = False

    def cost(self) -> Cost:
        """Estimate the cost from the operations of a pass; the rate was measured on two cores."""
        own = self._sized()
        thought = sum(2 * (own.digits + 1) + at for at in range(1, own.digits - 1))
        between = thought + 2 * (own.digits + 1) + PAUSED * len(digit_products.PAUSES)
        tokens = len(WAYS) * (4 * own.digits + 1) + between
        products = own.blocks * own.width**2 * tokens * own.steps * own.batch * own.count
        return Cost(startup=LOADING_SECONDS, work=SECONDS_PER_PRODUCT * products)

    def choose(self, offered: Sequence[str]) -> tuple[str, ...]:
        """Return a few of the problems in each form, so that a reader sees what was asked; no texts are needed."""
        del offered
        shown = digit_products.first(self._problems(), SHOWN)
        made = (digit_products.rows(shown, form).test for form in get_args(Between))
        return tuple(digit_tasks.text(row) for rows in made for row in rows)

    def located(self) -> Self:
        """Return the probe as it is, because it names no model."""
        return self

    def _sized(self) -> Self:
        """Return the probe with the published size where that is asked for."""
        if self.width % 16:
            raise UsageError(
                f"seqvcr_multiplication: width must be a multiple of 16, not {self.width}"
            )
        if not self.full:
            return self
        return replace(self, digits=5, width=768, blocks=12, steps=1_000_000, batch=32, rate=5e-4)

    def _problems(self) -> digit_products.Products:
        try:
            return digit_products.products(self._sized().digits, self.tested, self.seed, DRAWN)
        except ValueError as error:
            raise UsageError(f"seqvcr_multiplication: {error}") from error

    def _shape(self) -> "Shape":
        own = self._sized()
        return networks.small_networks.Shape(kind="transformer", width=own.width, blocks=own.blocks)

    def record(self, lab: Lab) -> ModelRecord:
        """Return the record of this run's networks; nothing is loaded."""
        shape, device = self._shape(), places.device(lab)
        made = repr((shape.width, shape.blocks, self.count, self.seed)).encode()
        return ModelRecord(
            id=f"small networks that it trains ({shape.blocks} deep, {shape.width} wide)",
            revision=hashlib.sha256(made).hexdigest()[:12],
            quantisation="not quantised (float32)",
            parameters=networks.small_networks.size(
                networks.small_networks.initial(shape, (self.seed,))
            ),
            computed="" if device == "cpu" else models.devices.chosen(device).words,
        )

    def measure(self, lab: Lab, progress: Progress) -> dict[str, Array]:
        """Return exact match and loss `[ways, runs]`, digits `[ways, runs, places]` and entropy by layer."""
        own, problems = self._sized(), self._problems()
        training = networks.product_arms.Training(
            shape=self._shape(),
            steps=own.steps,
            batch=own.batch,
            rate=own.rate,
            # Small networks do not fill a core alone, and those of the published size would not fit into memory twice.
            beside=1 if self.full else self.count,
            device=places.device(lab),
        )
        folder = places.folder(lab, "trainings")
        seeds = tuple(self.seed * 1_000 + run for run in range(self.count))
        found = []
        made = networks.product_arms.arms(training.shape, self.variance, self.covariance)
        for place, (way, arm) in enumerate(zip(WAYS, made, strict=True)):
            advance = _told(progress, place, f"training {way}")
            found.append(
                networks.product_arms.measured(arm, problems, training, seeds, folder, advance)
            )
        return {name: np.stack([one[name] for one in found]) for name in found[0]}

    def effect(self, arrays: Arrays) -> NDArray[np.float64]:
        """Return the share right with Seq-VCR and pause tokens minus that with plain training, `[runs]`."""
        return _apart(arrays["exact"], BOTH, PLAIN)

    def controls(self, arrays: Arrays) -> Mapping[str, NDArray[np.float64]]:
        """Return the effect with lambda 0, of each part alone and at another place, and other scores."""
        exact, digits, entropy = arrays["exact"], arrays["digits"], arrays["entropy"]
        middle = entropy[..., 1:-1].mean(axis=-1)
        ordered = np.abs(np.linspace(-1, 1, digits.shape[-1])) > OUTER
        outer, inner = (digits[_at(PLAIN)][:, own].mean(axis=-1) for own in (ordered, ~ordered))
        return {
            LAMBDA_0: _apart(exact, PAUSES, PLAIN),
            ENTROPY: _apart(middle, BOTH, PAUSES),
            ALONE: _apart(exact, PENALTY, PLAIN),
            PLACE: _apart(exact, BOTH, MIDDLE),
            RIGHT: _apart(digits.mean(axis=-1), BOTH, PLAIN),
            CHAIN: _apart(exact, THOUGHT, PLAIN),
            INNER: outer - inner,
        }

    def inapplicable(self, arrays: Arrays, record: ModelRecord) -> str:
        """Return why nothing is judged where plain networks multiply already: nothing is left to gain."""
        del record
        plain = float(arrays["exact"][_at(PLAIN)].mean())
        if plain <= 1 - 2 * self.claim.margin:
            return ""
        return f"Plain networks get {plain:.0%} of these products right, so hardly any are left to gain."

    def summary(self, judged: Judgement, controls: Mapping[str, Judgement]) -> str:
        """Summarise a run: how many more products are right with both, and what each part does."""
        finding = {
            "supported": f"Seq-VCR with pause tokens gets {OVER}",
            "refuted": f"Seq-VCR with pause tokens gets {UNDER}",
            "inconclusive": f"Whether Seq-VCR with pause tokens gets {OVER} is not decided",
        }[judged.verdict]
        said = "; ".join(f"{name} {spoken(control)}" for name, control in controls.items())
        return f"{finding}: {spoken(judged)} of the problems ({judged.n} runs). Beside it: {said}."

    def wording(self) -> Wording:
        """Return the phrases on whether more products are right, and on the part that makes it so."""
        own = self._sized()
        networks = f"In {{size}}-parameter networks on {own.digits}-digit products"
        return Wording(
            units="runs",
            holds=f"Seq-VCR with pause tokens gets {OVER}",
            fails=f"Seq-VCR with pause tokens gets {UNDER}",
            unit="{} of the problems",
            form="{:.1%}",
            where=f"{networks} ({self.count} runs each)",
            contrasts={
                LAMBDA_0: _gain(
                    networks,
                    "training with pause tokens and no penalty (lambda 0)",
                    short="with lambda 0",
                    kind="foil",
                    cause="the pause tokens alone",
                    means="with lambda 0 there is no penalty, so what is gained then is the work of the pause tokens",
                ),
                ENTROPY: Contrast(
                    where=networks,
                    short="in middle-layer entropy",
                    kind="also",
                    holds="the Seq-VCR penalty at the output keeps more entropy in the middle layers",
                    fails="the Seq-VCR penalty at the output does not keep more entropy in the middle layers",
                    unit="{} of the maximum",
                    yardstick=Yardstick(margin=0.03, low=-1.0, high=1.0),
                    means="the claim is that states in the middle are kept from collapsing, though the penalty is at "
                    "the output",
                ),
                ALONE: _gain(
                    networks,
                    "Seq-VCR without pause tokens",
                    short="without pause tokens",
                    kind="scope",
                    means="published is 0 for Seq-VCR alone on five digits and .52 on four",
                ),
                PLACE: Contrast(
                    where=networks,
                    holds="the Seq-VCR penalty at the output gets more products right than at the middle layer",
                    fails="the Seq-VCR penalty at the output gets no more products right than at the middle layer",
                    yardstick=ANY,
                    means="the paper has the penalty at the output alone",
                ),
                RIGHT: Contrast(
                    where=networks,
                    holds="Seq-VCR with pause tokens gets more single digits right than plain training",
                    fails="Seq-VCR with pause tokens gets no more single digits right than plain training",
                    unit="{} of the digits",
                    yardstick=ANY,
                    means="exact match counts one wrong digit as complete failure",
                ),
                CHAIN: _gain(
                    networks,
                    "a chain of thought",
                    means="what a chain of thought gains shows what the same steps suffice for",
                ),
                INNER: Contrast(
                    where=f"{networks} plainly",
                    holds="the middle digits of a product are right less often than the outer ones",
                    fails="the middle digits of a product are right no less often than the outer ones",
                    unit="{} of the digits",
                    yardstick=ANY,
                    means="middle digits need the most partial products and carries",
                ),
            },
        )

    def caveats(self, record: ModelRecord) -> tuple[str, ...]:
        """Return the limits of a run: tiny networks from scratch, short numbers, one budget."""
        own = self._sized()
        return (
            f"The networks have {record.parameters / 1e6:.2g} million parameters and learnt products of {own.digits}-"
            f"digit numbers from scratch in {own.steps:,} steps, while the published figures are of a pretrained GPT-2 "
            "small after 40 epochs.",
            "A run says what the penalty does within one budget of steps and at the published weights; with longer "
            "training or other weights it can do otherwise.",
            "Entropy of states that rises or falls with a score is no proof that the one makes the other.",
        )

    def draw(self, arrays: Arrays, result: Result) -> go.Figure:
        """Draw products right by way, each digit, and entropy by layer."""
        made = plotting.figure(
            "Products that small networks get right, by what they learn with",
            _in_words(arrays, result),
            [
                ("0 plain, 1 pauses, 2 Seq-VCR, 3 both, 4 middle, 5 thought", "products right (share)"),
                ("digit of the product (0 = the last, which is written first)", "right (share)"),
                (LAYERS, "prompt entropy (share of maximum)"),
            ],
        )  # fmt: skip
        layer_figures.add(made, "exact match", arrays["exact"].T, style=0, row=1)
        for style, (name, way) in enumerate(SHOWN_WAYS.items()):
            layer_figures.add(made, name, arrays["digits"][_at(way)], style=style, row=2)
            layer_figures.add(made, name, arrays["entropy"][_at(way)], style=style, row=3)
        return made

    @classmethod
    def specimens(cls) -> Mapping[Verdict, Arrays]:
        """Return made-up arrays: both together multiply and neither part does, nothing helps, and half of each."""
        return {
            "supported": _specimen(np.full(8, 0.9), 0.1),
            "refuted": _specimen(np.full(8, 0.1), 0.1),
            "inconclusive": _specimen(np.where(np.arange(8) % 2, 0.9, 0.0), 0.0),
        }


PLAIN, PAUSES, PENALTY, BOTH = "plain", "pauses", "Seq-VCR", "Seq-VCR and pauses"
MIDDLE, THOUGHT = "the same at the middle layer", "chain of thought"
WAYS = (PLAIN, PAUSES, PENALTY, BOTH, MIDDLE, THOUGHT)
OUTER = 0.5
"""A digit is an outer one behind this share of the way from the middle of a product to its ends."""
SHOWN_WAYS = {
    "lambda 0": PAUSES, "Seq-VCR at the output": BOTH, "at the middle layer": MIDDLE, THOUGHT: THOUGHT,
}  # fmt: skip
"""These four ways are shown by digit and by layer; all but the last have pause tokens."""
PAUSED = 3
"""Ways with pause tokens."""
LAMBDA_0 = "with pause tokens and lambda 0"
ENTROPY = "entropy of the middle layers with the penalty, less with lambda 0"
ALONE = "Seq-VCR without pause tokens"
PLACE = "with the penalty at the output, less at the middle layer"
RIGHT = "single digits right"
CHAIN = "a chain of thought"
INNER = "outer digits right, less middle ones, in plain networks"
OVER = "over 10 points more products right than plain training"
UNDER = "less than 10 points more products right than plain training"
ANY = Yardstick(margin=0.0, low=-1.0, high=1.0)
DRAWN = 800_000
"""So many problems of longer numbers are drawn: a million steps of 32 are then the published 40 epochs."""
SHOWN = 4
LOADING_SECONDS = 3.0
SECONDS_PER_PRODUCT = 9e-9


def _gain(where: str, who: str, **rest: Any) -> Contrast:
    """Return the contrast of another way with plain training."""
    return Contrast(where=where, holds=f"{who} gets {OVER}", fails=f"{who} gets {UNDER}", **rest)


def _told(progress: Progress, place: int, what: str) -> Callable[[float], None]:
    return lambda share: progress((place + share) / len(WAYS), what)


def _at(way: str) -> int:
    return WAYS.index(way)


def _apart(values: Array, way: str, against: str) -> NDArray[np.float64]:
    return np.asarray(values[_at(way)] - values[_at(against)])


def _in_words(arrays: Arrays, result: Result) -> str:
    said = []
    for way, exact, digits, entropy in zip(
        WAYS, arrays["exact"], arrays["digits"], arrays["entropy"], strict=True
    ):
        places = ", ".join(f"{value:.2f}" for value in digits.mean(axis=0))
        middle = entropy[..., 1:-1].mean()
        said.append(
            f"{way}: {exact.mean():.1%} ({exact.min():.1%} to {exact.max():.1%}), digits {places}, "
            f"entropy {middle:.3f}"
        )
    return (
        f"Held-out products right in every digit (all runs), each digit from the last on, and prompt entropy of the "
        f"middle layers. {'; '.join(said)}. Published exact match of GPT-2 small on four and five digits: plain "
        f".25 and 0, pauses .28 and 0, Seq-VCR .52 and 0, both .992 and .995, chain of thought 1 and 1. "
        f"Verdict: {result.shown}."
    )


def _specimen(both: NDArray[np.float64], others: float) -> Arrays:
    """Return arrays as `measure` gives them: entropy goes with the penalty, digits with exact match."""
    exact = np.full((len(WAYS), len(both)), others)
    exact[_at(BOTH)], exact[_at(THOUGHT)] = both, 0.9
    exact = exact + np.random.default_rng(0).normal(0, 0.005, exact.shape)
    held = np.full((len(WAYS), len(both)), 0.5)
    held[[_at(PENALTY), _at(BOTH), _at(MIDDLE)]] += 0.2
    places = np.array([0.9, 0.3, 0.3, 0.8])
    return {
        "exact": exact.clip(0, 1),
        "digits": np.maximum(exact.clip(0, 1)[..., None], places),
        "entropy": np.stack([held + 0.1, held, held + 0.1], axis=-1),
        "loss": 1 - exact,
    }
