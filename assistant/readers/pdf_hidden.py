"""Find text that a PDF page contains but does not show: suspected by its attributes, proved by its pixels.

A word counts as hidden if it stands off the page, if it is too small to read, or if removing it
changes almost nothing in the picture of the page. The picture is drawn only for pages with
suspicious text: light or transparent type, type covered by a later shape or cut off by a clip, type
on a ground of its own colour, layers, and the render mode that paints nothing. The text layer of a
scan paints nothing either; it is kept if the scan has ink under the word.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw
from PIL import ImageChops

from assistant.readers.pdf_scene import BLENDED, INVISIBLE, Box, Piece, Scene, address_of

OFF_PAGE = "off the page"
TINY = "too small to read"
UNPRINTED = "in characters that print nothing"

# A line of text lower than this, in points, cannot be read: its type has about 1.2 points. Real figures go down to 1.8.
SMALLEST = 1.5
# A character narrower than this many heights of the type cannot be read: 0.43 is usual, dense Arabic goes down to 0.09.
_NARROWEST = 0.07
# A word is off the page if less than this share of it stands on the page.
_ON_PAGE = 0.4
# A pixel that changes by less than this, of 255, shows nothing: #f3f3f3 on white changes it by less, #e0e0e0 by more.
_NOTICEABLE = 10
# The share of a word's box whose pixels change when it is painted; a lone full stop reaches 0.05.
_INKED = 0.01
# Under a word of a scan, the darkest and lightest pixel differ by this.
_INK = 40
_PIXELS_PER_POINT = 1.0
# A page with more pixels than this on a side is drawn smaller.
_MOST_PIXELS = 3000
# So many points around the pieces are drawn with them.
_MARGIN = 2.0


class Sight:
    """The visible part of the text of one page; places are in points from the page's corner."""

    def __init__(
        self, page: pdfium.PdfPage, textpage: pdfium.PdfTextPage, *, layered: bool
    ) -> None:
        self._page, self._handle = page, textpage.raw
        left, bottom, right, top = page.get_bbox()
        self._width, self._height = right - left, top - bottom
        self._scene = Scene(page, layered=layered)
        self.clear = not self._scene.flaws
        self._views: dict[str, _View] = {}

    def pieces(self, start: int, end: int) -> list[tuple[int, int]]:
        """Return the characters from `start` to `end`, split where another text object begins."""
        if end - start == 1 or self._owner(start) == self._owner(end - 1):
            return [(start, end)]
        owners = [self._owner(index) for index in range(start, end)]
        cuts = [start + at for at in range(1, len(owners)) if owners[at] != owners[at - 1]]
        return list(pairwise([start, *cuts, end]))

    def flaw(self, start: int, end: int, box: Box, turn: int) -> str | None:
        """Return why the characters from `start` to `end` cannot be seen in `box`, or None if they can."""
        left, bottom, right, top = box
        wide, high = right - left, top - bottom
        if left < 0 or bottom < 0 or right > self._width or top > self._height:
            shown = min(right, self._width) - max(left, 0.0)
            tall = min(top, self._height) - max(bottom, 0.0)
            if shown < _ON_PAGE * wide or tall < _ON_PAGE * high:
                return OFF_PAGE
        along, across = (high, wide) if turn % 2 else (wide, high)
        if across < SMALLEST or along < _NARROWEST * across * (end - start):
            return TINY
        if self.clear:
            return None
        why, piece = self._scene.flaws.get(self._owner(start), (None, None))
        if why is None or piece is None or self._is_seen(why, box) or self._has_twin(piece):
            return None
        return why

    def _owner(self, index: int) -> int:
        return address_of(raw.FPDFText_GetTextObject(self._handle, index))

    def _is_seen(self, why: str, box: Box) -> bool:
        if why != INVISIBLE and self._view(why).changed(box) >= _INKED:
            return True
        # This is the text layer of a scan, which stands for the text in the picture.
        return self._scene.is_scan() and self._view(_GROUND).contrast(box) > _INK

    def _has_twin(self, piece: Piece) -> bool:
        """Return whether the same text is printed over it, as on a shadow, which pdfium then reads only once."""
        return any(
            address_of(other.handle) not in self._scene.flaws
            and all(abs(one - two) < 3 for one, two in zip(piece.box, other.box, strict=True))
            and raw.FPDFTextObj_GetText(other.handle, self._handle, None, 0) <= 2
            for other in self._scene.texts
        )

    def _view(self, why: str) -> "_View":
        """Return the page around its suspects of one kind, and what they change there."""
        if why not in self._views:
            flawed = self._scene.flaws.values()
            absent = [piece for kind, piece in flawed if why in (kind, _GROUND)]
            others = self._scene.texts if why == BLENDED else ()
            extent = self._width, self._height
            self._views[why] = _View(self._page, extent, absent, others, ground=why == _GROUND)
        return self._views[why]


