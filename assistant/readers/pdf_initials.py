"""Join the large first letter of a paragraph to the word that it opens."""

from collections.abc import Sequence

from assistant.readers.pdf_glyphs import Token
from assistant.readers.pdf_order import Line


def with_initials(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Return the lines of all pages with every initial joined to its word: "Q" before "uiet" becomes "Quiet".

    An initial is a capital, perhaps after a quotation mark, much taller than the line it opens. "A"
    and "I" are words themselves: they join only a text that is not a word of the document without
    them.
    """
    return [_with_initials(lines, pages) for lines in pages]


def _with_initials(lines: Sequence[Line], pages: Sequence[Sequence[Line]]) -> list[Line]:
    kept = list(lines)
    alone = [line for line in kept if len(line.tokens) == 1 and _is_capital(line.tokens[0].text)]
    for initial in alone:
        opened = next((line for line in kept if _opens(initial.tokens[0], line)), None)
        if opened is not None:
            kept.remove(initial)
            _join(opened, initial.tokens[0], opened.tokens, pages)
    for line in kept:
        first, *rest = line.tokens
        if rest and _is_capital(first.text) and _opens(first, line, rest):
            _join(line, first, rest, pages)
    return kept


def _is_capital(text: str) -> bool:
    letter = text.lstrip("\"'“‘«„")
    return len(letter) == 1 and letter.isupper()


def _opens(initial: Token, line: Line, rest: Sequence[Token] = ()) -> bool:
    """Return whether a capital is much taller than the line and stands directly before it, from its top down."""
    first = (rest or line.tokens)[0]
    height = first.top - first.bottom
    return (
        first is not initial
        and initial.turn == first.turn == 0
        and initial.top - initial.bottom > 1.7 * height
        and initial.base < first.base + 0.1 * height
        and initial.top > first.base + 0.3 * height
        and abs(initial.top - first.top) < 0.5 * (initial.top - initial.bottom)
        and -0.3 * height < first.left - initial.right < height
    )


def _join(
    line: Line, initial: Token, rest: Sequence[Token], pages: Sequence[Sequence[Line]]
) -> None:
    """Write the initial and the first word as one, or as two if both are words."""
    first, *others = rest
    apart = initial.text in ("A", "I") and _is_word(first, pages)
    word = first._replace(text=initial.text + first.text, left=initial.left)
    line.tokens = [initial, *rest] if apart else [word, *others]
    line.left = first.left
    line.upright = [(token.left, token.right) for token in line.tokens]


def _is_word(token: Token, pages: Sequence[Sequence[Line]]) -> bool:
    """Return whether the same text is printed as a word elsewhere in the document."""
    same = (
        other is not token and other.text.lower() == token.text.lower()
        for lines in pages
        for line in lines
        for other in line.tokens
    )
    return any(same)
