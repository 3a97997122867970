"""Cut a trace into subthoughts, continue it from each cut, and read the answer of each continuation.

This is the method of arXiv 2504.20708, sections 3.1 to 3.4, on the tokens that the model really wrote.
"""

import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from probes.continuations.types import Backend, Continuation, Decoding, Prefix, Request
from probes.traces.aggregation import Answer
from probes.traces.equality import equal, normalise
from probes.traces.extraction import extract_answer
from probes.traces.segmentation import Rule, boundaries, pieces, random_boundaries
from probes.traces.thoughts import closing_tag, split_response

Mode = Literal["continue", "force_answer"]
"""Go on with the thought, or close it and ask for the answer."""

_CUE = " So the answer is \\boxed{"
_THOUGHT_CUE = "\n{closing}\n\nThe final answer is \\boxed{{"
_BOX = "\\boxed"


@dataclass(frozen=True, kw_only=True)
class Trace:
    """One response with its prompt; `begin` and `end` bound its thought block T in the text."""

    prompt: Prefix
    response: Continuation
    begin: int
    end: int
    answer: Answer

    @property
    def thought(self) -> str:
        """Return the thought block T."""
        return self.response.text[self.begin : self.end]

    def subthoughts(self, cuts: Sequence[int]) -> list[str]:
        """Return the pieces of T that end at each cut; joined, they are T."""
        return pieces(self.thought, [cut - self.begin for cut in cuts[:-1]])


def as_trace(prompt: Prefix, response: Continuation, *, starts_in_thought: bool = False) -> Trace:
    """Find the thought block and the last answer of a response.

    Without thought tags, T is the text before the final box, or the whole response if there is no box.
    """
    text = response.text
    split = split_response(text, starts_in_thought=starts_in_thought)
    begin, end = 0, len(text)
    if split.thought is not None:
        begin = max(text.find(split.thought), 0)
        end = begin + len(split.thought)
    elif _BOX in text:
        end = text.rfind(_BOX)
    return Trace(
        prompt=prompt,
        response=response,
        begin=begin,
        end=end,
        answer=read_answer(response, "", starts_in_thought=starts_in_thought),
    )


def marker_cuts(trace: Trace, rule: Rule = "word_cs") -> list[int]:
    """Return where each prefix T_1..T_n ends in the response; the last is the end of T."""
    return [*(trace.begin + cut for cut in boundaries(trace.thought, rule)), trace.end]


def random_cuts(trace: Trace, count: int, *, seed: int) -> list[int]:
    """Return as many cuts as the markers give, all but the last at random starts of words."""
    drawn = random_boundaries(trace.thought, count - 1, seed=seed)
    return [*(trace.begin + cut for cut in drawn), trace.end]


def share_cut(trace: Trace, share: float) -> int:
    """Return the offset at which a given share of the response's tokens, or characters, is written."""
    ends = trace.response.ends
    if not ends:
        return int(len(trace.response.text) * share)
    kept = int(len(ends) * share)
    return ends[kept - 1] if kept else 0


def cut_prefix(backend: Backend, trace: Trace, offset: int) -> tuple[Prefix, str]:
    """Return the prefix that ends at an offset, or with the last whole token before it, and its lead."""
    ends = trace.response.ends
    if trace.response.tokens:
        kept = bisect.bisect_right(ends, offset)
        lead = trace.response.text[: ends[kept - 1]] if kept else ""
        tokens = (*trace.prompt.tokens, *trace.response.tokens[:kept])
        return Prefix(text=trace.prompt.text + lead, tokens=tokens), lead
    lead = trace.response.text[:offset].rstrip(" ")
    return backend.extend(trace.prompt, lead), lead


def continued(
    backend: Backend, trace: Trace, offset: int, decoding: Decoding, seed: tuple[int, ...],
    mode: Mode = "continue",
) -> Request:  # fmt: skip
    """Return the request that completes a trace from a cut."""
    prefix, lead = cut_prefix(backend, trace, offset)
    if mode == "force_answer":
        in_thought = not split_response(lead, starts_in_thought=decoding.starts_in_thought).finished
        cue = _THOUGHT_CUE.format(closing=closing_tag(lead)) if in_thought else _CUE
        prefix, lead = backend.extend(prefix, cue), lead + cue
    return Request(prefix=prefix, lead=lead, decoding=decoding, seed=seed)


def read_answer(written: Continuation, lead: str, *, starts_in_thought: bool = False) -> Answer:
    """Return the answer of a continuation, `None` if it is missing or was cut before it was complete."""
    return extract_answer(
        lead + written.text,
        starts_in_thought=starts_in_thought,
        truncated=written.finish == "length",
    )


def right(answer: Answer, gold: str) -> float:
    """Return 1.0 if an answer is right, else 0.0; NaN without a gold answer that can be read."""
    return float(equal(answer, gold)) if normalise(gold) else float("nan")


def retokenised(backend: Backend, request: Request) -> Request:
    """Return the same request with its prefix read from its text, as most published code does."""
    prefix = backend.prefix(request.prefix.text)
    return Request(prefix=prefix, lead=request.lead, decoding=request.decoding, seed=request.seed)
