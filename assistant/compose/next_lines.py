"""Choose the next lines: questions of related notes, a dispute, an open experiment, a gap."""

from collections.abc import Iterator, Sequence

from assistant.library.store import Library
from assistant.question.terms import terms
from assistant.readers.relations import Kind, related
from assistant.types import CitedSource, Experiment, Gap, NextLine, Source
from probes import registry


def next_lines(
    library: Library, question: str, cited: Sequence[CitedSource], near: Sequence[Source],
    gaps: Sequence[Gap], experiments: Sequence[Experiment], most: int,
) -> tuple[NextLine, ...]:  # fmt: skip
    """Return at most `most` questions; none repeats the question that was asked.

    Args:
        library: The library.
        question: The question that was asked.
        cited: The sources of the answer, in order.
        near: Sources that were found for the question, best first.
        gaps: The gaps of the answer.
        experiments: The experiments that the answer proposes.
        most: The greatest number of questions.
    """
    lines: list[NextLine] = []
    for line in _candidates(library, cited, near, gaps, experiments, most):
        if len(lines) == most:
            break
        if terms(line.question) != terms(question) and line not in lines:
            lines.append(line)
    return tuple(lines)


def _candidates(
    library: Library, cited: Sequence[CitedSource], near: Sequence[Source], gaps: Sequence[Gap],
    experiments: Sequence[Experiment], most: int,
) -> Iterator[NextLine]:  # fmt: skip
    notes = list(_neighbours(library, cited, near))
    disputes = list(_disputes(library, cited))[:1]
    missing = [
        NextLine(question=f"What is known about {gap.aspect}?", coverage="needs a paper")
        for gap in gaps[:1]
        if len(gap.aspect.split()) <= _PHRASE and not gap.aspect.endswith("?")
    ]
    unrun = [
        NextLine(question=registry.get(experiment.probe).question, coverage="needs an experiment")
        for experiment in experiments[:1]
        if not _run_here(library, experiment)
    ]
    room = max(1, most - len(disputes) - len(missing) - len(unrun))
    yield from notes[:room]
    yield from disputes
    yield from missing
    yield from unrun
    yield from notes[room:]


# A part of a question with at most this many words reads as the name of a topic.
_PHRASE = 5


def _neighbours(
    library: Library, cited: Sequence[CitedSource], near: Sequence[Source]
) -> Iterator[NextLine]:
    """Yield the questions of notes found but not cited; notes related to the first cited source come first."""
    shown = {source.key for source in cited}
    first = [s for each in cited[:3] if (s := library.get(each.key))]
    others = [s for s in near if s.key not in shown and s.kind == "note" and s.title.endswith("?")]
    close = [s for s in others if any(related(one, s) for one in first)]
    for source in dict.fromkeys(s.key for s in [*close, *others]):
        title = next(s.title for s in others if s.key == source)
        yield NextLine(question=title, coverage="answerable", source=source)


def _disputes(library: Library, cited: Sequence[CitedSource]) -> Iterator[NextLine]:
    """Yield the question that two cited sources dispute."""
    first = [s for each in cited[:4] if (s := library.get(each.key))]
    for at, one in enumerate(first):
        for other in first[at + 1 :]:
            if Kind.CONTESTS in related(one, other):
                question = f"Where do “{one.title}” and “{other.title}” disagree?"
                yield NextLine(question=question, coverage="partly", source=other.key)


def _run_here(library: Library, experiment: Experiment) -> bool:
    stored = library.get_all(experiment.evidence)
    return any(not run.metadata.get("brought_from") for run in stored)
