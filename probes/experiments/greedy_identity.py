"""Is a greedy trace, cut anywhere and continued greedily, reproduced?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from probes import plotting
from probes.continuations.study import SubthoughtStudy, gather, texts
from probes.continuations.subthoughts import (
    continued,
    marker_cuts,
    random_cuts,
    read_answer,
    retokenised,
)
from probes.sentences import Contrast, Wording
from probes.traces.aggregation import entropy_bits
from probes.traces.equality import representatives
from probes.types import Array, Arrays, Claim, Judgement, Lab, Progress, Result, Verdict


@dataclass(frozen=True, kw_only=True)
class GreedyIdentity(SubthoughtStudy):
    """Continue a greedy trace greedily from every marker and from random cuts.

    With deterministic decoding and prefixes cut at tokens, every continuation must reproduce the
    rest of the trace, so every subthought leads to the last answer and the entropy is zero. The
    control cuts the same traces as text and tokenises them again.
    """

    claim: ClassVar[Claim] = Claim(
        text="With greedy decoding and token-exact prefixes every continuation of a trace "
        "reproduces it, so all subthought answers equal the last answer.",
        source="identity behind the greedy control of Beyond the Last Answer (arXiv:2504.20708)",
        effect="share of a trace's greedy continuations that reproduce its rest token by token",
        unit="share of continuations",
        margin=0.95,
        margin_reason="one continuation in twenty may part at two tokens that are equally likely up "
        "to rounding; from a hundred traces no more than that can be told",
        scale="share",
        low=0.0,
        high=1.0,
    )
    question: ClassVar[str] = "Do greedy subthought completions ever differ from the trace?"
    sources: ClassVar[tuple[str, ...]] = ("subthoughts",)

    def tokens(self) -> float:
        """Return the expected number of tokens: 327 a problem, measured with the bundled model."""
        return 330.0 * self.count

    def measure(self, lab: Lab, progress: Progress) -> dict[str, Array]:
        """Return for each trace the shares that are reproduced, and the entropy of its greedy answers."""
        backend, posed = self.pose(lab, progress)
        exact, again, owners = [], [], []
        for item in posed:
            cuts = marker_cuts(item.trace)
            cuts = sorted({*cuts, *random_cuts(item.trace, len(cuts), seed=self.seed)})
            for cut in cuts:
                request = continued(backend, item.trace, cut, self.greedy, (self.seed,))
                exact.append(request)
                again.append(retokenised(backend, request))
                owners.append(item)
        written = gather(
            backend, [*exact, *again], lambda done: progress(0.3 + 0.7 * done, "continuations")
        )
        same: dict[str, list[list[bool]]] = {
            "exact": [[] for _ in posed],
            "again": [[] for _ in posed],
        }
        answers: list[list[str | None]] = [[] for _ in posed]
        for place, item in enumerate(owners):
            whole = item.trace.response.text
            for name, requests, offset in (("exact", exact, 0), ("again", again, len(exact))):
                found = written[offset + place]
                rest = whole[len(requests[place].lead) :]
                # A trace that was cut at its limit is shorter than its continuation, which still has tokens left.
                truncated = item.trace.response.finish == "length"
                equal = found.text.startswith(rest) if truncated else found.text == rest
                same[name][item.number].append(equal)
            answers[item.number].append(read_answer(written[place], exact[place].lead))
        return {
            "reproduced": np.array([np.mean(row) for row in same["exact"]]),
            "reproduced_retokenised": np.array([np.mean(row) for row in same["again"]]),
            "cuts": np.array([len(row) for row in same["exact"]]),
            "entropy": np.array([entropy_bits(representatives(row)) or 0.0 for row in answers]),
            "generated": np.array([sum(c.generated for c in written)]),
            "questions": texts([item.problem.question for item in posed]),
        }

    def effect(self, arrays: Arrays) -> NDArray[np.float64]:
        """Return the share reproduced per trace, `[traces]`, in [0, 1]."""
        return np.asarray(arrays["reproduced"], dtype=np.float64)

    def controls(self, arrays: Arrays) -> Mapping[str, NDArray[np.float64]]:
        """Return the controls: the same share where the prefix is tokenised again from its text."""
        return {CONTROL: np.asarray(arrays["reproduced_retokenised"], dtype=np.float64)}

    def summary(self, judged: Judgement, controls: Mapping[str, Judgement]) -> str:
        """Summarise a run: the share, and what cutting as text does to it."""
        again = controls[CONTROL]
        return (
            f"Greedy continuations reproduce the rest of their trace in {judged.effect:.2%} of cuts "
            f"(mean of {judged.n} traces, 95 % interval {judged.interval[0]:.2%} to "
            f"{judged.interval[1]:.2%}); when the same prefixes are tokenised again from their text, "
            f"in {again.effect:.2%}."
        )

    def wording(self) -> Wording:
        """Return the phrases on whether a trace is reproduced, from tokens and from text."""
        greedy = "greedy decoding from the prefixes of a reasoning trace"
        return Wording(
            units="traces",
            holds=f"{greedy} reproduces the rest of it token by token",
            fails=f"{greedy} does not always reproduce the rest of it",
            unit="{} of continuations",
            form="{:.1%}",
            contrasts={
                CONTROL: Contrast(
                    where="On {model} with prefixes tokenised again from their text",
                    short="with prefixes tokenised again",
                    kind="scope",
                    means="where re-tokenised prefixes part, the cut changed the text, not the model",
                )
            },
        )

    def remarks(self, arrays: Arrays) -> str:
        """Return remarks on the number of cuts, the entropy and the tokens."""
        return (
            f"{int(arrays['cuts'].sum())} cuts; the highest entropy of a trace's greedy answers is "
            f"{arrays['entropy'].max():.3f} bits; {int(arrays['generated'].sum())} tokens generated."
        )

    def draw(self, arrays: Arrays, result: Result) -> "go.Figure":
        """Draw the share reproduced per trace, exact and re-tokenised, each in falling order."""
        alt = (
            f"Share of greedy continuations that reproduce their trace, {result.n} traces: mean "
            f"{result.effect:.3f} with token-exact cuts, "
            f"{arrays['reproduced_retokenised'].mean():.3f} tokenised again. "
            f"Verdict: {result.shown}."
        )
        made = plotting.figure(
            f"Do greedy continuations reproduce their trace? {result.model.id}",
            alt,
            [("trace, in falling order", "share of cuts that reproduce it")],
        )
        for style, (name, key) in enumerate(
            (("token-exact cuts", "reproduced"), (CONTROL, "reproduced_retokenised"))
        ):
            plotting.add_curve(made, name, np.sort(arrays[key])[::-1], style=style)
        return made

    @classmethod
    def specimens(cls) -> Mapping[Verdict, Arrays]:
        """Return made-up arrays: all reproduced; half of the cuts lost; one trace of thirty lost."""
        rng = np.random.default_rng(0)
        return {
            "supported": _specimen(np.ones(100)),
            "refuted": _specimen(rng.uniform(0.3, 0.7, 30)),
            "inconclusive": _specimen(np.array([0.0, *[1.0] * 29])),
        }


CONTROL = "prefixes tokenised again from their text"


def _specimen(shares: NDArray[np.float64]) -> Arrays:
    return {
        "reproduced": shares,
        "reproduced_retokenised": shares,
        "cuts": np.full(len(shares), 6),
        "entropy": np.zeros(len(shares)),
        "generated": np.array([1000]),
        "questions": texts([f"question {i}" for i in range(len(shares))]),
    }
