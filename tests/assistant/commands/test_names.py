"""Names and titles from outside forge no line and send no escape code to a terminal, whatever command prints them."""

import json
import unicodedata
from pathlib import Path

import pytest

from assistant import cli

FORGED = "refused    /home/reader/thesis.md"
# A line of its own, an escape code, its 8-bit form, a carriage return, an override, and another line end.
TRICKS = {
    "newline": f"x\n{FORGED}",
    "return": f"x\r{FORGED}",
    "escape": "x\x1b]0;owned\x07\x1b[31m",
    "eight-bit": "x\x9b31m",
    "override": "x\u202edm.txt",
    "separator": f"x\u2028{FORGED}",
    "next-line": f"x\x85{FORGED}",
}


def _plain(printed: str) -> None:
    assert FORGED not in {line.strip() for line in printed.splitlines()}
    assert not [
        c for c in printed if c != "\n" and unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")
    ]
    assert not set(printed) & set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068")


@pytest.fixture
def ran(capsys, tmp_path, monkeypatch):
    """Run a command on a library of its own; both streams have to be plain."""
    monkeypatch.setenv("INQUIRE_CORPUS_DIR", "none")

    def run(*arguments: str) -> tuple[int, str]:
        capsys.readouterr()
        code = cli.run([*arguments, "--data-dir", str(tmp_path / "data")])
        out, err = capsys.readouterr()
        _plain(out)
        _plain(err)
        return code, out

    return run


def _note(folder: Path, trick: str, *, title: str = "") -> Path:
    path = folder / f"{trick}.md"
    head = (
        f"---\ntitle: {json.dumps(title)}\nauthors: [{json.dumps(title)}]\n---\n" if title else ""
    )
    path.write_text(
        f"{head}# Do widgets hum?\n\nThe widgets of this note hum at {sum(map(ord, trick))} hertz.\n",
        "utf-8",
    )
    return path


def test_a_file_name_forges_no_line(ran, tmp_path):
    """In one library, because every command prints all of them."""
    names = [trick.replace("/", "∕") for trick in TRICKS.values()]
    folders = [tmp_path / f"notes {trick.partition('/')[0]}".rstrip() for trick in TRICKS.values()]
    for folder, name in zip(folders, names, strict=True):
        folder.mkdir()
        _note(folder, name)
        (folder / f"{name}.pdf").write_bytes(b"no paper at all")
        (folder / f"{name}.bib").write_bytes(b"@article{")
        code, out = ran("add", str(folder))
        assert code == 0
        assert "new" in out
        assert "refused" in out
    for folder, name in zip(folders, names, strict=True):
        ran("add", str(folder / f"{name}.nowhere"))
    ran("sync")
    ran("status")
    ran("status", "--json")
    ran("doctor")
    code, out = ran("search", "Do widgets hum?")
    assert code == 0
    _, out = ran("search", "Do widgets hum?", "-k", "50", "--json")
    keys = {found["source"] for found in json.loads(out)}
    assert len(keys) == len(TRICKS)
    for key in keys:
        ran("paper", key)
    for named in (*keys, *names):
        ran("remove", named)


@pytest.mark.parametrize("trick", TRICKS.values(), ids=TRICKS)
def test_a_title_forges_no_line(ran, trick, tmp_path):
    ran("add", str(_note(tmp_path, "note", title=f"Do widgets hum? {trick}")))
    for form in ([], ["--json"], ["--format", "md"], ["--format", "html"], ["--format", "json"]):
        ran("ask", "Do widgets hum?", *form)
    ran("search", "Do widgets hum?", "--json")
    _, out = ran("search", "Do widgets hum?")
    assert "1.000  Do widgets hum?" in out  # by title, the key behind it
    assert "(note)" in out
    ran("paper", "note")
    ran("paper", "note", "--json")
    ran("summarize", "note")
    for form in ("bibtex", "ris", "csl-json"):
        ran("export", "note", "--format", form)


def test_the_log_of_what_nobody_foresaw_has_no_forged_line(ran, tmp_path, monkeypatch):
    def broken(*_: object) -> None:
        raise ZeroDivisionError(f"x\n{FORGED}\x1b[31m")

    (tmp_path / "data").mkdir()
    monkeypatch.setattr("assistant.commands.collection.open_assistant", broken)
    code, _ = ran("remove", f"x\n{FORGED}")
    assert code == 3
    (log,) = (tmp_path / "data" / "logs").iterdir()
    said = log.read_text("utf-8")
    _plain(said)
    assert FORGED not in said.splitlines()
    assert all(line.startswith(("inquire ", "  ")) for line in said.splitlines() if line)
