"""A step reported as done survives a loss of power at any write, and any other step is there whole or not at all."""

import hashlib
import json
import sqlite3
from contextlib import closing

from assistant.library.store import Library
from assistant.search.index import Damaged, current
from probes.runs import evidence
from tests.assistant.storage.watched import Disk, laid_out, losses, run_watched

_SAID = """
import hashlib, json, sys
from pathlib import Path
folder, marks = Path(sys.argv[1]), open(sys.argv[2], "w")

def say(mark):
    marks.write(f"{mark} ")
    marks.flush()
"""

_LIBRARY = (
    _SAID
    + """
from assistant.library.store import File, Library
from assistant.readers.references import Reference
from assistant.types import Passage, Source
from tests.assistant.storage.test_power_loss import dump

def source(key, text):
    return Source(key=key, kind="note", title=key, claim="", text=text, content_hash=text[:9], path=f"/{key}.md")

def passage(key, end):
    return Passage(id=f"{key}:0-{end}", source=key, text="", start=0, end=end)

def file(key):
    return File(path=f"/{key}.md", size=1, mtime_ns=1, sha256=key, source=key, status="new")

library = Library(folder / "data")
steps = [
    lambda: library.add_root("/notes"),
    lambda: library.put(source("a", "one " * 3000), [passage("a", 9)], file("a")),
    lambda: library.put(source("b", "two " * 30), [passage("b", 5), passage("b", 8)], file("b")),
    lambda: library.remark("a", "comment", "read this"),
    lambda: library.put(source("a", "other " * 2000), [passage("a", 20)], file("a")),
    lambda: library.put_references("/refs.bib", [Reference(key="r", title="R", authors=("A",))]),
    library.back_up,
    lambda: library.move("/a.md", file("c")),
    lambda: library.remove(["b"]),
    lambda: library.set_fact("index", "0123"),
    library.back_up,
]
say(dump(library))
for step in steps:
    step()
    say(dump(library))
library.close()
library = Library(folder / "data")
library.set_fact("index", "4567")
say(dump(library))
library.close()
say("closed")
"""
)


def dump(library: Library) -> str:
    """A name for all that a library holds."""
    with library._read() as db:
        tables = ("meta", "roots", "sources", "passages", "files", "refs", "remarks")
        rows = [
            sorted(list(map(str, row)) for row in db.execute(f"SELECT * FROM {table}"))
            for table in tables
        ]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:12]


def test_a_library_holds_what_was_reported_done_whenever_the_power_fails(shim, tmp_path, memory):
    folder = tmp_path / "disk"
    folder.mkdir()
    disk = Disk.of(folder)
    log = run_watched(shim, _LIBRARY, folder, tmp_path)
    outcomes = list(losses(log, disk))
    history = [mark for mark in outcomes[-1][0] if mark != "closed"]
    assert len(history) > 10
    for marks, outcome in outcomes:
        done = [mark for mark in marks if mark != "closed"]
        if not done:
            continue  # the library was not yet open
        found = laid_out(outcome, memory / "found")
        with Library(found / "data") as library:
            # The library is as after the last step reported as done, or after the step in progress.
            assert dump(library) in history[len(done) - 1 : len(done) + 1]
        backup = found / "data" / "library.backup.sqlite"
        if backup.exists():
            with closing(sqlite3.connect(backup)) as db:
                assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


_EVIDENCE = (
    _SAID
    + """
from probes import registry
from probes.runs import evidence
from probes.types import ModelRecord

model = ModelRecord(id="none", revision="0", quantisation="none", parameters=1)
probe = registry.build("layer_valley", {})
for verdict, arrays in list(probe.specimens().items())[:2]:
    say(evidence.save(probe.conclude(arrays, model, prompts=("One.", "Two.")), folder / "data").id)
first, second = sorted(evidence.kept.ids(folder / "data"))
evidence.delete(folder / "data", first)
say(f"-{first}")
"""
)


def test_a_kept_run_is_whole_whenever_the_power_fails(shim, tmp_path, memory):
    folder = tmp_path / "disk"
    folder.mkdir()
    disk = Disk.of(folder)
    log = run_watched(shim, _EVIDENCE, folder, tmp_path)
    kept = set()
    for marks, outcome in losses(log, disk):
        found = laid_out(outcome, memory / "found") / "data"
        kept = {mark for mark in marks if f"-{mark}" not in marks and mark[0] != "-"}
        held = {run.id for run in evidence.listing(found)}
        gone = {mark[1:] for mark in marks if mark[0] == "-"}
        being_done = held - kept
        assert evidence.damaged(found) == []
        assert not held & gone
        assert len(being_done) <= 1
        # Only the run that is being deleted may be missing.
        assert kept - held <= (kept if len(marks) == 2 else set())
        for identity in held:
            evidence.read(found / "evidence" / identity)
    assert len(kept) == 1


_INDEX = (
    _SAID
    + """
from assistant.search.indexing import build
from assistant.library.store import Library
from tests.assistant.storage.tiny_index import Encoder, put

library = Library(folder / "data")
put(library, "c", "Entropy is high at first.")
for key, text in (("a", "Layers in the middle compress."), ("b", "A vote over paths is better.")):
    put(library, key, text)
    say(build(library, Encoder(), lambda *_: None))
library.close()
"""
)


def test_an_index_is_whole_or_noticed_whenever_the_power_fails(shim, tmp_path, memory):
    folder = tmp_path / "disk"
    folder.mkdir()
    disk = Disk.of(folder)
    log = run_watched(shim, _INDEX, folder, tmp_path)
    reported: list[str] = []
    for reported, outcome in losses(log, disk):
        found = laid_out(outcome, memory / "found")
        if not (found / "data" / "library.sqlite").exists():
            assert not reported
            continue
        with Library(found / "data") as library:
            try:
                index = current(library)
            except Damaged:
                assert not reported  # noticed, and rebuilt
                continue
            assert index.hash in (*reported[-1:], library.fact("index"))
            assert [hit.passage[0] for hit in index.lexical("layers", 3)] == ["a"]
    assert len(reported) == 2
