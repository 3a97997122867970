"""Read labelled answers: questions with the names of the sentences that open, improve or spoil an answer.

The table of questions has `question`, `opening`, `brief`, `good`, and if known `coverage`,
`bad_but_tempting`, `caveat`. Beside it, `sentences.json` gives for each name `source`, `start`,
`end` and `text`.
"""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, cast, get_args

from assistant.errors import UsageError
from assistant.evaluation.labels import AnswerLabels, LabelledQuestion, LabelledSentence
from assistant.evaluation.tables import Row, Table
from assistant.types import Coverage


def read(tables: Sequence[Table]) -> list[AnswerLabels]:
    """Return one set for each table, without training tables if their folder has others.

    Raises:
        UsageError: the sentences are not beside the questions, or a row has a value that is not
            allowed.
    """
    labelled = [table for table in tables if table.has("question", "opening", "brief", "good")]
    held_out = {table.path.parent for table in labelled if not _trains(table)}
    return [
        AnswerLabels(
            origin=str(table.path), cases=_cases(table),
            sentences=_sentences(table.path.with_name("sentences.json"), table.path),
        )
        for table in labelled
        if not (_trains(table) and table.path.parent in held_out)
    ]  # fmt: skip


def _trains(table: Table) -> bool:
    return "train" in table.name


def _cases(table: Table) -> tuple[LabelledQuestion, ...]:
    cases = tuple(
        _case(row, str(row.get("id") or at), table.path) for at, row in enumerate(table.rows, 1)
    )
    names = [case.id for case in cases]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise UsageError(f"{table.path} has two questions {twice}; give each an id of its own.")
    return cases


def _case(row: Row, name: str, path: Path) -> LabelledQuestion:
    coverage = row.get("coverage")
    if coverage is not None and coverage not in get_args(Coverage):
        known = ", ".join(get_args(Coverage))
        raise UsageError(
            f"{path}, question {name}: coverage is {coverage!r}; it is one of {known}."
        )

    def sentences(column: str) -> frozenset[str]:
        value = row.get(column, [])
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise UsageError(
                f"{path}, question {name}: {column} is no list of names of sentences; write [] for none."
            )
        return frozenset(value)

    return LabelledQuestion(
        id=name, question=str(row["question"]), coverage=cast(Coverage | None, coverage),
        opening=sentences("opening"), brief=sentences("brief"), good=sentences("good"),
        tempting=sentences("bad_but_tempting"), caveat=sentences("caveat"),
    )  # fmt: skip


def _sentences(path: Path, questions: Path) -> tuple[LabelledSentence, ...]:
    try:
        held = json.loads(path.read_text("utf-8"))
        return tuple(_sentence(name, each) for name, each in _items(held))
    except FileNotFoundError as error:
        raise UsageError(
            f"{questions} names sentences, and {path}, which says where they stand, is not there; put both in "
            "one folder."
        ) from error
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise UsageError(
            f"{path} cannot be read ({error}); it is one JSON object of name: "
            "{source, start, end, text}."
        ) from error


def _items(held: Any) -> Iterable[tuple[str, Any]]:
    if not isinstance(held, dict) or not held:
        raise ValueError("it holds no sentences")
    return held.items()


def _sentence(name: str, each: Any) -> LabelledSentence:
    return LabelledSentence(
        name=name, source=str(each["source"]), start=int(each["start"]), end=int(each["end"]),
        text=str(each["text"]),
    )  # fmt: skip
