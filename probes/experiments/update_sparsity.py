"""Does reinforcement learning leave most weights as they are, and what makes it look so?"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from probes import models, networks, plotting
from probes.layers import layer_figures
from probes.networks import digit_tasks
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
    from probes.networks.digit_tuning import Tuning
    from probes.networks.small_networks import Parameters, Shape


@dataclass(frozen=True, kw_only=True)
class UpdateSparsity(Probe):
    """Tune one small network that has half learnt sums, once by reward and once on right answers.

    A policy gradient (GRPO, sampled answers, a reward that a program checks) and supervised tuning start
    from the same weights, with several draws of problems. Weights are kept in float32. The probe counts the share of
    weights in the matrices of the blocks that is the same before and after: rounded to bfloat16 as
    published, and in float32 at several tolerances. Supervised tuning runs at the tenfold rate that is
    usual for it, and once more at the rate of the policy gradient.

    It also measures how much the changed weights of one draw overlap with those of the next against what their
    density gives by chance, the rank of the updates against that of random values at as many random
    places, and what is learnt when only the weights that a first run changed may change.
    """

    claim: ClassVar[Claim] = Claim(
        text="Reinforcement learning updates only a small fraction of parameters: it leaves far more "
        "weights unchanged than supervised fine-tuning does.",
        source="Reinforcement Learning Finetunes Small Subnetworks in Large Language Models (arXiv:2505.11711): "
        "68.5 to 96 % of weights unchanged, against 6 to 15 % after supervised fine-tuning",
        effect="share of weights that are equal in bfloat16 before and after a policy gradient minus that "
        "for supervised tuning at its usual rate",
        unit="share of weights",
        margin=0.25,
        margin_reason="half of the smallest published difference (68.5 against 15 %)",
        low=-1.0,
        high=1.0,
    )
    question: ClassVar[str] = (
        "Does reinforcement learning update only a small fraction (a subnetwork) of a model's parameters?"
    )
    sources: ClassVar[tuple[str, ...]] = ("rl-subnetworks", "path-not-taken")
    families: ClassVar[tuple[str, ...]] = ("update_sparsity_rank",)

    model: Annotated[str, About("not used, because the probe trains its own networks")] = "none"
    count: Annotated[int, About("draws of problems for each way of tuning", low=2, high=64)] = 6
    width: Annotated[int, About("dimensions of a state, a multiple of 16", low=16, high=512)] = 32
    blocks: Annotated[int, About("depth of the network", low=1, high=16)] = 1
    learning: Annotated[int, About("steps in which the base learns", low=8)] = 300
    steps: Annotated[int, About("tuning steps", low=1)] = 160
    batch: Annotated[int, About("questions in a step", low=2, high=1024)] = 16
    group: Annotated[int, About("answers to a question that are compared", low=2, high=64)] = 8
    rate: Annotated[
        float,
        About(
            "learning rate of the policy gradient; supervised tuning uses ten times as much",
            low=1e-8,
            high=1,
        ),
    ] = 1e-5
    full: Annotated[
        bool, About("four times the width and ten times the steps, 160 times the cost")
    ] = False

    def cost(self) -> Cost:
        """Estimate the cost from the operations of a pass, measured on two cores."""
        width, steps = self._width(), self._steps()
        asked = self.count * steps * self.batch
        tokens = 2 * PASSES * self.group * asked + 2 * asked * PASSES
        products = self.blocks * width**2 * (LENGTH * tokens + self.learning * 9 * BASE_BATCH)
        return Cost(startup=LOADING_SECONDS, work=SECONDS_PER_PRODUCT * products)

    def choose(self, offered: Sequence[str]) -> tuple[str, ...]:
        """Return a few of the problems, so that a reader sees what was asked; the probe needs no texts."""
        del offered
        return tuple(digit_tasks.text(row) for row in self._problems().test[:SHOWN])

    def located(self) -> Self:
        """Return the probe as it is, because it names no model."""
        return self

    def record(self, lab: Lab) -> ModelRecord:
        """Return the record of this run's network; nothing is loaded."""
        del lab
        made = repr((self._width(), self.blocks, self.learning, self.seed)).encode()
        return ModelRecord(
            id=f"a small network that it trains ({self.blocks} deep, {self._width()} wide)",
            revision=hashlib.sha256(made).hexdigest()[:12],
            quantisation="not quantised (float32)",
            parameters=networks.small_networks.size(
                networks.small_networks.initial(self._shape(), (self.seed,))
            ),
        )

    def _width(self) -> int:
        if self.width % 16:
            raise UsageError(f"update_sparsity: width must be a multiple of 16, not {self.width}")
        return self.width * (4 if self.full else 1)

    def _steps(self) -> int:
        return self.steps * (10 if self.full else 1)

    def _problems(self) -> digit_tasks.DigitProblems:
        return digit_tasks.problems("+", 2, TESTED, self.seed)

    def _shape(self) -> "Shape":
        return networks.small_networks.Shape(
            kind="transformer", width=self._width(), blocks=self.blocks
        )

    def _arms(self) -> "dict[str, Tuning]":
        same: dict[str, Any] = {"steps": self._steps(), "batch": self.batch, "group": self.group}
        return {
            "reward": networks.digit_tuning.Tuning(
                method="policy gradient", rate=self.rate, **same
            ),
            "answers": networks.digit_tuning.Tuning(
                method="supervised", rate=USUAL * self.rate, **same
            ),
            "slow": networks.digit_tuning.Tuning(method="supervised", rate=self.rate, **same),
        }

    def measure(self, lab: Lab, progress: Progress) -> dict[str, Array]:
        """Return shares unchanged `[arms, counts, runs]`, overlaps, ranks and accuracies `[..., runs]`."""
        del lab
        shape, problems = self._shape(), self._problems()
        seeds = tuple(self.seed * 1_000 + run for run in range(self.count))
        base = networks.digit_training.learnt(
            shape, problems, (self.seed,), steps=self.learning, batch=BASE_BATCH,
            advance=lambda share: progress(0.1 * share, "the base network"),
        )  # fmt: skip

        def right(network: "Parameters") -> NDArray[np.float64]:
            told = networks.digit_training.answers(
                shape, network, problems.test, problems.answer
            ).written
            wanted = problems.test[:, -problems.answer :] - digit_tasks.FIRST_DIGIT
            return np.asarray((told == wanted).mean(axis=(1, 2)))

        found: dict[str, list[Any]] = {
            "accuracy": [np.repeat(right(base), self.count)],
            "unchanged": [],
        }
        for place, (name, tuning) in enumerate(self._arms().items()):
            network = networks.digit_tuning.tuned(
                shape, base, problems, seeds, tuning,
                advance=_told(progress, 0.1 + 0.225 * place, 0.225, f"tuning by {name}"),
            )  # fmt: skip
            found["accuracy"].append(right(network))
            found["unchanged"].append(models.weight_changes.unchanged(base, network))
            if name == "reward":
                found |= models.weight_changes.structure(base, network, self.seed)
                changed = {n: v != base[n] for n, v in network.items()}
        again = networks.digit_tuning.tuned(
            shape, base, problems, tuple(seed + 500 for seed in seeds), self._arms()["reward"],
            only=changed, advance=_told(progress, 0.775, 0.225, "tuning the subnetwork alone"),
        )  # fmt: skip
        found["accuracy"].append(right(again))
        return {name: np.array(values) for name, values in found.items()}

    def effect(self, arrays: Arrays) -> NDArray[np.float64]:
        """Return the share unchanged by reward minus that unchanged by right answers, in bfloat16, `[runs]`."""
        return _apart(arrays, BF16, against=1)

    def controls(self, arrays: Arrays) -> Mapping[str, NDArray[np.float64]]:
        """Return the same counted in float32 and at one rate; overlap, rank and accuracy stand beside."""
        base, reward, answers, _, subnetwork = arrays["accuracy"]
        return {
            PRECISION: _apart(arrays, EXACT, against=1),
            RATE: _apart(arrays, BF16, against=2),
            SEEDS: arrays["overlap"] - arrays["chance"],
            RANK: arrays["rank"] - arrays["random_rank"],
            LEARNT: reward - base,
            SUPERVISED: answers - base,
            SUBNETWORK: subnetwork - reward,
        }

    def summary(self, judged: Judgement, controls: Mapping[str, Judgement]) -> str:
        """Summarise a run: how many weights each way of tuning leaves, and what makes the difference."""
        finding = {
            "supported": "Counted in bfloat16, a policy gradient leaves far more weights unchanged than "
            "supervised tuning",
            "refuted": "Counted in bfloat16, a policy gradient does not leave far more weights unchanged than "
            "supervised tuning",
            "inconclusive": "Whether a policy gradient leaves far more weights unchanged than supervised tuning "
            "is not decided",
        }[judged.verdict]
        said = "; ".join(f"{name} {spoken(control)}" for name, control in controls.items())
        return (
            f"{finding}: {spoken(judged)} of the weights ({judged.n} runs each). Beside it: {said}."
        )

    def wording(self) -> Wording:
        """Return the phrases on unchanged weights, and on whether the number format or the rate explains them."""
        more = "a policy gradient leaves far more weights unchanged than supervised tuning"
        not_ = "a policy gradient does not leave far more weights unchanged than supervised tuning"
        network = "In {size}-parameter networks tuned on sums"
        points = "{} of the digits"
        return Wording(
            units="runs",
            holds=more,
            fails=not_,
            unit="{} of all weights",
            form="{:.1%}",
            where=f"{network} and counted in bfloat16 ({self.count} runs each)",
            contrasts={
                PRECISION: Contrast(
                    where=f"{network} and counted in float32",
                    short="counted in float32",
                    kind="twin",
                    cause="the number format",
                    means="a change too small for bfloat16 is a change",
                ),
                RATE: Contrast(
                    where=f"{network} at one and the same rate",
                    short="at the same rate",
                    kind="twin",
                    cause="the learning rate",
                    means="reinforcement learning is run at smaller rates than supervised tuning",
                ),
                SEEDS: Contrast(
                    where=network,
                    short="across draws",
                    kind="scope",
                    holds="changed weights of different draws overlap more than by chance",
                    fails="changed weights of different draws overlap no more than by chance",
                    unit="{} of the changed weights",
                    yardstick=Yardstick(margin=0.05, low=-1.0, high=1.0),
                    means="published is 60 % against 37 % by chance, which is far from the same subnetwork",
                ),
                RANK: Contrast(
                    where=network,
                    holds="updates have a higher rank than random values at as many random places",
                    fails="updates have no higher rank than random values at as many random places",
                    unit="{} of the largest rank",
                    yardstick=Yardstick(margin=0.02, low=-1.0, high=1.0),
                    means="scattered changes have almost full rank whatever they are",
                ),
                LEARNT: _gain(f"{network} by reward", points),
                SUPERVISED: _gain(f"{network} on right answers", points),
                SUBNETWORK: Contrast(
                    where=network,
                    holds="tuning the changed weights alone is right more often than tuning all",
                    fails="tuning the changed weights alone is right no more often than tuning all",
                    unit=points,
                    yardstick=Yardstick(margin=0.0),
                ),
            },
        )

    def caveats(self, record: ModelRecord) -> tuple[str, ...]:
        """Return the limits of a run: a tiny network and a short tuning; the shares depend on rate, steps and size."""
        return (
            f"The network has {record.parameters / 1e3:.0f} thousand parameters and was tuned for {self._steps()} "
            "steps on sums, while the published shares are of models of 7 to 70 billion parameters.",
            "How many weights move by more than bfloat16 can show depends on rate, steps and the size of the "
            "weights, so the shares are not those of large models; what makes them differ is what is tested.",
            "There is no KL term, no clipping and one step for each batch, which the published recipes vary.",
        )

    def draw(self, arrays: Arrays, result: Result) -> go.Figure:
        """Draw weights unchanged by how they are counted, and accuracies."""
        counted = "bfloat16 (0), float32 within 0, 1e-8, 1e-6, 1e-5, 1e-4 (1 to 5)"
        made = plotting.figure(
            "Weights that tuning leaves unchanged, by how they are counted",
            _in_words(arrays, result),
            [
                (counted, "share of weights unchanged"),
                ("base (0), reward (1), answers (2), answers at its rate (3), subnetwork (4)", "digits right (share)"),
            ],
        )  # fmt: skip
        for style, name in enumerate(ARMS):
            layer_figures.add(made, name, arrays["unchanged"][style].T, style=style, row=1)
        layer_figures.add(made, "digits right", arrays["accuracy"].T, style=0, row=2)
        return made

    @classmethod
    def specimens(cls) -> Mapping[Verdict, Arrays]:
        """Return made-up arrays: reward alone leaves most weights, all ways change them alike, and half of each."""
        return {
            "supported": _specimen(np.full(8, 0.9), np.full(8, 0.1)),
            "refuted": _specimen(np.full(8, 0.2), np.full(8, 0.2)),
            "inconclusive": _specimen(np.where(np.arange(8) % 2, 0.9, 0.2), np.full(8, 0.2)),
        }


