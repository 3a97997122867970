"""Which passages a question's filters leave: sources, years, kinds and tags, phrases, excluded words."""

import difflib
import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool

from assistant.errors import UsageError
from assistant.index import Index
from assistant.library import Library, Record
from assistant.query import Filters
from assistant.text import stems

KINDS = ("note", "paper", "evidence")


def allowed(library: Library, index: Index, filters: Filters) -> Bool[np.ndarray, " passages"]:
    """A mask over the passages of the index, in its order: True where every filter lets one pass.

    Values of one field are alternatives ("year:2020 year:2024"), fields are conditions that all
    must hold. A phrase holds where a passage, or the title it is read under, has its words in that
    order, whatever the case and the white space; a word is excluded by its stem, as BM25 sees it. A
    single quoted word restricts nothing where no passage that the rest lets pass holds it. Runs of
    experiments pass only where their kind or a source is asked for.

    Raises:
        UsageError: no source has that key, no source that tag, there is no such kind, or a year is
            written in no form known here. One line says what there is.
    """
    mask, holding = _masks(library, index, filters)
    for phrase in filters.phrases:
        mask &= holding(phrase)
    for word in filters.words:
        held = mask & holding(word)
        mask = held if held.any() else mask
    return mask


def unheld(library: Library, index: Index, filters: Filters) -> tuple[str, ...]:
    """The quoted phrases and words of a question that no passage holds which the other filters let pass.

    Raises:
        UsageError: as `allowed`.
    """
    mask, holding = _masks(library, index, filters)
    return tuple(
        phrase
        for phrase in (*filters.phrases, *filters.words)
        if not (mask & holding(phrase)).any()
    )


_Mask = Bool[np.ndarray, " passages"]


def _masks(
    library: Library, index: Index, filters: Filters
) -> tuple[_Mask, Callable[[str], _Mask]]:
    """What every filter but the quoted ones lets pass, and what holds a phrase."""
    records = {record.key: record for record in library.records()}
    _known(filters, records)
    named = filters.kind or filters.source
    tests = [
        lambda record: named or record.kind != "evidence",
        lambda record: record.key not in filters.excluded,
        *_any(filters.source, lambda key: lambda record: record.key == key),
        *_any(filters.kind, lambda kind: lambda record: record.kind == kind.lower()),
        *_any(filters.tag, lambda tag: lambda record: tag.lower() in _tags(record)),
        *_any(filters.year, lambda year: Years.parse(year).hold),
    ]
    kept = {key for key, record in records.items() if all(test(record) for test in tests)}
    mask = index.of_sources(kept)
    for word in filters.without:
        for stem in stems(word)[:1]:
            mask &= ~index.containing(stem)
    return mask, lambda phrase: _holding(library, index, records, kept, phrase)


@dataclass(frozen=True)
class Years:
    """A closed range of years."""

    first: int
    last: int

    @classmethod
    def parse(cls, text: str) -> "Years":
        """The years that `2024`, `2020-2023`, `>=2020`, `>2020`, `<=2023` or `<2023` stand for.

        Raises:
            UsageError: it is in none of these forms.
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
        """Whether a source is of these years; one without a year is of none."""
        return record.year is not None and self.first <= record.year <= self.last


def _any(
    values: Iterable[str], test: Callable[[str], Callable[[Record], bool]]
) -> list[Callable[[Record], bool]]:
    """One test that any of the values passes; none where there is no value."""
    tests = [test(value) for value in values]
    return [lambda record: any(one(record) for one in tests)] if tests else []


def _known(filters: Filters, records: dict[str, Record]) -> None:
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


def _near(value: str, known: Collection[str]) -> str:
    """What to say after an unknown value: those it may be meant for, else some that there are."""
    if close := difflib.get_close_matches(value, list(known), n=3, cutoff=0.5):
        return f"; did you mean {' or '.join(close)}?"
    some = sorted(known)[:6]
    more = f" and {len(known) - len(some)} more" if len(known) > len(some) else ""
    return f"; there are {', '.join(some)}{more}." if some else "; there are none."


def _tags(record: Record) -> set[str]:
    return {tag.lower() for tag in record.tags}


def _holding(
    library: Library, index: Index, records: dict[str, Record], keys: Collection[str], phrase: str
) -> Bool[np.ndarray, " passages"]:
    # A full stop that closes the sentence may stand before the closing mark: it is not asked for.
    words = phrase.rstrip(".,;:!?").split() or phrase.split()
    inner = r"\s+".join(map(re.escape, words))
    pattern = re.compile(rf"(?<!\w){inner}(?!\w)", re.IGNORECASE)
    entitled = {key for key in keys if pattern.search(records[key].title)}
    held = index.of_sources(entitled)
    rest = sorted(set(keys) - entitled)
    for at in range(0, len(rest), _AT_ONCE):
        for source in library.get_all(rest[at : at + _AT_ONCE]):
            spans = [match.span() for match in pattern.finditer(source.text)]
            if spans:
                held |= index.spanning(source.key, spans)
    return held


# Sources whose texts are in memory together while a phrase is looked for.
_AT_ONCE = 200
