"""Count the word tables that are left in the code: sets of words, and patterns with alternatives.

    python tools/word_tables.py          # each table, and the totals
    python tools/word_tables.py --page   # the same by file, into docs/word-tables.md

A table is a module's constant with eight single words or more, or a pattern with five alternatives or more. Messages,
prompts, SQL and the texts of the experiments are no tables: nothing is decided by their words.
"""

import ast
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_WORDS, _ALTERNATIVES = 8, 5
# Their constants are texts and names of the program's own, by which nothing of a reader's is judged.
_OWN = (
    "commands/",
    "views/",
    "guard/",
    "evaluation/",
    "probes/experiments/",
    "probes/tasks/",
    "cli.py",
    "failures.py",
    "exports.py",
    "prompts.py",
    "own_tasks.py",
    "schema.py",
)


@dataclass(frozen=True)
class Table:
    """One table: its file and name, its single words, its alternatives, and the comment or docstring beside it."""

    file: str
    name: str
    words: int
    alternatives: int
    said: str


def tables() -> list[Table]:
    """Return every word table of the two packages, file by file."""
    found = []
    for package in ("assistant", "probes"):
        for path in sorted((ROOT / package).rglob("*.py")):
            file = str(path.relative_to(ROOT))
            if not any(part in file for part in _OWN):
                found += _of(file, path.read_text("utf-8"))
    return found


def _of(file: str, source: str) -> Iterator[Table]:
    lines, body = source.splitlines(), ast.parse(source).body
    for at, node in enumerate(body):
        if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
            continue
        texts = [
            n.value
            for n in ast.walk(node.value)
            if isinstance(n, ast.Constant) and isinstance(n.value, str)
        ]
        pattern = "re.compile" in ast.unparse(node.value) or any("(?:" in text for text in texts)
        alternatives = sum(text.count("|") for text in texts) if pattern else 0
        words = (
            0
            if pattern
            else sum(len(text.split()) for text in texts if re.fullmatch(r"[\w\s'|-]+", text))
        )
        if words >= _WORDS or alternatives >= _ALTERNATIVES:
            after = body[at + 1] if at + 1 < len(body) else None
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            yield Table(file, ast.unparse(target), words, alternatives, _said(lines, node, after))


def _said(lines: list[str], node: ast.stmt, after: ast.stmt | None) -> str:
    if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
        return " ".join(str(after.value.value).split())
    above: list[str] = []
    for line in reversed(lines[: node.lineno - 1]):
        if not line.startswith("#"):
            break
        above.insert(0, line.lstrip("# "))
    return " ".join(above)


def page() -> str:
    """Return the page of the tables, a row for each file with the sentence that it opens with."""
    found = tables()
    lines = [
        "# Word tables",
        "",
        "Some things are still decided by lists of words and by patterns with alternatives. Each file with one is "
        "listed here with its purpose. `python tools/word_tables.py` counts the tables: constants with eight single "
        "words or more, and patterns with five alternatives or more; `--page` writes this page.",
        "",
        f"When it was written there were {_totals(found)}. The code of the end of November, "
        "half as long, had 154 tables in 46 files with 3,009 words and 1,892 alternatives by the same count.",
        "",
        "| file | what it is for | tables | words | alternatives |",
        "|---|---|---|---|---|",
    ]
    for file in dict.fromkeys(table.file for table in found):
        own = [table for table in found if table.file == file]
        purpose = (ast.get_docstring(ast.parse((ROOT / file).read_text("utf-8"))) or "").partition(
            "\n"
        )[0]
        names = ", ".join(f"`{table.name}`" for table in own)
        counts = f"{sum(t.words for t in own):,} | {sum(t.alternatives for t in own):,}"
        lines.append(f"| `{file}` | {purpose} | {names} | {counts} |")
    return "\n".join([*lines, ""])


def _totals(found: Sequence[Table]) -> str:
    words, alternatives = sum(t.words for t in found), sum(t.alternatives for t in found)
    files = len({table.file for table in found})
    return f"{len(found)} tables in {files} files with {words:,} words and {alternatives:,} alternatives"


def main() -> int:
    """Print the tables and their totals, or write the page."""
    if sys.argv[1:] == ["--page"]:
        (ROOT / "docs/word-tables.md").write_text(page(), "utf-8")
        return 0
    found = tables()
    for table in found:
        print(
            f"{table.words:5} {table.alternatives:5}  {table.file}:{table.name}  {table.said[:90]}"
        )
    print(_totals(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
