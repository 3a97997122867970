"""Lay out a run as text: its head, columns of systems, changes, and failures to look at."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

# At most this many failures are printed; --json lists all.
_MOST = 20
# A value of a failure is cut at this many characters: a sentence, not a paragraph.
_LONGEST = 240


def head(document: Mapping[str, Any]) -> str:
    """Return one line that says which set was asked of which library."""
    return (
        f"{document['suite']} ({document['about']}): {document['asked']} of {document['of']} "
        f"questions, seed {document['seed']}, index {document['index_hash']}"
    )


def side_by_side(document: Mapping[str, Any], most: int = _MOST) -> str:
    """Return a run of a yardstick as text: a column for each system, a row for each figure, at most `most` failures."""
    labels, digits = document["labels"], document["digits"]
    parts = [head(document), *document["remarks"]]
    for name, figures in document["groups"].items():
        systems = {"this": figures, **document["baselines"][name]}
        rows = [[name, *systems], ["questions", *(str(f["questions"]) for f in systems.values())]]
        for key, label in labels.items():
            if any(key in each for each in systems.values()):
                rows.append(
                    [label, *(_cell(each, key, digits.get(key, 3)) for each in systems.values())]
                )
        if figures["citations"]:
            exist = f"{figures['quotes_exist']:.3f} of {figures['citations']}"
            rows.append(["quotes that exist", exist, *("-" for _ in list(systems)[1:])])
        parts.append(aligned(rows))
    parts.append(against(document["before"], lambda key: labels.get(key, key)))
    failures = document["failures"]
    if failures:
        parts.append(f"{len(failures)} to look at:")
    parts += [_failure(each) for each in failures[:most]]
    if len(failures) > most:
        parts.append(f"... and {len(failures) - most} more; --json lists all.")
    return "\n\n".join(parts)


def _cell(figures: Mapping[str, Any], key: str, digits: int) -> str:
    if key not in figures:
        return "-"
    low, high = figures["intervals"][key]
    ends = max(digits - 1, 0)
    return f"{figures[key]:.{digits}f} [{low:.{ends}f}, {high:.{ends}f}]"


def _failure(failure: Mapping[str, Any]) -> str:
    lines = [f"{failure['id']}  {failure['question']}"]
    for name, value in failure.items():
        if name not in ("id", "question"):
            said = " | ".join(value) if isinstance(value, list | tuple) else str(value)
            lines.append(f"  {name.replace('_', ' ')}: {_cut(said) or '(nothing)'}")
    return "\n".join(lines)


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST].rstrip()} ..."


def against(before: Mapping[str, Any] | None, name: Callable[[str], str]) -> str:
    """Return the changes since the previous run; `name` returns a figure's name in words."""
    if before is None:
        return "There is no earlier run to compare with."
    index = "the same index" if before["same_index"] else "another index"
    said = "; ".join(
        f"{setting} was {old}, is {new}" for setting, (old, new) in before["settings"].items()
    )
    lines = [
        f"Against the run of {before['when']} ({index}, {said or 'the same settings'}, "
        f"{before['questions']} questions in common):"
    ]
    for key, change in before["changes"].items():
        low, high = change["interval"]
        sure = "" if low > 0 or high < 0 else ", may be chance"
        lines.append(f"  {name(key)} {change['change']:+.3f} [{low:+.3f}, {high:+.3f}]{sure}")
    return "\n".join(lines) if before["changes"] else f"{lines[0]} nothing changed."


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Return rows of cells as lines; each column is as wide as its widest cell."""
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )
