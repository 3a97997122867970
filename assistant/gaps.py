"""Say what the collection does not contain: computed from the index, never improvised."""

from collections.abc import Sequence

from assistant.aspects import Aspect, share
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
    if aspect.kind == "cause" and experiments:
        return f"an experiment ({experiments[0].probe}), or a paper that intervenes."
    known = {source.key for source in library.sources()}
    wanted = set(aspect.terms)
    for reference in library.references():
        if reference.key not in known and wanted and wanted <= set(stems(reference.title)):
            return f"a paper that is referenced and not in the library: “{reference.title}”."
    return "a paper that measures it." if aspect.kind == "topic" else "a paper that intervenes."
