"""Read the sentences of a stored run from its text, each with its role."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from assistant.library.content import is_as_read
from assistant.library.store import Library
from assistant.types import Source
from probes.runs import kept

Role = Literal["finding", "control", "caveat", "claim"]
"""The role of a sentence of a run; `claim` is the sentence under test, which the run does not assert."""

# This changes when the program tells the same run in other words; stored runs are then written
# again.
WORDING = "3"
# The library keeps the wording of its runs under this name.
WORDING_FACT = "wording"


@dataclass(frozen=True, kw_only=True)
class Said:
    """A sentence of a run: `text` is the source's stored text between `start` and `end`."""

    text: str
    start: int
    end: int
    role: Role


@dataclass(frozen=True, kw_only=True)
class RunSentence:
    """The sentence of a run that bears on a question.

    `bears` and `answers` are the probabilities that the run bears on the question and that it
    answers it, from 0 to 1. `start` and `end` are the sentence's place in the stored text of
    `source`; `passage` is the id of its passage.
    """

    source: Source
    passage: str
    text: str
    start: int
    end: int
    role: Role
    bears: float
    answers: float


def said(run: Source) -> Iterator[Said]:
    """Yield the sentences of a run in the order of its text; none for a run of another wording."""
    for mark in run.metadata.get("sentences") or ():
        start, end = mark["start"], mark["end"]
        yield Said(text=run.text[start:end], start=start, end=end, role=mark["role"])


def outcome(run: Source) -> str:
    """Return the outcome of a run for the reader: its verdict, with what qualifies it."""
    return str(run.metadata.get("outcome") or run.metadata.get("verdict"))


def stored_runs(library: Library) -> list[Source]:
    """Return the stored runs: those of this machine first, the newest first."""
    stored = library.sources("evidence")
    stored.sort(key=age, reverse=True)
    stored.sort(key=is_brought)
    return stored


def hashes(folder: Path) -> dict[str, str]:
    """Return the hashes of a run's record and of its arrays, by name; an unreadable file has none."""
    found = {}
    for name in (kept.RECORD, "arrays.npz"):
        try:
            with (folder / name).open("rb") as file:
                found[name] = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:
            continue
    return found


def is_as_kept(library: Library, run: Source) -> bool:
    """Return whether a run's stored text is unaltered and its files are those the text was written from."""
    return is_as_read(run) and has_its_files(library, run)


def has_its_files(library: Library, run: Source) -> bool:
    """Return whether a run's files are those its text was written from; true if its files are not known."""
    told_from = run.metadata.get("files")
    return told_from is None or hashes(kept.store(library.data_dir) / run.key) == told_from


def altered(library: Library, keys: Iterable[str]) -> list[str]:
    """Return those of the runs under `keys` that were altered; a run not yet in the library counts as unaltered."""
    return [run.key for run in library.get_all(list(keys)) if not is_as_kept(library, run)]


def altered_line(key: str) -> str:
    """Return the notice about a run that was altered since it was kept."""
    return f"The run {key} has changed since it was kept, so it is not cited; `inquire doctor` says more."


def age(run: Source) -> tuple[str, str]:
    """Return a sort key for the age of a run."""
    return str(run.metadata.get("created")), run.key


def is_brought(run: Source) -> bool:
    """Return whether a run was made on another machine."""
    return bool(run.metadata.get("brought_from"))


def passage_id(run: Source, sentence: Said) -> str:
    """Return the id of the passage of a sentence: each sentence is a passage of its own."""
    return f"{run.key}:{sentence.start}-{sentence.end}"
