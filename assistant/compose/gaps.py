"""State the gaps: the parts of the question that no source answers."""

from collections.abc import Sequence

from assistant.library.store import Library
from assistant.question.parts import Part
from assistant.question.terms import denied, share, terms
from assistant.search.index import Index
from assistant.select.coverage import Assessment
from assistant.select.quotes import Quote
from assistant.text.prose import stems
from assistant.types import Experiment, Gap
from probes import registry

_FORMS = {
    "number": "gives the figure",
    "name": "names it",
    "time": "gives the date",
    "place": "says where",
    "cause": "gives a cause",
    "comparison": "compares them",
}
_REMEDIES = {
    "number": "a paper that reports the number",
    "cause": "a paper that intervenes",
    "comparison": "a paper that compares the two",
}
_MOST = 3
# An experiment is about an aspect if its claim has at least this share of the aspect's terms.
_ABOUT = 0.5


def gaps(
    parts: Sequence[Part], assessment: Assessment, quotes: Sequence[Quote], library: Library,
    index: Index, experiments: Sequence[Experiment],
) -> tuple[Gap, ...]:  # fmt: skip
    """Return one statement for each missing part of the question.

    An answered question has no gap, and a partly answered question has none if nothing tells which
    part is missing.
    """
    if assessment.coverage == "answered":
        return ()
    # If nothing bears on the question, the whole question is missing and not just one name in it.
    absent = assessment.coverage == "absent"
    found = [] if absent else [*_of_parts(parts, assessment), *_of_names(assessment, index)]
    if not found:
        found = _of_all(parts, quotes, absent=absent)
    said = [
        Gap(
            aspect=aspect, statement=statement, nearest=_nearest(aspect, quotes),
            remedy=_remedy(aspect, remedy, library, experiments),
        )
        for aspect, statement, remedy in found[:_MOST]
    ]  # fmt: skip
    return tuple(said)


def to_offer(
    experiments: Sequence[Experiment], question: str, assessment: Assessment
) -> tuple[Experiment, ...]:
    """Return the experiments to offer beside an answer.

    Where nothing bears on the question, the sources that lead to an experiment are not near it, so only one that is
    about the question is offered.
    """
    absent = assessment.coverage == "absent"
    return _about(question, experiments) if absent else tuple(experiments)


def closing(missing: Sequence[Gap]) -> str:
    """Return the program's own sentence about the gaps, which ends an essay, or "" if there are none."""
    said = "; ".join(f"on “{gap.aspect}”, {gap.statement.rstrip('.')}" for gap in missing)
    return f"What is missing: {said}." if said else ""


_Missing = tuple[str, str, str]


def _of_parts(parts: Sequence[Part], assessment: Assessment) -> list[_Missing]:
    """Return the parts that nothing answers, and the first part if the expected kind of answer is missing."""
    missing: list[_Missing] = [
        (part.text, f"no source on the list {_FORMS.get(part.wants, 'answers this')}.", part.wants)
        for part in assessment.unmet
    ]
    if assessment.formless and parts and parts[0] not in assessment.unmet:
        part = parts[0]
        statement = f"the list mentions it, but no source {_FORMS.get(part.wants, 'answers this')}."
        missing.append((part.text, statement, part.wants))
    return missing


def _of_names(assessment: Assessment, index: Index) -> list[_Missing]:
    """Return the names in the question that occur in no quoted source."""
    missing = []
    for name in assessment.unheld:
        known = any(index.frequency(stem) for stem in stems(name))
        statement = (
            "no source speaks of it together with the rest of the question."
            if known
            else "no source on the list mentions it."
        )
        missing.append((name, statement, ""))
    return missing


def _of_all(parts: Sequence[Part], quotes: Sequence[Quote], *, absent: bool) -> list[_Missing]:
    """Return the parts of the question as a whole, if none of its names is missing.

    An earlier version named the rarest word of the question that no source contains; of 21 such
    words only 2 were labelled as missing.
    """
    if absent:
        return [(part.text, "no source on the list bears on it.", part.wants) for part in parts]
    helping = sorted(quotes, key=lambda q: -q.value)[:6]
    denials = [part for part in parts if any(denied(part, quote.text) for quote in helping)]
    return [
        (part.text, "the list itself says that this is open.", part.wants) for part in denials[:1]
    ]


def _nearest(aspect: str, quotes: Sequence[Quote]) -> tuple[str, ...]:
    wanted = terms(aspect)
    ranked = sorted(quotes, key=lambda q: (-share(wanted, q.terms), -q.value, q.source, q.start))
    return tuple(dict.fromkeys(quote.source for quote in ranked[:8]))[:2]


def _about(aspect: str, experiments: Sequence[Experiment]) -> tuple[Experiment, ...]:
    """Return the experiments whose claim is about an aspect of a question."""
    wanted = terms(aspect)
    return tuple(each for each in experiments if share(wanted, terms(each.claim)) >= _ABOUT)


def _remedy(aspect: str, wants: str, library: Library, experiments: Sequence[Experiment]) -> str:
    """Return what would fill a gap: a probe that tests it, a known paper, or a kind of paper."""
    wanted = terms(aspect)
    probe = next((each.probe for each in _about(aspect, experiments)), None)
    paper = next(
        (
            f"“{title}”, of which the library has the record and not the text"
            for _, title, _ in library.entries()
            if wanted and wanted <= terms(title)
        ),
        _REMEDIES.get(wants, "a paper that measures it"),
    )
    if probe is None:
        return f"{paper}."
    return f"the experiment “{registry.get(probe).question}”, or {paper}."
