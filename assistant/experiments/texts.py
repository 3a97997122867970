"""Choose the texts that experiments run on: passages of the library, and tasks made from its questions and topics."""

import hashlib
import os
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from assistant.library.store import Library
from assistant.types import Passage, Source
from probes.layers.layer_tasks import ClassificationTask, RetrievalTask, write


def task_file(library: Library, data_dir: Path) -> Path | None:
    """Return the library's tasks in a file named after its content, or None if there are none."""
    found = tasks(library)
    if not found:
        return None
    folder = data_dir / "tasks"
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f"draft-{os.getpid()}.json"
    write(draft, found)
    path = folder / f"{hashlib.sha256(draft.read_bytes()).hexdigest()[:16]}.json"
    draft.replace(path)
    return path


def is_own(path: Path) -> bool:
    """Return whether a file of tasks was made of a library's notes by `task_file`."""
    return (
        path.parent.name == "tasks" and re.fullmatch(r"[0-9a-f]{16}\.json", path.name) is not None
    )


def prompts(library: Library, most: int = 256) -> list[str]:
    """Return passages of the library for a probe to run on: prose, in a fixed spread over sources."""
    passages = [p for p in library.passages() if len(p.text.split()) >= 30]
    runs = library.keys("evidence")
    passages = [p for p in passages if p.source not in runs]
    return [" ".join(p.text.split()) for p in _shuffled(passages)[:most]]


def tasks(library: Library) -> list[RetrievalTask | ClassificationTask]:
    """Return the tasks that score the layers of a model: the library's own questions, sources and topics.

    A task is left out if the library is too small for it; without any task, probes use their own.
    """
    sources = [source for source in library.sources() if source.kind != "evidence"]
    said = [source for source in sources if source.claim.strip()]
    found = [_questions(said), _origins(library, {source.key for source in sources}), _topics(said)]
    return [task for task in found if task is not None]


def _questions(said: Sequence[Source]) -> RetrievalTask | None:
    asked = [(source.title, at) for at, source in enumerate(said) if source.title.endswith("?")]
    if len(asked) < _LEAST_QUESTIONS:
        return None
    return RetrievalTask(
        name="question to note",
        questions=tuple(title for title, _ in asked),
        documents=tuple(source.claim for source in said),
        relevant=tuple((at,) for _, at in asked),
    )


def _origins(library: Library, keys: set[str]) -> ClassificationTask | None:
    count: Counter[str] = Counter()
    chosen = []
    for passage in _shuffled(library.passages()):
        fits = passage.source in keys and len(passage.text.split()) >= _LEAST_WORDS
        if fits and count[passage.source] < _MOST_PASSAGES:
            count[passage.source] += 1
            chosen.append((" ".join(passage.text.split()), passage.source))
    chosen = [(text, key) for text, key in chosen if count[key] >= 2]
    return _classes("passage to source", chosen, "nearest centroid", least=4)


def _topics(said: Sequence[Source]) -> ClassificationTask | None:
    labelled = [(s.claim, str((s.metadata.get("probes") or [""])[0])) for s in said]
    count = Counter(label for _, label in labelled)
    common = [
        (text, label) for text, label in labelled if label and count[label] >= _LEAST_IN_TOPIC
    ]
    return _classes("topic of a note", common, "linear probe", least=2)


def _classes(
    name: str, labelled: Sequence[tuple[str, str]], reader: Literal["linear probe", "nearest centroid"], least: int,
) -> ClassificationTask | None:  # fmt: skip
    if len({label for _, label in labelled}) < least:
        return None
    texts, labels = zip(*labelled, strict=True)
    return ClassificationTask(name=name, texts=texts, labels=labels, reader=reader)


_LEAST_QUESTIONS, _LEAST_WORDS, _MOST_PASSAGES, _LEAST_IN_TOPIC = 8, 25, 3, 5


def _shuffled(passages: Sequence[Passage]) -> list[Passage]:
    """Return the passages in an order that depends only on their text."""
    return sorted(passages, key=lambda p: hashlib.sha256(p.id.encode()).hexdigest())
