"""Find a PDF's metadata: title, authors, identifiers, abstract, sections, references."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from assistant.readers import pdf_byline as byline
from assistant.readers import pdf_imprint as imprint
from assistant.readers.pdf_furniture import ARXIV_STAMP
from assistant.readers.pdf_glyphs import Sheet
from assistant.readers.pdf_order import Line, reading_order
from assistant.readers.pdf_text import Composition, Heading


def describe(
    composition: Composition, first: Sheet, info: Mapping[str, Any], name: str
) -> tuple[str, dict[str, Any]]:
    """Return title and metadata of a document.

    Args:
        composition: The stored text with its headings.
        first: The first page, whose largest type is the title.
        info: `title`, `authors` (list), `doi` and `year` that the file declares, if any.
        name: The file name, which often contains an arXiv id; its stem is the last resort for a
            title.
    """
    page = composition.leaves[0]
    opening = composition.text[page.start : page.end]
    lines = reading_order(first)
    title = _title(str(info.get("title", "")), first, opening) or name.rsplit(".", 1)[0]
    printed = [*opening.splitlines(), *_apart(lines, opening)]
    arxiv, stamp = _arxiv(composition.furniture, opening, name)
    metadata: dict[str, Any] = {
        "title": title,
        "authors": _authors(info.get("authors", [])) or byline.authors(lines, title),
        "year": _year(stamp, arxiv, printed, info),
        "venue": imprint.venue(printed),
        "doi": _doi(str(info.get("doi", "")), opening),
        "arxiv": arxiv,
        "arxiv_version": _stamped(_VERSION, stamp),
        "arxiv_category": _stamped(_CATEGORY, stamp),
        "abstract": _abstract(composition),
        "sections": [heading._asdict() for heading in composition.headings],
        "references": _references(composition),
    }
    return title, {field: value for field, value in metadata.items() if value}


_PROSE = 400
"""A paragraph with this many characters is prose and not an imprint."""


def _apart(lines: Sequence[Line], opening: str) -> list[str]:
    """Return the lines of a page outside paragraphs of prose, and those that announce the next line."""
    prose = " ".join(line for line in opening.splitlines() if len(line) >= _PROSE)
    return [
        text for line in lines if (text := line.text).endswith(":") or _inner(text) not in prose
    ]


def _inner(text: str) -> str:
    """Return the words of a line without the first and the last, which may be broken."""
    words = text.split()
    return " ".join(words[1:-1] or words)


_NO_TITLE = re.compile(
    r"untitled|microsoft|powerpoint|\.(?:dvi|tex|docx?|pdf|indd|qxd|ps|rtf|odt)\b|^\W*$|template|"
    r"^(?:paper|document|title|print|slide \d+|main|none|output|layout \d+|\d+)$",
    re.IGNORECASE,
)


def _title(declared: str, first: Sheet, opening: str) -> str:
    """Return the declared title if page 1 prints it; else the largest type there; else the declared one."""
    declared = " ".join(declared.split())
    usable = len(declared) > 3 and not _NO_TITLE.search(declared)
    words = re.findall(r"\w+", declared.lower())
    printed = set(re.findall(r"\w+", opening.lower()))
    if usable and words and sum(word in printed for word in words) >= 0.7 * len(words):
        return declared
    return _largest_type(first) or (declared if usable else "")


def _largest_type(first: Sheet) -> str:
    """Return the lines of the largest type in the upper part of the page if they read like a title."""
    printed = reading_order(first)
    lines = [line for line in printed if _could_be_title(line, printed[0].turn, first)]
    if not lines:
        return ""
    usual = sorted(line.height for line in lines)[len(lines) // 2]
    for height in sorted({round(line.height, 1) for line in lines}, reverse=True):
        if height < 1.06 * usual and len(lines) > 3:
            break
        chosen = [line for line in lines if abs(line.height - height) < 0.03 * height]
        chosen = _contiguous(chosen)
        title = " ".join(line.text for line in chosen)
        letters = sum(character.isalpha() for character in title)
        if letters >= 6 and len(title.split()) >= 2 and len(title) <= 300:
            return title
    return ""


def _could_be_title(line: Line, turn: int, first: Sheet) -> bool:
    upper = turn != 0 or line.bottom > 0.5 * first.height
    return line.turn == turn and upper and not re.search(r"^arXiv:|^\d+\.?\s|@", line.text)


def _contiguous(lines: Sequence[Line]) -> list[Line]:
    """Return the first of the lines with those that follow it at normal line distance."""
    kept = list(lines[:1])
    for line in lines[1:]:
        if abs(kept[-1].bottom - line.bottom) < 1.8 * line.height:
            kept.append(line)
    return kept


_NO_AUTHOR = re.compile(
    r"^(?:admin(?:istrator)?|user|owner|unknown|author|anonymous|root|pc)$|microsoft|@|\d|\binc\b",
    re.IGNORECASE,
)


def _authors(declared: Sequence[str]) -> list[str]:
    """Return the declared authors that are names of people: two words at least."""
    text = ";".join(declared)
    if ";" in text:
        parts = text.split(";")
    elif text.count(",") == 1 and len(text.split(",")[0].split()) == 1:
        parts = [text]  # "Lovelace, Ada"
    else:
        parts = re.split(r",\s*(?:and\s+)?|\s+and\s+", text)
    names = [" ".join(part.split()) for part in parts]
    return [name for name in names if " " in name and not _NO_AUTHOR.search(name)]


def _arxiv(furniture: Sequence[str], opening: str, name: str) -> tuple[str, str]:
    """Return the arXiv id without its version, and the stamp that contains it."""
    for line in furniture:
        if match := ARXIV_STAMP.match(line):
            return match[1], line
    for line in opening.splitlines():
        if match := ARXIV_STAMP.match(line):
            return match[1], line
    match = re.search(r"(?<![\d.])(\d\d(?:0[1-9]|1[0-2])\.\d{4,5})(?:v\d+)?(?![\d.]*\d)", name)
    return (match[1], "") if match else ("", "")


# A stamp reads "arXiv:2502.02013v2 [cs.LG] 25 May 2025".
_VERSION = re.compile(r"\dv(\d+)\b")
_CATEGORY = re.compile(r"\[\s*([a-z]+(?:-[a-z]+)?(?:\.[A-Za-z-]+)?)\s*\]")


def _stamped(part: re.Pattern[str], stamp: str) -> str:
    return match[1] if (match := part.search(stamp)) else ""


_YEAR = re.compile(r"(?<!\d)(?:19[5-9]\d|20[0-4]\d)(?!\d)")


def _year(stamp: str, arxiv: str, printed: Sequence[str], info: Mapping[str, Any]) -> int | None:
    if years := _YEAR.findall(ARXIV_STAMP.sub("", stamp)):
        return int(years[-1])
    if (found := imprint.year(printed)) is not None:
        return found
    if re.match(r"\d{4}\.", arxiv):
        return 2000 + int(arxiv[:2])
    return info.get("year")


_DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"<>{}|\\^\[\]]+")


def _doi(declared: str, opening: str) -> str:
    match = _DOI.search(declared) or _DOI.search(opening)
    if match is None:
        return ""
    doi = match[0].rstrip(".,;:'”’")
    return doi[:-1] if doi.endswith(")") and "(" not in doi else doi


def _abstract(composition: Composition) -> str:
    """Return the text between the heading Abstract and the next heading, or a paragraph marked as abstract."""
    headings, text = composition.headings, composition.text
    for place, heading in enumerate(headings):
        if re.match(r"abstract\W*$", heading.title, re.IGNORECASE):
            start = heading.start + len(heading.title)
            end = headings[place + 1].start if place + 1 < len(headings) else len(text)
            if end - start < 4000:
                return _folded(text[start:end])
            return _folded(text[start:].lstrip().split("\n\n")[0])
    head = text[: composition.leaves[0].end]
    match = re.search(
        r"(?:^|\n\n)abstract\s*[-—:.]\s*(.{80,4000}?)(?:\n\n|$)", head, re.IGNORECASE | re.DOTALL
    )
    return _folded(match[1]) if match else ""


def _folded(text: str) -> str:
    return " ".join(text.split())


_BIBLIOGRAPHY = re.compile(
    r"^[\dIVX. ]*(?:references|bibliography|works cited|literatur(?:verzeichnis)?)\W*$",
    re.IGNORECASE,
)
_ENTRY_NUMBER = re.compile(r"^\[?\d{1,3}[\].]\s")


def _references(composition: Composition) -> list[str]:
    """Return the entries of the last bibliography, in print order, as far as they can be separated."""
    found = [place for place, h in enumerate(composition.headings) if _BIBLIOGRAPHY.match(h.title)]
    if not found:
        return []
    heading = composition.headings[found[-1]]
    end = _end_of_references(composition.headings[found[-1] + 1 :], len(composition.text))
    body = composition.text[heading.start + len(heading.title) : end]
    paragraphs = [paragraph for part in body.split("\n\n") if (paragraph := _folded(part))]
    numbered = sum(_ENTRY_NUMBER.match(paragraph) is not None for paragraph in paragraphs)
    entries: list[str] = []
    for paragraph in paragraphs:
        if numbered > 0.4 * len(paragraphs):
            opens = _ENTRY_NUMBER.match(paragraph) is not None
        else:
            ended = re.search(r"(?<!\s[A-Z])\.$", entries[-1]) if entries else True
            opens = bool(ended) and not paragraph[0].islower()
        if opens or not entries:
            entries.append(paragraph)
        else:
            entries[-1] += " " + paragraph
    return [entry for entry in entries if len(entry) > 20]


def _end_of_references(following: Sequence[Heading], length: int) -> int:
    for heading in following:
        if re.match(
            r"(?:appendi|supplement|[A-Z](?:\.\d+)*\.?\s+[A-Z])", heading.title, re.IGNORECASE
        ):
            return heading.start
    return length
