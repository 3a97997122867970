"""Plant sentences of a hostile and of an honest writer over real quotes, seeded, family by family."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.assistant.verify.edits import Edit, bare
from tests.assistant.verify.honest_edits import EDITS, UNCHANGED
from tests.assistant.verify.inventions import INVENTIONS
from tests.assistant.verify.overclaims import OVERCLAIMS
from tests.assistant.verify.quotes import Quoted
from tests.assistant.verify.substitutions import SUBSTITUTIONS

ATTACKS = (*SUBSTITUTIONS, *OVERCLAIMS, *INVENTIONS)


@dataclass(frozen=True)
class Planted:
    """A sentence that a writer proposes for a quote, and the family it is of."""

    family: str
    text: str
    cited: Quoted


def lies(quotes: Sequence[Quoted], count: int, seed: int) -> list[Planted]:
    """`count` unfaithful sentences, the families in turn as long as they find a hold."""
    return _planted(ATTACKS, quotes, count, seed)


def honest(quotes: Sequence[Quoted], count: int, seed: int) -> list[Planted]:
    """`count` faithful sentences, the families in turn as long as they find a hold."""
    return _planted(EDITS, quotes, count, seed)


def _planted(
    families: Sequence[Edit], quotes: Sequence[Quoted], count: int, seed: int
) -> list[Planted]:
    streams = {edit.__name__: _stream(edit, quotes, seed) for edit in families}
    found: list[Planted] = []
    while streams and len(found) < count:
        for name in list(streams):
            planted = next(streams[name], None)
            if planted is None:
                del streams[name]
            elif len(found) < count:
                found.append(planted)
    return found


def _stream(edit: Edit, quotes: Sequence[Quoted], seed: int) -> Iterator[Planted]:
    rng = random.Random(f"{seed} {edit.__name__}")
    for cited in rng.sample(list(quotes), len(quotes)):
        text = edit(cited.plain, rng, quotes)
        if text and (edit in UNCHANGED or bare(text) != bare(cited.plain)):
            yield Planted(edit.__name__, text, cited)
