"""Find the content words of a text, as the rules of the gate compare them."""

from collections.abc import Collection, Iterable
from functools import lru_cache

from assistant.question.terms import is_function
from assistant.text.prose import stem
from assistant.verify.wording import is_number, tokens


@lru_cache(maxsize=4096)
def stems(text: str) -> tuple[str, ...]:
    """Return for each token of a text its stem, or "" for function words, numbers and signs."""
    return tuple(
        stem(word) if word.isalnum() and not is_function(word) and not is_number(word) else ""
        for word in tokens(text)
    )


def content(text: str) -> frozenset[str]:
    """Return the stems of the content words of a text."""
    return frozenset(filter(None, stems(text)))


def counted(words: Iterable[str], wanted: Collection[str]) -> int:
    """Return how many of the words are among the wanted ones."""
    return sum(word in wanted for word in words)
