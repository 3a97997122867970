"""Export a stored answer as a file: Markdown, web page, PDF, Word, or BibTeX of its sources."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from assistant import rendering
from assistant.conversations.records import Turn
from assistant.errors import NegativeResult, UsageError
from assistant.library import bibliography
from assistant.library.notes import publish_note
from assistant.library.store import Library
from assistant.rendering.html import to_html
from assistant.rendering.markdown import to_markdown
from assistant.rendering.note import to_note
from assistant.rendering.unfolding import at_length
from assistant.types import Answer, Length


@dataclass(frozen=True)
class Form:
    """An export format: its name, file ending, media type, and whether it is text."""

    name: str
    suffix: str
    kind: str
    text: bool


FORMS: Mapping[str, Form] = {
    "md": Form("Markdown", "md", "text/markdown", text=True),
    "html": Form("HTML", "html", "text/html", text=True),
    "pdf": Form("PDF", "pdf", "application/pdf", text=False),
    "docx": Form(
        "Word", "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        text=False,
    ),
    "bibtex": Form("BibTeX", "bib", "application/x-bibtex", text=True),
}  # fmt: skip


def exported(turn: Turn, form: str, library: Library, length: Length = "brief") -> bytes:
    """Return an answer in one of FORMS, text in UTF-8; nothing is asked again.

    BibTeX contains the present records of the sources cited at that length, without runs.

    Raises:
        UsageError: there is no such format.
        NegativeResult: for BibTeX, no source of the answer is in the library any more.
    """
    if form not in FORMS:
        raise UsageError(f"There is no form {form!r} of an answer; there are: {', '.join(FORMS)}.")
    answer = at_length(turn.answer, length)
    if form == "bibtex":
        return _references(answer, library).encode()
    return _MADE[form](answer, turn)


def file_name(turn: Turn, form: str) -> str:
    """Return the name under which an answer is saved."""
    return f"answer-{turn.id or turn.answer.permalink}.{FORMS[form].suffix}"


def note_file(turn: Turn, data_dir: Path) -> Path:
    """Write an answer as a note into the data directory, completely or not at all, and return the file.

    Raises:
        NegativeResult: the answer cites nothing.
        Mendable: the disk cannot be written.
    """
    if not any(sentence.citations for sentence in turn.answer.sentences):
        raise NegativeResult("The answer cites nothing, so there is nothing to make a note of.")
    key = f"answer-{turn.id or turn.answer.permalink}"
    return publish_note(data_dir, key, to_note(turn.answer, key, turn.asked))


def _references(answer: Answer, library: Library) -> str:
    cited = {c.source for sentence in answer.sentences for c in sentence.citations}
    keys = [s.key for s in answer.sources if s.key in cited and s.kind != "evidence"]
    held = library.get_all(keys)
    if not held:
        raise NegativeResult("The answer cites no note or paper that the library holds.")
    return bibliography.export(held, "bibtex")


def _origin(turn: Turn) -> str:
    """Return one line that says where a printed answer comes from."""
    day = turn.asked.partition("T")[0]
    when = f", {day}" if day else ""
    return f"Inquiring Lines, answer {turn.id or turn.answer.permalink}{when}"


def _pdf(answer: Answer, turn: Turn) -> bytes:
    return rendering.pdf.to_pdf(answer, turn.near, asked=turn.asked, note=_origin(turn))


def _docx(answer: Answer, turn: Turn) -> bytes:
    return rendering.docx.to_docx(answer, turn.near, asked=turn.asked, note=_origin(turn))


_MADE: Mapping[str, Callable[[Answer, Turn], bytes]] = {
    "md": lambda answer, turn: to_markdown(answer, turn.near).encode(),
    "html": lambda answer, turn: to_html(answer, turn.near).encode(),
    "pdf": _pdf,
    "docx": _docx,
}
