"""Read one PDF page with pdfium: runs of printed words with boxes, in the order of the stream.

Boxes are in PDF points with the origin at the lower left corner of the unrotated page.
"""

import ctypes
import math
import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from assistant.readers.pdf_hidden import UNPRINTED, Sight
from assistant.readers.smuggled import TAGS, untagged

Box = tuple[float, float, float, float]


class Token(NamedTuple):
    """A printed word, or the part of one that stands on one line.

    `turn` counts quarter turns counter-clockwise of the writing direction. `broken` says that
    the line ends here with a hyphen, which `text` leaves out. `base` is the height of its baseline.
    A word with raised or lowered type comes in pieces of one level each; those after the first are
    `joined` to the one before.
    """

    text: str
    left: float
    bottom: float
    right: float
    top: float
    turn: int = 0
    broken: bool = False
    base: float = 0.0
    joined: bool = False

    def level(self, other: "Token") -> int:
        """Return 1 if the word is small and raised above the line of another, -1 if lowered, else 0."""
        if self.turn or other.turn:
            return 0
        return level(self.top - self.bottom, self.base, other.top - other.bottom, other.base)


def level(height: float, base: float, usual: float, line: float) -> int:
    """Return whether type of some height and baseline is raised (1) or lowered (-1) relative to a line's type.

    Small type on the line itself, as in small capitals, gives 0, and so does type that is far from
    it or too small to tell.
    """
    rise = (base - line) / usual
    if height >= 0.86 * usual or usual < 4 or not -0.5 < rise < 0.75:
        return 0
    return 1 if rise > 0.12 else -1 if rise < -0.06 else 0


class Run(NamedTuple):
    """Words that pdfium gives as one line. `bold` is true if both its ends are set in bold type."""

    tokens: tuple[Token, ...]
    bold: bool


class Hidden(NamedTuple):
    """A word that is on the page but cannot be seen there, and why."""

    text: str
    why: str


class Sheet(NamedTuple):
    """A page: its runs, its size in points without rotation, and the words that no reader sees."""

    runs: tuple[Run, ...]
    width: float
    height: float
    hidden: tuple[Hidden, ...] = ()


def read_sheet(page: pdfium.PdfPage, *, layered: bool = True) -> Sheet:
    """Return words and boxes of a page; a page without a text layer has no runs.

    `layered` says that the document may have layers that are switched off.
    """
    left, bottom, right, top = page.get_bbox()
    textpage = page.get_textpage()
    try:
        glyphs = _Glyphs(textpage.raw, left, bottom, max(right - left, top - bottom))
        sight = Sight(page, textpage, layered=layered)
        runs, hidden = _runs(glyphs, sight, _characters(textpage))
    finally:
        textpage.close()
    return Sheet(tuple(runs), right - left, top - bottom, tuple(hidden))


# pdfium writes a hyphen at the end of a line as U+0002 or U+FFFE, without a line break after it.
_WORD = re.compile("[^\\s\x00-\x1f\ufffe]+")
_HYPHENS = ("\x02", "\ufffe")
_BREAK = re.compile("[\r\n\x02\ufffe]")
_BOLD = re.compile(rb"bold|black|heavy|[-,]medi|cmbx|sfbx|bx\d", re.IGNORECASE)
_RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
# These characters are often set at another level than the rest of their word, even in its middle.
_SCRIPTED = re.compile(r"[\d*∗†‡§¶+−]")
_ARROW = re.compile("(?<=[a-z])↵|↵(?=[a-z])")
_INVISIBLE = ("Cc", "Cf", "Co", "Cn", "Cs")
_LATIN = re.compile("[\x00-\u024f\u200c\u200d]*$")
_JOINERS = "\u200c\u200d"
_ACCENTS = {
    "\u00b4": "\u0301", "\u0060": "\u0300", "\u00a8": "\u0308", "\u02dd": "\u030b",
    "\u02c7": "\u030c", "\u02da": "\u030a", "\u02c6": "\u0302", "\u02dc": "\u0303",
    "\u00b8": "\u0327", "\u02d8": "\u0306", "\u02d9": "\u0307", "\u00af": "\u0304",
}  # fmt: skip
_ACCENTED = re.compile("([´¨˝ˇ˚ˆ˜˘˙])([A-Za-zı])")


class _Glyphs:
    """Boxes and fonts of the characters of one text page, through pdfium's C interface."""

    def __init__(self, handle: Any, left: float, bottom: float, extent: float) -> None:
        self._handle, self._left, self._bottom = handle, left, bottom
        # The largest page that the format allows is 14400 points wide.
        self.extent = min(extent, 14400.0)
        self._rect = raw.FS_RECTF()
        self._pointer = ctypes.byref(self._rect)
        self._name = ctypes.create_string_buffer(128)
        self._flags = ctypes.c_int()
        self._across, self._up = ctypes.c_double(), ctypes.c_double()

    def box(self, index: int) -> Box:
        rect = self._rect
        raw.FPDFText_GetLooseCharBox(self._handle, index, self._pointer)
        return (
            rect.left - self._left,
            rect.bottom - self._bottom,
            rect.right - self._left,
            rect.top - self._bottom,
        )

    def baseline(self, index: int) -> float:
        raw.FPDFText_GetCharOrigin(self._handle, index, self._across, self._up)
        return self._up.value - self._bottom

    def bold(self, index: int) -> bool:
        raw.FPDFText_GetFontInfo(self._handle, index, self._name, 128, self._flags)
        return _BOLD.search(self._name.value) is not None

    def turn(self, index: int) -> int:
        angle = raw.FPDFText_GetCharAngle(self._handle, index)
        return 0 if angle <= 0 else -round(angle / (math.pi / 2)) % 4


