"""The house keeps its shape: few floors, imports at the top, short files, and a test beside each file."""

import ast
import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCES = [
    *(ROOT / "assistant").rglob("*.py"), *(ROOT / "probes").rglob("*.py"), *ROOT.glob("*.py"),
]  # fmt: skip


@dataclass(frozen=True)
class Elsewhere:
    """Files without a test of their own name: the folder and the names, where they are tested, and why there."""

    folder: str
    names: str
    tests: str
    why: str

    def files(self):
        """The files that the entry excuses, as paths below the root."""
        names = [f"{name}.py" for name in self.names.split()]
        return [
            str(path.relative_to(ROOT))
            for name in names
            for path in (ROOT / self.folder).glob(name)
        ]


ELSEWHERE = (
    Elsewhere("probes/experiments", "[a-z]*", "tests/probes/test_experiments.py",
              "every experiment, new ones too, is held to the same laws"),
    Elsewhere("probes/continuations", "arms backends results", "tests/probes/continuations/test_study.py",
              "they are the steps of a study, which is run whole"),
    Elsewhere("probes/continuations", "shared_cache", "tests/probes/continuations/test_engine.py",
              "the engine must read through it as without it"),
    Elsewhere("probes/traces", "symbolic_worker", "tests/probes/traces/test_symbolic.py",
              "it runs only as a process of its own"),
    Elsewhere("assistant", "build", "tests/conftest.py",
              "it puts the parts together, and nearly every test asks through it"),
    Elsewhere("assistant/answering", "desk matter parts", "tests/assistant/answering/test_answer.py",
              "they are the steps of an answer, which is asked for whole"),
    Elsewhere("assistant/experiments", "measured", "tests/assistant/experiments/test_bearing.py",
              "it only makes quotes of what bears on a question"),
    Elsewhere("assistant/evaluation", "baselines measuring telling", "tests/assistant/evaluation/test_runs.py",
              "they are the steps of a run of questions"),
    Elsewhere("assistant/evaluation", "sentence_rankings", "tests/assistant/evaluation/test_spans.py",
              "the baselines are compared on labelled sentences"),
    Elsewhere("assistant/evaluation/sets", "pdf_questions", "tests/assistant/evaluation/test_pdf_questions.py",
              "its questions need the files that they ask about"),
    Elsewhere("assistant/models", "bert_bfloat16", "tests/assistant/models/test_embedding.py",
              "its vectors must be those of the other precision"),
    Elsewhere("assistant/models", "classifier", "tests/assistant/models/test_cross_encoder.py",
              "it loads the network that the reranker and the judge use"),
    Elsewhere("assistant/models", "language_model", "tests/assistant/writers/test_local.py",
              "it needs a real model, which writes there"),
    Elsewhere("assistant/pages", "claim_records", "tests/assistant/pages/test_attestations.py",
              "a record is what its attestations change"),
    Elsewhere("assistant/pages", "closing company joint single", "tests/assistant/pages/test_summaries.py",
              "they are the parts of a summary, which must read whole"),
    Elsewhere("assistant/readers", "pdf_furniture pdf_glyphs pdf_metadata pdf_order pdf_scene pdf_text pdf_worker",
              "tests/assistant/readers/test_pdf.py", "only a printed page has glyphs, order and furniture"),
    Elsewhere("assistant/readers", "process_worker", "tests/assistant/readers/test_process.py",
              "it runs only as a process of its own"),
    Elsewhere("assistant/verify/vetoes", "attribution crossed negation scope strength",
              "tests/assistant/verify/vetoes/test_vetoes.py", "one table holds all vetoes to the same laws"),
    Elsewhere("assistant/writers", "ollama ollama_chat openai openai_chat", "tests/assistant/writers/test_stream.py",
              "each law of servers is tested with both"),
    Elsewhere("assistant/views", "choosing comparing holdings marking reading_room sheets shelves threads window",
              "tests/presses", "they answer the presses of a page, which that folder makes"),
    Elsewhere(".", "page_parts", "tests/test_app.py", "its parts are laid out when the window is built"),
    Elsewhere(".", "presses library_presses room_presses run_presses", "tests/presses",
              "that folder presses every button"),
)  # fmt: skip


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


def _test_of(source):
    """The place of a file's own test; the test of an `__init__` has the name of its folder."""
    inside = source.relative_to(ROOT)
    name = inside.parent.name if source.stem == "__init__" else source.stem.strip("_")
    return ROOT / "tests" / inside.parent / f"test_{name}.py"


def _acts(source):
    """Whether a file has a function that does something; a protocol and plain values do nothing."""
    functions = ast.FunctionDef | ast.AsyncFunctionDef
    found = [n for n in ast.walk(ast.parse(source.read_text("utf-8"))) if isinstance(n, functions)]
    return any(not isinstance(line, ast.Expr) for node in found for line in node.body)


def test_each_file_that_acts_has_a_test_of_its_own_name_or_a_reason():
    without = {str(p.relative_to(ROOT)) for p in SOURCES if _acts(p) and not _test_of(p).exists()}
    excused = Counter(file for entry in ELSEWHERE for file in entry.files())
    assert sorted(without - set(excused)) == [], "these need a test of their own name"
    assert [file for file, times in excused.items() if times > 1] == []
    named = [entry for entry in ELSEWHERE if "*" not in entry.names]
    needless = {file for entry in named for file in entry.files()} - without
    assert sorted(needless) == [], "these have a test, or nothing to test"
    assert all(len(entry.files()) == len(entry.names.split()) for entry in named), "a file is gone"


def test_each_reason_names_a_test_that_is_there():
    assert len(ELSEWHERE) < 25
    for entry in ELSEWHERE:
        assert (ROOT / entry.tests).exists(), entry
        assert set(entry.files()) & {str(p.relative_to(ROOT)) for p in SOURCES}, entry
        assert 3 < len(entry.why.split()) < 14, entry
