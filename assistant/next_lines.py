"""Questions to ask next, each checked against the index before it is shown."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from jaxtyping import Float

from assistant.aspects import aspects
from assistant.coverage import assess
from assistant.desk import Desk
from assistant.outline import angle_between
from assistant.retrieval import search
from assistant.selection import Witness, related, witnesses
from assistant.text import stems
from assistant.types import CitedSource, Experiment, Gap, LineCoverage, NextLine


def next_lines(
    desk: Desk, question: str, sources: Sequence[CitedSource], speaking: Sequence[Witness],
    gaps: Sequence[Gap], experiments: Sequence[Experiment],
) -> tuple[NextLine, ...]:  # fmt: skip
    """Questions of neighbouring notes, contradictions, uncovered aspects and open experiments.

    Each is checked against the index before it is shown; one that asks what was just asked, in
    these words or others, is left out.
    """
    asked = desk.encoder.question(question)
    lines: list[NextLine] = []
    for text, origin, coverage in _candidates(desk, question, sources, speaking, gaps, experiments):
        if len(lines) == desk.next_lines:
            break
        if set(stems(text)) == set(stems(question)):
            continue
        found = coverage or check(desk, text, unlike=asked)
        if found:
            lines.append(NextLine(question=text, coverage=found, source=origin))
    return tuple(lines)


Candidate = tuple[str, str | None, LineCoverage | None]


def _candidates(
    desk: Desk, question: str, sources: Sequence[CitedSource], speaking: Sequence[Witness],
    gaps: Sequence[Gap], experiments: Sequence[Experiment],
) -> Iterator[Candidate]:  # fmt: skip
    """Lines with the note they come from, and their coverage where nothing is to be checked."""
    notes = list(_neighbours(desk, sources, speaking))
    disputes = list(_disputes(desk, sources))[:1]
    openings = [(line, None, None) for line in _open_lines(gaps[:1], question)]
    unfinished = [e for e in experiments[:1] if not _run_here(desk, e)]
    room = max(1, desk.next_lines - len(disputes) - len(openings) - len(unfinished))
    yield from notes[:room]
    yield from disputes
    yield from openings
    for experiment in unfinished:
        line = f"What does the experiment {experiment.probe} find on this machine?"
        yield line, None, "needs an experiment"
    yield from notes[room:]


def _run_here(desk: Desk, experiment: Experiment) -> bool:
    stored = desk.library.get_all(experiment.evidence)
    return any(not run.metadata.get("brought_from") for run in stored)


def _neighbours(
    desk: Desk, sources: Sequence[CitedSource], speaking: Sequence[Witness]
) -> Iterator[Candidate]:
    """The questions of notes that were found and not cited, those related to the first cited first."""
    shown = {source.key for source in sources}
    cited = [s for key in sources[:3] if (s := desk.library.get(key.key))]
    others = [w.source for w in speaking[:16] if w.source.key not in shown]
    near = [source for source in others if any(related(one, source) for one in cited)]
    for source in [*near, *(source for source in others if source not in near)]:
        if source.kind == "note" and source.title.endswith("?"):
            yield source.title, source.key, None


def _disputes(desk: Desk, sources: Sequence[CitedSource]) -> Iterator[Candidate]:
    """Where two cited sources contest one another, the question on what they disagree."""
    cited = [s for key in sources[:4] if (s := desk.library.get(key.key))]
    for at, one in enumerate(cited):
        for other in cited[at + 1 :]:
            if angle_between(one, other) == "counter":
                yield f"Where do “{one.title}” and “{other.title}” disagree?", other.key, None


def _open_lines(gaps: Sequence[Gap], question: str) -> Iterator[str]:
    """What to ask about an uncovered aspect: a topic in its own right, a single word in context."""
    others = [a.text for a in aspects(question) if a.kind == "topic"]
    for gap in gaps:
        if gap.aspect not in others:
            continue  # it is a question already, and part of the one that was asked
        company = max((o for o in others if o != gap.aspect), key=len, default="")
        if " " in gap.aspect:
            yield f"What is known about {gap.aspect}?"
        elif company:
            yield f"What does “{gap.aspect}” mean for {company}?"


def check(
    desk: Desk, question: str, unlike: Float[np.ndarray, " dim"] | None = None
) -> LineCoverage | None:
    """Whether the collection could answer a question, without writing the answer.

    None where the question means what the one of the vector `unlike` means.
    """
    asked = aspects(question)
    found = search(desk.library, desk.index, desk.encoder, question, 20)
    if unlike is not None and float(found.vector @ unlike) >= _SAME:
        return None
    speaking = witnesses(desk.library, desk.index, found, asked)
    return _LINES[assess(desk.index, desk.encoder, found, speaking, asked).coverage]


# The cosine from which on two questions ask the same.
_SAME = 0.9
_LINES: Mapping[str, LineCoverage] = {
    "answered": "answerable", "partial": "partly", "absent": "needs a paper",
}  # fmt: skip
