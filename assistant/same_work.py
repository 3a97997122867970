"""Which witnesses speak for one work, such as a note and the paper it is about: they are one voice."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.network import shelf
from assistant.selection import Witness
from assistant.text import negated, numbers
from assistant.types import Source


@dataclass(frozen=True, kw_only=True, eq=False)
class Voice:
    """A work as one witness: the source that speaks for it, and its other sources, best first.

    A voice equals itself only: an outline has one of each work, and looks for it often.
    """

    speaker: Witness
    others: tuple[Witness, ...] = ()

    @property
    def witnesses(self) -> tuple[Witness, ...]:
        """All sources of the work, the one that speaks for it first."""
        return (self.speaker, *self.others)

    @property
    def keys(self) -> frozenset[str]:
        """The keys of its sources."""
        return frozenset(witness.source.key for witness in self.witnesses)

    def nearest(self) -> float:
        """The relevance of its sentence nearest the question; 0 where it has none."""
        return max((q.relevance for w in self.witnesses for q in w.quotes[:1]), default=0.0)


def voices(found: Sequence[Witness], pinned: Collection[str] = ()) -> list[Voice]:
    """The works among witnesses, in the order of each one's best source.

    For a work speaks a source that the reader pinned, else a note, whose sentences are the
    shortest account of it, else the best source. It has the score of the best.
    """
    works = same_works([witness.source for witness in found], list(_same_claims(found)))
    grouped: dict[str, list[Witness]] = {}
    for witness in found:
        grouped.setdefault(works[witness.source.key], []).append(witness)
    return [_voice(group, pinned) for group in grouped.values()]


def _voice(group: Sequence[Witness], pinned: Collection[str]) -> Voice:
    ranked = sorted(
        group,
        key=lambda w: (
            w.source.key not in pinned,
            not w.quotes,
            not (w.source.kind == "note" and w.best()),
        ),
    )
    speaker = replace(ranked[0], score=group[0].score)
    return Voice(speaker=speaker, others=tuple(w for w in group if w is not ranked[0]))


def same_works(
    sources: Sequence[Source], pairs: Collection[tuple[str, str]] = ()
) -> Mapping[str, str]:
    """For every source the key that stands for its work: that of the first of its sources here.

    Two sources are one work where they share a DOI, an arXiv id or a title (`Shelf.same_work`),
    where one says that it is about the other (a relation such as "note on"), or where `pairs` says so.
    """
    held = {source.key for source in sources}
    known = shelf(sources)
    works = {source.key: source.key for source in sources}
    joins = [*pairs, *(pair for source in sources for pair in _told(source, held))]
    joins += [
        (source.key, key)
        for source in sources
        if source.kind != "evidence"
        for key in known.same_work(source)
    ]
    order = {source.key: at for at, source in enumerate(sources)}
    for one, other in joins:
        first, second = sorted((works[one], works[other]), key=order.__getitem__)
        works = {key: first if work == second else work for key, work in works.items()}
    return works


def _told(source: Source, held: Collection[str]) -> Iterator[tuple[str, str]]:
    for relation in source.metadata.get("relations") or ():
        if not isinstance(relation, Mapping) or relation.get("to") not in held:
            continue
        if _ABOUT.match(str(relation.get("kind") or "").strip()):
            yield source.key, str(relation["to"])


_ABOUT = re.compile(
    r"(?:(?:reading )?notes?|summary|review|commentary) (?:on|of)\b|(?:is )?about$|same (?:work|paper)\b",
    re.IGNORECASE,
)


def _same_claims(found: Sequence[Witness]) -> Iterator[tuple[str, str]]:
    """Notes whose claim stands in a paper, word for word but for what carries no meaning."""
    claims = {
        quote.terms: (witness.source.key, quote.text)
        for witness in found
        if witness.source.kind == "note"
        for quote in witness.of("claim")
        if len(quote.terms) >= _TELLING
    }
    for witness in found if claims else ():
        for quote in witness.quotes if witness.source.kind == "paper" else ():
            key, text = claims.get(quote.terms, ("", ""))
            if (
                key
                and numbers(text) == numbers(quote.text)
                and negated(text) == negated(quote.text)
            ):
                yield key, witness.source.key


# Terms from which on two sentences of the same terms are hardly so by chance.
_TELLING = 8
