"""Render an answer as a PDF: typeset by Typst, tagged for screen readers, the same bytes for the same answer."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import typst

from assistant.printable import folded
from assistant.rendering.document import blocks
from assistant.rendering.parts import NO_TITLES
from assistant.types import Answer

_TEMPLATE = Path(__file__).parent / "answer.typ"


def to_pdf(
    answer: Answer, titles: Mapping[str, str] = NO_TITLES, *, asked: str = "", note: str = ""
) -> bytes:
    """Return the answer as a PDF (PDF/UA-1); its text is data for the template and never code.

    Args:
        answer: The answer.
        titles: Titles of sources by key, for the nearest sources of gaps that the answer does not
            cite.
        asked: When it was asked, ISO 8601; the date of the file, so that it does not depend on the
            day.
        note: One line at its end, such as its origin.
    """
    said = {
        "title": folded(answer.question),
        "note": folded(note),
        "blocks": [asdict(block) for block in blocks(answer, titles)],
    }
    moment = datetime.fromisoformat(asked) if asked else datetime.fromtimestamp(0, UTC)
    try:
        return _typeset(said, moment, "ua-1")
    except typst.TypstError as error:
        if _NO_GLYPH not in str(error):
            raise
        return _typeset({**said, "note": f"{said['note']} {_BOXES}"}, moment, None)


# Typst says this if no font has a character, which the standard does not allow.
_NO_GLYPH = "could not be displayed"
_BOXES = "Characters that no font of this machine has are shown as boxes."


def _typeset(said: Mapping[str, Any], moment: datetime, standard: Literal["ua-1"] | None) -> bytes:
    made: bytes = typst.compile(
        _TEMPLATE.read_bytes(), sys_inputs={"answer": json.dumps(said)}, timestamp=moment,
        pdf_standards=standard,
    )  # fmt: skip
    return made
