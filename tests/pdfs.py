"""Write small PDF files for tests: text in Helvetica, boxes and pictures at given places."""

import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pypdf

LETTER = (612.0, 792.0)


@dataclass(frozen=True)
class Text:
    """A string on a page: its baseline starts at (x, y) points; `turn` counts quarter turns.

    `color` is RGB from 0 to 1, `mode` the render mode, `alpha` the opacity, `stretch` the
    horizontal scale in percent. It shows within `clip` (left, bottom, width, height) only, and
    only while its `layer`, "on" or "off", is. `stands_for` is what the file says it reads as.
    """

    x: float
    y: float
    text: str
    size: float = 10.0
    bold: bool = False
    turn: int = 0
    color: tuple[float, float, float] = (0.0, 0.0, 0.0)
    mode: int = 0
    alpha: float = 1.0
    stretch: int = 100
    clip: tuple[float, float, float, float] | None = None
    layer: str = ""
    stands_for: str = ""


@dataclass(frozen=True)
class Line:
    """A line in pieces (text, rise in points, share of the size), one right after the other."""

    x: float
    y: float
    pieces: Sequence[tuple[str, float, float]]
    size: float = 10.0
    alpha: float = 1.0


@dataclass(frozen=True)
class Box:
    """A filled rectangle with its lower left corner at (x, y), painted in its turn."""

    x: float
    y: float
    width: float
    height: float
    color: tuple[float, float, float] = (1.0, 1.0, 1.0)
    alpha: float = 1.0


@dataclass(frozen=True)
class Picture:
    """An image like a scan: black strokes on white where it is `inked`, else white all over."""

    x: float
    y: float
    width: float
    height: float
    inked: bool = True


Item = Text | Line | Box | Picture


def pdf(
    pages: Sequence[Sequence[Item]],
    *,
    rotate: int = 0,
    size: tuple[float, float] = LETTER,
    origin: tuple[float, float] = (0.0, 0.0),
    wrapped: bool = False,
    info: Mapping[str, str] | None = None,
) -> bytes:
    """A PDF with the items of each page painted in the order given.

    Characters outside Latin-1 are lost. The page's corner is at `origin`; `wrapped` puts the
    content of each page into a form of half its size that is drawn twice as large.
    """
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /OCProperties << /OCGs [6 0 R 7 0 R] "
        b"/D << /ON [6 0 R] /OFF [7 0 R] >> >> >>",
        b"",
        _font("Helvetica"),
        _font("Helvetica-Bold"),
        _information(info or {}),
        b"<< /Type /OCG /Name (shown) >>",
        b"<< /Type /OCG /Name (not shown) >>",
        _picture(inked=True),
        _picture(inked=False),
    ]
    if not any(isinstance(item, Text) and item.layer for items in pages for item in items):
        objects[0] = b"<< /Type /Catalog /Pages 2 0 R >>"
    kids = []
    left, bottom = origin
    box = f"[{left} {bottom} {left + size[0]} {bottom + size[1]}]"
    for items in pages:
        content = "\n".join(_show(item) for item in items).encode("latin-1", "replace")
        if wrapped:
            form = (
                f"/Type /XObject /Subtype /Form /BBox [-30000 -30000 30000 30000] "
                f"/Matrix [0.5 0 0 0.5 0 0] /Resources {_resources(items)}"
            )
            objects.append(_stream(content, form))
            resources = f"<< /XObject << /Page {len(objects)} 0 R >> >>"
            content = b"2 0 0 2 0 0 cm /Page Do"
        else:
            resources = _resources(items)
        objects.append(_stream(content))
        kids.append(len(objects) + 1)
        page = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox {box} /Rotate {rotate} "
            f"/Resources {resources} /Contents {len(objects)} 0 R >>"
        )
        objects.append(page.encode())
    listed = " ".join(f"{number} 0 R" for number in kids)
    objects[1] = f"<< /Type /Pages /Kids [{listed}] /Count {len(kids)} >>".encode()
    return _file(objects)


def paper() -> bytes:
    """A paper of two pages on counting bees, with every part that a paper page tells, and an appendix."""
    first = [
        Text(72, 720, "Counting Bees in Orchards", 18, bold=True),
        Text(72, 690, "Abstract", 12, bold=True),
        *column(72, 670, [
            "We propose a new way to count bees in orchards from sound alone.",
            "Our experiments show that it outperforms video by 12% on 40 orchards.",
            "To our knowledge, this is the first count of bees that works at night.",
            "The results matter because they imply that farmers can do without cameras.",
        ]),
        Text(72, 600, "1 Method", 12, bold=True),
        *column(72, 580, ["We use microphones placed in each orchard for one day at a time.",
                          "We collect recordings of every hour and count them by hand.",
                          "We introduce a filter that separates bees from wind in one pass."]),
    ]  # fmt: skip
    second = [
        Text(72, 720, "2 Limitations", 12, bold=True),
        *column(72, 700, ["The method was tested only in dry weather and with one kind of bee.",
                          "Wind of any strength makes the count of bees unreliable.",
                          "Future work should extend the count to hives in towns."]),
        Text(72, 640, "References", 12, bold=True),
        *column(72, 620, ["Ada Lovelace. 1843. Notes on counting engines. Taylor.",
                          "Chenxu Yang. 2025. Dynamic Early Exit in Reasoning Models. Preprint."]),
        Text(72, 580, "A Further Recordings", 12, bold=True),
        *column(72, 560, ["Our experiments show that a second filter outperforms the first by 3%.",
                          "We collect these recordings in the nights of one week only."]),
    ]  # fmt: skip
    return pdf([first, second])