PRECISION = "counted in float32"
RATE = "with supervised tuning at the same rate"
SEEDS = "overlap of two draws, less chance"
RANK = "rank of the update, less that of random places"
LEARNT = "digits right after reward, less before"
SUPERVISED = "digits right after right answers, less before"
SUBNETWORK = "digits right from the subnetwork alone, less from all weights"
ARMS = ("by reward", "on right answers", "on right answers at the rate of reward")
BF16, EXACT = 0, 1
"""These are places among the counts of `unchanged`."""
USUAL = 10.0
"""Supervised fine-tuning runs at about ten times the rate of reinforcement learning (1e-5 against 1e-6)."""
TESTED = 400
SHOWN = 12
BASE_BATCH = 128
LENGTH = 9
PASSES = 6
LOADING_SECONDS = 3.0
SECONDS_PER_PRODUCT = 2e-9


def _gain(where: str, unit: str) -> Contrast:
    return Contrast(
        where=where,
        holds="more digits are right than before",
        fails="no more digits are right than before",
        unit=unit,
        yardstick=Yardstick(margin=0.0),
    )


def _apart(arrays: Arrays, count: int, *, against: int) -> NDArray[np.float64]:
    return np.asarray(arrays["unchanged"][0, count] - arrays["unchanged"][against, count])


