"""Labelled sets become suites: one module per format, found by its file name, told by its columns.

A format is a module of this package with one name: `read(tables)`, which returns the suites that it
recognises among the tables of a folder by their columns, or none. A new format of cases is one new
module here and nothing else; one with figures of its own is a kind of `Suite` more.
"""

import importlib
import pkgutil
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from assistant.errors import UsageError
from assistant.evaluation.cases import CaseSet
from assistant.evaluation.labels import AnswerLabels
from assistant.evaluation.pdf_questions import PdfQuestions
from assistant.evaluation.spans import SpanQuestions
from assistant.evaluation.tables import Table, tables

Suite = CaseSet | AnswerLabels | PdfQuestions | SpanQuestions


class SetReader(Protocol):
    """What every module of this package offers as `read`."""

    def __call__(self, tables: Sequence[Table]) -> Sequence[Suite]:
        """Return the suites among these tables; none where none is of this format."""


def read(path: Path) -> list[Suite]:
    """Return the suites of a labelled folder or file, in the order of the formats' names.

    Raises:
        UsageError: it is not there, or holds nothing of a known format.
    """
    found = tables(path)
    sets = [each for name in names() for each in _reader(name)(found) if each.cases]
    if not sets:
        raise UsageError(
            f"{path} holds no questions of a known form ({', '.join(names())}); a suite of your own is a JSON list "
            "of objects with question and must_cite."
        )
    return sets


def names() -> list[str]:
    """Return the names of the formats."""
    return sorted(info.name for info in pkgutil.iter_modules(__path__))


def _reader(name: str) -> SetReader:
    reader: SetReader = importlib.import_module(f"{__name__}.{name}").read
    return reader
