"""Links, anchors, commands and code that the documentation names exist."""

import ast
import re
import shlex
from functools import cache
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from assistant import cli
from assistant.errors import Refused
from tests.tools import tool

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = sorted(
    [
        ROOT / "README.md",
        ROOT / "CHANGELOG.md",
        *(ROOT / "training").glob("*.md"),
        *DOCS.rglob("*.md"),
    ]
)
EVERY = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def _generator():
    return tool("docs_pages")


@cache
def _tokens(page: Path) -> list[Token]:
    return MarkdownIt("commonmark").enable("table").parse(page.read_text("utf-8"))


def _targets(page: Path) -> list[str]:
    """What the links and images of a page lead to."""
    parts = [part for token in _tokens(page) for part in token.children or ()]
    found = [part.attrGet("href") or part.attrGet("src") for part in parts]
    return [str(target) for target in found if target]


def _anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub and mkdocs make them."""
    tokens = _tokens(page)
    titles = [
        "".join(part.content for part in after.children or ())
        for token, after in pairwise(tokens)
        if token.type == "heading_open"
    ]
    bare = (re.sub(r"[^\w\s-]", "", title).strip().lower() for title in titles)
    return {re.sub(r"[-\s]+", "-", title) for title in bare}


def _code(page: Path, *languages: str) -> list[str]:
    return [
        each.content for each in _tokens(page) if each.type == "fence" and each.info in languages
    ]


def _commands(page: Path) -> list[list[str]]:
    """The arguments of every `inquire` that stands on a page, in a block or within a line."""
    lines = [line for block in _code(page, "", "bash") for line in block.splitlines()]
    lines += [
        part.content
        for token in _tokens(page)
        for part in token.children or ()
        if part.type == "code_inline"
    ]
    split = [shlex.split(line, comments=True) for line in lines if line.startswith("inquire ")]
    return [words[1 : words.index(">") if ">" in words else None] for words in split]


@EVERY
def test_every_link_leads_somewhere(page):
    for target in _targets(page):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), target
        assert not anchor or anchor in _anchors(there), target


@cache
def _code_of_help(*arguments: str) -> int:
    # Unknown commands and options are refused before help is shown, so nothing is run.
    return cli.run([*arguments, "--help"])


@EVERY
def test_every_command_is_one_that_the_program_takes(page, capsys):
    for arguments in _commands(page):
        assert _code_of_help(*arguments) == 0, arguments
        capsys.readouterr()


@EVERY
def test_python_on_a_page_is_python(page):
    for block in _code(page, "python"):
        ast.parse(block)


def test_every_page_is_reached_from_the_start():
    linked = set()
    waiting = [DOCS / "index.md", ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        linked.add(page)
        ends = [target.partition("#")[0] for target in _targets(page) if ":" not in target]
        found = {(page.parent / end).resolve() for end in ends if end.endswith(".md")}
        waiting += found - linked - set(waiting)
    assert set(PAGES) <= linked


def test_generated_pages_say_what_the_code_and_the_runs_say():
    made = _generator().pages()
    for place, text in made.items():
        assert (DOCS / place).read_text("utf-8") == text, "run python tools/docs_pages.py"
    stored = {str(path.relative_to(DOCS)) for path in (DOCS / "experiments").glob("*.md")}
    assert stored == {place for place in made if place.startswith("experiments/")}


def test_every_bundled_run_has_its_figure_with_its_words():
    runs = {path.parent.name for path in (ROOT / "corpus/evidence").glob("*/result.json")}
    figures = {path.stem: path for path in (DOCS / "experiments").glob("*.svg")}
    assert set(figures) == runs
    for path in figures.values():
        svg = ElementTree.fromstring(path.read_text("utf-8"))
        assert svg.find("{http://www.w3.org/2000/svg}desc").text


def test_the_reader_of_the_page_reads(tmp_path):
    (block,) = _code(DOCS / "adding-a-reader.md", "python")
    reader = {}
    exec(block, reader)
    text, empty, other = (tmp_path / name for name in ("a.txt", "b.txt", "c.txt"))
    text.write_text("A title\n\nA sentence to quote.\n", "utf-8")
    empty.write_text(" \n", "utf-8")
    other.write_bytes(b"\xff\xfe\x00")
    assert reader["read"](text).title == "A title"
    for path in (empty, other):
        with pytest.raises(Refused):
            reader["read"](path)


# These are the commands of the tour, as far as they need no language model and no file of the reader's.
_WALKED = ("sync", "status", "ask", "search", "summarize", "paper", "export", "probe list", "probe show",
           "evidence list", "doctor")  # fmt: skip


@pytest.mark.model
def test_the_tour_can_be_walked(tmp_path, monkeypatch, capsys):
    """Every command of the tour on the bundled list; the one question that it does not answer ends with 1."""
    monkeypatch.setenv("INQUIRE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("INQUIRE_CORPUS_DIR", str(ROOT / "corpus"))
    for arguments in _commands(DOCS / "tour.md"):
        if not " ".join(arguments).startswith(_WALKED):
            continue
        code = cli.run(arguments)
        out = capsys.readouterr().out
        assert out.strip(), arguments
        assert code == ("sourdough" in " ".join(arguments)), arguments


def test_the_tour_lists_and_shows_probes(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("INQUIRE_DATA_DIR", str(tmp_path))
    walked = {" ".join(words): words for words in _commands(DOCS / "tour.md")}
    for typed, told in (
        ("probe list", "layer_valley"),
        ("probe show layer_valley", "Is there a mid-depth entropy valley?"),
    ):
        assert cli.run(walked[typed]) == 0
        assert told in capsys.readouterr().out
