"""Do the cut words matter, or would as many random cuts do?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from probes import plotting
from probes.continuations import results
from probes.continuations.arms import LAST, RANDOM, SAMPLED, Plan, vote
from probes.continuations.study import SubthoughtStudy
from probes.sentences import Contrast, Wording
from probes.types import Array, Arrays, Claim, Judgement, Lab, Progress, Result, Verdict


@dataclass(frozen=True, kw_only=True)
class MarkerOrRandom(SubthoughtStudy):
    """Cut the same traces before the 32 marker words and, as often, before random words.

    Both arms re-complete the whole thought block as their last continuation and decode alike, so
    they differ only in where the other cuts lie.
    """

    claim: ClassVar[Claim] = Claim(
        text="Cutting a trace at its marker words gives a better most frequent answer than as "
        "many cuts at random words.",
        source="Beyond the Last Answer (arXiv:2504.20708), segmentation at linguistic markers",
        effect="1 where only the mode over marker cuts is right, -1 where only that over random "
        "cuts is, else 0",
        unit="share of problems",
        margin=0.02,
        margin_reason="two points: the published gains come in steps of 3.3 (one problem of 30)",
        scale="paired",
        low=-1.0,
        high=1.0,
    )
    question: ClassVar[str] = "Do the marker words matter for subthought aggregation?"
    sources: ClassVar[tuple[str, ...]] = ("subthoughts",)

    def tokens(self) -> float:
        """Return the expected number of tokens, estimated from the arms of subthought_mode."""
        return 250.0 * self.count

    def measure(self, lab: Lab, progress: Progress) -> dict[str, Array]:
        """Return what the mode over either kind of cut answered."""
        backend, posed = self.pose(lab, progress)
        plan = Plan(
            arms=(LAST, SAMPLED, RANDOM), greedy=self.greedy, sampled=self.sampled, seed=self.seed
        )
        ballots = vote(
            backend, posed, plan, lambda done: progress(0.3 + 0.7 * done, "continuations")
        )
        return results.as_arrays(posed, ballots, self.seed)

    def effect(self, arrays: Arrays) -> NDArray[np.float64]:
        """Return marker mode right minus random mode right, `[problems]`."""
        return results.column(arrays, SAMPLED) - results.column(arrays, RANDOM)

    def controls(self, arrays: Arrays) -> Mapping[str, NDArray[np.float64]]:
        """Return the controls: either mode minus the last answer."""
        last = results.column(arrays, LAST)
        return {
            f"{arm} against {LAST}": results.column(arrays, arm) - last for arm in (SAMPLED, RANDOM)
        }

    def summary(self, judged: Judgement, controls: Mapping[str, Judgement]) -> str:
        """Summarise a run: the difference, and what either gains over the last answer."""
        low, high = judged.interval
        gains = "; ".join(f"{name} {found.effect:+.3f}" for name, found in controls.items())
        return (
            f"The mode over marker cuts minus the mode over as many random cuts: "
            f"{judged.effect:+.3f} of problems, 95 % interval {low:+.3f} to {high:+.3f}, "
            f"{judged.n} problems ({gains})."
        )

    def wording(self) -> Wording:
        """Return the phrases on marker words against random words, and on either against the last answer."""

        def gains(cuts: str) -> Contrast:
            mode = f"the most frequent answer over cuts at {cuts}"
            return Contrast(
                where="On {model}",
                holds=f"{mode} is right more often than the last answer",
                fails=f"{mode} is not right more often than the last answer",
            )

        cutting = "cutting a reasoning trace at its marker words"
        return Wording(
            units="problems",
            holds=f"{cutting} gives a better most frequent answer than cutting it at random words",
            fails=f"{cutting} gives no better most frequent answer than cutting it at random words",
            unit="{} of problems",
            contrasts={
                f"{SAMPLED} against {LAST}": gains("marker words"),
                f"{RANDOM} against {LAST}": gains("random words"),
            },
        )

    def remarks(self, arrays: Arrays) -> str:
        """Return remarks on the exact test and the tokens."""
        row = results.comparisons(arrays, SAMPLED, self.seed).get(RANDOM)
        tested = f" Exact McNemar p = {row['p']:.3f}." if row else ""
        return f"{int(arrays['tokens'].mean(axis=1).max())} tokens per problem and arm.{tested}"

    def draw(self, arrays: Arrays, result: Result) -> "go.Figure":
        """Draw the accuracy of either mode and of the last answer, against tokens."""
        lines = results.arm_lines(arrays)
        said = "; ".join(f"{line.arm} {line.accuracy.estimate:.2f}" for line in lines)
        made = plotting.figure(
            f"Marker words or random cuts? {result.model.id}",
            f"Share of {result.n} problems right: {said}. Verdict: {result.shown}.",
            [("tokens generated per problem", "share of problems right")],
        )
        results.draw_arms(made, arrays, 1)
        return made

    @classmethod
    def specimens(cls) -> Mapping[Verdict, Arrays]:
        """Return made-up arrays: markers win on a third of the problems, lose on a third, and win as often as lose."""
        base, won, lost, mixed = (
            [*row] * 20 for row in ((1, 0, 1), (1, 1, 1), (0, 0, 1), (0, 1, 1))
        )

        def arrays(mode: list[int]) -> Arrays:
            return results.specimen({LAST: base, SAMPLED: mode, RANDOM: base})

        return {"supported": arrays(won), "refuted": arrays(lost), "inconclusive": arrays(mixed)}
