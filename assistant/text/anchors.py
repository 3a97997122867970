"""Find a quote's exact place in a stored text, whatever its spacing, ligatures or hyphenation."""

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from assistant.text.prose import Span


def locate(quote: str, text: str, near: int = 0) -> Span | None:
    """Return the span of `text` that says `quote`, or None if the text does not contain it.

    Both texts are folded first (see `fold`); there are no approximate matches. If the words
    occur more than once, the occurrence closest to `near` is taken. The span is exact: folding
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
        if found and (best is None or abs(found.start - near) < abs(best.start - near)):
            best = found
        at = folded.text.find(needle, at + 1)
    return best


def occurrences(words: str, text: str) -> list[Span]:
    """Return every span of `text` that says `words`, in order and without overlaps.

    Both are folded first (see `fold`), and capitals are taken as small letters.
    """
    needle = _small(fold(words).text.strip())
    folded = fold(text)
    small = _small(folded.text)
    found: list[Span] = []
    at = small.find(needle) if needle else -1
    while at >= 0:
        span = folded.span(at, at + len(needle))
        found += [span] if span else []
        at = small.find(needle, at + (len(needle) if span else 1))
    return found


class Piece(NamedTuple):
    """A stretch [start, end) of an original whose folded form begins at `at`.

    If `plain`, the folded form has the same letters; otherwise the stretch is one indivisible
    whole.
    """

    at: int
    start: int
    end: int
    plain: bool


@dataclass(frozen=True)
class Folded:
    """A folded text and the pieces it came from, in order of both texts."""

    text: str
    pieces: tuple[Piece, ...]

    def span(self, start: int, end: int) -> Span | None:
        """Return the stretch of the original behind the folded characters [start, end), which is not empty.

        The result is None if an end would split what the original prints as one, such as a
        ligature.
        """
        first = self.pieces[self._piece(start)]
        index = self._piece(end - 1)
        last = self.pieces[index]
        following = self.pieces[index + 1].at if index + 1 < len(self.pieces) else len(self.text)
        if not (first.plain or first.at == start) or not (last.plain or following == end):
            return None
        return Span(
            first.start + start - first.at, last.start + end - last.at if last.plain else last.end
        )

    def _piece(self, position: int) -> int:
        return bisect_right(self.pieces, position, key=lambda piece: piece.at) - 1


# Whole documents are folded, so only a few are kept.
@lru_cache(maxsize=16)
def fold(text: str) -> Folded:
    """Fold away the effects of printing: white space, ligatures, line-end hyphens, typographic marks.

    Runs of white space become one blank; characters are decomposed (NFKD), so that "ﬁ" is "fi"
    and it does not matter how an accent is written; a hyphen between a letter and a small letter
    on the next line, or after a blank that was a line's end, is removed with it, and so are the
    soft hyphen and pdfium's marks for one (U+0002, U+FFFE); curly quotes and dashes become plain
    ones. Case is kept.
    """
    out: list[str] = []
    pieces: list[Piece] = []
    at, length, size, last = 0, len(text), 0, ""
    while at < length:
        plain = _PLAIN_RUN.match(text, at)
        if plain:
            stop, written = plain.end(), plain.group()
        elif text[at].isspace():
            stop = _skip_space(text, at)
            written = " " if last not in ("", " ") else ""
        elif text[at] in _BREAKS:
            stop, written = _skip_space(text, at + 1), ""
        elif text[at] in _INVISIBLE:
            stop, written = at + 1, ""
        else:
            stop = _cluster_end(text, at)
            written = _decomposed(text[at:stop])
            if written == "-" and (after := _after_hyphen(text, stop, last)):
                stop, written = after, ""
        if written:
            pieces.append(Piece(size, at, stop, plain is not None))
            out.append(written)
            size += len(written)
            last = written[-1]
        at = stop
    return Folded("".join(out), tuple(pieces))


def _small(text: str) -> str:
    """Return a text in small letters, none of which changes the length of the text."""
    small = text.lower()
    if len(small) == len(text):
        return small
    return "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)


# These letters fold to themselves wherever they stand; a letter before an accent is left out.
_PLAIN_RUN = re.compile(r"[!-,./-~](?:[!-,./-~]|[- ](?=[!-,./-~]))*(?![^\x00-\x7f])")
_BREAKS = "\u00ad\ufffe\x02"
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff"
_TYPOGRAPHY = str.maketrans(
    {"‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "‐": "-", "‑": "-", "‒": "-", "–": "-",
     "—": "-", "−": "-", **dict.fromkeys(_INVISIBLE)}
)  # fmt: skip


def _decomposed(cluster: str) -> str:
    plain = "".join(letter for letter in cluster if letter not in _BREAKS)
    folded = unicodedata.normalize("NFKD", plain)
    # A free-standing accent decomposes into a blank and the accent, although no white space was
    # printed.
    folded = plain if folded[:1].isspace() else " ".join(folded.split())
    return folded.translate(_TYPOGRAPHY)


def _cluster_end(text: str, at: int) -> int:
    """Return the end of the character at `at` with its combining marks."""
    stop = ahead = at + 1
    while ahead < len(text):
        if _is_mark(text[ahead]):
            stop = ahead + 1
        elif text[ahead] not in _BREAKS and text[ahead] not in _INVISIBLE:
            break
        ahead += 1
    return stop


def _is_mark(letter: str) -> bool:
    return letter > "\x7f" and unicodedata.combining(unicodedata.normalize("NFKD", letter)[0]) > 0


def _skip_space(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _after_hyphen(text: str, at: int, before: str) -> int:
    """Return where the word continues after a hyphen that printing put before `at`; 0 after a real hyphen."""
    if not (before.isalpha() or (before and unicodedata.combining(before))) or at == len(text):
        return 0
    stop = at
    while stop < len(text) and (text[stop].isspace() or text[stop] in _BREAKS + _INVISIBLE):
        stop += 1
    goes_on = stop < len(text) and unicodedata.normalize("NFKD", text[stop])[0].islower()
    return stop if goes_on and any(letter.isspace() for letter in text[at:stop]) else 0
