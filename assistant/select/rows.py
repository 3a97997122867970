"""Turn rows of tables into quotes: a row may answer if its label, header and caption speak of what is asked."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from jaxtyping import Float

from assistant.question.parts import parts
from assistant.question.terms import AUXILIARIES, meets, terms
from assistant.select.quotes import Quote
from assistant.select.reading import Read
from assistant.select.selector import Reading, Scores, logit
from assistant.text.passages import place
from assistant.text.tables import Row, Table, tables
from assistant.types import Source

Rarity = Callable[[str], float]
"""Returns the inverse document frequency of a stem, from 0 to 1."""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A row with its table and its source."""

    source: Source
    table: Table
    row: Row

    @property
    def text(self) -> str:
        """Return the words of the row, as printed."""
        return self.source.text[self.row.start : self.row.end]


# This many papers are searched for tables: those of the first passages read.
_PAPERS = 4
# The selector reads this many rows: the ones that share most with the question. All right rows of
# the held-out questions are among them (training/rows.py).
READ = 16
# The selector reads at most so many rows of one table together, so that all fit its window.
_TOGETHER = 8
# At most so many rows become quotes: a brief is no table.
_QUOTED = 2


def rows(
    read: Sequence[Read], passages: Callable[[str], Sequence[str]], question: str,
    scores: Scores | None, rarity: Rarity,
) -> list[Quote]:  # fmt: skip
    """Return the rows that may answer a question, best first, with their probabilities.

    Args:
        read: The passages that were read; the tables of their papers are searched.
        passages: Returns the ids of the passages of a source; a row outside them is not quoted.
        question: The question.
        scores: The selector, or None if there is none; then no row is quoted.
        rarity: Returns the rarity of a stem.
    """
    if scores is None:
        return []
    found = cells(read)
    if not found:
        return []
    shared = overlaps(found, question, rarity)
    first = np.argsort(-(shared @ SHARED), kind="stable")[:READ]
    kept = [found[at] for at in first]
    told = signs(kept, shared[first], question, scores)
    likely = 1.0 / (1.0 + np.exp(-(told @ WEIGHTS)))
    order = np.argsort(-likely, kind="stable")[:_QUOTED]
    quotes = (_quote(kept[at], float(likely[at]), passages) for at in order)
    return [quote for quote in quotes if quote is not None]


def cells(read: Sequence[Read]) -> list[Cell]:
    """Return every row of every table of the first papers read."""
    papers = {item.source.key: item.source for item in read if item.source.kind == "paper"}
    return [
        Cell(source=source, table=table, row=row)
        for source in list(papers.values())[:_PAPERS]
        for table in tables(source.text)
        for row in table.rows
    ]


OVERLAPS = ("label", "label of the question", "group", "header", "caption", "both", "unnamed")
"""What a row shares with the question: see `overlaps`."""


def overlaps(
    found: Sequence[Cell], question: str, rarity: Rarity
) -> Float[np.ndarray, "rows overlaps"]:
    """Return what rows share with a question, each from 0 to 1.

    In order: the share of the question's terms, weighted by rarity, in the label of the row; the
    share of the label in the question; the shares of the question in the line of its group, in the
    header and in the caption, as far as they are not met before; the product of the first two; and
    whether the label shares nothing.
    """
    # A word that no passage has, such as "spotting", tells no row from another.
    asked = {term: weight for term in sorted(terms(question)) if (weight := rarity(term)) < 1.0}
    total = sum(asked.values()) or 1.0
    together = _together(question)

    def of_question(words: str, met: set[str]) -> float:
        present, short = terms(words), [cut.lower() for cut in _SHORT.findall(words)]
        joined = {term for word, both in together.items() if word in present for term in both}
        new = {
            term
            for term in asked.keys() - met
            if term in joined or meets(term, present) or any(map(term.startswith, short))
        }
        met |= new
        return sum(asked[term] for term in sorted(new)) / total

    rows = []
    for cell in found:
        met: set[str] = set()
        label = of_question(cell.row.label, met)
        own = {term: rarity(term) for term in sorted(terms(_YEAR.sub("", cell.row.label)))}
        known = {*asked, *together}
        back = sum(w for t, w in own.items() if meets(t, known)) / (sum(own.values()) or 1.0)
        group = of_question(cell.row.group, met)
        header = of_question(" ".join(cell.table.header), met)
        caption = of_question(cell.table.caption, met)
        rows.append((label, back, group, header, caption, label * back, float(not label)))
    return np.array(rows, dtype=np.float64).reshape(-1, len(OVERLAPS))


def _together(question: str) -> dict[str, frozenset[str]]:
    """Return each two neighbouring words written as one, as in CLOSEDBOOK, with the terms of both."""
    words = re.findall(r"[a-z]{3,}", question.lower())
    return {a + b: terms(a) | terms(b) for a, b in pairwise(words)}


