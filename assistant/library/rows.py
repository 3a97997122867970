"""Convert values of the library to and from the columns of its tables."""

import json
import re
import sqlite3
import struct
import zlib
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from assistant.readers.references import Reference
from assistant.types import Page, Source, Word


def source_from_row(row: sqlite3.Row) -> Source:
    """Return the source of a row, with its words' boxes if the row has that column.

    Raises:
        sqlite3.DatabaseError: a column contains something that `Library.put` does not write.
    """
    try:
        return _source(dict(row))
    except (ValueError, LookupError, TypeError, AttributeError, zlib.error, struct.error) as error:
        raise sqlite3.DatabaseError(f"the row of source {row['key']!r} cannot be read") from error


def _source(record: dict[str, Any]) -> Source:
    boxes = _words(record.pop("words")) if "words" in record else None
    spans = json.loads(record["pages"])
    record["metadata"] = json.loads(record["metadata"])
    record["pages"] = tuple(
        Page(
            number=number, start=start, end=end, width=width, height=height,
            words=boxes[at] if boxes else (),
        )
        for at, (number, start, end, width, height) in enumerate(spans)
    )  # fmt: skip
    return Source(**record)


def _words(stored: bytes) -> list[tuple[Word, ...]]:
    data = zlib.decompress(stored)
    (pages,) = struct.unpack_from("<I", data)
    counts = struct.unpack_from(f"<{pages}I", data, 4)
    rows = struct.iter_unpack("<2I4f", data[4 + 4 * pages :])
    return [
        tuple(
            Word(start=a, end=b, left=x, bottom=y, right=r, top=t)
            for a, b, x, y, r, t in islice(rows, count)
        )
        for count in counts
    ]


def words_to_bytes(pages: Sequence[Page]) -> bytes:
    """Return the boxes of every page's words: packed rows of two indices and four coordinates."""
    packed = [
        [(w.start, w.end, w.left, w.bottom, w.right, w.top) for w in page.words] for page in pages
    ]
    rows = [struct.pack("<2I4f", *word) for words in packed for word in words]
    head = struct.pack(f"<{len(pages) + 1}I", len(pages), *map(len, packed))
    return zlib.compress(head + b"".join(rows), 1)


def pages_to_json(pages: Sequence[Page]) -> str:
    """Return number, span and size of every page as JSON."""
    return json.dumps([[p.number, p.start, p.end, p.width, p.height] for p in pages])


def reference_from_row(row: sqlite3.Row) -> Reference:
    """Return a bibliography's reference from the JSON that `dump` made of it.

    Raises:
        sqlite3.DatabaseError: the column contains something else.
    """
    try:
        return Reference.of(json.loads(row["record"]))
    except (ValueError, LookupError, TypeError) as error:
        raise sqlite3.DatabaseError("the row of a reference cannot be read") from error


def dump(value: Any) -> str:
    """Return a value as JSON with sorted keys, so that equal values give equal text.

    JSON has no numbers that are not finite, and SQLite reads no row that contains one: "not a
    number" becomes text, and infinity becomes a number that is read back as infinity.
    """
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, default=_plain)
    if "NaN" in text or "Infinity" in text:
        text = _CONSTANT.sub(lambda match: _WRITTEN.get(match.group(), match.group()), text)
    # Broken files contain halves of surrogate pairs, which have no UTF-8 form.
    return text.encode("utf-8", "replace").decode("utf-8")


# A string is matched as a whole, so that nothing inside it is taken for a number.
_CONSTANT = re.compile(r'"(?:[^"\\]|\\.)*"|-?Infinity|NaN')
_WRITTEN = {"NaN": '"nan"', "Infinity": "1e999", "-Infinity": "-1e999"}


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else list(value)


def labels(value: object) -> tuple[str, ...]:
    """Return the tags or names of a metadata field, which is a list or words between commas."""
    if isinstance(value, list):
        return tuple(name for each in value if each is not None and (name := str(each).strip()))
    if not isinstance(value, str):
        return () if value is None or isinstance(value, dict) else (str(value),)
    return tuple(filter(None, (tag.strip() for tag in value.split(","))))
