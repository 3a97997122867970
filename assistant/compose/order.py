"""Order the sentences of a brief: one block for each work, the answering work first, a finding before its caveat."""

from collections.abc import Mapping, Sequence

from assistant.select.quotes import CAVEAT, OPEN, Quote

_RANK = {"claim": 0, "fact": 0, "body": 0, "run": 0, CAVEAT: 1, OPEN: 2}


def blocks(chosen: Sequence[Quote], works: Mapping[str, str]) -> list[list[Quote]]:
    """Return the quotes in blocks, one for each work.

    The first quote's work comes first, then the others by their best quote. The first quote of all
    stays first. In each block findings follow in the order of the text; a caveat stands behind the
    finding with which it shares most terms; open points end the block.
    """
    grouped: dict[str, list[Quote]] = {}
    for quote in chosen:
        grouped.setdefault(works.get(quote.source, quote.source), []).append(quote)
    return [_ordered(block, chosen[0]) for block in grouped.values()]


def _ordered(block: Sequence[Quote], first: Quote) -> list[Quote]:
    opening = [quote for quote in block if quote is first]
    findings = sorted(
        (q for q in block if q not in opening and _RANK.get(q.role, 0) == 0),
        key=lambda q: (q.source != block[0].source, q.source, q.start),
    )
    ordered = [*opening, *findings]
    for caveat in sorted(
        (q for q in block if q.role == CAVEAT and q not in opening), key=lambda q: q.start
    ):
        ordered.insert(_behind(caveat, ordered), caveat)
    ordered += [q for q in block if q.role == OPEN and q not in opening]
    return ordered


def _behind(caveat: Quote, ordered: Sequence[Quote]) -> int:
    """Return the place of a caveat: behind the finding with which it shares most terms, else at the end."""
    shared = [len(caveat.terms & quote.terms) for quote in ordered]
    if not shared or max(shared) < _QUALIFIES:
        return len(ordered)
    at = max(range(len(shared)), key=lambda i: (shared[i], i))
    while at + 1 < len(ordered) and ordered[at + 1].role == CAVEAT:
        at += 1
    return at + 1


# A caveat qualifies one finding if it shares this many terms with it; the name of the paper alone
# is one or two.
_QUALIFIES = 3
