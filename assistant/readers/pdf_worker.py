"""This process parses PDF files; `assistant.readers.process_worker` describes its replies."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pypdf
import pypdfium2 as pdfium

from assistant.errors import Refused
from assistant.readers.pdf_glyphs import Sheet, read_sheet
from assistant.readers.pdf_line_numbers import without_line_numbers
from assistant.readers.pdf_metadata import describe
from assistant.readers.pdf_text import compose
from assistant.readers.process_worker import Send, serve
from assistant.readers.smuggled import hidden_text
from probes.files import foreign


def _parse(path: Path, password: str | None, send: Send) -> dict[str, Any]:
    pdf = _open(path, password)
    declared, layered = _declared(path, password)
    sheets: list[Sheet] = []
    unreadable: list[int] = []
    for index in range(len(pdf)):
        try:
            page = pdf[index]
            sheets.append(read_sheet(page, layered=layered))
            page.close()
        except pdfium.PdfiumError:
            sheets.append(Sheet((), 0.0, 0.0))
            unreadable.append(index + 1)
        send({"page": index + 1, "pages": len(pdf)})
    pdf.close()
    empty = [number for number, sheet in enumerate(sheets, 1) if not sheet.runs]
    if len(empty) == len(sheets):
        raise Refused(_without_text(sheets, len(unreadable)))
    sheets = without_line_numbers(sheets)
    composition = compose(sheets)
    title, metadata = describe(composition, sheets[0], declared, path.name)
    return {
        "title": title,
        "text": composition.text,
        "metadata": metadata,
        "pages": composition.leaves,
        "warnings": _warnings(sheets, empty, unreadable, composition.text),
    }


def _without_text(sheets: Sequence[Sheet], unreadable: int) -> str:
    pages = len(sheets)
    if pages == 0:
        return "no pages in it; get the file anew"
    if unreadable == pages:
        return f"none of its {pages} pages can be parsed; get the file anew"
    if any(sheet.hidden for sheet in sheets):
        return f"no text that can be seen on any of its {pages} pages ({_left_out(sheets)[0]}); check it"
    return (
        f"no text on any of its {pages} pages, it needs OCR; "
        "run it through a program such as ocrmypdf and add the result"
    )


def _open(path: Path, password: str | None) -> pdfium.PdfDocument:
    """Return the document, opened with the empty password or the given one, or refuse it."""
    code = None
    for attempt in (None, password) if password else (None,):
        try:
            return pdfium.PdfDocument(path, password=attempt)
        except pdfium.PdfiumError as error:
            code = error.err_code
    if code == pdfium.raw.FPDF_ERR_PASSWORD:
        raise Refused(_encrypted(path, password))
    if code == pdfium.raw.FPDF_ERR_SECURITY:
        raise Refused("encrypted in a way that is not supported; save it unencrypted")
    head = path.read_bytes()[:1024]
    if b"%PDF-" not in head:
        raise Refused("not a PDF (it does not start with %PDF-); check what it is")
    raise Refused("broken or cut off, pdfium cannot open it; get the file anew")


def _encrypted(path: Path, password: str | None) -> str:
    """Return one line on an encrypted file, even if the two parsers disagree about the password."""
    opens = False
    with _second_opinion():
        reader = pypdf.PdfReader(path)
        opens = reader.is_encrypted and bool(reader.decrypt(password or ""))
    tried = "the password given does not open it" if password else "it needs a password"
    if opens:
        which = "this" if password else "an empty"
        tried += f" (pypdf accepts {which} password, pdfium does not)"
    return f"encrypted, {tried}; give the right one with --password"


def _declared(path: Path, password: str | None) -> tuple[dict[str, Any], bool]:
    """Return the document information, and whether there may be layers that are switched off."""
    layered = True
    declared: dict[str, Any] = {}
    with _second_opinion():
        reader = pypdf.PdfReader(path, password=password)
        layered = "/OCProperties" in reader.root_object
        if reader.metadata is not None:
            declared = _information(reader.metadata)
    return declared, layered


def _information(info: pypdf.DocumentInformation) -> dict[str, Any]:
    """Return title, authors, year and DOI of the document information, each read only when asked for."""
    created = re.match(r"D:((?:19|20)\d\d)", str(info.get("/CreationDate", "")))
    named = [_printable(value) for key, value in info.items() if "doi" in str(key).lower()]
    return {
        "title": _printable(info.title),
        "authors": [_printable(info.author)],
        **({"year": int(created[1])} if created else {}),
        "doi": " ".join(named),
    }


@contextmanager
def _second_opinion() -> Iterator[None]:
    """Continue without pypdf's information on a malformed file, because its errors must not lose the text."""
    with suppress(Refused), foreign.calls(Refused):
        yield


def _printable(value: Any) -> str:
    """Return a field of the document information without control characters and broken code units."""
    text = "" if value is None else str(value)
    return "".join(character if character.isprintable() else " " for character in text)


def _warnings(
    sheets: Sequence[Sheet], empty: Sequence[int], unreadable: Sequence[int], text: str
) -> list[str]:
    warnings = []
    if unreadable:
        warnings.append(f"{_pages(unreadable)} could not be parsed and is missing from the text")
    silent = [number for number in empty if number not in unreadable]
    if silent:
        warnings.append(f"{_pages(silent)} of {len(sheets)} without text; OCR would add it")
    share = _garbage(text)
    if share > 0.03:
        warnings.append(
            f"the text layer is bad (poor OCR, or fonts without an encoding): {share:.0%} of its "
            "words are spoilt beyond doubt; quotes from it may be unreadable"
        )
    return warnings + _left_out(sheets)


# More lines than this would hide the other warnings.
_MOST_HIDDEN = 8


def _left_out(sheets: Sequence[Sheet]) -> list[str]:
    """Return one line for each page and way of hiding: the number of words left out, and their beginning."""
    lines: list[str] = []
    rest: Counter[int] = Counter()
    for number, sheet in enumerate(sheets, 1):
        ways: dict[str, list[str]] = {}
        for word in sheet.hidden:
            ways.setdefault(word.why, []).append(word.text)
        for why, words in ways.items():
            if len(lines) < _MOST_HIDDEN:
                lines.append(f"page {number}: {hidden_text(why, words)}")
            else:
                rest[number] += len(words)
    if rest:
        lines.append(f"{sum(rest.values())} more hidden words left out, on {_pages(list(rest))}")
    return lines


def _pages(numbers: Sequence[int]) -> str:
    shown = ", ".join(str(number) for number in numbers[:12])
    more = f" and {len(numbers) - 12} more" if len(numbers) > 12 else ""
    return f"page{'s' if len(numbers) > 1 else ''} {shown}{more}"


_SPOILT = re.compile(
    r"[^\W\d_][«»*^£|~©¢¥§;!?%$#=]+[^\W\d_]|[«»^£|~©¢¥§]{2}|[«»^£~©¢¥][^\W\d_]|"
    r"([^\W\d_A-Zivxw])\1\1|^\W*[bcdfghjklmnpqrstvwxz]{5}|[bcdfghjklmnpqrstvwxz]{7}"
)


def _garbage(text: str) -> float:
    """Return the share of words that occur in no language: signs inside, a letter three times, no vowel."""
    words = [piece for piece in text.split() if any(character.isalpha() for character in piece)]
    spoilt = sum(_is_garbage(word) for word in words)
    return spoilt / len(words) if len(words) >= 50 else 0.0


def _is_garbage(word: str) -> bool:
    return "/" not in word and _SPOILT.search(word) is not None


if __name__ == "__main__":
    serve(_parse)
