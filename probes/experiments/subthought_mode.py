"""Is the most frequent subthought answer right more often than a majority vote at equal tokens?"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from probes import plotting
from probes.continuations import results
from probes.continuations.arms import (
    ADAPTIVE,
    ALL,
    AS_STARTED,
    CONFIDENT,
    COOLER,
    CORE,
    FORCED,
    GREEDY,
    LAST,
    LINES,
    MAJORITY,
    ONE,
    PREFIX,
    RANDOM,
    SAMPLED,
    SENTENCES,
    Plan,
    vote,
)
from probes.continuations.study import SubthoughtStudy
from probes.continuations.types import Decoding
from probes.probe import About, Run
from probes.sentences import Contrast, Sentences, Wording
from probes.tasks.problems import Problem, Setting
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
from probes.verdict import spoken

OWN_QUESTION = "Do intermediate reasoning points yield better answers than final ones?"
_MODE = "the most frequent subthought answer"
# The names of the arms that the mode is compared with, in words.
_ARMS = {
    LAST: "the single last answer",
    MAJORITY: "a majority of as many tokens at temperature {temperature:g}",
    FORCED: "the most frequent forced answer",
    ONE: "one sample",
    CONFIDENT: "a vote weighted by confidence",
    ADAPTIVE: "adaptive consistency",
    GREEDY: "the most frequent greedy continuation",
    RANDOM: "the mode over random cuts",
    SENTENCES: "the mode over sentence cuts",
    LINES: "the mode over line cuts",
    COOLER: "a majority vote at temperature 0.6",
    PREFIX: "prefix consistency",
}


@dataclass(frozen=True, kw_only=True)
class SubthoughtMode(SubthoughtStudy):
    """Compare votes over the subthoughts of a trace with other ways to spend the same tokens.

    Every arm answers the same problems. Its budget counts all tokens it generates, the first trace included, but
    not the reading of prefixes. Majority votes get as many independent samples as come closest to the tokens that
    the sampled mode spent on the same problem, and every response has the same limit. A missing answer never votes.
    The primary comparison, named beforehand, is the sampled mode against the majority at equal tokens whose samples
    are drawn at the temperature of the trace that the continuations start from: a greedy trace is right far more
    often than a sample at temperature 1, so a majority of such samples could not be compared fairly with
    continuations of that trace. At temperature 0 every sample is the trace, and that majority is its last answer.
    The verdict needs the mode to beat the last answer and the majority at the temperature of the continuations too;
    all other arms are reported beside it.

    With a question of the reader's own, that one question is cut and continued instead, and the
    summary shows each subthought with the answer that it leads to.
    """

    claim: ClassVar[Claim] = Claim(
        text="The most frequent answer over a trace's subthoughts is right more often than the "
        "trace's last answer and than a majority vote over independent samples that cost as many "
        "tokens.",
        source="Beyond the Last Answer (arXiv:2504.20708), tested at equal tokens",
        effect="1 where only the subthought mode is right, -1 where only the equal-token majority "
        "at the temperature of the trace is, else 0",
        unit="share of problems",
        margin=0.02,
        margin_reason="two points: the published gains come in steps of 3.3 (one problem of 30)",
        scale="paired",
        low=-1.0,
        high=1.0,
    )
    sources: ClassVar[tuple[str, ...]] = (
        "subthoughts",
        "self-consistency",
        "overthinking",
        "deepconf",
    )

    # The default is also the probe's own question, by which cards and answers name it.
    question: Annotated[  # type: ignore[misc]
        str, About("a question of your own, in place of the problems made here")
    ] = OWN_QUESTION
    answer: Annotated[str, About("the right answer to your own question, where you know it")] = ""
    start: Annotated[
        float, About("temperature of the first trace; 0 is greedy, as published", low=0, high=5)
    ] = 0.0
    arms: Annotated[
        Literal["core", "all"],
        About("core: mode, forced answers, majority and its kin; all: also greedy, random, "
              "sentence and line cuts, a cooler majority, prefix consistency"),
    ] = "core"  # fmt: skip

    @property
    def first(self) -> Decoding:
        """Return how first traces are decoded: greedily, or at the temperature that is asked for."""
        if not self.start:
            return self.greedy
        return replace(self.greedy, temperature=self.start, top_p=self.top_p)

    def tokens(self) -> float:
        """Return the expected tokens: `core` takes 275 a problem, measured with SmolLM2; `all` is estimated."""
        count = self.count if self.question == OWN_QUESTION else 1
        return count * (300.0 if self.arms == "core" else 750.0)

    def measure(self, lab: Lab, progress: Progress) -> dict[str, Array]:
        """Return what every arm answered, see `probes.continuations.results.as_arrays`."""
        backend, posed = self.pose(lab, progress, 0.2)
        plan = Plan(
            arms=CORE if self.arms == "core" else ALL,
            greedy=self.greedy,
            sampled=self.sampled,
            seed=self.seed,
            started=self.first,
        )
        ballots = vote(
            backend, posed, plan, lambda done: progress(0.2 + 0.8 * done, "continuations")
        )
        return results.as_arrays(posed, ballots, self.seed)

    def effect(self, arrays: Arrays) -> NDArray[np.float64]:
        """Return sampled mode right minus equal-token majority right, `[problems]`."""
        return results.column(arrays, SAMPLED) - results.column(arrays, AS_STARTED)

    def controls(self, arrays: Arrays) -> Mapping[str, NDArray[np.float64]]:
        """Return the controls: the sampled mode minus every other arm, the single last answer first."""
        mode = results.column(arrays, SAMPLED)
        others = [arm for arm in arrays["arms"].tolist() if arm not in (SAMPLED, AS_STARTED)]
        return {f"against {arm}": mode - results.column(arrays, arm) for arm in others}

    def summary(self, judged: Judgement, controls: Mapping[str, Judgement]) -> str:
        """Summarise a run: the primary difference, and the one against the single last answer."""
        low, high = judged.interval
        last, warm = controls[f"against {LAST}"], controls[f"against {MAJORITY}"]
        greedy = " (every such sample is the trace itself)" if not self.start else ""
        return (
            f"The subthought mode minus a majority vote at equal tokens, its samples drawn at the "
            f"temperature of the trace, {self.start:g}{greedy}: {judged.effect:+.3f} of "
            f"problems, 95 % interval {low:+.3f} to {high:+.3f}, {judged.n} problems. Against the "
            f"single last answer, which costs a fraction of the tokens: {spoken(last)}. Against a "
            f"majority at the temperature of the continuations, {self.temperature:g}: {spoken(warm)}."
        )

    def wording(self) -> Wording:
        """Return the phrases on the mode against a majority vote at equal tokens, and against every other arm."""

        def against(arm: str, said: str) -> Contrast:
            return Contrast(
                where="On {model}",
                short=f"against {said}",
                kind="also" if arm in (LAST, MAJORITY) else "beside",
                holds=f"{_MODE} is right more often than {said}",
                fails=f"{_MODE} is not right more often than {said}",
            )

        vote_ = "the greedy answer"
        if self.start:
            vote_ = f"a majority of as many tokens at temperature {self.start:g}"
        return Wording(
            units="problems",
            holds=f"{_MODE} is right more often than {vote_}",
            fails=f"{_MODE} is not right more often than {vote_}",
            unit="{} of problems",
            contrasts={
                f"against {arm}": against(arm, said.format(temperature=self.temperature))
                for arm, said in _ARMS.items()
            },
        )

    def sentences(self, result: Result) -> Sentences:
        """Return the comparison as sentences; for the reader's own question, what its trace led to."""
        story = result.prompts.get("opened")
        if not story:
            return super().sentences(result)
        return Sentences(
            finding=f"On {result.model.id}, the reasoning trace on “{story['question']}” ends in "
            f"{story['last']}, its most frequent subthought answer is {story['mode']}, and one "
            "question decides nothing.",
            controls={},
        )

    def remarks(self, arrays: Arrays) -> str:
        """Return remarks on discordant problems, tests, and the accuracy and tokens of every arm."""
        if self.question != OWN_QUESTION:
            return ""
        rows = results.comparisons(arrays, SAMPLED, self.seed)
        primary = rows.get(AS_STARTED)
        arms = "; ".join(
            f"{line.arm} {line.accuracy.estimate:.3f} ({line.accuracy.low:.3f} to "
            f"{line.accuracy.high:.3f}) at {line.tokens:.0f} tokens"
            for line in results.arm_lines(arrays)
        )
        holm = ", ".join(f"{arm} {row['holm']:.3f}" for arm, row in rows.items())
        tested = "" if primary is None else (
            f"On {primary['only_this']:.0f} problems only the mode is right, on "
            f"{primary['only_other']:.0f} only the majority (exact McNemar p = {primary['p']:.3f}, "
            f"paired bootstrap {primary['low']:+.3f} to {primary['high']:+.3f}). "
        )  # fmt: skip
        return (
            f"{tested}Accuracy per arm with 95 % interval: {arms}. Holm-adjusted p of the mode "
            f"against each: {holm}. {int(arrays['truncated'].sum())} first traces were cut at their "
            f"limit; {int(arrays['missing'].sum())} of {int(arrays['votes'].sum())} votes are missing. "
            "Published, for comparison: over seven models the mode sampled is right on 120 AIME24 "
            "problems of 210 where the last answer is on 101, at about n/2 traces of extra tokens; "
            "at equal tokens it is .778 against .775, .518 against .523 and .886 against .896 for "
            "the majority (GPT-OSS-20B)."
        )

    def conclude(
        self,
        arrays: Arrays,
        record: ModelRecord,
        *,
        prompts: tuple[str, ...] = (),
        origin: str = "the probe's own",
        seconds: float = 0.0,
    ) -> Run:
        """Judge and draw; for the reader's own question the summary is its trace with the subthoughts."""
        run = super().conclude(arrays, record, prompts=prompts, origin=origin, seconds=seconds)
        if self.question == OWN_QUESTION:
            return run
        story = results.read_stories(arrays)[0]
        told: dict[str, Any] = {**run.result.prompts, "origin": "the reader's question"}
        shown = results.as_lines(story)
        return replace(
            run, result=replace(run.result, summary=shown, prompts={**told, "opened": story})
        )

    def draw(self, arrays: Arrays, result: Result) -> "go.Figure":
        """Draw the accuracy of each arm against its tokens, and one trace, answer by answer."""
        lines = results.arm_lines(arrays)
        story = _telling(results.read_stories(arrays))
        said = "; ".join(
            f"{line.arm} {line.accuracy.estimate:.2f} at {line.tokens:.0f} tokens" for line in lines
        )
        alt = (
            f"Accuracy per arm on {arrays['right'].shape[1]} problems: {said or 'not judged'}. "
            f"Below, the question {story['question']!r}: its subthoughts lead to "
            f"{', '.join(str(answer) for answer in story['answers'])}; the mode is {story['mode']}, "
            f"the last answer {story['last']}, the gold answer {story['gold'] or 'unknown'}. "
            f"Verdict: {result.shown}."
        )
        panels = [("subthought", "answer, by first appearance")]
        if lines:
            panels.insert(0, ("tokens generated per problem", "share of problems right"))
        made = plotting.figure(f"Voting over subthoughts, {result.model.id}", alt, panels)
        if lines:
            results.draw_arms(made, arrays, 1)
        results.draw_story(made, story, len(panels))
        made.update_layout(hovermode="closest")
        return made

    def _problems(self, settings: Any) -> list[Problem]:
        if self.question == OWN_QUESTION:
            return super()._problems(settings)
        return [
            Problem(question=self.question, gold=self.answer, worked="", setting="your question")
        ]

    def _settings(self, backend: Any, done: Any) -> list[Setting]:
        return super()._settings(backend, done) if self.question == OWN_QUESTION else []

    @classmethod
    def specimens(cls) -> Mapping[Verdict, Arrays]:
        """Return made-up arrays: the mode wins on a third of the problems, loses on a third, and is even."""
        base, won, lost, mixed = (
            [*row] * 20 for row in ((1, 0, 1), (1, 1, 1), (0, 0, 1), (0, 1, 1))
        )

        def arrays(mode: list[int]) -> Arrays:
            return results.specimen({LAST: base, SAMPLED: mode, AS_STARTED: base, MAJORITY: base})

        return {"supported": arrays(won), "refuted": arrays(lost), "inconclusive": arrays(mixed)}


def _telling(opened: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the first trace whose mode is not its last answer, else the first whose answers differ."""
    for differs in (
        lambda story: story["mode"] != story["last"],
        lambda story: len(set(story["answers"])) > 1,
    ):
        found = next((story for story in opened if differs(story)), None)
        if found:
            return found
    return opened[0]
