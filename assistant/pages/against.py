"""A sentence held against one source: the sentences of it that come nearest, and the word of the gate."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from assistant.pages.statements import Statement, statements
from assistant.question.terms import share, terms
from assistant.types import Source
from assistant.verify import Claim, Judges, Ruling, decide
from assistant.verify.grounds import called

# Sentences that share most words with the one that is checked, of which the nearest in meaning are taken.
_LOOKED_AT = 24
# Quotes that a sentence may rest on, as in an answer; the judge was trained and measured on so many.
_QUOTES = 3


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What a source says to a sentence: the ruling, and the sentences it was held against, the nearest first."""

    ruling: Ruling
    quotes: tuple[Statement, ...]


def against(
    sentence: str, source: Source, embed: Callable[[str], np.ndarray], judge: Judges | None
) -> Checked:
    """Return what a source says to a sentence.

    Args:
        sentence: Anybody's.
        source: What it is held against.
        embed: The vector of a text, of length one.
        judge: Who judges what no rule settles.

    Raises:
        Mendable: the judge cannot judge.
    """
    wanted = terms(sentence)
    said = sorted(statements(source), key=lambda s: (-share(wanted, terms(s.text)), s.start))
    mine = embed(sentence)
    near = sorted(said[:_LOOKED_AT], key=lambda s: (-float(embed(s.plain()) @ mine), s.start))[
        :_QUOTES
    ]
    texts = tuple(statement.plain() for statement in near)
    claim = Claim(sentence, texts, (source.title,), tuple(called(source.key, source.metadata)))
    return Checked(ruling=decide(claim, judge), quotes=tuple(near))
