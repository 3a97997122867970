"""Show that a question, a prompt through a probe and a path through `add` go down the floors and never back up.

    python tools/walks.py

Each walk is run with a profiler that sees every call from one folder into another, and compares the floors of both in
the import contracts of pyproject.toml. A function that was handed down as an argument may be called from below; those
are named here.
"""

import inspect
import os
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType

ROOT = Path(__file__).resolve().parents[1]
OURS = ("assistant", "probes")
HANDED_DOWN = {
    "assistant.answering.answer._admitted.<locals>.<lambda>": "whether a run may be cited, for the search of runs",
    "assistant.answering.parts.silent": "the progress that nobody listens to",
    "assistant.build.Assistant.<lambda>": "the listener of sentences that nobody listens to",
    "assistant.models.embedding_model.EmbeddingModel.count_tokens": "how long a text is, for cutting it",
    "assistant.search.index.Index.frequency": "how often a word stands in the library, for spelling",
    "assistant.search.indexing._vectors": "the vectors of a share of the texts, for one of several workers",
    "assistant.select.selector.Selector.knows": "whether a word is a common one, for spelling",
    "probes.experiments.layer_valley.LayerValley.measure.<locals>.<lambda>": "how much is done",
    "probes.layers.passes._Keeper.see": "the states of one layer, to be measured before the next",
    "probes.models.local_model._Watcher.entering": "the states that enter a block, from torch",
    "probes.models.local_model.leaving.<locals>.hook": "the states that leave the last block, from torch",
}
"""What is called from below, and what it tells."""
Edge = tuple[str, str]


class Floors:
    """The floors of the import contracts."""

    def __init__(self, project: Path = ROOT) -> None:
        contracts = tomllib.loads((project / "pyproject.toml").read_text("utf-8"))
        self._floors: dict[str, int] = {}
        for contract in contracts["tool"]["importlinter"]["contracts"]:
            if contract["type"] == "layers":
                (root,) = contract["containers"]
                for height, names in enumerate(reversed(contract["layers"])):
                    self._floors |= {f"{root}.{each.strip()}": height for each in names.split("|")}

    def climbs(self, caller: str, called: str) -> bool:
        """Return whether a call from one folder into another goes up."""
        before, after = caller.split(".", maxsplit=1)[0], called.split(".", maxsplit=1)[0]
        if before != after:
            return after == "assistant"  # it stands on the experiments
        if called in OURS:
            return True  # a package itself stands above its folders
        if caller in OURS:
            return False
        return self._floors[called] > self._floors[caller]


@dataclass
class Walk:
    """The calls between folders of one walk: in the order in which they first came, and those that went up."""

    path: dict[Edge, None] = field(default_factory=dict)
    handed: Counter[str] = field(default_factory=Counter)
    climbs: Counter[str] = field(default_factory=Counter)


@contextmanager
def walking(floors: Floors) -> Iterator[Walk]:
    """Record the calls between folders that are made inside."""
    walk = Walk()

    def see(frame: FrameType, event: str, _argument: object) -> None:
        if event != "call" or not _ours(frame):
            return
        caller = _caller(frame)
        if caller is None or frame.f_code.co_name == "<module>" or _made(frame.f_code):
            return
        if "self" in frame.f_locals and frame.f_locals["self"] is caller.f_locals.get("self"):
            return  # an object that calls itself: a probe and its base class are one
        edge = _folder(caller), _folder(frame)
        if edge[0] == edge[1]:
            return
        walk.path.setdefault(edge)
        if floors.climbs(*edge):
            name = f"{frame.f_globals['__name__']}.{frame.f_code.co_qualname}"
            if name in HANDED_DOWN:
                walk.handed[name] += 1
            else:
                walk.climbs[f"{edge[0]} -> {name}"] += 1

    sys.setprofile(see)
    try:
        yield walk
    finally:
        sys.setprofile(None)


def _ours(frame: FrameType) -> bool:
    return str(frame.f_globals.get("__name__", "")).split(".")[0] in OURS


def _caller(frame: FrameType) -> FrameType | None:
    """Return the nearest of our own frames above, past those of libraries; none while a module is imported."""
    above = frame.f_back
    while above is not None and not _ours(above):
        above = above.f_back
    return None if above is None or above.f_code.co_name == "<module>" else above


def _made(code: CodeType) -> bool:
    """Return whether a frame is no call: a generator that goes on, or what `dataclass` wrote."""
    return bool(code.co_flags & inspect.CO_GENERATOR) or code.co_filename == "<string>"


def _folder(frame: FrameType) -> str:
    """Return the folder of a frame's module, or the module where it lies in none: `assistant.search`."""
    return ".".join(str(frame.f_globals["__name__"]).split(".")[:2])


def walks(folder: Path, model: str = "minilm") -> dict[str, Callable[[], object]]:
    """Return the three walks, each as a function, on a library and a note that are made in a folder."""
    from assistant import Assistant  # noqa: PLC0415  after the settings of `main`
    from probes import registry  # noqa: PLC0415  likewise
    from probes.models import laboratory  # noqa: PLC0415  likewise

    (folder / "notes").mkdir()
    first, second = (folder / "notes" / name for name in ("hum.md", "spin.md"))
    first.write_text("# Do widgets hum?\n\nThe widgets of this note hum at 50 hertz.\n", "utf-8")
    second.write_text("# Do widgets spin?\n\nAll widgets spin twice a second.\n", "utf-8")
    assistant = Assistant.open(folder / "data", corpus_dir=None)
    assistant.add([first])
    probe = registry.build("layer_valley", {"model": model, "count": 6})
    return {
        "a question": lambda: assistant.ask("Do widgets hum?"),
        "a prompt through a probe": lambda: probe.run(
            laboratory.Laboratory(cache=folder / "models"), lambda _share, _message: None
        ),
        "a path through add": lambda: assistant.add([second]),
    }


def main() -> int:
    """Print every walk; return 1 if one goes up."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    floors, climbed = Floors(), False
    with tempfile.TemporaryDirectory() as folder:
        for name, walk in walks(Path(folder)).items():
            with walking(floors) as seen:
                walk()
            print(f"{name}: {len(seen.path)} ways from folder to folder, {seen.climbs.total()} up")
            print(*(f"  {before} -> {after}" for before, after in seen.path), sep="\n")
            for handed in seen.handed:
                print(f"  handed down: {handed}, {HANDED_DOWN[handed]}")
            for climb in seen.climbs:
                print(f"  UP: {climb}")
            climbed |= bool(seen.climbs)
    return int(climbed)


if __name__ == "__main__":
    sys.exit(main())