def _told(progress: Progress, start: float, share: float, what: str) -> Callable[[float], None]:
    return lambda done: progress(start + share * done, what)


def _in_words(arrays: Arrays, result: Result) -> str:
    said = []
    for name, rows in zip(ARMS, arrays["unchanged"], strict=True):
        bf16, exact = rows[BF16].mean(), rows[EXACT].mean()
        said.append(f"{name} {bf16:.1%} in bfloat16 and {exact:.1%} in float32")
    own, chance = np.nanmean(arrays["overlap"]), np.nanmean(arrays["chance"])
    right = ", ".join(f"{row.mean():.1%}" for row in arrays["accuracy"])
    return (
        f"Weights unchanged: {'; '.join(said)}. The weights that a draw changes are changed by the next in {own:.1%} "
        f"of cases, {chance:.1%} by chance; their update has {np.mean(arrays['rank']):.1%} of the largest rank, "
        f"random places {np.mean(arrays['random_rank']):.1%}. Digits right in the base, by reward, on right answers, "
        f"at the same rate, from the subnetwork alone: {right}. Published: 68.5 to 96 % unchanged after reinforcement "
        f"learning, 6 to 15 % after supervised tuning, overlap 60 against 37 % by chance. Verdict: {result.shown}."
    )


def _specimen(reward: NDArray[np.float64], answers: NDArray[np.float64]) -> Arrays:
    """Return arrays as `measure` gives them: counting and rate change nothing."""
    jitter = np.random.default_rng(0).normal(0, 0.005, (3, 6, len(reward)))
    rows = np.stack([reward, answers, answers])[:, None] + jitter
    half = np.full(len(reward), 0.5)
    return {
        "unchanged": rows.clip(0, 1),
        "accuracy": np.stack([half, half + 0.1, half + 0.2, half + 0.05, half + 0.1]),
        "overlap": half + 0.1,
        "chance": half - 0.1,
        "rank": half + 0.4,
        "random_rank": half + 0.4,
    }
