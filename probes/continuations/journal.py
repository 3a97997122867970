"""Keep every finished continuation, so that a run that was killed goes on where it stopped.

There is one file per model and one line per continuation. The key of a line is the SHA-256 of everything that decides
it: the prefix with its tokens, the lead, the decoding and the seed. Probes that ask for the same continuations share
them.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from probes.continuations.types import Backend, Continuation, Prefix, Request
from probes.types import ModelRecord, ProbeError

_VERSION = 1


@dataclass(frozen=True, kw_only=True)
class Journalled:
    """A backend that asks another one only for continuations it does not yet have."""

    backend: Backend
    path: Path
    known: dict[str, Continuation] = field(default_factory=dict)

    @property
    def record(self) -> ModelRecord:
        """Return the record of the weights that write."""
        return self.backend.record

    def prefix(self, text: str) -> Prefix:
        """Return the text as the model reads it from its start."""
        return self.backend.prefix(text)

    def extend(self, prefix: Prefix, text: str) -> Prefix:
        """Return a prefix with more text behind it."""
        return self.backend.extend(prefix, text)

    def chat(self, question: str) -> str:
        """Return the question as the model's own chat template asks it."""
        return self.backend.chat(question)

    def complete(self, requests: Sequence[Request]) -> Iterator[tuple[int, Continuation]]:
        """Yield every continuation; a new one is on disk before it is handed out.

        Equal requests are decoded once.

        Raises:
            ProbeError: the backend raises it, or the journal cannot be written.
        """
        places: dict[str, list[int]] = {}
        for index, request in enumerate(requests):
            places.setdefault(key(request), []).append(index)
        missing = [name for name in places if name not in self.known]
        for name in places.keys() - set(missing):
            yield from ((index, self.known[name]) for index in places[name])
        if not missing:
            return
        wanted = [requests[places[name][0]] for name in missing]
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a", encoding="utf-8") as file:
                for place, continuation in self.backend.complete(wanted):
                    name = missing[place]
                    line = json.dumps({"key": name, **asdict(continuation)}, ensure_ascii=False)
                    file.write(line + "\n")
                    file.flush()
                    self.known[name] = continuation
                    yield from ((index, continuation) for index in places[name])
        except OSError as error:
            raise ProbeError(
                f"cannot keep continuations in {self.path}: {error.strerror or error}; "
                "free some space or choose a writable folder with --data-dir"
            ) from error


def open_journal(backend: Backend, folder: Path) -> Journalled:
    """Return a backend with the continuations that earlier runs left in a folder.

    A line that a kill cut short is skipped; the next one starts on a line of its own.
    """
    record = backend.record
    name = hashlib.sha256(json.dumps([_VERSION, asdict(record)]).encode()).hexdigest()[:16]
    path = folder / f"{name}.jsonl"
    known: dict[str, Continuation] = {}
    text = path.read_text("utf-8", "replace") if path.is_file() else ""
    for line in text.split("\n"):
        try:
            row = json.loads(line)
            digest = row.pop("key")
            known[digest] = _continuation(row)
        except (ValueError, KeyError, TypeError, AttributeError):
            continue
    if text and not text.endswith("\n"):
        with path.open("a", encoding="utf-8") as file:
            file.write("\n")
    return Journalled(backend=backend, path=path, known=known)


def key(request: Request) -> str:
    """Return the SHA-256 of everything that decides a continuation."""
    text = json.dumps(asdict(request), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _continuation(row: dict[str, Any]) -> Continuation:
    lists = ("tokens", "ends", "logprobs", "confidences")
    return Continuation(**{**row, **{name: tuple(row[name]) for name in lists}})
