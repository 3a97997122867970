"""Group the helpful quotes outside the brief by source, shown on request."""

from collections.abc import Sequence

from assistant.compose.choice import Alike, Measure, repeats
from assistant.compose.plan import Folded
from assistant.select.quotes import RESERVING, Quote
from assistant.types import FoldKind

# From this score on a sentence is worth a place in a fold; a fold holds at most the second number
# of sentences.
_WORTH, _MOST = 0.15, 24


def folds(
    quotes: Sequence[Quote], said: Sequence[Quote], runs: Sequence[Quote], alike: Alike,
    measure: Measure,
) -> tuple[Folded, ...]:  # fmt: skip
    """Return folds of more evidence, more reservations and more runs; an empty fold is left out."""
    rest = [q for q in quotes if q.value >= _WORTH and q not in said]
    kept: list[Quote] = []
    for quote in sorted(rest, key=lambda q: (-q.value, q.source, q.start)):
        if not any(repeats(quote, other, alike, measure) for other in (*said, *kept)):
            kept.append(quote)
    evidence = [q for q in kept if q.role not in RESERVING][:_MOST]
    reserved = [q for q in kept if q.role in RESERVING][:_MOST]
    made = (
        _fold("evidence", "More evidence", evidence),
        _fold("reservations", "More reservations", reserved),
        _fold("experiments", "More measurements", list(runs)),
    )
    return tuple(fold for fold in made if fold.quotes)


def _fold(kind: FoldKind, name: str, quotes: Sequence[Quote]) -> Folded:
    """Return the quotes by source, beginning with the source of the best quote, and one line that describes them."""
    order = {key: at for at, key in enumerate(dict.fromkeys(q.source for q in quotes))}
    ordered = sorted(quotes, key=lambda q: (order[q.source], q.start))
    count, of = len(quotes), len(order)
    sentences = "one sentence" if count == 1 else f"{count} sentences"
    sources = "one source" if of == 1 else f"{of} sources"
    return Folded(kind=kind, summary=f"{name}: {sentences} from {sources}", quotes=tuple(ordered))