def _characters(textpage: Any) -> str:
    """Return all characters of the page, one for each index of pdfium."""
    count = textpage.count_chars()
    if count <= 0:
        return ""
    buffer = (ctypes.c_ushort * (count + 1))()
    written = raw.FPDFText_GetText(textpage.raw, 0, count, buffer)
    text = bytes(buffer)[: 2 * max(written - 1, 0)].decode("utf-16-le", "surrogatepass")
    if len(text) == count:
        return text
    # The bulk call leaves out characters without a code and uses two units for rare ones.
    return "".join(_code(textpage.raw, index) for index in range(count))


def _code(handle: Any, index: int) -> str:
    code = raw.FPDFText_GetUnicode(handle, index)
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\x01"


def _runs(glyphs: _Glyphs, sight: Sight, text: str) -> tuple[list[Run], list[Hidden]]:
    runs: list[Run] = []
    tokens: list[Token] = []
    first = last = 0
    seen: set[tuple[str, int, int]] = set()
    accents: list[Token] = []
    unseen: list[tuple[Token, str]] = []
    for match in _WORD.finditer(text):
        start, end = match.span()
        if tokens and _BREAK.search(text, last, start):
            runs.append(Run(tuple(tokens), glyphs.bold(first) and glyphs.bold(last - 1)))
            tokens = []
        token = _token(glyphs, text, start, end)
        first, last = (first if tokens else start), end
        if token.text != match[0] and (tags := TAGS.findall(match[0])):
            unseen.append((token._replace(text=untagged(tags)), UNPRINTED))
        if not token.text or not _is_printed(token, glyphs.extent):
            continue
        parts = [(token, sight.flaw(start, end, token[1:5], token.turn))]
        if (parts[0][1] or not sight.clear) and len(pieces := sight.pieces(start, end)) > 1:
            parts = _parted(glyphs, sight, text, token, pieces)
        if len(parts) == 1 and end - start > 1 and token.turn == 0:
            parts = [(piece, parts[0][1]) for piece in _leveled(glyphs, text, start, end, token)]
        for part, why in parts:
            if why:
                unseen.append((part, why))
                continue
            place = (part.text, int(part.left / 2 + 0.5), int(part.bottom / 2 + 0.5))
            if place in seen:  # the same word printed twice in one place imitates bold type
                continue
            seen.add(place)
            if part.text in _ACCENTS:
                accents.append(part)
            else:
                tokens.append(part)
    if tokens:
        runs.append(Run(tuple(tokens), glyphs.bold(first) and glyphs.bold(last - 1)))
    runs = _accented(runs, accents) if accents else runs
    return runs, _secrets(runs, unseen)


def _parted(
    glyphs: _Glyphs, sight: Sight, text: str, whole: Token, pieces: Sequence[tuple[int, int]]
) -> list[tuple[Token, str | None]]:
    """Return a word of several text objects: whole if all of it can be seen, else in its parts."""
    parts = [(_token(glyphs, text, *piece), piece) for piece in pieces]
    flaws = [(part, sight.flaw(*piece, part[1:5], part.turn)) for part, piece in parts if part.text]
    return flaws if any(why for _, why in flaws) else [(whole, None)]


def _leveled(glyphs: _Glyphs, text: str, start: int, end: int, whole: Token) -> list[Token]:
    """Return a word in pieces of one level each: on the line, raised above it, lowered below it."""
    if not _SCRIPTED.search(text, start, end):
        head, tail = glyphs.box(start), glyphs.box(end - 1)
        if head[1] == tail[1] and head[3] == tail[3]:
            return [whole]
    printed = [
        (box[3] - box[1], glyphs.baseline(at))
        for at, box in ((at, glyphs.box(at)) for at in range(start, end))
    ]
    usual = max(printed)
    steps = [level(*one, *usual) for one in printed]
    # pdfium reads one-digit numbers above each other as one number.
    stacked = {
        at
        for at in range(1, len(printed))
        if printed[at - 1][1] - printed[at][1] > printed[at][0] and whole.text.isdigit()
    }
    cuts = [at for at in range(1, len(steps)) if steps[at] != steps[at - 1] or at in stacked]
    if not cuts or whole.text == text[start:end:2]:
        return [whole]
    places = pairwise([0, *cuts, end - start])
    pieces = [(at, _token(glyphs, text, start + at, start + to)) for at, to in places]
    return [piece._replace(joined=at not in (0, *stacked)) for at, piece in pieces if piece.text]


