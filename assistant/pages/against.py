"""Check a sentence against one source: find its nearest sentences and ask the gate."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from assistant.pages.statements import Statement, statements
from assistant.question.terms import share, terms
from assistant.types import Source
from assistant.verify.decision import Ruling, decide
from assistant.verify.evidence import Claim, Judges
from assistant.verify.grounds import called

# Of this many sentences that share most words with the given sentence, those nearest in meaning are
# taken.
_LOOKED_AT = 24
# A sentence may rest on this many quotes, as in an answer; the judge was trained and measured with
# this number.
_QUOTES = 3


@dataclass(frozen=True, kw_only=True)
class Checked:
    """The ruling on a sentence, and the sentences of the source it was checked against, the nearest first."""

    ruling: Ruling
    quotes: tuple[Statement, ...]


def against(
    sentence: str, source: Source, embed: Callable[[str], np.ndarray], judge: Judges | None
) -> Checked:
    """Return the ruling on a sentence by one source.

    Args:
        sentence: Any sentence.
        source: The source to check against.
        embed: Returns the unit vector of a text.
        judge: Decides what no rule settles.

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
