"""Draw a PDF page as a picture with the quoted words highlighted, and find words in the picture."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pypdfium2 as pdfium
from PIL import Image, ImageDraw

from assistant.errors import Refused
from assistant.types import Page, Word

Box = tuple[float, float, float, float]

_HIGHLIGHT = (255, 213, 0, 96)
_OUTLINE = (214, 120, 0, 200)
# Pages wider than this many pixels take memory and show nothing more.
_MOST_PIXELS = 4000


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A page as a viewer shows it: its PNG, and how it lies on the unrotated page.

    `upright` is the size of the unrotated page in points, `quarter` the quarter turns clockwise.
    """

    png: bytes
    upright: tuple[float, float]
    quarter: int

    def place(self, box: Box) -> Box:
        """Return where a box of the unrotated page is in the picture: left, top, right, bottom in [0, 1]."""
        width, height = self.upright if self.quarter % 2 == 0 else self.upright[::-1]
        left, top, right, bottom = _on_screen(box, self.upright, self.quarter, 1.0)
        return left / width, top / height, right / width, bottom / height

    @property
    def shape(self) -> float:
        """Return the height of the picture as a share of its width."""
        width, height = self.upright
        return height / width if self.quarter % 2 == 0 else width / height


def render_page(
    path: Path,
    number: int,
    boxes: Iterable[Box] = (),
    password: str | None = None,
    scale: float = 2.0,
) -> Picture:
    """Render page `number` (from 1), `scale` pixels per point, with boxes highlighted.

    Boxes are (left, bottom, right, top) in points from the lower left corner of the unrotated
    page, as `quote_boxes` gives them; a rotated page is shown as a viewer shows it.

    Raises:
        Refused: the file is gone, cannot be opened, or has no such page.
    """
    try:
        pdf = pdfium.PdfDocument(path, password=password)
    except (pdfium.PdfiumError, OSError) as error:
        raise Refused(f"{path}: the page cannot be shown ({error}); add the file anew") from None
    try:
        if not 1 <= number <= len(pdf):
            raise Refused(f"{path}: no page {number}; it has {len(pdf)}")
        page = pdf[number - 1]
        width, height = page.get_size()
        scale = min(scale, _MOST_PIXELS / max(width, height, 1.0))
        picture = page.render(scale=scale).to_pil().convert("RGBA")
        quarter = page.get_rotation() // 90
    except pdfium.PdfiumError as error:
        raise Refused(f"{path}: page {number} cannot be shown ({error})") from None
    finally:
        pdf.close()
    upright = (width, height) if quarter % 2 == 0 else (height, width)
    shown = [_on_screen(box, upright, quarter, scale) for box in boxes]
    return Picture(png=_png(_highlighted(picture, shown)), upright=upright, quarter=quarter)


def quote_boxes(page: Page, start: int, end: int) -> list[Box]:
    """Return boxes over the words from `start` to `end` of the stored text, one for each printed line.

    A partly quoted word is highlighted whole. Boxes are in points, with the origin at the lower
    left corner of the unrotated page; there are none if the span lies on other pages.
    """
    boxes: list[Box] = []
    for word in page.words:
        if word.end <= start or word.start >= end:
            continue
        if boxes and _same_line(boxes[-1], word):
            left, bottom, right, top = boxes[-1]
            boxes[-1] = (
                min(left, word.left),
                min(bottom, word.bottom),
                max(right, word.right),
                max(top, word.top),
            )
        else:
            boxes.append((word.left, word.bottom, word.right, word.top))
    return boxes


def _same_line(box: Box, word: Word) -> bool:
    """Return whether a word continues the line of the box, across or, in turned text, along the page."""
    left, bottom, right, top = box
    across = min(top, word.top) - max(bottom, word.bottom)
    along = min(right, word.right) - max(left, word.left)
    if across > 0.5 * min(top - bottom, word.top - word.bottom):
        # Words of one line are at most a wide space apart; the other column is further away.
        return -along < 2.0 * max(top - bottom, word.top - word.bottom)
    # The lines of turned text are upright strips, as narrow as the type is high.
    strips = top - bottom > right - left and word.top - word.bottom > word.right - word.left
    if strips and along > 0.8 * max(right - left, word.right - word.left):
        return -across < right - left
    return False


def _on_screen(box: Box, upright: tuple[float, float], quarter: int, scale: float) -> Box:
    """Return a box of the unrotated page as left, top, right, bottom in pixels of the shown page."""
    left, bottom, right, top = box
    width, height = upright
    if quarter == 0:
        corners = (left, height - top, right, height - bottom)
    elif quarter == 1:
        corners = (bottom, left, top, right)
    elif quarter == 2:
        corners = (width - right, bottom, width - left, top)
    else:
        corners = (height - top, width - right, height - bottom, width - left)
    return (
        corners[0] * scale,
        corners[1] * scale,
        corners[2] * scale,
        corners[3] * scale,
    )


def _highlighted(picture: Image.Image, boxes: Sequence[Box]) -> Image.Image:
    layer = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    brush = ImageDraw.Draw(layer)
    for left, top, right, bottom in boxes:
        frame = (left - 2, top - 1, max(right + 2, left), max(bottom + 1, top))
        brush.rounded_rectangle(frame, radius=3, fill=_HIGHLIGHT, outline=_OUTLINE, width=1)
    return Image.alpha_composite(picture, layer).convert("RGB")


def _png(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    # A page of text packs no smaller with more effort, and takes half as long again.
    picture.save(buffer, format="PNG", compress_level=3)
    return buffer.getvalue()
