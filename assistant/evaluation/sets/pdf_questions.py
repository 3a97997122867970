"""Read questions about PDFs, each with its file, the pages of the right quote and patterns that it contains."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assistant.errors import Mendable, UsageError
from assistant.evaluation.pdf_questions import Part, PdfQuestion, PdfQuestions
from assistant.evaluation.tables import Row, Table

# The files are sought in these folders, relative to the folder of the questions.
_FOLDERS = (Path(), Path("../../pdfs/open_licence"))


def read(tables: Sequence[Table]) -> list[PdfQuestions]:
    """Return one set for each table.

    Raises:
        Mendable: a file is missing.
        UsageError: a row has a value that is not allowed.
    """
    return [
        PdfQuestions(cases=tuple(_case(row, table.path) for row in table.rows), files=_files(table))
        for table in tables
        if table.has("question", "file", "must_match")
    ]


def _case(row: Row, path: Path) -> PdfQuestion:
    name = str(row.get("id") or row["question"])
    parts = [_part(each, name, path) for each in (row, *row.get("also", ()))]
    answerable = bool(row.get("answerable", row["must_match"]))
    return PdfQuestion(
        id=name, question=str(row["question"]), file=str(row["file"]),
        parts=tuple(part for part in parts if part.patterns) if answerable else (),
        in_table=row.get("source") == "table", evidence=str(row.get("evidence", "")),
    )  # fmt: skip


def _part(row: Any, name: str, path: Path) -> Part:
    try:
        return Part(
            file=str(row["file"]), pages=frozenset(map(int, row.get("page") or ())),
            patterns=tuple(re.compile(each, re.IGNORECASE) for each in row.get("must_match") or ()),
        )  # fmt: skip
    except re.error as error:
        raise UsageError(
            f"{path}, question {name}: {error.pattern!r} is no pattern ({error})."
        ) from error
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise UsageError(
            f"{path}, question {name}: needs file, page (a list of numbers) and must_match (a list of patterns)."
        ) from error


def _files(table: Table) -> dict[str, Path]:
    """Return the places of the files that the rows name, by name."""
    folders = [(table.path.parent / folder).resolve() for folder in _FOLDERS]
    named = [each["file"] for row in table.rows for each in (row, *row.get("also", ()))]
    found, missing = {}, []
    for name in dict.fromkeys(map(str, named)):
        path = next((f / name for f in folders if (f / name).is_file()), None)
        if path:
            found[name] = path
        else:
            missing.append(name)
    if missing:
        raise Mendable(
            f"{table.path} asks about {', '.join(missing)}, not found in {' or '.join(map(str, folders))}; put "
            f"{'them' if len(missing) > 1 else 'it'} there."
        )
    return found
