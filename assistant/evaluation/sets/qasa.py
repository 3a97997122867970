"""Read QASA: questions that their paper does not answer, each with a sentence on what the paper lacks.

Source: Lee et al. 2023, "QASA: Advanced Question Answering on Scientific Articles" (ICML). The set
contains the passages at which the questions were asked, but not the papers.
"""

from collections import defaultdict
from collections.abc import Sequence

from assistant.evaluation.cases import Case, CaseSet, SetDocument, library_key
from assistant.evaluation.tables import Row, Table


def read(tables: Sequence[Table]) -> list[CaseSet]:
    """Return the unanswerable questions twice: for the papers' own passages, and for the reader's library.

    With the passages they are near misses: right topic, missing fact. Rows with evidence are
    left out if they are more than a tenth, because the set then holds answerable questions too.
    """
    rows = [row for table in tables if table.has("question", "composition") for row in table.rows]
    answerable = [row for row in rows if row.get("evidential_info")]
    if 10 * len(answerable) > len(rows):
        rows = [row for row in rows if not row.get("evidential_info")]
    if not rows:
        return []
    documents = _documents(rows)
    near = CaseSet(
        name="qasa", about="unanswerable questions beside the passages of their papers",
        cases=_cases(rows, "near misses"), documents=documents,
    )  # fmt: skip
    own = CaseSet(
        name="qasa-own", about="the same questions, asked of your own library",
        cases=_cases(rows, "other papers"),
    )  # fmt: skip
    return [near, own] if documents else [own]


def _cases(rows: Sequence[Row], group: str) -> tuple[Case, ...]:
    return tuple(
        Case(
            id=f"{row.get('paper_id', '')}:{row.get('question_id', at)}", question=str(row["question"]),
            group=group, expected="lacking", lack=str(row["composition"]),
        )
        for at, row in enumerate(rows)
    )  # fmt: skip


def _documents(rows: Sequence[Row]) -> tuple[SetDocument, ...]:
    """Return for each paper the passages at which its questions were asked."""
    passages: dict[str, dict[str, None]] = defaultdict(dict)
    titles: dict[str, str] = {}
    for row in rows:
        passage = " ".join(str(row.get("question_trigger_sentence") or "").split())
        if passage:
            name = str(row.get("paper_id") or row.get("title"))
            key = library_key(name)
            titles[key] = str(row.get("title") or name)
            passages[key][passage] = None
    return tuple(
        SetDocument(key=key, title=titles[key], text="\n\n".join(said))
        for key, said in passages.items()
    )
