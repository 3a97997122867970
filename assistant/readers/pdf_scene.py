"""List what a PDF page paints, object after object, and which of its text may be hidden by that."""

import ctypes
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as raw

INVISIBLE = "painted with nothing"
BLENDED = "in the colour of what is behind"
TRANSPARENT = "transparent"
COVERED = "covered by something"
CLIPPED = "clipped away"
SWITCHED_OFF = "in a layer that is switched off"

Box = tuple[float, float, float, float]
"""A box is its left, bottom, right and top in points."""
Matrix = tuple[float, float, float, float, float, float]

# Type that is lighter than this, of 255, in every colour may be invisible on white.
_LIGHT = 200
# Type on a ground of a colour this close to its own may be invisible.
_NEAR = 40
# Forms within forms are examined to this depth.
_DEPTH = 6


class Piece(NamedTuple):
    """A text object: when it is painted, in which colour, and the matrix that moves its box to the page."""

    handle: Any
    order: int
    color: tuple[int, int, int]
    matrix: Matrix

    @property
    def box(self) -> Box:
        """Return its box on the page."""
        return _bounds(self.handle, self.matrix)


class _Shape(NamedTuple):
    """A filled path, a broad stroke, an image or a shading; the last two have no colour."""

    order: int
    box: Box
    color: tuple[int, int, int] | None


class _Setting(NamedTuple):
    """What a form imposes on its objects: position, bounds, and whether they may be invisible."""

    matrix: Matrix
    clip: Box | None = None
    fades: bool = False
    optional: bool = False


