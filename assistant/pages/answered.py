"""Summarise the sources that an answer cites: what it says, and how the sources are related."""

from dataclasses import replace

from assistant.errors import UsageError
from assistant.library.store import Library
from assistant.pages.bearings import Bearings
from assistant.pages.closing import relations_told
from assistant.pages.joint import WORDS
from assistant.pages.telling import count, no_headings
from assistant.permalink import permalink
from assistant.types import Answer, Sentence


def summary_of(answer: Answer, library: Library) -> Answer:
    """Return the summary of the sources cited above the folds: the answer, and how the sources are related.

    Raises:
        UsageError: the answer cites nothing.
    """
    told: list[Sentence] = []
    room = WORDS
    for sentence in answer.sentences:
        room -= _words(sentence)
        if room < 0:
            break
        told.append(sentence)
    keys = list(dict.fromkeys(c.source for s in told for c in s.citations))
    if not keys:
        raise UsageError("There is nothing to summarise; the answer cites no source.")
    sources = library.get_all(keys)
    related = relations_told(sources, Bearings(library), WORDS - sum(map(_words, told)))
    last = told[-1].paragraph + 1
    more = [Sentence(text=related, paragraph=last, role="link")] if related else []
    many = "source" if len(keys) == 1 else f"{len(keys)} sources"
    sentences = (*told, *more)
    return replace(
        answer,
        question=f"Summary of the {many} that the answer cites: {answer.question}",
        permalink=permalink(summary=keys, answer=answer.permalink, index=answer.index_hash),
        sentences=sentences,
        headings=no_headings(sentences),
        folds=(),
        experiments=(),
        sources=tuple(source for source in answer.sources if source.key in keys),
    )


def _words(sentence: Sentence) -> int:
    return count(sentence.text) + count(sentence.lead_in)
