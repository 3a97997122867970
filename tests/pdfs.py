"""Small PDF files written by hand, for tests: text in Helvetica at given places."""

import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pypdf

LETTER = (612.0, 792.0)


@dataclass(frozen=True)
class Text:
    """A string on a page: its baseline starts at (x, y) points; `turn` counts quarter turns."""

    x: float
    y: float
    text: str
    size: float = 10.0
    bold: bool = False
    turn: int = 0


def pdf(
    pages: Sequence[Sequence[Text]],
    *,
    rotate: int = 0,
    size: tuple[float, float] = LETTER,
    info: Mapping[str, str] | None = None,
) -> bytes:
    """A PDF with the texts of each page in the order given. Characters outside Latin-1 are lost."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        _font("Helvetica"),
        _font("Helvetica-Bold"),
        _information(info or {}),
    ]
    kids = []
    for texts in pages:
        content = "\n".join(_show(text) for text in texts).encode("latin-1", "replace")
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
        kids.append(len(objects) + 1)
        page = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {size[0]} {size[1]}] /Rotate {rotate} "
            f"/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> /Contents {len(objects)} 0 R >>"
        )
        objects.append(page.encode())
    listed = " ".join(f"{number} 0 R" for number in kids)
    objects[1] = f"<< /Type /Pages /Kids [{listed}] /Count {len(kids)} >>".encode()
    return _file(objects)


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


def _show(text: Text) -> str:
    cosine, sine = (
        round(math.cos(text.turn * math.pi / 2)),
        round(math.sin(text.turn * math.pi / 2)),
    )
    font = "F2" if text.bold else "F1"
    matrix = f"{cosine} {sine} {-sine} {cosine} {text.x} {text.y}"
    return f"BT /{font} {text.size} Tf {matrix} Tm ({_escaped(text.text)}) Tj ET"


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
