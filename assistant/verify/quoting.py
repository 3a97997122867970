"""Check that a quote stands in its source, and that a sentence repeats it or derives from it."""

from collections import Counter

from assistant.verify.derivation import derivable
from assistant.verify.readings import is_whole, readings
from assistant.verify.wording import plain, tokens


def misquoted(quote: str, stored: str, start: int, end: int) -> str:
    """Return why a quote may not be cited, as one line for the reader, or "" if it may.

    Args:
        quote: The cited words.
        stored: The whole stored text of their source.
        start: The stated start of the quote in `stored`.
        end: The stated end.
    """
    if stored[start:end] != quote or not plain(quote):
        return "its quote does not stand in the source"
    if not is_whole(quote, stored, start, end):
        return "its quote is cut out of a sentence that says something else"
    return ""


def says_exactly(sentence: str, quote: str) -> bool:
    """Return whether a sentence is, word for word, the quote or a clause of it that can stand alone."""
    return any(_same_words(sentence, reading) for reading in readings(quote))


def derives_from(sentence: str, quote: str) -> bool:
    """Return whether a sentence follows from a quote by steps that keep its meaning (`derivation`)."""
    return derivable(sentence, closest(sentence, quote))


def closest(sentence: str, quote: str) -> str:
    """Return the reading of a quote that differs from the sentence in the fewest words."""
    said = Counter(tokens(sentence))

    def apart(reading: str) -> int:
        there = Counter(tokens(reading))
        return (said - there).total() + (there - said).total()

    return min(readings(quote), key=apart)


def _same_words(sentence: str, reading: str) -> bool:
    """Return whether both have the same letters, apart from the first capital and the final stop."""
    one, other = (plain(text).rstrip(".") for text in (sentence, reading))
    return one[1:] == other[1:] and one[:1].lower() == other[:1].lower()
