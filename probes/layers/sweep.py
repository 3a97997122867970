"""Sweep models, data and layers cell by cell over any executor; a killed sweep goes on where it stopped."""

import hashlib
import json
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, as_completed
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from probes.errors import ProbeError, UsageError
from probes.layers.encoder import MAX_TOKENS, Pooling
from probes.machines import crew

Values = Mapping[str, Any]
"""What a cell gives: plain JSON values by name."""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A model and its data: one forward pass, which serves all layers.

    `data` is a file of tasks or of prompts, or empty for our own; `layers` are the wanted layers, none for all.
    """

    model: str
    data: str = ""
    layers: tuple[int, ...] = ()
    pooling: Pooling = "mean"
    max_tokens: int = MAX_TOKENS

    @property
    def key(self) -> str:
        """Return the name under which the result is kept; it depends on the cell and the content of its file."""
        record = asdict(self)
        if self.data:
            record["data"] = _digest(Path(self.data))
        text = json.dumps(record, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True, kw_only=True)
class Finished:
    """A cell with its values, or with the one line that says why it has none."""

    cell: Cell
    values: Values | None
    error: str = ""
    exit_code: int = 0
    """The exit code of that reason: 2 for wrong use, 3 for something the reader can mend."""
    resumed: bool = False
    """This says whether the values were there before this sweep."""


def cells(
    models_: Iterable[str], data: Iterable[str] = ("",), layers: Sequence[int] = (), **rest: Any
) -> list[Cell]:
    """Return every model on every data set, at these layers; `rest` are further fields of `Cell`."""
    sets = list(data)
    return [Cell(model=m, data=d, layers=tuple(layers), **rest) for m in models_ for d in sets]


def sweep(
    wanted: Iterable[Cell], work: Callable[[Cell], Values], store: Path, executor: Executor
) -> Iterator[Finished]:
    """Do the cells that are not done, and yield each as it finishes.

    Finished cells are kept in `store` one file each, written whole or not at all by the process
    that did the work, so nothing finished is lost when the sweep is killed: called again, it yields the kept ones first
    and does only the others. A cell that fails is yielded with its reason, holds up no other, and is tried again next
    time.

    Args:
        wanted: the cells; the same one twice is done once.
        work: computes a cell, for instance `probes.layers.layer_scores.scoring`; it must be
            picklable for an executor of other processes.
        store: a folder, which an executor on other machines must share.
        executor: anything with the `submit` of `concurrent.futures`; `probes.machines.workers` has one of
            processes and one of a cluster. Leaving the iterator early cancels what has not begun.

    Raises:
        ProbeError: the store cannot be written.
    """
    try:
        store.mkdir(parents=True, exist_ok=True)
        _sweep_drafts(store)
    except OSError as error:
        raise _unwritable(store, error) from error
    left: dict[str, Cell] = {}
    for cell in wanted:
        if cell.key in left:
            continue
        kept = read(store, cell)
        if kept is None:
            left[cell.key] = cell
        else:
            yield Finished(cell=cell, values=kept, resumed=True)
    running: dict[Future[Values], Cell] = {
        executor.submit(_done, work, cell, str(store)): cell for cell in left.values()
    }
    try:
        for future in as_completed(running):
            yield _finished(future, running[future])
    finally:
        for future in running:
            future.cancel()


def read(store: Path, cell: Cell) -> Values | None:
    """Return the kept values of a cell; None where there are none, or only a damaged file."""
    try:
        record = json.loads((store / f"{cell.key}.json").read_text("utf-8"))
        return dict(record["values"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _finished(future: Future[Values], cell: Cell) -> Finished:
    error = future.exception()
    if error is None:
        return Finished(cell=cell, values=future.result())
    reason, code = crew.told(error)
    return Finished(cell=cell, values=None, error=reason, exit_code=code)


def _done(work: Callable[[Cell], Values], cell: Cell, store: str) -> Values:
    """Do a cell and keep it, in the process that the executor chose."""
    values = work(cell)
    target = Path(store) / f"{cell.key}.json"
    draft = target.with_name(f".{target.stem}.{secrets.token_hex(4)}.part")
    text = json.dumps({"cell": asdict(cell), "values": values}, ensure_ascii=False, allow_nan=False)
    try:
        draft.write_text(text, "utf-8")
        draft.replace(target)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise _unwritable(store, error) from error
    return values


def _unwritable(store: Path | str, error: OSError) -> ProbeError:
    return ProbeError(
        f"cannot keep results in {store}: {error.strerror}; "
        "free some space or choose a writable folder with --data-dir"
    )


def _sweep_drafts(store: Path) -> None:
    """Remove the drafts that killed workers left; a younger draft may belong to a worker that is still running."""
    for draft in store.glob(".*.part"):
        if time.time() - draft.stat().st_mtime > _ABANDONED:
            draft.unlink(missing_ok=True)


# A draft that nobody wrote to for so many seconds counts as left behind.
_ABANDONED = 3600.0


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from error
