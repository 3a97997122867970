"""The evidence store: one folder per finished run, written whole, citable, and able to be run again."""

import contextlib
import errno
import hashlib
import json
import shutil
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from plotly.offline import get_plotlyjs

from probes import plotting
from probes.files import durable, staging
from probes.probe import Run, digest
from probes.runs import kept
from probes.types import Array, Arrays, ProbeError, Result, UsageError

LEAST_SPACE = 16 * 2**20
"""So many bytes must be free before a run begins: several times what the largest result takes."""

# Readers raise these errors on files that are missing, cut off, or of another kind.
_DAMAGE = (
    OSError, ValueError, LookupError, TypeError, AttributeError, EOFError, RecursionError,
    zipfile.BadZipFile, zlib.error,
)  # fmt: skip


def save(run: Run, data_dir: Path) -> Result:
    """Keep a run as `evidence/<id>/` and return its result with id and paths.

    The folder holds result.json, arrays.npz, prompts.json, the files that parameters name, and the
    figure as plot.json, plot.svg and plot.html (which reads the one `evidence/plotly.min.js`;
    nothing comes from the network). So it can be read, drawn and run again wherever it is copied.
    The folder is written beside its place and renamed, so it appears whole or not at all. The id consists of the probe,
    the hash of everything that determines the run (parameters, model, seed, prompts) and a count: the same run done
    again gets the next number.

    Raises:
        ProbeError: the folder cannot be written; nothing is left behind.
    """
    with _keeping(data_dir) as store, staging.staged(store) as draft:
        names = {name: f"parameter-{name}{path.suffix}" for name, path in run.files.items()}
        for name, path in run.files.items():
            shutil.copyfile(path, draft / names[name])
        _write_arrays(draft, run)
        _write_script(store)
        result = replace(run.result, parameters={**run.result.parameters, **names})
        identity = _claim_id(store, result, draft)
    return load(data_dir, identity)


def prepare(data_dir: Path) -> None:
    """Make sure, before a run is measured, that its result can be kept here.

    Raises:
        ProbeError: the folder cannot be written, or the disk has hardly any space left.
    """
    with _keeping(data_dir) as store, staging.staged(store):
        free = shutil.disk_usage(store).free
        if free < LEAST_SPACE:
            raise OSError(errno.ENOSPC, f"only {free / 2**20:.0f} MiB are free")


@contextlib.contextmanager
def _keeping(data_dir: Path) -> Iterator[Path]:
    """Yield the evidence folder, freed of abandoned drafts; a failure in the block becomes one line."""
    store = kept.store(data_dir)
    try:
        sweep(data_dir)
        yield store
    except OSError as error:
        raise ProbeError(
            f"cannot keep the result in {store}: {error.strerror or error}; "
            "free some space or choose a writable folder with --data-dir"
        ) from error


def load(data_dir: Path, identity: str) -> Result:
    """Return the result with that id; its `arrays`, `plot` and files are absolute paths.

    Raises:
        UsageError: no run has this id.
        ProbeError: the run's record cannot be read.
    """
    return _result(_folder(data_dir, identity))


@dataclass(frozen=True, kw_only=True)
class Record:
    """The parts of a run that judge it: its result, its arrays, and its prompts."""

    result: Result
    arrays: Arrays
    prompts: tuple[str, ...]


def read(folder: Path) -> Record:
    """Return a kept run from its folder in any store.

    Raises:
        ProbeError: a part of the run is missing, damaged, or not what the record says.
    """
    result = _result(folder)
    if folder.name.rsplit("-", 2)[0] != result.probe:
        raise damaged_at(folder / kept.RECORD)
    for name in result.files:
        if not (name.isidentifier() and Path(result.parameters[name]).is_file()):
            raise damaged_at(folder / kept.RECORD)
    return Record(result=result, arrays=_arrays(folder), prompts=_prompts(folder, result))


def _result(folder: Path) -> Result:
    try:
        result = Result.from_json(json.loads((folder / kept.RECORD).read_text("utf-8")))
        # Files are found by their names alone, because a record of another machine must name nothing outside its
        # folder.
        files = {name: folder / Path(result.parameters[name]).name for name in result.files}
    except _DAMAGE as error:
        raise _unreadable(folder / kept.RECORD, error) from error
    return replace(
        result,
        parameters={**result.parameters, **{name: str(path) for name, path in files.items()}},
        arrays=str(folder / "arrays.npz"),
        plot=str(folder / "plot.html"),
    )


def arrays(data_dir: Path, identity: str) -> dict[str, Array]:
    """Return what the run measured, by name.

    Raises:
        UsageError: there is no such run.
        ProbeError: its file is missing or damaged.
    """
    return _arrays(_folder(data_dir, identity))


def _arrays(folder: Path) -> dict[str, Array]:
    path = folder / "arrays.npz"
    try:
        with np.load(path, allow_pickle=False) as stored:
            return {name: np.asarray(stored[name]) for name in stored.files}
    except _DAMAGE as error:
        raise _unreadable(path, error) from error


def prompts(data_dir: Path, identity: str) -> tuple[str, ...]:
    """Return the prompts that the run was measured on.

    Raises:
        UsageError: there is no such run.
        ProbeError: their file is missing, damaged, or not what the record says.
    """
    return _prompts(_folder(data_dir, identity), load(data_dir, identity))


def _prompts(folder: Path, result: Result) -> tuple[str, ...]:
    path = folder / "prompts.json"
    try:
        found = tuple(json.loads(path.read_text("utf-8")))
    except _DAMAGE as error:
        raise _unreadable(path, error) from error
    if digest(found) != result.prompts.get("sha256"):
        raise damaged_at(path)
    return found