# An abbreviation in a header, such as "Prec.", stands for any word that begins so.
_SHORT = re.compile(r"\b([A-Za-z]{3,})\.")
# A label names its source with the year, as in "SciBERT (2019)", and nobody asks for that.
_YEAR = re.compile(r"\(?\b(?:19|20)\d\d[a-z]?\)?")


SIGNS = (
    "bias", "answers", "answers below the best", *OVERLAPS, "all", "all below the best",
    "label below the best", "a degree is asked", "a reason is asked",
)  # fmt: skip
"""The signs of a row, in the order of the weights."""

# Fitted by training/rows.py: the weight of each overlap when rows are chosen to be read, and of
# each sign.
SHARED: Float[np.ndarray, " overlaps"] = np.array([2.44, 2.79, -0.17, 4.89, 4.22, 2.36, -2.42])
WEIGHTS: Float[np.ndarray, " signs"] = np.array(
    [-4.8, -0.26, 3.29, 0.71, 1.92, -0.16, 2.58, 0.22, 0.85, -2.05, 3.35, 3.9, -0.29, 0.69, -0.86]
)


def signs(
    found: Sequence[Cell], shared: Float[np.ndarray, "rows overlaps"], question: str,
    scores: Scores,
) -> Float[np.ndarray, "rows signs"]:  # fmt: skip
    """Return the signs of each row, all of about the size of one."""
    answers = np.array([logit(p) for p in read_by(scores, question, found)])
    label, every = shared[:, 0], shared[:, [0, 2, 3, 4]].sum(axis=1)
    wants = {part.wants for part in parts(question)}
    degree = "number" in wants or _DEGREE.search(question) is not None
    reason = not degree and bool(wants & {"cause", "manner"})
    ones = np.ones(len(found))
    return np.column_stack(
        [
            ones, answers, answers - answers.max(), shared, every, every - every.max(),
            label - label.max(), ones * degree, ones * reason,
        ]
    )  # fmt: skip


# "How precise is it" asks for a degree, "how does it work" for a manner.
_DEGREE = re.compile(
    rf"\bhow (?!(?:{'|'.join(sorted(AUXILIARIES))}|to|come)\b)[a-z]+", re.IGNORECASE
)


def read_by(scores: Scores, question: str, found: Sequence[Cell]) -> list[float]:
    """Return the selector's probability that each row answers, read under its header and caption."""
    places: dict[tuple[str, int], list[int]] = {}
    for at, cell in enumerate(found):
        places.setdefault((cell.source.key, cell.table.rows[0].start), []).append(at)
    parted = [
        those[at : at + _TOGETHER]
        for those in places.values()
        for at in range(0, len(those), _TOGETHER)
    ]
    readings = [
        Reading(_heading(found[those[0]].table), tuple(_line(found[at]) for at in those))
        for those in parted
    ]
    answers = [0.0] * len(found)
    for those, judged in zip(parted, scores(question, readings), strict=True):
        for at, row in zip(those, judged, strict=True):
            answers[at] = float(row[2])
    return answers


def _heading(table: Table) -> str:
    header = " ".join(table.header)[-_HEAD:]
    return f"{header} {table.caption.partition(':')[2] or table.caption}"[: 3 * _HEAD]


# Characters of a header that are read: its last line says what the values are.
_HEAD = 60


def _line(cell: Cell) -> str:
    """Return a row as it is read: the first values show that it has some, and all would cost time."""
    words = cell.text.split()
    shown = words[: len(words) - cell.row.values + _VALUES]
    return " ".join([cell.row.group, *shown]).strip()


_VALUES = 2


def _quote(cell: Cell, likely: float, passages: Callable[[str], Sequence[str]]) -> Quote | None:
    start, end = cell.row.start, cell.row.end
    inside = (
        id
        for id in passages(cell.source.key)
        for first, last in [place(id)]
        if first <= start and end <= last
    )
    if not (passage := next(inside, "")):
        return None
    likely = round(likely, 6)
    return Quote(
        source=cell.source.key, passage=passage, text=cell.text, page=cell.source.page_at(start), start=start, end=end,
        role="body", helps=likely, brief=likely, answers=likely, terms=terms(cell.row.label),
        under=under(cell.table, cell.row),
    )  # fmt: skip


def under(table: Table, row: Row) -> str:
    """Return what a row stands under, for the reader: number of the table, what it shows, its columns."""
    caption = table.caption
    if len(caption) > _CAPTION:
        caption = caption[:_CAPTION].rpartition(" ")[0] + " …"
    said = [caption.rstrip("."), " / ".join(table.header), row.group]
    return "; ".join(part for part in said if part).translate(_ROUND)


# What stands under square brackets may hold none itself.
_ROUND = str.maketrans("[]", "()")


# A longer caption is cut: the reader sees it whole in the paper.
_CAPTION = 90
