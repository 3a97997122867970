"""Read spans chosen by annotators: queries with passages, each with its title and the `gold` spans of its text."""

from collections.abc import Sequence
from typing import Any

from assistant.errors import UsageError
from assistant.evaluation.spans import Marked, SpanQuestion, SpanQuestions
from assistant.evaluation.tables import Table


def read(tables: Sequence[Table]) -> list[SpanQuestions]:
    """Return one set for each table.

    Raises:
        UsageError: a passage lacks its text or its gold spans.
    """
    return [
        SpanQuestions(
            cases=tuple(
                SpanQuestion(
                    id=str(row.get("id") or at), question=str(row["query"]),
                    passages=tuple(_passage(each, at, table) for each in row["passages"]),
                )
                for at, row in enumerate(table.rows, 1)
            )
        )
        for table in tables
        if table.has("query", "passages")
    ]  # fmt: skip


def _passage(each: Any, at: int, table: Table) -> Marked:
    try:
        return Marked(
            title=str(each.get("title") or each["text"][:80]), text=str(each["text"]),
            gold=tuple(map(str, each["gold"])),
        )  # fmt: skip
    except (TypeError, KeyError, AttributeError) as error:
        raise UsageError(
            f"{table.path}, query {at}: every passage needs a text and a list of gold spans."
        ) from error
