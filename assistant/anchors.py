"""Find a quote's exact place in a stored text, whatever its spacing, ligatures or hyphenation."""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from assistant.text import Span


def locate(quote: str, text: str, near: int = 0) -> Span | None:
    """The span of `text` that says `quote`, or None when it does not stand there.

    Both sides are folded first (see `fold`); no approximate match is ever made. Where the words
    occur more than once, the occurrence closest to `near` wins. The span is exact: folding
    `text[start:end]` gives the folded quote.
    """
    needle = fold(quote).text.strip()
    if not needle:
        return None
    folded = fold(text)
    best: Span | None = None
    at = folded.text.find(needle)
    while at >= 0:
        found = folded.span(at, at + len(needle))
        if best is None or abs(found.start - near) < abs(best.start - near):
            best = found
        at = folded.text.find(needle, at + 1)
    return best


@dataclass(frozen=True)
class Folded:
    """A folded text and, for each of its characters, the half-open stretch it came from."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> Span:
        """The stretch of the original behind the folded characters [start, end)."""
        return Span(self.starts[start], self.ends[end - 1])


@lru_cache(maxsize=256)
def fold(text: str) -> Folded:
    """Fold away what printing adds: white space, ligatures, line-end hyphens, typographic marks.

    Runs of white space become one blank; compatibility forms are decomposed and recomposed
    (NFKC), so that "ﬁ" is "fi"; a hyphen at a line's end (also pdfium's U+FFFE and the soft
    hyphen) disappears with the line break; curly quotes and dashes become plain ones.
    Case is kept. The map is monotone, and every folded character knows its original.
    """
    out: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at, length = 0, len(text)
    while at < length:
        stop = _cluster_end(text, at)
        cluster = text[at:stop]
        if cluster[0].isspace():
            while stop < length and text[stop].isspace():
                stop += 1
            if out and out[-1] != " ":
                out.append(" ")
                starts.append(at)
                ends.append(stop)
        elif (skipped := _line_end_hyphen(text, at)) > at:
            stop = skipped
        else:
            for letter in unicodedata.normalize("NFKC", cluster).translate(_PLAIN):
                if letter.isspace() and (not out or out[-1] == " "):
                    continue
                out.append(" " if letter.isspace() else letter)
                starts.append(at)
                ends.append(stop)
        at = stop
    return Folded("".join(out), tuple(starts), tuple(ends))


_PLAIN = str.maketrans(
    {"‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "‐": "-", "‑": "-", "‒": "-", "–": "-",
     "—": "-", "−": "-", "\u200b": None, "\u200c": None, "\u200d": None, "\ufeff": None}
)  # fmt: skip


def _cluster_end(text: str, at: int) -> int:
    """End of the character at `at` with the combining marks that belong to it."""
    stop = at + 1
    while stop < len(text) and unicodedata.combining(text[stop]):
        stop += 1
    return stop


def _line_end_hyphen(text: str, at: int) -> int:
    """Where to go on after a hyphen that printing put at `at`; `at` itself when it is a real one."""
    mark = text[at]
    if mark in "\u00ad\ufffe":
        stop = at + 1
        while stop < len(text) and text[stop] in "\r\n":
            stop += 1
        return stop
    if mark in "-‐" and 0 < at and text[at - 1].isalpha():
        stop = at + 1
        while stop < len(text) and text[stop] in " \t":
            stop += 1
        if stop < len(text) and text[stop] in "\r\n":
            while stop < len(text) and text[stop].isspace():
                stop += 1
            if stop < len(text) and text[stop].islower():
                return stop
    return at
