"""What the cited works reserve beyond what an answer says of it, so that no caveat of theirs is lost."""

from collections.abc import Sequence

from assistant.aspects import Aspect
from assistant.index import Index
from assistant.library import Library
from assistant.outline import Outline, Thread
from assistant.retrieval import Search
from assistant.selection import Quote, reserved
from assistant.stance import opposed

# A bound for papers with long sections of limitations; eight notes of the bundled list reserve some 45.
# Of the 96 points to admit that cited notes hold, on the lines of benchmarks/inquiring_lines.json and the
# public ones, 64 are admitted without this thread and 94 with it.
_MOST = 48
_REPEATED = 0.8


def reservations(
    plan: Outline, library: Library, index: Index, search: Search, asked: Sequence[Aspect]
) -> Thread:
    """A last thread of the caveats, open points and own remarks that an outline does not quote.

    They may stand in passages that were not retrieved. The nearest to the question are kept; they
    stand in the order in which their sources are quoted, and within one in that of its text.
    """
    said = [quote for thread in plan.threads for quote in thread.quotes]
    places = {key: at for at, key in enumerate(dict.fromkeys(quote.source for quote in said))}
    found = reserved(library, index, search, asked, list(places))
    kept: list[Quote] = []
    for quote in sorted(found, key=lambda q: (-q.relevance, q.source, q.start)):
        if len(kept) < _MOST and not any(_says_all_of(other, quote) for other in (*said, *kept)):
            kept.append(quote)
    kept.sort(key=lambda quote: (places[quote.source], quote.start))
    return Thread(angle="further", quotes=tuple(kept))


def _says_all_of(other: Quote, quote: Quote) -> bool:
    """Whether a quote only repeats another: it has hardly a term of its own, and does not deny it."""
    common = len(quote.terms & other.terms)
    return common >= _REPEATED * len(quote.terms) and not opposed(other.text, quote.text)