def _secrets(runs: Sequence[Run], unseen: Sequence[tuple[Token, str]]) -> list[Hidden]:
    """Return the unseen words, except those that are only shadows of visible words."""
    shown: dict[str, list[Token]] = {}
    if unseen:
        for token in (token for run in runs for token in run.tokens):
            shown.setdefault(token.text, []).append(token)
    return [
        Hidden(token.text, why)
        for token, why in unseen
        if not any(
            abs(token.left - other.left) < 3 and abs(token.bottom - other.bottom) < 3
            for other in shown.get(token.text, ())
        )
    ]


def _is_printed(token: Token, extent: float) -> bool:
    """Return whether the word has a size and stands on the page or near it; damaged files give wrong boxes."""
    return (
        token.top - token.bottom > 0.1
        and token.right - token.left > 0
        and -extent < token.left
        and token.right < 2 * extent
        and -extent < token.bottom
        and token.top < 2 * extent
    )


def _token(glyphs: _Glyphs, text: str, start: int, end: int) -> Token:
    """Return a word with the box from its first to its last character."""
    word = text[start:end]
    left, bottom, right, top = head = glyphs.box(start)
    turn = 0
    if end - start == 1:
        turn = glyphs.turn(start)
    else:
        first, low, last, high = glyphs.box(end - 1)
        if first < left or abs(low - bottom) > first - left:
            turn = 0 if _RTL.search(word) else glyphs.turn(start)
        if low != bottom or high != top:
            tall, small = top - bottom, high - low
            # A footnote mark before or after the word does not raise the line that contains it.
            if turn == 0 and tall < 0.85 * small:
                bottom, top = low, high
            elif turn != 0 or small >= 0.85 * tall:
                bottom, top = min(bottom, low), max(top, high)
        left, right = min(left, first), max(right, last)
        if len(word) > 3 and word[::2] == word[1::2]:
            word = _undoubled(glyphs, word, start, head)
    broken = text[end : end + 1] in _HYPHENS or word[-1] == "\u00ad"
    if not word.isascii():
        word = _plain(word)
    return Token(word, left, bottom, right, top, turn, broken, glyphs.baseline(start))


def _undoubled(glyphs: _Glyphs, word: str, start: int, head: Box) -> str:
    """Return the word once if each of its characters is printed twice in one place."""
    shift = glyphs.box(start + 1)[0] - head[0]
    return word[::2] if shift < (head[2] - head[0]) / 2 else word


def _plain(word: str) -> str:
    """Return ligatures and presentation forms as letters, without soft hyphens, controls and private use."""
    kept: list[str] = []
    for character in word:
        if character <= "\u024f":
            if not "\x7f" <= character <= "\x9f" and character != "\u00ad":
                kept.append(character)
        elif "\ufb00" <= character <= "\ufdff" or "\ufe70" <= character <= "\ufefe":
            kept.append(unicodedata.normalize("NFKC", character))
        elif character in "\uf0b7\uf0a7\uf06e":  # bullets of the Symbol and Wingdings fonts
            kept.append("•")
        elif unicodedata.category(character) not in _INVISIBLE or (
            character in _JOINERS and not _LATIN.match(word)
        ):
            kept.append(character)
    # In Computer Modern without an encoding, ff is read as the arrow with the same code.
    plain = _ARROW.sub("ff", "".join(kept).strip())
    return _ACCENTED.sub(_letter_with_accent, plain) if len(plain) > 1 else plain


def _letter_with_accent(match: re.Match[str]) -> str:
    """Return one character for a letter and the accent printed before it as a character of its own."""
    composed = unicodedata.normalize("NFC", match[2].replace("ı", "i") + _ACCENTS[match[1]])
    return composed if len(composed) == 1 else match[0]


def _accented(runs: list[Run], accents: list[Token]) -> list[Run]:
    """Return text with separately printed accents put on the letters under them."""
    pending = list(accents)
    result: list[Run] = []
    for run in runs:
        tokens = list(run.tokens)
        for position, token in enumerate(tokens):
            for accent in pending:
                composed = _compose(token, accent)
                if composed is not None:
                    tokens[position] = composed
                    pending.remove(accent)
                    break
        result.append(Run(tuple(tokens), run.bold))
    return result


def _compose(token: Token, accent: Token) -> Token | None:
    middle = (accent.left + accent.right) / 2
    level = (accent.bottom + accent.top) / 2
    if not (token.left <= middle <= token.right and token.bottom <= level <= token.top):
        return None
    share = (middle - token.left) / max(token.right - token.left, 0.1)
    guess = int(share * len(token.text))
    mark = _ACCENTS[accent.text]
    # Letters differ in width, so the letter under the accent may be next to the guess.
    for index in (guess, guess - 1, guess + 1):
        if 0 <= index < len(token.text):
            letter = "i" if token.text[index] == "ı" else token.text[index]
            composed = unicodedata.normalize("NFC", letter + mark)
            if len(composed) == 1:
                text = token.text[:index] + composed + token.text[index + 1 :]
                return token._replace(text=text)
    return None
