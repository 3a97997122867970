"""The house keeps its shape: few floors, and imports at the top of each file."""

import ast
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCES = [
    *(ROOT / "assistant").rglob("*.py"), *(ROOT / "probes").rglob("*.py"), ROOT / "app.py",
]  # fmt: skip


def _inside(node, *, function=False):
    """Every import below a node that stands inside a function."""
    for child in ast.iter_child_nodes(node):
        if function and isinstance(child, ast.Import | ast.ImportFrom):
            yield child
        inner = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        yield from _inside(child, function=function or inner)


def test_imports_inside_functions_are_few_and_each_says_why():
    found = []
    for path in SOURCES:
        text = path.read_text("utf-8")
        for node in _inside(ast.parse(text)):
            line = text.splitlines()[node.lineno - 1]
            found.append(f"{path.relative_to(ROOT)}:{node.lineno}: {line.strip()}")
    # What loads on demand stands at the top too: see `probes.on_demand`.
    assert len(found) < 12, found
    for line in found:
        reason = line.partition("# noqa: PLC0415")[2].split()
        assert len(reason) >= 3, line


@pytest.mark.parametrize("package", ["assistant", "probes"])
def test_one_list_of_at_most_thirteen_floors_holds_every_folder(package):
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    (floors,) = [each for each in contracts["contracts"] if each.get("containers") == [package]]
    assert floors["exhaustive"]
    assert "exhaustive_ignores" not in floors
    assert "ignore_imports" not in floors
    assert len(floors["layers"]) <= 13


def test_no_file_is_longer_than_a_stranger_reads_in_one_sitting():
    long = {str(p.relative_to(ROOT)): len(p.read_text("utf-8").splitlines()) for p in SOURCES}
    assert {name: lines for name, lines in long.items() if lines > 400} == {}
