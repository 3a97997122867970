"""Does low entropy of the subthought answers mean that the last answer is right?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from probes import plotting, statistics
from probes.continuations import results
from probes.continuations.arms import LAST, MAJORITY, SAMPLED, Plan, vote
from probes.continuations.study import SubthoughtStudy
from probes.sentences import Contrast, Wording
from probes.types import Array, Arrays, Claim, Judgement, Lab, Progress, Result, Verdict
from probes.verdict import FEWEST_UNITS


@dataclass(frozen=True, kw_only=True)
class SubthoughtEntropy(SubthoughtStudy):
    """Compare the entropy of the sampled subthought answers with the rightness of the last answer.

    The area under the ROC curve is the probability that a right trace has the lower entropy of
    the two, a tie counting one half. Each problem's number is its part in that area less 1/2, so
    that their mean is the area less 1/2 and its interval is DeLong's. A trace that is longer has more room
    to go wrong and more answers to scatter, so the same is asked among traces of like length. It is
    also done for the entropy of independent samples at equal tokens, for the length of the trace, and for its
    number of subthoughts.
    """

    claim: ClassVar[Claim] = Claim(
        text="The subthought answers of a trace scatter less when its last answer is right.",
        source="Beyond the Last Answer (arXiv:2504.20708), entropy of right and wrong traces",
        effect="a problem's part in AUROC - 1/2 of low entropy for a right last answer",
        unit="AUROC above chance",
        margin=0.1,
        margin_reason="a signal that tells right from wrong in fewer than 60 of 100 pairs (AUROC .6) "
        "is of no use to a reader",
        low=-0.5,
        high=0.5,
    )
    question: ClassVar[str] = "Does low entropy of subthought answers mean the answer is right?"
    sources: ClassVar[tuple[str, ...]] = ("subthoughts", "self-consistency", "deepconf")

    def tokens(self) -> float:
        """Return the expected number of tokens, estimated from the arms of subthought_mode."""
        return 300.0 * self.count

    def measure(self, lab: Lab, progress: Progress) -> dict[str, Array]:
        """Return entropies, lengths, and whether the last answers are right."""
        backend, posed = self.pose(lab, progress)
        plan = Plan(
            arms=(LAST, SAMPLED, MAJORITY), greedy=self.greedy, sampled=self.sampled, seed=self.seed
        )
        ballots = vote(
            backend, posed, plan, lambda done: progress(0.3 + 0.7 * done, "continuations")
        )
        return results.as_arrays(posed, ballots, self.seed)

    def effect(self, arrays: Arrays) -> NDArray[np.float64]:
        """Return each problem's part in the AUROC above chance, `[problems]`; none where all are right or all wrong."""
        return parts(-arrays["entropy"], results.column(arrays, LAST))

    def controls(self, arrays: Arrays) -> Mapping[str, NDArray[np.float64]]:
        """Return the same among traces of like length, and for other signals; short traces count as sure."""
        right = results.column(arrays, LAST)
        return {ALIKE: parts_within(-arrays["entropy"], right, arrays["length"])} | {
            name: parts(-arrays[key], right) for name, key in SIGNALS.items()
        }

    def summary(self, judged: Judgement, controls: Mapping[str, Judgement]) -> str:
        """Summarise a run: the area, beside those of the other signals."""
        low, high = judged.interval
        others = ", ".join(f"{name} {0.5 + found.effect:.3f}" for name, found in controls.items())
        return (
            f"Low subthought entropy tells right from wrong last answers with AUROC "
            f"{0.5 + judged.effect:.3f} (95 % interval {0.5 + low:.3f} to {0.5 + high:.3f}, "
            f"{judged.n} problems); for comparison: {others}."
        )

    def wording(self) -> Wording:
        """Return the phrases on the entropy, and on other signals that may tell as much."""

        def signal(name: str, said: str) -> Contrast:
            return Contrast(
                where="On {model}", short=f"by {name}",
                holds=f"{said} tells right from wrong last answers",
                fails=f"{said} does not tell right from wrong last answers",
            )  # fmt: skip

        low = "low entropy of the subthought answers"
        return Wording(
            units="problems",
            holds=f"{low} tells right from wrong last answers",
            fails=f"{low} does not tell right from wrong last answers",
            unit="AUROC {}",
            shown=lambda effect: 0.5 + effect,
            contrasts={
                ALIKE: Contrast(
                    where="On {model} among traces of like length",
                    short="among traces of like length",
                    kind="twin",
                    cause="the length of the trace",
                    means="among traces of like length, length cannot be what tells right from wrong",
                ),
                "length of the trace": signal("trace length", "a short reasoning trace"),
                "entropy of independent samples": signal(
                    "the entropy of independent samples", "low entropy of independent samples"
                ),
                "number of subthoughts": signal("their number", "a small number of subthoughts"),
            },
        )

    def remarks(self, arrays: Arrays) -> str:
        """Return remarks on mean entropies, the bootstrap interval, and the published figures."""
        right, wrong = _sides(arrays)
        if not (right.size and wrong.size):
            return "The last answers are all right or all wrong, so nothing can be told apart."
        span = statistics.auroc_interval(-right, -wrong, seed=self.seed)
        return (
            f"Mean entropy {right.mean():.2f} bits where the last answer is right, "
            f"{wrong.mean():.2f} where it is wrong; bootstrap interval of the AUROC {span.low:.3f} to "
            f"{span.high:.3f}. Published: 1.0-1.6 and 3.2-4.0 bits on AIME, with many more subthoughts."
        )

    def draw(self, arrays: Arrays, result: Result) -> "go.Figure":
        """Draw the cumulative distribution of the entropy of right and of wrong traces."""
        right, wrong = _sides(arrays)
        alt = (
            f"Entropy of subthought answers: {right.size} right traces with mean "
            f"{right.mean() if right.size else 0:.2f} bits, {wrong.size} wrong ones with mean "
            f"{wrong.mean() if wrong.size else 0:.2f}. AUROC {0.5 + result.effect:.3f}. "
            f"Verdict: {result.shown}."
        )
        made = plotting.figure(
            f"Entropy of subthought answers, {result.model.id}",
            alt,
            [("entropy (bits)", "share of traces at or below")],
        )
        top = float(np.nanmax(arrays["entropy"], initial=1.0))
        grid = np.linspace(0, top, 101)
        for style, (name, values) in enumerate((("last answer right", right), ("wrong", wrong))):
            if values.size:
                share = (values[None, :] <= grid[:, None]).mean(axis=1)
                plotting.add_curve(made, name, share, x=grid, style=style)
        return made

    @classmethod
    def specimens(cls) -> Mapping[Verdict, Arrays]:
        """Return made-up arrays: right traces with low entropy, with high entropy, and as often one as the other."""
        rng = np.random.default_rng(0)
        last = [1, 0] * 30
        sign = np.tile([-1.0, 1.0], 30)
        level = np.tile([0.5, 0.5, 1.5, 1.5], 15)

        def arrays(entropy: NDArray[np.float64]) -> Arrays:
            arms = {LAST: last, SAMPLED: last, MAJORITY: last}
            return results.specimen(arms, entropy.tolist())

        noise = rng.normal(0, 0.5, 60)
        return {
            "supported": arrays(2 + sign + noise),
            "refuted": arrays(2 - sign + noise),
            "inconclusive": arrays(level),
        }