def _resources(items: Sequence[Item]) -> str:
    alphas = {item.alpha for item in items if not isinstance(item, Picture)}
    states = " ".join(f"/{_state(alpha)} << /ca {alpha} /CA {alpha} >>" for alpha in sorted(alphas))
    return (
        f"<< /Font << /F1 3 0 R /F2 4 0 R >> /ExtGState << {states} >> "
        "/Properties << /on 6 0 R /off 7 0 R >> /XObject << /Scan 8 0 R /Blank 9 0 R >> >>"
    )


def _state(alpha: float) -> str:
    return f"A{round(100 * alpha)}"


def _picture(*, inked: bool) -> bytes:
    """64 by 176 grey pixels."""
    strokes = (b"\0\xff" * 32 + b"\xff" * 64) * 88
    form = (
        "/Type /XObject /Subtype /Image /Width 64 /Height 176 /ColorSpace /DeviceGray "
        "/BitsPerComponent 8"
    )
    return _stream(strokes if inked else b"\xff" * len(strokes), form)


def _stream(content: bytes, fields: str = "") -> bytes:
    head = f"<< {fields} /Length {len(content)} >>\nstream\n".encode()
    return head + content + b"\nendstream"


def column(
    x: float, y: float, lines: Sequence[str], *, leading: float = 12.0, size: float = 10.0
) -> list[Text]:
    """Lines of a column from its top down."""
    return [Text(x, y - leading * place, line, size) for place, line in enumerate(lines)]


def encrypted(content: bytes, *, user: str, owner: str, algorithm: str = "AES-256") -> bytes:
    """The same file, encrypted by pypdf."""
    writer = pypdf.PdfWriter(io.BytesIO(content))
    writer.encrypt(user_password=user, owner_password=owner, algorithm=algorithm)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def _font(name: str) -> bytes:
    return (
        f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>"
    ).encode()


def _information(info: Mapping[str, str]) -> bytes:
    fields = " ".join(f"/{name} ({_escaped(value)})" for name, value in info.items())
    return f"<< {fields} >>".encode("latin-1")


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def _show(item: Item) -> str:
    if isinstance(item, Picture):
        name = "Scan" if item.inked else "Blank"
        return f"q {item.width} 0 0 {item.height} {item.x} {item.y} cm /{name} Do Q"
    if isinstance(item, Line):
        pieces = " ".join(
            f"/F1 {share * item.size} Tf {rise} Ts ({_escaped(text)}) Tj"
            for text, rise, share in item.pieces
        )
        return f"q BT {item.x} {item.y} Td {pieces} ET Q"
    paint = f"/{_state(item.alpha)} gs {_operands(item.color)} rg {_operands(item.color)} RG"
    if isinstance(item, Box):
        return f"q {paint} {item.x} {item.y} {item.width} {item.height} re f Q"
    cosine, sine = (
        round(math.cos(item.turn * math.pi / 2)),
        round(math.sin(item.turn * math.pi / 2)),
    )
    font = "F2" if item.bold else "F1"
    matrix = f"{cosine} {sine} {-sine} {cosine} {item.x} {item.y}"
    shown = (
        f"BT /{font} {item.size} Tf {item.mode} Tr {item.stretch} Tz {matrix} Tm "
        f"({_escaped(item.text)}) Tj ET"
    )
    if item.stands_for:
        shown = f"/Span << /ActualText ({_escaped(item.stands_for)}) >> BDC {shown} EMC"
    if item.layer:
        shown = f"/OC /{item.layer} BDC {shown} EMC"
    clip = f"{_operands(item.clip)} re W n" if item.clip else ""
    return f"q {clip} {paint} {shown} Q"


def _operands(values: Sequence[float]) -> str:
    return " ".join(f"{value:.4f}" for value in values)


def _file(objects: Sequence[bytes]) -> bytes:
    buffer = io.BytesIO()
    buffer.write(b"%PDF-1.4\n")
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(buffer.tell())
        buffer.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    table = buffer.tell()
    buffer.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    for offset in offsets:
        buffer.write(b"%010d 00000 n \n" % offset)
    buffer.write(
        b"trailer << /Size %d /Root 1 0 R /Info 5 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (len(objects) + 1, table)
    )
    return buffer.getvalue()