class Scene:
    """The objects of a page in the order in which they are painted, with forms taken apart.

    `flaws` holds the text objects that may be invisible, by address, each with the likeliest
    reason.
    """

    def __init__(self, page: pdfium.PdfPage, *, layered: bool) -> None:
        self.texts: list[Piece] = []
        self.flaws: dict[int, tuple[str, Piece]] = {}
        self._shapes: list[_Shape] = []
        self._images: list[Box] = []
        self._layered = layered
        self._order = 0
        self._scan: bool | None = None
        left, bottom, right, top = page.get_bbox()
        self._extent = right - left, top - bottom
        self._red, self._green, self._blue, self._alpha = (ctypes.c_uint() for _ in range(4))
        parts = (self._red, self._green, self._blue, self._alpha)
        self._color_refs = tuple(ctypes.byref(part) for part in parts)
        self._mode, self._stroked, self._broad = ctypes.c_int(), ctypes.c_int(), ctypes.c_float()
        self._visit(
            raw.FPDFPage_CountObjects(page.raw),
            partial(raw.FPDFPage_GetObject, page.raw),
            _Setting((1.0, 0.0, 0.0, 1.0, -left, -bottom)),
        )
        if self._shapes:
            for piece, why in _overlaid(self.texts, self._shapes):
                self.flaws.setdefault(address_of(piece.handle), (why, piece))

    def is_scan(self) -> bool:
        """Return whether images cover half of the page, and most of its text is visible only in them."""
        if self._scan is None:
            unseen = sum(why != CLIPPED for why, _ in self.flaws.values())
            self._scan = 2 * unseen >= len(self.texts) and self._pictured() >= 0.5
        return self._scan

    def _pictured(self) -> float:
        """Return the share of the page that images cover."""
        width, height = self._extent
        steps = [(step + 0.5) / 16 for step in range(16)]
        covered = sum(
            any(
                left <= x * width <= right and bottom <= y * height <= top
                for left, bottom, right, top in self._images
            )
            for x in steps
            for y in steps
        )
        return covered / len(steps) ** 2

    def _visit(
        self, count: int, get: Callable[[int], Any], setting: _Setting, depth: int = 0
    ) -> None:
        kind_of = raw.FPDFPageObj_GetType
        for index in range(count):
            handle = get(index)
            kind = kind_of(handle)
            self._order += 1
            if kind == raw.FPDF_PAGEOBJ_TEXT:
                self._text(handle, setting)
            elif kind == raw.FPDF_PAGEOBJ_PATH:
                self._path(handle, setting.matrix)
            elif kind == raw.FPDF_PAGEOBJ_FORM and depth < _DEPTH:
                self._visit(
                    raw.FPDFFormObj_CountObjects(handle),
                    partial(raw.FPDFFormObj_GetObject, handle),
                    self._within_form(handle, setting),
                    depth + 1,
                )
            elif kind in (raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_SHADING):
                box = _bounds(handle, setting.matrix)
                self._shapes.append(_Shape(self._order, box, None))
                if kind == raw.FPDF_PAGEOBJ_IMAGE:
                    self._images.append(box)

    def _within_form(self, handle: Any, setting: _Setting) -> _Setting:
        own = raw.FS_MATRIX()
        raw.FPDFPageObj_GetMatrix(handle, own)
        return _Setting(
            _product((own.a, own.b, own.c, own.d, own.e, own.f), setting.matrix),
            _common(setting.clip, _clip(handle, setting.matrix)),
            setting.fades or bool(raw.FPDFPageObj_HasTransparency(handle)),
            setting.optional or self._layered,
        )

    def _text(self, handle: Any, setting: _Setting) -> None:
        mode = raw.FPDFTextObj_GetTextRenderMode(handle)
        read = raw.FPDFPageObj_GetStrokeColor if mode % 4 == 1 else raw.FPDFPageObj_GetFillColor
        known = read(handle, *self._color_refs)
        red, green, blue = self._red.value, self._green.value, self._blue.value
        piece = Piece(handle, self._order, (red, green, blue), setting.matrix)
        self.texts.append(piece)
        why = None
        if mode == raw.FPDF_TEXTRENDERMODE_INVISIBLE:
            why = INVISIBLE
        elif (
            not known
            or self._alpha.value < 255
            or setting.fades
            or raw.FPDFPageObj_HasTransparency(handle)
        ):
            why = TRANSPARENT
        elif red > _LIGHT and green > _LIGHT and blue > _LIGHT:
            why = BLENDED
        elif self._layered and (setting.optional or _is_optional(handle)):
            why = SWITCHED_OFF
        else:
            clip = _common(setting.clip, _clip(handle, setting.matrix))
            if clip is not None and not _within(piece.box, clip):
                why = CLIPPED
        if why:
            self.flaws[address_of(handle)] = why, piece

    def _path(self, handle: Any, matrix: Matrix) -> None:
        box = _bounds(handle, matrix)
        if box[2] - box[0] < 2 or box[3] - box[1] < 2:
            return
        raw.FPDFPath_GetDrawMode(handle, self._mode, self._stroked)
        filled = self._mode.value != raw.FPDF_FILLMODE_NONE
        if not filled:
            # A line as broad as type covers it like a box.
            raw.FPDFPageObj_GetStrokeWidth(handle, self._broad)
            if not self._stroked.value or self._broad.value * max(map(abs, matrix[:4])) < 3:
                return
        read = raw.FPDFPageObj_GetFillColor if filled else raw.FPDFPageObj_GetStrokeColor
        known = read(handle, *self._color_refs)
        color = (self._red.value, self._green.value, self._blue.value) if known else None
        self._shapes.append(_Shape(self._order, box, color))


_LEFT, _BOTTOM, _RIGHT, _TOP = (ctypes.c_float() for _ in range(4))
_EDGE_REFS = tuple(ctypes.byref(edge) for edge in (_LEFT, _BOTTOM, _RIGHT, _TOP))


def _bounds(handle: Any, matrix: Matrix) -> Box:
    """Return the box of an object on the page."""
    raw.FPDFPageObj_GetBounds(handle, *_EDGE_REFS)
    box = (_LEFT.value, _BOTTOM.value, _RIGHT.value, _TOP.value)
    return _moved(box, matrix)


def _clip(handle: Any, matrix: Matrix) -> Box | None:
    """Return the box that the object's clip leaves; it is empty if the clip is not a rectangle."""
    path = raw.FPDFPageObj_GetClipPath(handle)
    paths = raw.FPDFClipPath_CountPaths(path) if path else 0
    if paths <= 0:
        return None
    box: Box | None = None
    x, y = ctypes.c_float(), ctypes.c_float()
    for number in range(paths):
        if raw.FPDFClipPath_CountPathSegments(path, number) not in (4, 5):
            return (0.0, 0.0, 0.0, 0.0)
        corners = []
        for place in (0, 2):
            segment = raw.FPDFClipPath_GetPathSegment(path, number, place)
            raw.FPDFPathSegment_GetPoint(segment, x, y)
            corners.append((x.value, y.value))
        (one, low), (other, high) = corners
        edges = (min(one, other), min(low, high), max(one, other), max(low, high))
        box = _common(box, _moved(edges, matrix))
    return box