_GROUND = "what lies under all suspects"


class _View:
    """A part of the page as pixels: the places of some texts, and what changes without them."""

    def __init__(
        self,
        page: pdfium.PdfPage,
        extent: tuple[float, float],
        absent: Sequence[Piece],
        others: Sequence[Piece],
        *,
        ground: bool,
    ) -> None:
        boxes = [piece.box for piece in absent]
        width, height = extent
        self._left = max(min(box[0] for box in boxes) - _MARGIN, 0.0)
        self._bottom = max(min(box[1] for box in boxes) - _MARGIN, 0.0)
        self._right = max(min(max(box[2] for box in boxes) + _MARGIN, width), self._left + 1)
        self._top = max(min(max(box[3] for box in boxes) + _MARGIN, height), self._bottom + 1)
        crop = (self._left, self._bottom, width - self._right, height - self._top)
        self._scale = min(_PIXELS_PER_POINT, _MOST_PIXELS / max(width, height, 1.0))
        bare = _picture(page, crop, self._scale, absent)
        if ground:
            self._picture = bare.convert("L")
            return
        whole = _picture(page, crop, self._scale, ())
        if others:
            # White type over black type changes the picture without being seen, so it must add
            # contrast to the ground that is left without any type.
            empty = _picture(page, crop, self._scale, others)
            gained = ImageChops.subtract(_difference(whole, empty), _difference(bare, empty))
            self._picture = gained
        else:
            self._picture = _difference(whole, bare)

    def changed(self, box: Box) -> float:
        """Return the share of the box's pixels that differ noticeably with and without the texts."""
        cut = self._picture.crop(self._frame(box))
        return float(sum(cut.histogram()[_NOTICEABLE:]) / (cut.width * cut.height))

    def contrast(self, box: Box) -> int:
        """Return the difference between the darkest and the lightest pixel in the box, 0 to 255."""
        left, bottom, right, top = box
        around = (left - 1, bottom - 1, right + 1, top + 1)  # recognised places are not exact
        lowest, highest = self._picture.crop(self._frame(around)).getextrema()
        return int(highest - lowest)

    def _frame(self, box: Box) -> tuple[int, int, int, int]:
        """Return the box in pixels of the picture, at least one of them."""
        left, bottom, right, top = box
        scale, (width, height) = self._scale, self._picture.size
        across = min(max(int((left - self._left) * scale), 0), width - 1)
        down = min(max(int((self._top - top) * scale), 0), height - 1)
        return (
            across,
            down,
            max(min(int((right - self._left) * scale) + 1, width), across + 1),
            max(min(int((self._top - bottom) * scale) + 1, height), down + 1),
        )


def _difference(one: Any, other: Any) -> Any:
    """Return the difference of two pictures at each pixel, in the colour that differs most."""
    red, green, blue = ImageChops.difference(one, other).split()
    return ImageChops.lighter(ImageChops.lighter(red, green), blue)


def _picture(
    page: pdfium.PdfPage,
    crop: tuple[float, float, float, float],
    scale: float,
    absent: Sequence[Piece],
) -> Any:
    """Return the page as a picture, upright and cropped, without some of its text objects."""
    quarter = page.get_rotation()
    page.set_rotation(0)
    for piece in absent:
        raw.FPDFPageObj_SetIsActive(piece.handle, False)
    try:
        bitmap = page.render(scale=scale, crop=crop, rev_byteorder=True)
    finally:
        for piece in absent:
            raw.FPDFPageObj_SetIsActive(piece.handle, True)
        page.set_rotation(quarter)
    picture = bitmap.to_pil().convert("RGB").copy()
    bitmap.close()
    return picture
