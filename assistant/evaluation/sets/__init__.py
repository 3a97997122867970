"""Read labelled sets; each module reads one format and recognises it by the columns of the tables.

A format is a module of this package with one function: `read(tables)` returns the sets that it
recognises among the tables of a folder, or none. A new format of cases needs only a new module
here; a format with its own figures also needs a kind of `Suite`.
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
    """The type of `read`, which every module of this package offers."""

    def __call__(self, tables: Sequence[Table]) -> Sequence[Suite]:
        """Return the sets among these tables; none if no table has this format."""


def read(path: Path) -> list[Suite]:
    """Return the sets of a labelled folder or file, in the order of the formats' names.

    Raises:
        UsageError: the path does not exist, or contains no known format.
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
