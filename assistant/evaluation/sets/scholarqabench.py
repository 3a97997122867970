"""Read ScholarQABench: experts' answers with the passages they cite, and bare questions of other fields."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from assistant.evaluation.cases import Case, CaseSet, Cited, SetDocument, library_key
from assistant.evaluation.tables import Row, Table
from assistant.text.prose import sentences


def read(tables: Sequence[Table]) -> list[CaseSet]:
    """Return the experts' questions for the cited passages, and the bare questions for the reader's library.

    Bare questions carry no label. They are assumed to be outside the reader's library, which
    is true for the biology questions of this set and a list on language models.
    """
    answered = [
        row for table in tables if table.has("input", "ctxs", "output") for row in table.rows
    ]
    bare = [
        table for table in tables if table.has("input") and not table.has("input", "ctxs", "output")
    ]
    sets = []
    if answered:
        documents = _documents(answered)
        cases = tuple(_cases(answered, {document.key for document in documents}))
        about = "experts' questions over the passages they cite"
        sets.append(CaseSet(name="scholarqa", about=about, cases=cases, documents=documents))
    if bare:
        outside = tuple(
            Case(
                id=str(row.get("id") or f"{table.name}:{at}"), question=str(row["input"]),
                group="out of collection", expected="absent",
            )
            for table in bare for at, row in enumerate(table.rows)
        )  # fmt: skip
        sets.append(CaseSet(name="elsewhere", about="questions of another field", cases=outside))
    return sets


def _documents(rows: Sequence[Row]) -> tuple[SetDocument, ...]:
    """Return one document for each work, made of all its cited passages."""
    passages: dict[str, dict[str, None]] = defaultdict(dict)
    titles: dict[str, str] = {}
    for row in rows:
        for context in row["ctxs"]:
            if text := _text(context):
                titles.setdefault(_key(context), str(context.get("title") or text[:80]))
                passages[_key(context)][text] = None
    return tuple(
        SetDocument(key=key, title=titles[key], text="\n\n".join(said))
        for key, said in passages.items()
    )


def _cases(rows: Sequence[Row], known: set[str]) -> Iterator[Case]:
    for at, row in enumerate(rows):
        cited = frozenset(_key(context) for context in row["ctxs"] if _text(context))
        yield Case(
            id=str(row.get("id") or at), question=str(row["input"]), group="closed corpus",
            expected="found" if cited & known else None, relevant=cited & known, wanted=cited & known,
            reference=tuple(_reference(str(row["output"]), [_text(context) for context in row["ctxs"]])),
        )  # fmt: skip


def _reference(answer: str, passages: Sequence[str]) -> Iterator[Cited]:
    """Yield the sentences of an expert's answer with the passages whose numbers they contain, from 0."""
    plain = answer.strip()
    for span in (s for line in _lines(plain) for s in sentences(plain, *line)):
        said = span.of(plain)
        numbers = [int(n) for group in _MARK.findall(said) for n in re.findall(r"\d+", group)]
        held = tuple(passages[n] for n in numbers if n < len(passages) and passages[n])
        text = " ".join(_MARK.sub("", said).split())
        if any(letter.isalpha() for letter in text):
            yield Cited(text=text, passages=held)


def _lines(text: str) -> Iterator[tuple[int, int]]:
    for match in re.finditer(r"[^\n]+", text):
        yield match.start(), match.end()


_MARK = re.compile(r"\s*\[(\d+(?:\s*[,–-]\s*\d+)*)\]")


def _key(context: dict[str, Any]) -> str:
    return library_key(str(context.get("title") or context.get("text")))


def _text(context: dict[str, Any]) -> str:
    """Return the passage on one line; the program that wrote the set prints a missing one as not-a-number."""
    text = context.get("text")
    return " ".join(text.split()) if isinstance(text, str) else ""
