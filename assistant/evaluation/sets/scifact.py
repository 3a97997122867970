"""Read SciFact: claims against abstracts, with the sentences that support or contradict them.

Source: Wadden et al. 2020 (arXiv:2004.14974). The set comes as its own JSON lines, or as tables,
in which a claim has a row for every rationale and lists are printed as NumPy prints them.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assistant.evaluation.cases import Case, CaseSet, SetDocument, library_key
from assistant.evaluation.tables import Row, Table
from assistant.types import Stance


def read(tables: Sequence[Table]) -> list[CaseSet]:
    """Return one set of the labelled claims, without training claims if there are others.

    A search should find the abstracts that a claim cites, as BEIR counts them; an answer should
    cite those with evidence. A claim without evidence is "lacking", because it cites abstracts on
    the topic.
    """
    corpora = [table for table in tables if table.has("doc_id", "abstract")]
    labelled = [
        table
        for table in tables
        if table.has("claim", "cited_doc_ids") and any(map(_evidence, table.rows))
    ]
    held_out = [table for table in labelled if "train" not in table.name] or labelled
    if not corpora or not held_out:
        return []
    abstracts = {library_key(str(row["doc_id"])): row for table in corpora for row in table.rows}
    sentences = {key: _sentences(row["abstract"]) for key, row in abstracts.items()}
    documents = tuple(
        SetDocument(key=key, title=str(abstracts[key].get("title") or key), text=" ".join(said))
        for key, said in sentences.items()
        if said
    )
    cases = tuple(case for table in held_out for case in _cases(table, sentences))
    return [
        CaseSet(name="scifact", about="claims against abstracts", cases=cases, documents=documents)
    ]


def _cases(table: Table, sentences: dict[str, list[str]]) -> Iterator[Case]:
    grouped: dict[str, list[Row]] = defaultdict(list)
    for row in table.rows:
        grouped[str(row.get("id", row["claim"]))].append(row)
    for name, rows in grouped.items():
        rationales: dict[str, list[str]] = defaultdict(list)
        stances: dict[str, Stance] = {}
        for row in rows:
            for key, numbers, label in _evidence(row):
                said = sentences.get(key, [])
                rationales[key].extend(said[n] for n in numbers if n < len(said))
                if label in _STANCES:
                    stances[key] = _STANCES[label]
        evidence = frozenset(key for key, said in rationales.items() if said)
        cited = frozenset(
            key for row in rows for key in _ids(row["cited_doc_ids"]) if key in sentences
        )
        yield Case(
            id=f"{table.name}:{name}", question=str(rows[0]["claim"]),
            group="evidence" if evidence else "no evidence", expected="found" if evidence else "lacking",
            relevant=cited | evidence, wanted=evidence, welcome=cited,
            rationales={key: tuple(dict.fromkeys(rationales[key])) for key in sorted(evidence)},
            stances={key: stances[key] for key in sorted(evidence & stances.keys())},
        )  # fmt: skip


def _evidence(row: Row) -> list[tuple[str, list[int], str]]:
    """Return the documents with evidence, the numbers of their deciding sentences, from 0, and their label."""
    nested = row.get("evidence")
    if isinstance(nested, dict):
        return [
            (library_key(str(key)), [int(n) for n in each["sentences"]], str(each.get("label")))
            for key, found in nested.items()
            for each in found
        ]
    key = str(row.get("evidence_doc_id") or "").strip()
    numbers = [int(n) for n in _ids(row.get("evidence_sentences"))]
    return [(library_key(key), numbers, str(row.get("evidence_label")))] if key else []


_STANCES: Mapping[str, Stance] = {"SUPPORT": "supports", "CONTRADICT": "contests"}


def _ids(value: Any) -> list[str]:
    return re.findall(r"\d+", str(value))


def _sentences(value: Any) -> list[str]:
    """Return a list of sentences, also from the text that Python or NumPy prints for one."""
    if isinstance(value, list):
        found = [str(item) for item in value]
    else:
        text = str(value)
        literals = _LITERAL.findall(text)
        found = [str(ast.literal_eval(literal)) for literal in literals] if literals else [text]
    return [" ".join(sentence.split()) for sentence in found]


_LITERAL = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"", re.DOTALL)
