"""Any failing call of the disk or of memory gives one line, and everything reported as done is kept."""

import json
import os
import subprocess
import sys

import pytest

from tests.assistant.storage.watched import ROOT

_SAID = """
import ctypes, errno, json, os, shutil, sys
from pathlib import Path
from assistant.failures import foreseen

folder, stride = Path(sys.argv[1]), int(sys.argv[2])
shim = ctypes.CDLL(None)
told, tried = set(), 0

def attempt(step):
    # Whether a step was done. What it raises has to be one line for the reader.
    try:
        step()
        return True
    except Exception as error:
        known = foreseen(error)
        if known is None:
            raise
        assert "\\n" not in str(known) and str(known)
        told.add(str(known).replace(str(folder), "DATA"))
        return False

def kinds():
    # The disk fails once; the disk is full from now on.
    return ((errno.EIO, 0), (errno.ENOSPC, 1))

def every_call(prepare, body, check):
    # Fail each call in turn, until there are no more.
    global tried
    for number, sticky in kinds():
        at = 1
        while True:
            prepare()
            shim.shim_fail(at, number, sticky)
            done = body()
            calls = shim.shim_calls()
            shim.shim_fail(0, 0, 0)
            check(done)
            tried += 1
            if calls < at:
                break
            at += stride

def finish():
    print(json.dumps({"tried": tried, "told": sorted(told)}))
"""

_LIBRARY = """
from assistant.library.store import File, Library
from assistant.types import Passage, Source

def source(key, text):
    return Source(key=key, kind="note", title=key, claim="", text=text, content_hash=text[:9], path=f"/{key}.md")

def put(library, key, text):
    passage = Passage(id=f"{key}:0-3", source=key, text="", start=0, end=3)
    file = File(path=f"/{key}.md", size=1, mtime_ns=1, sha256=key, source=key, status="new")
    library.put(source(key, text), [passage], file)

STEPS = {
    "put": (lambda l: put(l, "a", "one " * 3000), lambda l: (l.get("a") is not None, len(l.passages(["a:0-3"])) == 1)),
    "remark": (lambda l: l.remark("old", "comment", "read"), lambda l: (l.remarks("old") == {"comment": "read"},)),
    "move": (
        lambda l: l.move("/old.md", File(path="/new.md", size=1, mtime_ns=1, sha256="", source="old", status="new")),
        lambda l: (l.find_path("/new.md") == "old", "/new.md" in l.files(), "/old.md" not in l.files()),
    ),
    "fact": (lambda l: l.set_fact("a", "b"), lambda l: (l.fact("a") == "b",)),
    "remove": (lambda l: l.remove(["gone"]), lambda l: (l.get("gone") is None, not l.passages(["gone:0-3"]))),
    "back up": (lambda l: l.back_up(), lambda l: ((folder / "data" / "library.backup.sqlite").exists(),)),
    "read": (lambda l: [l.sources(), l.records(), l.passages(), l.files(), l.counts()], lambda l: (True,)),
}
shutil.rmtree(folder / "data", ignore_errors=True)
shutil.rmtree(folder.parent / "before", ignore_errors=True)
with Library(folder.parent / "before") as library:
    put(library, "old", "old " * 30)
    put(library, "gone", "gone " * 30)

def prepare():
    shutil.rmtree(folder / "data", ignore_errors=True)
    shutil.copytree(folder.parent / "before", folder / "data")

def body():
    opened = []
    if not attempt(lambda: opened.append(Library(folder / "data"))):
        return []
    (library,) = opened
    done = [name for name, (step, _) in STEPS.items() if attempt(lambda step=step: step(library))]
    attempt(library.close)
    return done

def check(done):
    with Library(folder / "data") as library:
        assert library.get("old").text == "old " * 30
        for name, (_, holds) in STEPS.items():
            held = holds(library)
            assert all(held) if name in done else all(held) or not any(held), (name, held, done)
        if "back up" not in done:
            library.back_up()  # what failed may be done again
"""

