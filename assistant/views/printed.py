"""Lay the words of a PDF page over its picture, so that they can be selected, copied and marked."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING

from assistant.types import Page, Word
from assistant.views.markup import Html, tag

if TYPE_CHECKING:
    from assistant.readers.pdf_page import Box, Picture

# A box this many times as high as wide holds a word that is turned by a quarter.
_TURNED = 2.0


def layer(
    text: str, page: Page, drawn: "Picture", found: Sequence[Sequence["Box"]], now: int | None
) -> Html:
    """Return a layer of invisible words over the picture of a page, with the found places marked.

    Screen readers skip it, because the text of the page stands below the picture as text.

    Args:
        text: The stored text of the source.
        page: The page, with the boxes of its words.
        drawn: Its picture.
        found: The boxes of each place that was searched for.
        now: Which of these places is shown; None shows none in particular.
    """
    marks = [
        tag("i", class_="hit now" if at == now else "hit", style=_filling(drawn.place(box)))
        for at, boxes in enumerate(found)
        for box in boxes
    ]
    words = [
        part
        for word, after in zip_longest(page.words, page.words[1:])
        for part in _word(text, word, after, drawn)
    ]
    return tag("div", *marks, *words, class_="layer", aria_hidden="true")


def _word(text: str, word: Word, after: Word | None, drawn: "Picture") -> list[Html]:
    """Return a word at its place, and what stands in the text between it and the word after it.

    The blank belongs to the word, whose place then reaches to the next one of its line, so that
    a selection has no holes.
    """
    left, top, right, bottom = drawn.place((word.left, word.bottom, word.right, word.top))
    between = text[word.end : after.start] if after else ""
    blank = " " if between.isspace() and "\n" not in between else ""
    turned = (bottom - top) * drawn.shape > _TURNED * (right - left) and word.end - word.start > 1
    if blank and after and not turned:
        beside = drawn.place((after.left, after.bottom, after.right, after.top))
        if beside[1] < bottom and top < beside[3] and right < beside[0]:
            right = beside[0]
    size, length = (right - left), (bottom - top) * drawn.shape
    high, long = (size, length) if turned else (length, size)
    place = f"left:{left:.3%};top:{top:.3%};font-size:{100 * high:.3f}cqw"
    made = tag(
        "span", text[word.start : word.end] + blank,
        class_="turned" if turned else None, style=place, data_long=f"{long:.5f}",
    )  # fmt: skip
    return [made, *(tag("br") for _ in range(between.count("\n")))]


def _filling(place: "Box") -> str:
    left, top, right, bottom = place
    return f"left:{left:.3%};top:{top:.3%};width:{right - left:.3%};height:{bottom - top:.3%}"
