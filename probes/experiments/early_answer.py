"""How early along a trace is its final answer already the most frequent one?"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from probes import plotting
from probes.continuations.arms import FORCED_TOKENS
from probes.continuations.study import SubthoughtStudy, gather, texts
from probes.continuations.subthoughts import continued, marker_cuts, read_answer
from probes.sentences import Wording
from probes.traces.aggregation import running_mode
from probes.traces.equality import representatives
from probes.types import Array, Arrays, Claim, Judgement, Lab, Progress, Result, Verdict

GRID = np.linspace(0, 1, 21)


@dataclass(frozen=True, kw_only=True)
class EarlyAnswer(SubthoughtStudy):
    """Close the thought after every subthought, and ask greedily for the answer.

    A trace has settled at the first cut from which the running mode of these answers equals the
    last answer and stays there. A trace whose running mode never does counts as settled at its end.
    """

    claim: ClassVar[Claim] = Claim(
        text="The final answer of a trace is already the most frequent answer before half of the "
        "trace is written.",
        source="Dynasor (arXiv:2412.20993) and answer convergence, on subthoughts",
        effect="1/2 minus the share of the trace written when the running mode settles on the "
        "last answer",
        unit="share of the trace",
        margin=0.05,
        margin_reason="a twentieth of the trace is a word or two of the traces made here",
        low=-0.5,
        high=0.5,
    )
    question: ClassVar[str] = "How early is the final answer already there?"
    sources: ClassVar[tuple[str, ...]] = ("dynasor", "deer", "subthoughts", "overthinking")

    def tokens(self) -> float:
        """Return the expected number of tokens: 53 a problem, measured with the bundled model."""
        return 70.0 * self.count

    def measure(self, lab: Lab, progress: Progress) -> dict[str, Array]:
        """Return where each trace settles, and whether its running mode is the last answer on the way."""
        backend, posed = self.pose(lab, progress)
        decoding = replace(self.greedy, max_tokens=min(FORCED_TOKENS, self.limit))
        asked = [
            (item.number, cut, continued(backend, item.trace, cut, decoding, (self.seed,), "force_answer"))
            for item in posed
            for cut in marker_cuts(item.trace)
        ]  # fmt: skip
        written = gather(
            backend, [row[2] for row in asked], lambda done: progress(0.3 + 0.7 * done, "answers")
        )
        settled, agrees = np.full(len(posed), np.nan), np.full((len(posed), len(GRID)), np.nan)
        missing = 0
        for item in posed:
            own = [
                (cut, read_answer(found, request.lead))
                for (number, cut, request), found in zip(asked, written, strict=True)
                if number == item.number
            ]
            missing += sum(answer is None for _, answer in own)
            if item.trace.answer is None:
                continue
            last, *answers = representatives([item.trace.answer, *(a for _, a in own)])
            same = [mode == last for mode in running_mode(answers)]
            shares = [(cut - item.trace.begin) / max(len(item.trace.thought), 1) for cut, _ in own]
            settled[item.number] = _settles(same, shares)
            agrees[item.number] = _at(GRID, same, shares)
        return {
            "settled": settled,
            "agrees": agrees,
            "missing": np.array([missing]),
            "generated": np.array([sum(found.generated for found in written)]),
            "questions": texts([item.problem.question for item in posed]),
        }

    def effect(self, arrays: Arrays) -> NDArray[np.float64]:
        """Return how long before the half each trace settles, `[traces]`; NaN without a last answer."""
        return np.asarray(0.5 - arrays["settled"], dtype=np.float64)

    def summary(self, judged: Judgement, controls: Mapping[str, Judgement]) -> str:
        """Summarise a run: where traces settle on average."""
        del controls
        low, high = judged.interval
        return (
            f"The running mode of forced answers settles on the last answer when "
            f"{0.5 - judged.effect:.0%} of the trace is written (95 % interval {0.5 - high:.0%} to "
            f"{0.5 - low:.0%}, {judged.n} traces; {judged.missing} without a last answer)."
        )

    def wording(self) -> Wording:
        """Return the phrases on settling before or after the half of a trace."""
        early = "the most frequent answer along a reasoning trace is its last answer"
        return Wording(
            units="traces",
            holds=f"{early} before half of it is written",
            fails=f"{early} only after about half of it is written",
            unit="settled when {} is written",
            shown=lambda effect: 0.5 - effect,
            form="{:.0%}",
        )

    def remarks(self, arrays: Arrays) -> str:
        """Return remarks on what is missing, and on the tokens."""
        return (
            f"{int(arrays['missing'][0])} forced answers are missing; "
            f"{int(arrays['generated'][0])} tokens generated after the first traces."
        )

    def draw(self, arrays: Arrays, result: Result) -> "go.Figure":
        """Draw the share of traces whose running mode is the last answer, along the trace."""
        defined = arrays["agrees"][np.isfinite(arrays["settled"])]
        share = defined.mean(axis=0) if len(defined) else np.zeros(len(GRID))
        alt = (
            f"Share of {result.n} traces whose running mode is already the last answer: "
            f"{share[5]:.2f} at a quarter, {share[10]:.2f} at half, {share[15]:.2f} at three "
            f"quarters, {share[20]:.2f} at the end. Verdict: {result.shown}."
        )
        made = plotting.figure(
            f"When is the final answer already the mode? {result.model.id}",
            alt,
            [("share of the trace written", "share of traces")],
        )
        plotting.add_curve(made, "running mode is the last answer", share, x=GRID)
        return made

    @classmethod
    def specimens(cls) -> Mapping[Verdict, Arrays]:
        """Return made-up traces: settled at a fifth, at nine tenths, and as far before the half as after it."""
        noise = np.random.default_rng(0).uniform(-0.1, 0.1, 40)
        mixed = np.tile([0.2, 0.8], 20)
        return {
            "supported": _specimen(0.2 + noise),
            "refuted": _specimen(0.9 + noise),
            "inconclusive": _specimen(mixed),
        }


def _settles(same: list[bool], shares: list[float]) -> float:
    """Return the share of the trace from which the running mode stays the last answer; 1 if it never is."""
    place = len(same)
    while place and same[place - 1]:
        place -= 1
    return shares[place] if place < len(same) else 1.0


def _at(grid: NDArray[np.float64], same: list[bool], shares: list[float]) -> NDArray[np.float64]:
    """Return whether the running mode is the last answer once a given share of the trace is written."""
    place = np.searchsorted(np.asarray(shares), grid + 1e-9, side="right") - 1
    return np.array([float(same[at]) if at >= 0 else 0.0 for at in place])


def _specimen(settled: NDArray[np.float64]) -> Arrays:
    return {
        "settled": settled,
        "agrees": (GRID[None, :] >= settled[:, None]).astype(float),
        "missing": np.array([0]),
        "generated": np.array([100]),
        "questions": texts([f"question {i}" for i in range(len(settled))]),
    }