def _is_optional(handle: Any) -> bool:
    """Return whether the object stands in marked content of an optional content group."""
    size, buffer = ctypes.c_ulong(), ctypes.create_string_buffer(16)
    for index in range(raw.FPDFPageObj_CountMarks(handle)):
        mark = raw.FPDFPageObj_GetMark(handle, index)
        wide = ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR))
        if raw.FPDFPageObjMark_GetName(mark, wide, 16, size) and buffer.raw[:4] == b"O\0C\0":
            return True
    return False


def _overlaid(texts: Sequence[Piece], shapes: Sequence[_Shape]) -> Iterator[tuple[Piece, str]]:
    """Yield text that a later shape may cover, or that has the colour of an earlier shape under it."""
    if len(texts) * len(shapes) > _MOST_PAIRS:
        # In a drawing of very many strokes all text is examined instead.
        yield from ((piece, COVERED) for piece in texts)
        return
    boxes = [piece.box for piece in texts]
    bands: dict[int, list[int]] = {}
    for at, (_, bottom, _, top) in enumerate(boxes):
        for band in range(int(bottom // _BAND), min(int(top // _BAND), _BANDS) + 1):
            bands.setdefault(band, []).append(at)
    colors = {piece.color for piece in texts}
    for shape in shapes:
        left, bottom, right, top = shape.box
        near = {
            color
            for color in colors
            if shape.color is None or _distance(shape.color, color) < _NEAR
        }
        low, high = int(max(bottom // _BAND, -_BANDS)), int(min(top // _BAND, _BANDS))
        for band in range(low, high + 1):
            for at in bands.get(band, ()):
                box = boxes[at]
                if box[2] <= left or box[0] >= right or not _meets(box, shape.box):
                    continue
                piece = texts[at]
                if shape.order > piece.order:
                    yield piece, COVERED
                elif piece.color in near:
                    yield piece, BLENDED


# More pairs would take seconds to compare one by one.
_MOST_PAIRS = 2_000_000
# Texts and shapes are compared if they stand in the same band of the page, which is this many points high.
_BAND, _BANDS = 24.0, 600


def _distance(one: tuple[int, int, int], other: tuple[int, int, int]) -> int:
    return max(abs(mine - theirs) for mine, theirs in zip(one, other, strict=True))


def _meets(text: Box, shape: Box) -> bool:
    """Return whether the shape overlaps enough of the text to hide a word of it."""
    wide = min(text[2], shape[2]) - max(text[0], shape[0])
    high = min(text[3], shape[3]) - max(text[1], shape[1])
    return (
        wide > 0 and high > 0.4 * (text[3] - text[1]) and wide > min(5.0, 0.4 * (text[2] - text[0]))
    )


def _within(box: Box, other: Box) -> bool:
    return (
        other[0] <= box[0] + 1
        and other[1] <= box[1] + 1
        and other[2] >= box[2] - 1
        and other[3] >= box[3] - 1
    )


def _common(one: Box | None, other: Box | None) -> Box | None:
    """Return the part that both boxes share, empty if they share none; None means no bounds."""
    if one is None or other is None:
        return one or other
    left, bottom = max(one[0], other[0]), max(one[1], other[1])
    return left, bottom, max(left, min(one[2], other[2])), max(bottom, min(one[3], other[3]))


def _moved(box: Box, matrix: Matrix) -> Box:
    """Return the box around a box that a matrix has moved."""
    a, b, c, d, e, f = matrix
    left, bottom, right, top = box
    if b == c == 0 and a == d == 1:
        return left + e, bottom + f, right + e, top + f
    if b == c == 0:
        xs, ys = (a * left + e, a * right + e), (d * bottom + f, d * top + f)
        return (min(xs), min(ys), max(xs), max(ys))
    corners = [(x, y) for x in (left, right) for y in (bottom, top)]
    across = [a * x + c * y + e for x, y in corners]
    along = [b * x + d * y + f for x, y in corners]
    return min(across), min(along), max(across), max(along)


def _product(first: Matrix, then: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return (
        a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j,
        e * g + f * i + k, e * h + f * j + m,
    )  # fmt: skip


def address_of(handle: Any) -> int:
    """Return what tells a page object from every other: pdfium gives the same pointer each time."""
    return ctypes.cast(handle, ctypes.c_void_p).value or 0
