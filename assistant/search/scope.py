"""Find which sources a question's filters allow, from their records alone; no text is read."""

import difflib
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from assistant.errors import UsageError
from assistant.library.store import Record
from assistant.search.query import Filters

KINDS = ("note", "paper", "evidence")


def within(records: Mapping[str, Record], filters: Filters) -> set[str]:
    """Return the keys of the sources that the filters on sources allow.

    Values of one field are alternatives; different fields must all hold. A collection includes
    those nested in it. Runs of experiments are allowed only if a filter names their kind or a
    source.

    Raises:
        UsageError: no source has that key, tag or collection, there is no such kind, or a year is
            written in an unknown form. One line says what there is.
    """
    _known(filters, records)
    named = filters.kind or filters.source
    tests = [
        lambda record: named or record.kind != "evidence",
        lambda record: record.key not in filters.excluded,
        *_any(filters.source, lambda key: lambda record: record.key == key),
        *_any(filters.kind, lambda kind: lambda record: record.kind == kind.lower()),
        *_any(filters.tag, lambda tag: lambda record: tag.lower() in _tags(record)),
        *_any(filters.collection, lambda name: lambda record: name.lower() in _shelves(record)),
        *_any(filters.year, lambda year: Years.parse(year).hold),
    ]
    return {key for key, record in records.items() if all(test(record) for test in tests)}


@dataclass(frozen=True)
class Years:
    """A closed range of years."""

    first: int
    last: int

    @classmethod
    def parse(cls, text: str) -> "Years":
        """Return the range of years that `2024`, `2020-2023`, `>=2020`, `>2020`, `<=2023` or `<2023` stand for.

        Raises:
            UsageError: the text is in none of these forms.
        """
        if match := re.fullmatch(r"(\d{4})(?:(?:-|–|\.\.)(\d{4}))?", text):
            return cls(int(match[1]), int(match[2] or match[1]))
        if match := re.fullmatch(r"([<>])(=?)(\d{4})", text):
            year, step = int(match[3]), int(not match[2])
            return cls(year + step, 9999) if match[1] == ">" else cls(0, year - step)
        raise UsageError(
            f"year:{text} is no year; write year:2024, year:2020-2023, year:>=2020 or year:<2020."
        )

    def hold(self, record: Record) -> bool:
        """Return whether a source is of these years; a source without a year never is."""
        return record.year is not None and self.first <= record.year <= self.last


def _any(
    values: Iterable[str], test: Callable[[str], Callable[[Record], bool]]
) -> list[Callable[[Record], bool]]:
    """Return one test that passes if any of the values does; None if there is no value."""
    tests = [test(value) for value in values]
    return [lambda record: any(one(record) for one in tests)] if tests else []


def _known(filters: Filters, records: Mapping[str, Record]) -> None:
    for key in (*filters.source, *filters.excluded):
        if key not in records:
            raise UsageError(f"source:{key}: there is no such source{_near(key, records)}")
    for kind in filters.kind:
        if kind.lower() not in KINDS:
            raise UsageError(f"kind:{kind}: the kinds are {', '.join(KINDS)}.")
    tags = {tag for record in records.values() for tag in _tags(record)}
    for tag in filters.tag:
        if tag.lower() not in tags:
            raise UsageError(f"tag:{tag}: no source has this tag{_near(tag.lower(), tags)}")
    shelves = {name for record in records.values() for name in _shelves(record)}
    for name in filters.collection:
        if name.lower() not in shelves:
            raise UsageError(
                f"collection:{name}: there is no such collection{_near(name.lower(), shelves)}"
            )


def _near(value: str, known: Collection[str]) -> str:
    """Return the hint after an unknown value: similar known values, else some known ones."""
    if close := difflib.get_close_matches(value, list(known), n=3, cutoff=0.5):
        return f"; did you mean {' or '.join(close)}?"
    some = sorted(known)[:6]
    more = f" and {len(known) - len(some)} more" if len(known) > len(some) else ""
    return f"; there are {', '.join(some)}{more}." if some else "; there are none."


def _tags(record: Record) -> set[str]:
    return {tag.lower() for tag in record.tags}


def _shelves(record: Record) -> Iterator[str]:
    """Yield the collections of a source and those that contain them, in small letters."""
    for name in record.collections:
        parts = name.lower().split("/")
        yield from ("/".join(parts[:depth]) for depth in range(1, len(parts) + 1))
