"""A sentence of a note and the sentence of its paper that says the same stand as one, not as two voices."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from jaxtyping import Float

from assistant.aspects import share
from assistant.index import Index
from assistant.outline import Outline
from assistant.selection import Quote, Witness
from assistant.stance import stance
from assistant.text import numbers

# The share of a sentence's terms, and the cosine, from which on another sentence of the same work
# says the same, where it has its numbers and does not contest it. Of 32 sentences of notes beside five
# papers these join 11 to 15 sentences of the papers, all of which say the same; most in words that
# the gate does not pass as borne by both.
COVERED, NEAR = 0.8, 0.55


def with_echoes(plan: Outline, found: Sequence[Witness], index: Index) -> Outline:
    """The outline with what another source of a work says in nearly the same words as one of its quotes.

    The first of the two keeps its place in the thread; the other is its echo (`Outline.echoes`, the
    nearest first) and has no place of its own. Only sentences retrieved for the question are compared.
    """
    held = {witness.source.key: witness.quotes for witness in found}
    echoes: dict[Quote, tuple[Quote, ...]] = {}
    repeated: set[Quote] = set()
    for quote in (quote for thread in plan.threads for quote in thread.quotes):
        others = plan.work(quote.source) - {quote.source}
        if not others or quote in repeated:
            continue
        said = [other for key in sorted(others) for other in held.get(key, ())]
        if same := [echo for echo in _same(quote, said, index) if echo not in echoes]:
            echoes[quote] = tuple(same)
            repeated.update(same)
    if not echoes:
        return plan
    kept = [
        replace(thread, quotes=tuple(q for q in thread.quotes if q not in repeated))
        for thread in plan.threads
    ]
    return replace(plan, threads=tuple(thread for thread in kept if thread.quotes), echoes=echoes)


def _same(quote: Quote, said: Sequence[Quote], index: Index) -> list[Quote]:
    """The sentences that say the same as a quote, the nearest first."""
    figures = numbers(quote.text)
    same = [
        other
        for other in said
        # A cheap first look: `share` also counts terms that only begin alike.
        if 2 * len(quote.terms & other.terms) >= len(quote.terms)
        and share(quote.terms, other.terms) >= COVERED
        and figures <= numbers(other.text)
        and stance(quote.text, other.text) == "supports"
    ]
    stored = index.vectors(sorted({each.passage for each in (quote, *same)})) if same else {}
    own = _vector(quote, stored)
    if own is None:
        return []
    cosines = {
        other: round(float(own @ vector), 4)
        for other in same
        if (vector := _vector(other, stored)) is not None
    }
    near = [other for other, cosine in cosines.items() if cosine >= NEAR]
    return sorted(near, key=lambda other: (-cosines[other], other.source, other.start))


def _vector(
    quote: Quote, stored: Mapping[str, Float[np.ndarray, "rows dim"]]
) -> Float[np.ndarray, " dim"] | None:
    rows = stored.get(quote.passage)
    return rows[quote.row] if rows is not None and 0 < quote.row < len(rows) else None
