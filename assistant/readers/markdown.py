"""Read notes: Markdown or plain text, with optional YAML front matter."""

import re
from collections.abc import Mapping
from itertools import dropwhile
from pathlib import Path
from typing import Any

from assistant.errors import Refused
from assistant.readers import files, front_matter
from assistant.readers.hidden_markup import without_hidden
from assistant.readers.references import year_in
from assistant.readers.relations import unknown_kinds
from assistant.readers.smuggled import without_unprinted
from assistant.types import Document

_MOST_WARNINGS = 8

suffixes = (".md", ".markdown", ".txt")
# The longest novels have some six megabytes.
largest = 16 * 2**20

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(|.*?\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_HEADING = re.compile(r"^#{1,6}[ \t]+(?=\S)(.+)$")
_NOT_PROSE = re.compile(
    r"^(?:#{1,6}\s|[-*+]\s|\d+[.)]\s|>|\||```|~~~|!\[|<|\[\^|(?:[-*_]\s*){3,}$)"
)


def read(path: Path, *, password: str | None = None) -> Document:  # noqa: ARG001 notes have none
    r"""Read a note.

    The stored text is the body after the front matter, as in the file, with newlines as `\n` and
    without a byte order mark. Parts that no viewer shows are left out and reported in the warnings
    (comments, hidden elements, characters that print nothing). The title is the front matter's,
    else the first heading, else the file name; the claim is the front matter's, else the first
    paragraph of prose, its white space folded. Every other field of the front matter goes into the
    metadata unchanged, dates as ISO text, except a year without four digits; such a year, and
    relations of an unknown kind, are reported in the warnings.

    Raises:
        Refused: the note is empty, not UTF-8, or has front matter that is not a YAML mapping.
    """
    content = _text_of(path)
    fields, body = _split(path, content)
    # Plain text shows its markup.
    body, hidden = (body, []) if path.suffix.lower() == ".txt" else without_hidden(body)
    body, unprinted = without_unprinted(body)
    if not body.strip():
        raise Refused(f"{path}: no text in it; write the note or delete the file")
    title = _scalar(fields.get("title")) or _shortened(_first_heading(body)) or path.stem
    claim = _scalar(fields.get("claim")) or _first_prose(body)
    metadata = {**fields, "title": title, "claim": claim}
    told = [line] if (line := unknown_kinds(metadata)) else []
    # An empty field is one that nobody filled in.
    if metadata.get("year") not in (None, "") and year_in(metadata["year"]) is None:
        told.append(f"its year is no year ({_scalar(metadata.pop('year'))[:20] or 'no number'})")
    return Document(
        kind="note", title=title, text=body, claim=claim, metadata=metadata,
        warnings=tuple(_few([*hidden, *unprinted]) + told),
    )  # fmt: skip


def _few(warnings: list[str]) -> list[str]:
    """Return the first warnings and the number of the others, because nobody reads a long list."""
    more = len(warnings) - _MOST_WARNINGS
    return [*warnings[:_MOST_WARNINGS], f"{more} more stretches left out"] if more > 0 else warnings


def _text_of(path: Path) -> str:
    raw = files.whole(path, largest)
    if not raw:
        raise Refused(f"{path}: the file is empty (0 bytes); write the note or delete it")
    if b"\0" in raw:
        raise Refused(f"{path}: not a text file (it holds NUL bytes); save it as UTF-8 text")
    try:
        content = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(
            f"{path}: not UTF-8 (byte {error.start} is 0x{raw[error.start]:02x}); save it as UTF-8"
        ) from None
    return content.replace("\r\n", "\n").replace("\r", "\n")


def _split(path: Path, content: str) -> tuple[Mapping[str, Any], str]:
    """Return front matter as a mapping, and the text after it."""
    match = _FRONT_MATTER.match(content)
    if match is None:
        if re.match(r"---[ \t]*\n\w+:", content):
            raise Refused(f"{path}: the front matter has no end; close it with a line `---`")
        return {}, content
    try:
        fields = front_matter.values("\n" + match[1])
    except Refused as problem:
        raise Refused(
            f"{path}: the front matter is not YAML that is read here ({problem}); mend it or remove "
            "the block"
        ) from None
    if fields is None:
        fields = {}
    if not isinstance(fields, Mapping):
        # A rule at the top of a plain note looks like an opening fence; its text is not a mapping.
        if "\n\n" in match[1] or ":" not in match[1]:
            return {}, content
        raise Refused(f"{path}: the front matter is not a YAML mapping; write it as `name: value`")
    return fields, content[match.end() :]


def _scalar(value: Any) -> str:
    """Return a text field with its white space folded, or "" if it is a list or missing."""
    if not isinstance(value, str | int | float):
        return ""
    return _shortened(" ".join(without_unprinted(str(value))[0].split()))


def _first_heading(body: str) -> str:
    fenced = False
    for line in body.splitlines():
        if line.startswith(("```", "~~~")):
            fenced = not fenced
        elif not fenced and (match := _HEADING.match(line)):
            title = match[1].rstrip()
            return title.rstrip("#").rstrip() or title
    return ""


def _first_prose(body: str) -> str:
    """Return the first paragraph of prose, not a heading, list, table, quotation, code or image."""
    fenced = False
    for block in re.split(r"\n[ \t]*\n", body):
        opens = sum(line.lstrip().startswith(("```", "~~~")) for line in block.splitlines())
        inside, fenced = fenced, fenced ^ (opens % 2 == 1)
        if inside or opens:
            continue
        lines = list(dropwhile(_HEADING.match, block.strip().splitlines()))
        if lines and not _NOT_PROSE.match(lines[0].lstrip()):
            return _shortened(" ".join(" ".join(lines).split()))
    return ""


def _shortened(prose: str) -> str:
    """Return a title or claim of the length of a paragraph; the beginning of a text without paragraphs is its claim."""
    if len(prose) <= _LONGEST_CLAIM:
        return prose
    return prose[:_LONGEST_CLAIM].rsplit(" ", 1)[0]


# A claim has at most this many characters; a long paragraph has some 1,500.
_LONGEST_CLAIM = 4_000
