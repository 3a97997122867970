"""Print the document of a run: a table of figures, the baselines, the changes, the misses."""

from collections.abc import Mapping, Sequence
from typing import Any

from assistant.evaluation.layout import against, aligned, head, side_by_side
from assistant.printable import folded

_SHOWN = {
    "ndcg@10": "nDCG@10",
    "recall@5": "recall@5",
    "recall@10": "recall@10",
    "rationale@1": "rationale hit@1, in its source",
    "rationale@3": "rationale hit@3, in its source",
    "answer_rationale@1": "rationale hit@1, of the answer",
    "answer_rationale@3": "rationale hit@3, of the answer",
    "cited": "wanted sources cited",
    "source_precision": "cited sources that fit",
    "must_say": "must-say points made",
    "must_admit": "must-admit points made",
    "must_not_say": "must-not-say points said",
    "points_by_chance": "other lines' points made",
    "sides_right": "support or contradiction told right, where told",
    "coverage_right": "coverage as expected",
    "gap_names_lack": "a gap names what lacks",
    "gap_aspects_lacking": "gap aspects that lack",
    "other_aspects_lacking": "other aspects that lack",
    "words": "words in an answer",
}
_CITATIONS = {
    "citation_recall": "citation recall (ALCE)",
    "citation_precision": "citation precision (ALCE)",
}


def told(document: Mapping[str, Any], most_missed: int = 10) -> str:
    """Return a run as text; at most `most_missed` questions whose answers lack something are listed."""
    if "labels" in document:
        return side_by_side(document)
    groups: Mapping[str, Mapping[str, Any]] = document["groups"]
    parts = [head(document), aligned(_figures(groups))]
    parts += [
        f"{name}, with baselines\n{aligned(_systems(groups[name], rows))}"
        for name, rows in (document.get("baselines") or {}).items()
        if any(figures.get("cited") is not None for figures in rows.values())
    ]
    parts.append(_times(groups))
    parts.append(against(document.get("before"), _name))
    missed = [row for name, figures in groups.items() if name != "all" for row in figures["missed"]]
    parts.append("\n".join(map(_missed, missed[:most_missed])))
    if len(missed) > most_missed:
        parts.append(f"... and {len(missed) - most_missed} more; --json lists all.")
    return "\n\n".join(filter(None, parts))


def _figures(groups: Mapping[str, Mapping[str, Any]]) -> list[list[str]]:
    """Return one column for each group, one row for each figure that some group has."""
    rows = [["", *groups], ["questions", *(str(g["questions"]) for g in groups.values())]]
    for key, label in _labels(groups.values()).items():
        if any(g.get(key) is not None for g in groups.values()):
            rows.append([label, *(_with_interval(g, key) for g in groups.values())])
    rows.append(["quotes that exist", *(_exist(g) for g in groups.values())])
    rows += _sides([g.get("sides") for g in groups.values()])
    rows.append(["sentences dropped", *(str(g["dropped"]) for g in groups.values())])
    for kind, word in (("found", "held"), ("lacking", "near"), ("absent", "of another field")):
        if any(kind in g["coverage_by_expected"] for g in groups.values()):
            label = f"{word}: answered/partial/absent"
            rows.append(
                [label, *(_confusion(g["coverage_by_expected"].get(kind)) for g in groups.values())]
            )
    return rows


def _labels(groups: Any) -> dict[str, str]:
    """Return the figures in display order, with their names."""
    judges = dict.fromkeys(
        key.partition(":")[2]
        for figures in groups
        for key in figures
        if key.startswith("citation_recall:")
    )
    cited = {
        f"{key}:{judge}": f"{label}, {judge}"
        for key, label in _CITATIONS.items()
        for judge in judges
    }
    return {**_SHOWN, **cited}


def _systems(own: Mapping[str, Any], rows: Mapping[str, Mapping[str, Any]]) -> list[list[str]]:
    """Return one column for each system, the program first; figures that no baseline has are left out."""
    columns = {"this": own, **rows}
    table = [["", *columns]]
    for key, label in _labels(rows.values()).items():
        if any(figures.get(key) is not None for figures in rows.values()):
            table.append([label, *(_number(figures.get(key)) for figures in columns.values())])
    return table


def _times(groups: Mapping[str, Mapping[str, Any]]) -> str:
    rows = [["median seconds (wall / processor)", *groups]]
    stages = dict.fromkeys(stage for figures in groups.values() for stage in figures["seconds"])
    for stage in stages:
        cells = [
            f"{g['seconds'][stage]:.3f} / {g['processor_seconds'].get(stage, 0.0):.3f}"
            if stage in g["seconds"]
            else "-"
            for g in groups.values()
        ]
        rows.append([stage, *cells])
    return aligned(rows)


def _missed(row: Mapping[str, Any]) -> str:
    kinds = (("not_cited", "not cited"), ("must_say", "not said"), ("must_admit", "not admitted"),
             ("must_not_say", "said and must not be"))  # fmt: skip
    lines = [f"  {label}: {folded('; '.join(row[kind]))}" for kind, label in kinds if row.get(kind)]
    return "\n".join([folded(row["question"]), *lines])


def _name(key: str) -> str:
    base, _, judge = key.partition(":")
    return f"{_CITATIONS[base]}, {judge}" if base in _CITATIONS else _SHOWN.get(key, key)


def _with_interval(figures: Mapping[str, Any], key: str) -> str:
    if figures.get(key) is None:
        return "-"
    low, high = figures["intervals"].get(key, (figures[key], figures[key]))
    digits = 0 if key == "words" else 3
    return (
        f"{figures[key]:.{digits}f} [{low:.{max(digits - 1, 0)}f}, {high:.{max(digits - 1, 0)}f}]"
    )


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _exist(figures: Mapping[str, Any]) -> str:
    return (
        "no quotes"
        if figures["quotes_exist"] is None
        else f"{figures['quotes_exist']:.3f} of {figures['citations']}"
    )


def _sides(sides: Sequence[Mapping[str, Any] | None]) -> list[list[str]]:
    """Return the rows on support and contradiction, if some group has cited deciding sentences."""
    if not any(sides):
        return []

    def row(label: str, key: str, of: str) -> list[str]:
        return [
            label,
            *(f"{_number(each[key])} of {each[of]}" if each else "-" for each in sides),
        ]

    return [
        row("support/contradiction, macro-F1, where told", "told_macro_f1", "told"),
        row("the same where each must be told", "macro_f1", "sentences"),
        row("the same by saying support of each", "all_support_macro_f1", "sentences"),
    ]


def _confusion(counts: Mapping[str, int] | None) -> str:
    return "-" if counts is None else "/".join(str(count) for count in counts.values())
