"""Read raised and lowered type: exponents and indices keep their level, marks of notes are removed.

Printed "10" with a small raised "-5" would read 10-5, and "BERT" with the number of a footnote
would read BERT2. Size and place show that a piece is at another level; the word it is attached to
shows its meaning.
"""

import re
from collections.abc import Sequence

from assistant.readers.pdf_glyphs import Token


def attached(tokens: Sequence[Token]) -> list[Token]:
    """Return the words of a line with the raised and lowered type attached or removed.

    An exponent or index becomes part of the word before it, in characters of its level: 10⁻⁵, n²,
    CO₂. The mark of a note, a reference or an affiliation is left out, before a word or after it.
    """
    kept: list[Token] = []
    tail: Token | None = None  # the last printed piece, to which the next may be attached
    for place, token in enumerate(tokens):
        following = tokens[place + 1] if place + 1 < len(tokens) else None
        before = kept[-1] if kept else None
        written = None
        if before is not None and tail is not None and _touches(tail, token):
            step = token.level(before)
            written = _written(before.text, token.text, step) if step else None
            if written is None and (token.joined or _resumes(before, tail, token)):
                written = token.text
        elif _is_mark(token, before, following):
            tail = None
            continue
        if before is None or written is None:
            kept.append(token)
        else:
            kept[-1] = _joined(before, token, written)
        tail = token
    return kept


def _touches(one: Token, other: Token) -> bool:
    """Return whether nothing is printed between two words, not even a space."""
    gap = other.left - one.right
    return other.joined or abs(gap) < 0.12 * max(one.top - one.bottom, other.top - other.bottom)


def _divides(word: Token, other: Token) -> bool:
    """Return whether a word is a divisor of another: it stands below it or begins with a stroke."""
    below = not word.joined and word.left < other.right - 0.5 and word.base < other.base
    return below or (word.text[0] in "/⁄" and _touches(other, word))


def _is_mark(mark: Token, before: Token | None, following: Token | None) -> bool:
    """Return whether a raised piece marks a note or an affiliation of the word before or after it."""
    if not _MARK.fullmatch(mark.text) or (following is not None and _divides(following, mark)):
        return False
    # In type on a slope, a word is raised above one neighbour only.
    near = [word for word in (before, following) if word is not None and _is_near(word, mark)]
    if not all(mark.level(word) == 1 for word in near):
        return False
    isotope = len(mark.text) > 1 and mark.text.isdigit()
    return any(
        _WORDS.search(word.text) and not (isotope and _ELEMENT.match(word.text)) for word in near
    )


def _is_near(word: Token, mark: Token) -> bool:
    return max(word.left - mark.right, mark.left - word.right) < word.top - word.bottom


def _resumes(before: Token, tail: Token | None, token: Token) -> bool:
    """Return whether a word continues after raised or lowered type: the bracket after O(n²."""
    return before is not tail and not token.text[0].isalnum()


def _joined(before: Token, token: Token, text: str) -> Token:
    """Return two words as one, on the line of the first."""
    return before._replace(
        text=before.text + text, right=max(before.right, token.right), broken=token.broken
    )


def _written(before: str, piece: str, step: int) -> str | None:
    """Return the text for a raised or lowered piece after a word, or None to leave it as it is."""
    if step < 0:
        return _lowered(before, piece)
    if _SIGNED.fullmatch(piece):
        return piece.translate(_RAISED) if _POWERED.search(before) else None
    if piece.isdigit():
        return piece.translate(_RAISED) if _is_base(before, piece) else ""
    if _ORDINAL.fullmatch(piece) and before[-1].isdigit():
        return piece
    base = _VARIABLE.search(before) is not None or before[-1].isdigit()
    if _SYMBOLS.fullmatch(piece):
        return piece if base else ""
    if base and len(piece) == 1:
        return piece.translate(_RAISED)
    if _MARK.fullmatch(piece):
        return ""
    return None


def _lowered(before: str, piece: str) -> str | None:
    if re.fullmatch(r"[+−–-]?\d+", piece):
        return None if _PLAIN_WORD.search(before) else piece.translate(_LOWERED)
    single = len(piece) == 1 and _VARIABLE.search(before)
    return piece.translate(_LOWERED) if single else None


def _is_base(before: str, digits: str) -> bool:
    """Return whether raised digits are a power of the text before them, and not the number of a note."""
    if before[-1] == ")":
        return not re.search(r"[^\W\d_]{2}|\d{4}", before)
    unit = _UNIT.search(before) is not None and digits in ("2", "3")
    return unit or any(base.search(before) for base in (_NUMBER, _VARIABLE, _FUNCTION))


_ITEM = r"(?:(?:\d{1,3}|[a-z]|[α-ω]+)[*∗⋆†‡§¶‖#]*|[*∗⋆†‡§¶‖#]+)"
_MARK = re.compile(rf"{_ITEM}(?:[,–-]{_ITEM})*,?")
_SYMBOLS = re.compile(r"[*∗⋆†‡§¶‖#]+")
_SIGNED = re.compile(r"[+−–-]\d*|\d[+−]")
_POWERED = re.compile(r"[\w)\]]$")
_ORDINAL = re.compile(r"st|nd|rd|th|er|ème|re")
_WORDS = re.compile(r"[^\W\d_]{2}|^[AI\"“(]")
_ELEMENT = re.compile(r"(?:[CHNOFPSKIU]|He|Li|Ca|Cs|Co|Fe|Sr|Tc|Th|Pu|Ra|Rn|Xe)(?:$|\W)")
# A number that is not part of a name: 10, 2.5, 3x10, but not that of GPT-2.
_NUMBER = re.compile(r"(?:^|[^\w.-]|(?<![^\W\d_])-|(?<=\d)[xX])[\d.,]*\d$")
# One letter, but not that of "it's", "U.S." or "Vitamin-C".
_VARIABLE = re.compile(r"(?:^|[^\w'’.-]|[\d_])[^\W\d_]$")
_UNIT = re.compile(r"(?:^|[^a-zA-Zµ])(?:[munkdc]?m|µm|ft|sec|px)$")
_FUNCTION = re.compile(r"(?:^|\W)(?:log|ln|exp|sin|cos|tan|tanh)$")
# A word that takes no index, unlike log, CO and AUC.
_PLAIN_WORD = re.compile(
    r"(?<![^\W\d_])(?!(?:log|lim|max|min|sup|inf)$)[a-zß-ÿ]{3,}$|\W(?<![)\]])$"
)
_RAISED = str.maketrans(
    "0123456789+-−–abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVW",
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂ",
)
_LOWERED = str.maketrans("0123456789+-−–aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₋ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")
