"""Say what the collection does not contain: computed from the index, never improvised."""

from collections.abc import Mapping, Sequence

from assistant.aspects import Aspect, share, speaks_of, terms
from assistant.coverage import Assessment, denials
from assistant.desk import Desk
from assistant.index import Index
from assistant.library import Library
from assistant.selection import Witness
from assistant.text import stems
from assistant.types import Experiment, Gap


def statements(
    desk: Desk,
    assessment: Assessment,
    speaking: Sequence[Witness],
    experiments: Sequence[Experiment],
) -> tuple[Gap, ...]:
    """One computed statement for every aspect without evidence: searched, nearest, and the remedy."""
    gaps = []
    total = len(desk.library.keys())
    for aspect in assessment.unmet:
        denied = denials(speaking, aspect)
        nearest = _nearest(aspect, speaking)
        statement = _statement(desk.index, aspect, total)
        if denied:
            words = " ".join(denied[0].text.split())
            statement += f" The collection says so itself: “{words}” ({denied[0].source})"
        remedy = _remedy(desk.library, aspect, experiments)
        gaps.append(Gap(aspect=aspect.text, nearest=nearest, statement=statement, remedy=remedy))
    return tuple(gaps)


def _statement(index: Index, aspect: Aspect, total: int) -> str:
    if aspect.kind == "cause":
        return f"none of the sentences found in {total} sources gives a cause."
    if aspect.kind == "quantity":
        return f"none of the sentences found in {total} sources gives this number."
    words = dict.fromkeys(stems(aspect.text))
    absent = [word for word in words if index.frequency(word) == 0]
    if len(absent) == len(words):
        return f"none of the {total} sources uses these words."
    return f"of {total} sources, none speaks of this together with the rest of the question."


def _nearest(aspect: Aspect, speaking: Sequence[Witness]) -> tuple[str, ...]:
    ranked = sorted(
        speaking[:20],
        key=lambda w: (
            -max((share(aspect.terms, q.terms) for q in w.quotes), default=0.0),
            -w.score,
        ),
    )
    return tuple(witness.source.key for witness in ranked[:2])


def _remedy(library: Library, aspect: Aspect, experiments: Sequence[Experiment]) -> str:
    """What would fill a gap: a probe that tests it, a paper that is known of, or a kind of paper."""
    probe = next((e.probe for e in experiments if _tests(e, aspect)), None)
    paper = _referenced(library, aspect)
    wanted = paper or _PAPERS[aspect.kind]
    return f"an experiment (`{probe}`), or {wanted}" if probe else wanted


def _tests(experiment: Experiment, aspect: Aspect) -> bool:
    return aspect.kind == "cause" or speaks_of(aspect, experiment.claim) >= 0.5


def _referenced(library: Library, aspect: Aspect) -> str:
    """A paper that the library cites and does not hold, whose title speaks of an aspect."""
    if not aspect.terms:
        return ""
    known = library.keys()
    for reference in library.references():
        if reference.key not in known and aspect.terms <= terms(reference.title):
            return f"a paper that is referenced and not in the library: “{reference.title}”."
    return ""


_PAPERS: Mapping[str, str] = {
    "topic": "a paper that measures it.",
    "cause": "a paper that intervenes.",
    "quantity": "a paper that reports the number.",
}