ALIKE = "among traces of like length"
SIGNALS = {
    "entropy of independent samples": "sample_entropy",
    "length of the trace": "length",
    "number of subthoughts": "pieces",
}


def parts(scores: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return each unit's part in AUROC - 1/2; their mean is it, and the variance of the mean is DeLong's.

    Args:
        scores: higher should mean right, `[n]`; a unit without a score is left out.
        right: 1 or 0, NaN where not judged, `[n]`; none have a part with fewer than six of a side.
    """
    known = np.isfinite(scores) & np.isfinite(right)
    values, labels = scores[known], right[known] == 1
    above, below = values[labels], values[~labels]
    if not _enough(labels):
        return np.zeros(0)
    wins = (above[:, None] > below[None, :]) + 0.5 * (above[:, None] == below[None, :])
    area = float(wins.mean())
    found = np.empty(values.size)
    found[labels] = area + values.size / above.size * (wins.mean(axis=1) - area)
    found[~labels] = area + values.size / below.size * (wins.mean(axis=0) - area)
    return np.asarray(found - 0.5)


def parts_within(
    scores: NDArray[np.float64], right: NDArray[np.float64], like: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return each unit's part in the AUROC - 1/2 over pairs within a third of `like`, by the jackknife.

    Pairs of a right and a wrong unit count where both lie in the same third; the parts average to
    the area less 1/2, and their spread is the jackknife's.
    """
    known = np.isfinite(scores) & np.isfinite(right) & np.isfinite(like)
    values, labels, lengths = scores[known], right[known] == 1, like[known]
    if not _enough(labels):
        return np.zeros(0)
    third = np.searchsorted(np.quantile(lengths, [1 / 3, 2 / 3]), lengths, side="left")
    pairs = (third[:, None] == third[None, :]) & labels[:, None] & ~labels[None, :]
    wins = (
        (values[:, None] > values[None, :]) + 0.5 * (values[:, None] == values[None, :])
    ) * pairs
    # This leaves each unit out of both sums; a unit is in pairs of one side only.
    won = wins.sum() - wins.sum(axis=0) - wins.sum(axis=1)
    met = pairs.sum() - pairs.sum(axis=0) - pairs.sum(axis=1)
    if not (pairs.any() and (met > 0).all()):
        return np.zeros(0)
    n, area = values.size, wins.sum() / pairs.sum()
    return np.asarray(n * area - (n - 1) * won / met - 0.5)


def _enough(labels: NDArray[np.bool_]) -> bool:
    """Return whether either side has as many units as a verdict needs."""
    return min(int(labels.sum()), int((~labels).sum())) >= FEWEST_UNITS


def _sides(arrays: Arrays) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return entropies of traces with a right and with a wrong last answer."""
    right, entropy = results.column(arrays, LAST), arrays["entropy"]
    known = np.isfinite(entropy)
    return entropy[known & (right == 1)], entropy[known & (right == 0)]
