"""Say what the collection does not contain: computed from the index, never improvised."""

from collections.abc import Mapping, Sequence

from assistant.aspects import Aspect, AspectKind, share, speaks_of, terms
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
    """One computed statement for every aspect that is missing: searched, nearest, and the remedy."""
    gaps = []
    total = len(desk.library.keys() - desk.library.keys("evidence"))
    for aspect in assessment.named:
        denied = denials(speaking, aspect)
        nearest = _nearest(aspect, speaking)
        statement = _statement(desk.index, aspect, assessment, total)
        if denied:
            words = " ".join(denied[0].text.split())
            statement += f" The collection says so itself: “{words}” ({denied[0].source})"
        remedy = _remedy(desk.library, aspect, experiments)
        gaps.append(Gap(aspect=aspect.text, nearest=nearest, statement=statement, remedy=remedy))
    return tuple(gaps)


def _statement(index: Index, aspect: Aspect, assessment: Assessment, total: int) -> str:
    """What the search did not find: the words, the answer in its form, or both."""
    if aspect.kind == "topic":
        words = dict.fromkeys(stems(aspect.text))
        if all(index.frequency(word) == 0 for word in words):
            return f"none of the {total} sources uses these words."
        return f"of {total} sources, none speaks of this together with the rest of the question."
    plain = aspect.kind == "clause"
    inside = [
        a
        for a in assessment.unmet
        if a.kind == "topic" and a.terms <= aspect.terms and a.text.lower() != aspect.head
        and (plain or a not in assessment.named)
    ]  # fmt: skip
    without = " or ".join(f"“{a.text}”" for a in inside[:3])
    if assessment.coverage == "absent":
        return f"nothing found in {total} sources bears on it."
    if plain:
        return f"of {total} sources, none speaks of {without} together with the rest of it."
    form = _FORMS[aspect.kind].format(head=aspect.head)
    more = f", and none speaks of {without} together with the rest" if inside else ""
    return f"none of the sentences found in {total} sources {form}{more}."


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


# What no sentence does, and what would: by what a question requests.
_FORMS: Mapping[AspectKind, str] = {
    "cause": "gives a cause",
    "quantity": "gives this number",
    "definition": "says what it is",
    "comparison": "sets the two side by side",
    "effect": "tells the effect of the one on the other",
    "property": "gives the “{head}”",
    "manner": "says how",
    "trial": "reports it",
}
_PAPERS: Mapping[AspectKind, str] = {
    "topic": "a paper that measures it.",
    "clause": "a paper that measures it.",
    "cause": "a paper that intervenes.",
    "quantity": "a paper that reports the number.",
    "definition": "a paper or note that defines it.",
    "comparison": "a paper that compares the two.",
    "effect": "a paper that varies the one and measures the other.",
    "property": "a paper that reports it.",
    "manner": "a paper that describes the procedure.",
    "trial": "a paper that reports the trial.",
}
