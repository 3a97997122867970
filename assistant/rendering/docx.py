"""Render an answer as a Word document, in the styles of Word's own template."""

import io
from collections.abc import Mapping
from datetime import UTC, datetime

from docx import Document
from docx.document import Document as Docx
from docx.shared import Pt, RGBColor
from docx.text.run import Run as DocxRun

from assistant.printable import folded
from assistant.rendering.document import Block, BlockKind, Run, Style, blocks
from assistant.rendering.parts import NO_TITLES
from assistant.types import Answer


def to_docx(
    answer: Answer, titles: Mapping[str, str] = NO_TITLES, *, asked: str = "", note: str = ""
) -> bytes:
    """Return the answer as a DOCX file.

    Args:
        answer: The answer.
        titles: Titles of sources by key, for the nearest sources of gaps that the answer does not
            cite.
        asked: When it was asked, ISO 8601; the date of the document.
        note: One line at its end, such as its origin.
    """
    document = Document()
    about = document.core_properties
    about.title, about.author, about.comments = folded(answer.question)[:255], "Inquiring Lines", ""
    moment = datetime.fromisoformat(asked) if asked else datetime.fromtimestamp(0, UTC)
    about.created = about.modified = moment.astimezone(UTC).replace(tzinfo=None)
    for block in blocks(answer, titles):
        _put(document, block)
    if note:
        _put(document, Block("small", (Run(folded(note)),)))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


_STYLES: Mapping[BlockKind, str] = {
    "kicker": "Normal", "title": "Title", "deck": "Subtitle", "small": "Normal", "paragraph": "Normal",
    "heading": "Heading 2", "item": "List Bullet", "quote": "Quote",
}  # fmt: skip
_SOFT = RGBColor(0x5D, 0x5B, 0x55)
_LINK = RGBColor(0x0B, 0x57, 0xA4)


def _put(document: Docx, block: Block) -> None:
    # Sources have numbers of their own.
    style = "Normal" if block.label else _STYLES[block.kind]
    paragraph = document.add_paragraph(style=style)
    for run in block.runs:
        small = block.kind in ("kicker", "small")
        _style(paragraph.add_run(run.text), "small" if small else run.style)


def _style(run: DocxRun, style: Style) -> None:
    font = run.font
    font.bold = style == "strong" or None
    font.italic = style == "emphasis" or None
    if style == "small":
        font.size, font.color.rgb = Pt(9), _SOFT
    elif style == "code":
        font.name, font.size = "Consolas", Pt(9)
    elif style == "citation":
        font.color.rgb = _LINK