def figure(data_dir: Path, identity: str) -> dict[str, Any]:
    """Return the figure as plotly's JSON: `data` and `layout`; its `layout.meta.alt` is its text.

    Raises:
        UsageError: there is no such run.
        ProbeError: its file is missing or damaged.
    """
    path = _folder(data_dir, identity) / "plot.json"
    try:
        stored = json.loads(path.read_text("utf-8"))
        return {"data": list(stored["data"]), "layout": dict(stored["layout"])}
    except _DAMAGE as error:
        raise _unreadable(path, error) from error


def picture(data_dir: Path, identity: str) -> bytes:
    """Return the figure as an SVG file.

    Raises:
        UsageError: there is no such run.
        ProbeError: its file is missing.
    """
    path = _folder(data_dir, identity) / "plot.svg"
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from error


def listing(data_dir: Path) -> list[Result]:
    """Return all readable evidence, newest first; `damaged` names the rest."""
    readable = [found for found in _looked_at(data_dir) if isinstance(found, Result)]
    return sorted(readable, key=lambda result: (result.created, result.id), reverse=True)


def damaged(data_dir: Path) -> list[str]:
    """Return one line for each run whose record cannot be read: which run, and what would help."""
    return [str(found) for found in _looked_at(data_dir) if isinstance(found, ProbeError)]


def _looked_at(data_dir: Path) -> Iterator[Result | ProbeError]:
    for identity in sorted(kept.ids(data_dir)):
        try:
            yield load(data_dir, identity)
        except ProbeError as error:
            yield error


def delete(data_dir: Path, identity: str) -> None:
    """Remove one piece of evidence for good."""
    folder = _folder(data_dir, identity)
    # The folder is renamed first: a kill in the middle leaves an abandoned draft, never half a result.
    with staging.staged(folder.parent) as bin_:
        folder.rename(bin_ / folder.name)
        durable.sync(folder.parent)


def sweep(data_dir: Path) -> int:
    """Remove half-written folders of runs that were killed; return how many there were."""
    return staging.sweep(kept.store(data_dir))


def _folder(data_dir: Path, identity: str) -> Path:
    folder = kept.store(data_dir.resolve()) / identity
    if not kept.is_record(folder / kept.RECORD) or not (folder / kept.RECORD).is_file():
        raise UsageError(f"no evidence {identity!r} in {data_dir}; see `inquire evidence list`")
    return folder


def _unreadable(path: Path, error: Exception) -> ProbeError:
    """Return the line on a file that cannot be read: the file is damaged, unless the disk itself failed."""
    if isinstance(error, OSError) and error.errno not in (None, errno.ENOENT, errno.ENOTDIR):
        return ProbeError(
            f"{path} cannot be read ({error.strerror}); check the disk and its permissions"
        )
    return damaged_at(path)


def damaged_at(path: Path) -> ProbeError:
    """Return the line on a file of a run that is not as it was kept."""
    return ProbeError(
        f"evidence {path.parent.name} is damaged ({path}); delete its folder and run it again"
    )


def _write_arrays(draft: Path, run: Run) -> None:
    numeric: Mapping[str, Any] = dict(run.arrays)
    np.savez_compressed(draft / "arrays.npz", **numeric)
    (draft / "prompts.json").write_text(
        json.dumps(list(run.prompts), ensure_ascii=False, indent=1), "utf-8"
    )
    (draft / "plot.json").write_text(run.figure.to_json(), "utf-8")
    (draft / "plot.svg").write_text(plotting.to_svg(run.figure), "utf-8")
    (draft / "plot.html").write_text(plotting.to_html(run.figure, "../plotly.min.js"), "utf-8")


def _write_script(store: Path) -> None:
    """Write plotly's own script once for all figures; otherwise each would carry its 4.8 MB."""
    script = store / "plotly.min.js"
    if not script.exists():
        with staging.staged(store) as draft:
            (draft / script.name).write_text(get_plotlyjs(), "utf-8")
            durable.publish(draft / script.name, script)


def _claim_id(store: Path, result: Result, draft: Path) -> str:
    """Rename the draft to the first free number of its content; the rename reserves the number."""
    stem = f"{result.probe}-{_fingerprint(result)}"
    alike = [path.name for path in store.glob(f"{stem}-*") if kept.ID.fullmatch(path.name)]
    taken = [int(name.rpartition("-")[2]) for name in alike]
    number = max(taken, default=0) + 1
    while True:
        identity = f"{stem}-{number}"
        named = replace(result, id=identity, arrays="arrays.npz", plot="plot.html")
        (draft / kept.RECORD).write_text(
            json.dumps(named.as_json(), ensure_ascii=False, indent=1, allow_nan=False), "utf-8"
        )
        try:
            durable.publish(draft, store / identity)
        except OSError as error:
            # Another run of the same content took the number a moment earlier; a folder never replaces another.
            if error.errno not in (errno.EEXIST, errno.ENOTEMPTY):
                raise
            number += 1
        else:
            return identity


def is_named_for(folder: Path) -> bool:
    """Return whether the id of a kept run follows from what its record says determined the run.

    Raises:
        ProbeError: the run's record cannot be read.
    """
    try:
        result = Result.from_json(json.loads((folder / kept.RECORD).read_text("utf-8")))
    except _DAMAGE as error:
        raise _unreadable(folder / kept.RECORD, error) from error
    return folder.name.rpartition("-")[0] == f"{result.probe}-{_fingerprint(result)}"


def _fingerprint(result: Result) -> str:
    record = result.as_json()
    if not result.model.computed:
        # Runs in float32 on the CPU keep the ids from before other devices and formats were recorded.
        del record["model"]["computed"]
    decisive = {name: record[name] for name in ("probe", "parameters", "model", "seed", "prompts")}
    text = json.dumps(decisive, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:8]
