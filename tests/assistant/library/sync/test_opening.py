"""Many files are read several at a time and stored in their order; a killed sync goes on with what is left."""

import signal
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.library import sync as syncing
from assistant.library.store import Library
from assistant.library.sync import opening
from tests.assistant.library.sync.following import READING, contents, follow, write
from tests.pdfs import Text, pdf

PAPERS, NOTES = 24, 16


@pytest.fixture
def many(folder):
    """Papers and notes, and a second copy of one of each, which comes later by name."""
    for n in range(PAPERS):
        lines = [f"Paper {n} finds in trial {m} that layer {m * n} is better." for m in range(30)]
        page = [Text(72, 700 - 16 * at, line) for at, line in enumerate(lines)]
        (folder / f"paper-{n:02}.pdf").write_bytes(pdf([page, page[: 5 + n]]))
    for n in range(NOTES):
        said = [f"Note {n} says of case {at} that {at * n} heads attend." for at in range(20)]
        body = "\n\n".join(said)
        write(folder / f"note-{n:02}.md", body, title=f"What does note {n} say?")
    for name in ("note-00.md", "paper-00.pdf"):
        copy = (folder / name).with_stem("z-copy-of-" + Path(name).stem)
        copy.write_bytes((folder / name).read_bytes())
    return folder


def test_two_files_are_read_at_the_same_time(library, many, monkeypatch):
    read, both = opening.readers.read, threading.Barrier(2, timeout=500)
    first = [True, True]

    def together(path, **how):
        if first and first.pop():
            both.wait()  # fails unless another thread comes here too
        return read(path, **how)

    monkeypatch.setattr(opening, "cores", lambda: 2)
    monkeypatch.setattr(opening.readers, "read", together)
    fates, _ = follow(library, many)
    assert not both.broken
    assert sum(fate == "new" for fate in fates.values()) == PAPERS + NOTES


@pytest.mark.parametrize("together", [1, 4])
def test_however_many_are_read_together_the_library_is_the_same(
    library, many, tmp_path, monkeypatch, together
):
    monkeypatch.setattr(opening, "cores", lambda: together)
    fates, reports = follow(library, many)
    assert [name for name, fate in fates.items() if fate == "duplicate"] == [
        "z-copy-of-note-00.md",
        "z-copy-of-paper-00.pdf",
    ]
    assert list(reports) == sorted(path.name for path in many.iterdir())
    with Library(tmp_path / "single") as single:
        for path in sorted(many.iterdir()):
            follow(single, path, prune=False)
        assert contents(single) == contents(library)


def test_an_error_in_a_reader_is_raised_and_leaves_what_was_stored(library, many, monkeypatch):
    read = opening.readers.read

    def failing(path, **how):
        if path.name == "paper-05.pdf":
            raise ZeroDivisionError
        return read(path, **how)

    monkeypatch.setattr(opening.readers, "read", failing)
    with pytest.raises(ZeroDivisionError):
        follow(library, many)
    assert {f"paper-{n:02}" for n in range(5)} <= {Path(s.path).stem for s in library.sources()}


def test_the_share_before_a_file_is_that_of_the_bytes_to_be_opened(library, many):
    found = sorted(many.iterdir())
    sizes = [path.stat().st_size for path in found]
    at_first = opening.shares(found, library.files(), READING)
    assert at_first == [sum(sizes[:at]) / sum(sizes) for at in range(len(found))]
    follow(library, many)
    changed = found[3]
    changed.write_bytes(changed.read_bytes() + b"\n")
    known = library.files()
    assert opening.shares(found, known, READING) == [float(at > 3) for at in range(len(found))]


def test_progress_with_copies_only_goes_forward(library, many):
    told = []
    syncing.sync(library, [many], READING, lambda _message, share: told.append(share))
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0.0, 1.0)


KILLED = textwrap.dedent("""
    import sys
    from assistant import Assistant

    def report(message, fraction):
        print(message, flush=True)

    Assistant.open(sys.argv[1], corpus_dir=sys.argv[2]).sync(progress=report)
""")


@pytest.mark.parametrize("word", ["reading paper-12", "embedding"])
def test_a_killed_sync_goes_on_with_what_is_left(many, tmp_path, monkeypatch, word):
    command = [sys.executable, "-c", KILLED, str(tmp_path / "data"), str(many)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert any(line.startswith(word) for line in running.stdout)
        running.send_signal(signal.SIGKILL)
    read, opened, embedded = opening.readers.read, [], []

    def counted(path, **how):
        opened.append(path.name)
        return read(path, **how)

    monkeypatch.setattr(opening.readers, "read", counted)
    again = Assistant.open(tmp_path / "data", corpus_dir=many)
    passages = again.embedder.passages

    def watched(texts, titles, spans):
        embedded.extend(texts)
        yield from passages(texts, titles, spans)

    monkeypatch.setattr(again.embedder, "passages", watched)
    report = again.sync()
    assert report.count("new") + report.count("unchanged") == PAPERS + NOTES
    if word == "embedding":
        # At the first word of it, a batch of vectors is in the store, and all files are read.
        assert opened == []
        assert 0 < len(embedded) <= len(again.library.passages()) - 64
    else:
        # Notes come before papers by name.
        assert not {name for name in opened if name < "paper-12"}
        assert {"paper-13.pdf", "paper-23.pdf"} <= set(opened)
    clean = Assistant.open(tmp_path / "clean", corpus_dir=many)
    assert clean.sync().index_hash == report.index_hash
    assert contents(clean.library) == contents(again.library)