_EVIDENCE = """
from probes import registry
from probes.runs import evidence
from probes.types import ModelRecord

probe = registry.build("layer_valley", {})
model = ModelRecord(id="none", revision="0", quantisation="none", parameters=1)
run = probe.conclude(next(iter(probe.specimens().values())), model, prompts=("One.", "Two."))
shutil.rmtree(folder.parent / "before", ignore_errors=True)
old = evidence.save(run, folder.parent / "before").id

def prepare():
    shutil.rmtree(folder / "data", ignore_errors=True)
    shutil.copytree(folder.parent / "before", folder / "data")

def body():
    kept = []
    attempt(lambda: evidence.prepare(folder / "data"))
    attempt(lambda: kept.append(evidence.save(run, folder / "data").id))
    attempt(lambda: evidence.listing(folder / "data"))
    if attempt(lambda: evidence.delete(folder / "data", old)):
        kept.append("deleted")
    return kept

def check(kept):
    assert evidence.damaged(folder / "data") == []
    held = {result.id for result in evidence.listing(folder / "data")}
    assert held >= {*kept} - {"deleted"}
    assert "deleted" not in kept or old not in held
    for identity in held:
        evidence.read(folder / "data" / "evidence" / identity)
    evidence.sweep(folder / "data")
"""

_INDEX = """
from assistant.search.index import Damaged, current
from assistant.search.indexing import build
from assistant.library.store import Library
from tests.assistant.storage.tiny_index import Encoder, put

shutil.rmtree(folder.parent / "before", ignore_errors=True)
with Library(folder.parent / "before") as library:
    put(library, "a", "Layers in the middle compress.")
    put(library, "c", "Entropy is high at first.")
    first = build(library, Encoder(), lambda *_: None)
    put(library, "b", "A vote over paths is better.")

def prepare():
    shutil.rmtree(folder / "data", ignore_errors=True)
    shutil.copytree(folder.parent / "before", folder / "data")

def ask(library):
    index = current(library)
    assert [hit.passage[0] for hit in index.lexical("layers", 3)] == ["a"]
    assert index.dense(next(iter(index.vectors(index.ids).values()))[0], 1)[0].passage[0] == "a"

def body():
    built = []
    opened = []
    if attempt(lambda: opened.append(Library(folder / "data"))):
        attempt(lambda: built.append(build(opened[0], Encoder(), lambda *_: None)))
        attempt(lambda: ask(opened[0]))
        attempt(opened[0].close)
    return built

def check(built):
    with Library(folder / "data") as library:
        # The old index answers or the new one; it is not thrown away for a failing disk.
        assert not built or library.fact("index") in built
        ask(library)
        build(library, Encoder(), lambda *_: None)
        ask(library)
"""


def fail(shim, code, folder, stride=1):
    """Run code whose every `stride`-th call fails in turn; returns how often, and what was said."""
    (folder / "disk").mkdir()
    environment = {
        **os.environ,
        "LD_PRELOAD": str(shim),
        "SHIM_ROOT": str(folder / "disk"),
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-c", _SAID + code, folder / "disk", str(stride)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize(
    ("code", "stride"), [(_LIBRARY, 1), (_EVIDENCE, 1), (_INDEX, 23)], ids=["library", "evidence", "index"]
)  # fmt: skip
def test_every_failing_call_of_the_disk_is_one_line_and_loses_nothing(shim, memory, code, stride):
    found = fail(shim, code + "\nevery_call(prepare, body, check)\nfinish()\n", memory, stride)
    assert found["tried"] > 20
    assert found["told"]
    # A failing disk is not damage, which only a repair would mend.
    assert [line for line in found["told"] if "doctor" in line] == []


_EVERY_ALLOCATION = """
at = 1
while True:
    prepare()
    shim.shim_lack_memory(at)
    done = body()
    many = shim.shim_allocations()
    shim.shim_lack_memory(0)
    check(done)
    tried += 1
    if many < at:
        break
    at += stride
finish()
"""


def test_every_failing_allocation_of_the_library_is_one_line_and_loses_nothing(shim, memory):
    found = fail(shim, _LIBRARY + _EVERY_ALLOCATION, memory, 29)
    assert found["tried"] > 20
    assert not any("damaged" in line for line in found["told"])
