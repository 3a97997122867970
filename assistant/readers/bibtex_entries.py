"""Put the values of BibTeX entries together: strings, concatenation, crossref and xdata."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bibtexparser import Library
from bibtexparser.model import (
    DuplicateBlockKeyBlock,
    DuplicateFieldKeyBlock,
    Entry,
    ParsingFailedBlock,
    String,
)

# This limit stops a macro that doubles itself again and again; venues have some hundred characters.
_LONGEST_STRING = 10_000
# One entry may take fields from a chain of at most this many entries.
_MOST_PARENTS = 16


@dataclass(frozen=True, kw_only=True)
class Raw:
    """An entry as in its file: `fields` by lower-case name, with their LaTeX."""

    key: str
    kind: str
    fields: Mapping[str, str]


def entries(library: Library) -> tuple[list[Raw], list[ParsingFailedBlock]]:
    """Return the entries of a file that was split without any middleware, and the broken blocks.

    An entry that has a field twice keeps the first of the two, as in BibTeX. An `@xdata` entry
    is not a work: it only lends its fields.
    """
    strings = _strings(library.strings)
    found: dict[str, Raw] = {}
    broken: list[ParsingFailedBlock] = []
    for block in library.blocks:
        entry = block.ignore_error_block if isinstance(block, DuplicateFieldKeyBlock) else block
        if isinstance(entry, Entry) and entry.key not in found:
            found[entry.key] = _raw(entry, strings)
        elif isinstance(block, Entry):  # the parser does not count an entry that has a field twice
            broken.append(
                DuplicateBlockKeyBlock(block.key, block, block, block.start_line, block.raw)
            )
        elif isinstance(block, ParsingFailedBlock):
            broken.append(block)
    folded = {key.casefold(): raw for key, raw in found.items()}
    whole = [_inheriting(raw, folded) for raw in found.values() if raw.kind not in _NO_WORKS]
    return whole, broken


_NO_WORKS = ("xdata", "set")


def _raw(entry: Entry, strings: Mapping[str, str]) -> Raw:
    fields: dict[str, str] = {}
    for field in entry.fields:
        for name, written in _told_apart(field.key, str(field.value)):
            fields.setdefault(name.lower(), _value(written, strings))
    return Raw(key=entry.key, kind=entry.entry_type.lower(), fields=fields)


def _told_apart(name: str, written: str) -> Iterator[tuple[str, str]]:
    """Yield a field, and the fields inside its value if the comma between them was forgotten."""
    while True:
        bare = _BARE.match(written)
        end = bare.end() if bare else _closing(written, 0) if written[:1] in ("{", '"') else 0
        following = _FORGOTTEN.match(written, end) if end else None
        if following is None:
            break
        yield name, written[:end]
        name, written = following[1], written[following.end() :]
    yield name, written


_BARE = re.compile(r"\w+(?=\s)")
_FORGOTTEN = re.compile(r"\s*([A-Za-z][\w-]*)\s*=\s*(?=\S)")


# ── values ───────────────────────────────────────────────────────────────────────────────────────


def _strings(blocks: Sequence[String]) -> dict[str, str]:
    """Return the values of the `@string` blocks, which may use earlier ones."""
    known: dict[str, str] = {}
    for block in blocks:
        known[block.key.lower()] = _value(str(block.value), known)[:_LONGEST_STRING]
    return known


def _value(written: str, strings: Mapping[str, str]) -> str:
    """Return a value without its braces or quotation marks, with its parts joined and its strings replaced."""
    return "".join(
        part[1:-1] if part[0] in '{"' else strings.get(part.lower(), part)
        for part in _parts(written)
    )


def _parts(written: str) -> Iterator[str]:
    """Yield the parts of a value between the `#` signs that join them."""
    at = 0
    while at < len(written):
        if written[at] in '{"':
            end = _closing(written, at)
        else:
            end = written.find("#", at)
            end = len(written) if end < 0 else end
        if part := written[at:end].strip():
            yield part
        at = end
        while at < len(written) and (written[at].isspace() or written[at] == "#"):
            at += 1


def _closing(written: str, at: int) -> int:
    """Return the end of a part that begins with a brace or quotation mark."""
    depth, quoted = 0, written[at] == '"'
    for match in _ENDS.finditer(written, at + 1 if quoted else at):
        sign = match.group()
        depth += (sign == "{") - (sign == "}")
        if depth == 0 and sign == ('"' if quoted else "}"):
            return match.end()
    return len(written)


_ENDS = re.compile(r'(?<!\\)[{}"]')

# ── what one entry takes from another ────────────────────────────────────────────────────────────


def _inheriting(raw: Raw, known: Mapping[str, Raw]) -> Raw:
    """Return the entry with missing fields taken from the entries in its `xdata` and `crossref`."""
    fields = dict(raw.fields)
    for parent in _named(raw, "xdata", known):
        for name, value in parent.fields.items():
            fields.setdefault(name, value)
    if fields != raw.fields:
        raw = Raw(key=raw.key, kind=raw.kind, fields=fields)
    for parent in _named(raw, "crossref", known):
        lent = {name: parent.fields[name] for name in _LENT if name in parent.fields}
        if not any(name in fields for name in VENUES):
            lent.setdefault("booktitle", parent.fields.get("title", ""))
        for name, value in lent.items():
            fields.setdefault(name, value)
    return Raw(key=raw.key, kind=raw.kind, fields=fields)


VENUES = ("journal", "journaltitle", "booktitle", "school", "institution", "publisher")
# Title, authors, DOI and abstract are not lent, because they describe the volume alone.
_LENT = (
    "booktitle",
    "journal",
    "journaltitle",
    "year",
    "date",
    "publisher",
    "institution",
    "school",
)


def _named(raw: Raw, field: str, known: Mapping[str, Raw]) -> list[Raw]:
    """Return the entries that a field names, and those that they name in turn, nearest first."""
    found: dict[str, Raw] = {}
    waiting = [raw]
    while waiting and len(found) < _MOST_PARENTS:
        names = waiting.pop(0).fields.get(field, "").split(",")
        for name in filter(None, (name.strip().casefold() for name in names)):
            # An entry without a key has an empty name, which no field means.
            if name in known and name not in found and known[name].key != raw.key:
                found[name] = known[name]
                waiting.append(known[name])
    return list(found.values())
