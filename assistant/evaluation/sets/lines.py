"""Read questions for the reader's library with what an ideal answer cites, says and admits."""

from collections.abc import Sequence
from typing import Any

from assistant.evaluation.cases import Case, CaseSet
from assistant.evaluation.tables import Row, Table


def read(tables: Sequence[Table]) -> list[CaseSet]:
    """Return one set of all lines; a line with nothing to cite is outside the library."""
    cases = tuple(
        _case(f"{table.name}:{row.get('id', at)}", row)
        for table in tables
        if table.has("question", "must_cite")
        for at, row in enumerate(table.rows)
    )
    return (
        [CaseSet(name="lines", about="inquiring lines with what an answer must cite", cases=cases)]
        if cases
        else []
    )


def _case(name: str, row: Row) -> Case:
    wanted = frozenset(_texts(row["must_cite"]))
    return Case(
        id=name, question=str(row["question"]), group="lines", expected="found" if wanted else "absent",
        relevant=wanted, wanted=wanted, welcome=frozenset(_texts(row.get("may_cite"))),
        must_say=_texts(row.get("must_say")), must_admit=_texts(row.get("must_admit")),
        must_not_say=_texts(row.get("must_not_say")),
    )  # fmt: skip


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list | tuple) else ()
