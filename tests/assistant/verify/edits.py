"""Types of edits of a quote, and the moves that edits are made of.

An attack changes what a sentence says; an honest edit does not. Both return None where a sentence offers nothing to
change, and neither looks at the gate's own word lists.
"""

import random
import re
from collections.abc import Callable, Sequence

from tests.assistant.verify.quotes import Quoted

# The arguments are the quote on one line, a seeded source of chance, and all quotes.
Edit = Callable[[str, random.Random, Sequence[Quoted]], str | None]


def replaced(text: str, pairs: Sequence[tuple[str, str]], rng: random.Random) -> str | None:
    """The text with one word of a pair put for the other, one of those that occur."""
    hits = [
        (match, other)
        for one, other in pairs
        for match in re.finditer(rf"(?<![\w-]){re.escape(one)}(?![\w-])", text)
    ]
    if not hits:
        return None
    match, other = rng.choice(hits)
    return upper(text[: match.start()] + other + text[match.end() :])


def renamed(text, rng, names):
    """The text with one of the names that occur in it put for another, wherever it stands."""
    there = [name for name in names if re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text)]
    if not there:
        return None
    old, new = rng.choice(there), rng.choice([name for name in names if name not in text])
    return re.sub(rf"(?<![\w-]){re.escape(old)}(?![\w-])", new, text)


def both(pairs: str) -> list[tuple[str, str]]:
    """Pairs written as in `more/less,high/low`, and each of them turned round."""
    rows = [tuple(row.strip().split("/")) for row in pairs.split(",")]
    return [*rows, *((other, one) for one, other in rows)]


def one_way(pairs: str) -> list[tuple[str, str]]:
    """Pairs written as in `some/all,often/always`: what stands there, and what is put for it."""
    return [tuple(row.strip().split("/")) for row in pairs.split(",")]  # type: ignore[misc]


def upper(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def bare(text: str) -> str:
    """Its words and numbers, and nothing else."""
    return re.sub(r"\W+", " ", text).strip().lower()
