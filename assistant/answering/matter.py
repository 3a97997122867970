"""Score the passages found for a question and tell the coverage: passages come in, scored quotes go out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.answering.desk import Desk
from assistant.compose.same_work import same_claims, same_works
from assistant.question.parts import Part, parts
from assistant.search.retrieval import Search
from assistant.select.blend import blended
from assistant.select.coverage import PART_MET, Assessment, Seen, assess, held_in
from assistant.select.neighbours import Neighbours
from assistant.select.quotes import Quote, Vectors, scored
from assistant.select.reading import Read, read
from assistant.select.rows import rows
from assistant.types import Source

# This many sentences that answered near questions are read for this question too. With ten, .91 of
# the sentences that belong in the ideal answers to held-out questions are read, with none .86, with
# fifteen .92.
_NAMED = 10
# From this trust in the judged questions on, their sentences replace passages that the search
# found.
_EVEN = 0.5
# This many passages are read again for each part of a question.
_AGAIN = 5


@dataclass(frozen=True, kw_only=True)
class Matter:
    """Matter is the material read for one question, with its coverage."""

    parts: tuple[Part, ...]
    near: Neighbours
    read: Sequence[Read]
    quotes: Sequence[Quote]
    vectors: Vectors
    sources: Mapping[str, Source]
    works: Mapping[str, str]
    of_parts: Sequence[Quote | None]
    seen: Seen
    assessment: Assessment

    def leading(self) -> list[Source]:
        """Return the sources of the best quotes, at most three; an experiment may be proposed for these."""
        ranked = sorted(self.quotes, key=lambda q: (-q.value, q.source, q.start))
        return [self.sources[key] for key in dict.fromkeys(q.source for q in ranked)][:3]


def matter(desk: Desk, question: str, found: Search, pinned: Sequence[str] = ()) -> Matter:
    """Return the material that the passages found for a question contain."""
    asked = parts(question)
    near = desk.near(question, found.vector)
    chosen = read(desk.library, found, near.leading(_NAMED) if near.trust >= _EVEN else ())
    judged = blended(
        scored(desk.index, desk.scores, question, found.vector, chosen), question, desk.index.rarity,
        {item.passage.id: item.score for item in chosen}, near,
    )  # fmt: skip
    every = _to_the_point([*judged, *_rows(desk, question, chosen)], question)
    sources = {item.source.key: item.source for item in chosen}
    works = same_works(list(sources.values()), same_claims(every, sources))
    quotes = _of_few(every, works, desk.sources_per_answer, pinned)
    of_parts = _answers_to(desk, asked, chosen, quotes)
    best = {quote.source for quote in sorted(quotes, key=lambda q: -q.value)[:8]}
    seen = Seen(
        parts=asked, quotes=quotes, search=found, near=near,
        of_parts=[quote.answers if quote else 0.0 for quote in of_parts],
        held=held_in([_all_of(sources[key]) for key in sorted(best)]),
    )  # fmt: skip
    heard = [_best_of(quotes, key) for key in pinned]
    return Matter(
        parts=asked, near=near, read=chosen, quotes=quotes, vectors=Vectors(desk.index, quotes),
        sources=sources, works=works, of_parts=[*of_parts, *(quote for quote in heard if quote)],
        seen=seen, assessment=_heard(assess(seen), heard),
    )  # fmt: skip


def _rows(desk: Desk, question: str, chosen: Sequence[Read]) -> list[Quote]:
    """Return the rows of tables that may answer, of the papers read."""

    def passages(key: str) -> list[str]:
        return [id for id, _, _ in desk.library.sections([key])]

    return rows(chosen, passages, question, desk.scores, desk.index.rarity)


def _heard(assessment: Assessment, heard: Sequence[Quote | None]) -> Assessment:
    """Return the assessment; it is not "absent" if a source that the answer must use has a quote."""
    if assessment.coverage == "absent" and any(heard):
        return replace(assessment, coverage="partial")
    return assessment


def _to_the_point(quotes: Sequence[Quote], question: str) -> list[Quote]:
    """Return the quotes without those about licences, unless the question asks for a licence.

    A sentence about a licence often names its paper, so the selector, which looks at the topic,
    takes it for a sentence about that paper.
    """
    if _LICENCE.search(question):
        return list(quotes)
    return [quote for quote in quotes if not _LICENCE.search(quote.text)]


_LICENCE = re.compile(r"\blicen[cs](?:e|es|ed|ing)\b", re.IGNORECASE)


def _of_few(
    quotes: Sequence[Quote], works: Mapping[str, str], most: int, pinned: Sequence[str]
) -> list[Quote]:
    """Return the quotes of the best works, at most `most` works, and of the pinned works."""
    ranked = sorted(quotes, key=lambda q: (-max(q.value, q.answers), q.source, q.start))
    order = list(dict.fromkeys(works[quote.source] for quote in ranked))
    kept = {*order[:most], *(works[key] for key in pinned if key in works)}
    return [quote for quote in quotes if works[quote.source] in kept]


def _answers_to(
    desk: Desk, asked: Sequence[Part], chosen: Sequence[Read], quotes: Sequence[Quote]
) -> list[Quote | None]:
    """Return the best answer to each part of a question with two or more parts, each part read alone."""
    if len(asked) < 2:
        return []
    by_passage: dict[str, float] = {}
    for quote in quotes:
        by_passage[quote.passage] = max(by_passage.get(quote.passage, 0.0), quote.value)
    order = sorted(chosen, key=lambda item: -by_passage.get(item.passage.id, 0.0))[:_AGAIN]
    same = {(quote.source, quote.start, quote.end): quote for quote in quotes}
    answers: list[Quote | None] = []
    for part in asked:
        vector = desk.encoder.question(part.asked)
        own = blended(
            scored(desk.index, desk.scores, part.asked, vector, order), part.asked, desk.index.rarity,
            {item.passage.id: item.score for item in order}, desk.near(part.asked, vector),
        )  # fmt: skip
        known = [quote for quote in own if (quote.source, quote.start, quote.end) in same]
        best = max(known, key=lambda q: (q.answers, -q.start), default=None)
        if best is None or best.answers < PART_MET:
            answers.append(None)
        else:
            quote = same[best.source, best.start, best.end]
            answers.append(replace(quote, answers=best.answers))
    return answers


def _best_of(quotes: Sequence[Quote], key: str) -> Quote | None:
    own = [quote for quote in quotes if quote.source == key]
    return max(own, key=lambda q: (q.value, -q.start), default=None)


def _all_of(source: Source) -> str:
    """Return the words of a source and the names of its authors."""
    authors = source.metadata.get("authors") or ()
    paper = source.metadata.get("paper") or ""
    return " ".join([source.title, str(paper), *map(str, authors), source.text])
