"""`inquire serve | password | doctor` starts the app and checks this machine."""

import getpass
import importlib.metadata
import os
import shutil
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

import assistant
from assistant import models, writers
from assistant.commands.console import (
    AsJson,
    DataDir,
    Reply,
    aligned,
    open_assistant,
    progress,
)
from assistant.errors import InquiryError, Mendable, UsageError
from assistant.guard.listening import listening
from assistant.guard.passwords import hashed, keep, required
from assistant.library.database import NAME, damage, restore

if TYPE_CHECKING:
    from assistant import Assistant

APP = Path(__file__).resolve().parent.parent.parent / "app.py"
_PACKAGES = (
    "torch", "transformers", "chromadb", "llama-index-core", "bm25s", "pypdfium2", "pypdf", "gradio",
    "plotly",
)  # fmt: skip
# An index of 10,000 passages takes about this many bytes; with less space a sync may not finish.
_LEAST_SPACE = 200 * 2**20
_MEND = "inquire doctor --repair"
_AGAIN = "run it again with `inquire evidence rerun ID`, then delete it with `inquire remove ID`"
# At most this many problems of one kind are named.
_SHOWN = 5


def serve(
    port: Annotated[
        int | None, typer.Option("--port", min=0, max=65535, help="The port; 0 takes a free one.")
    ] = None,
    host: Annotated[
        str | None,
        typer.Option(
            "--host", help="The address to listen on; by default only this machine can connect."
        ),
    ] = None,
    model: Annotated[
        list[str] | None,
        typer.Option(
            "--model",
            metavar="MODEL",
            help="Another model that experiments of the app may run on.",
        ),
    ] = None,
    browser: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the app in the browser.")
    ] = True,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> NoReturn:
    """Start the app in the browser; Ctrl-C stops it."""
    settings = open_assistant(data_dir).settings
    host, port = host or settings.host, settings.port if port is None else port
    required(host, settings.data_dir)
    port = free_port(host, port)
    if not APP.is_file():
        raise Mendable(f"{APP} is missing; install inquiring-lines again.")
    command = [sys.executable, str(APP), "--data-dir", str(settings.data_dir)]
    command += ["--host", host, "--port", str(port), *(["--open"] if browser else [])]
    command += [*(f"--model={name}" for name in model or ()), *(["--json"] if as_json else [])]
    os.execv(sys.executable, command)  # noqa: S606  a shell has no part in it


def password(as_json: AsJson = False, data_dir: DataDir = None) -> Reply:
    """Set the password for an app that other machines can reach (`serve --host`)."""
    del as_json
    path = keep(hashed(_asked_twice()), open_assistant(data_dir).data_dir)
    text = "The password is set; an app that runs already keeps its own until it is started again."
    return Reply(document={"file": str(path)}, text=text)


def _asked_twice() -> str:
    """Return the password, typed twice and unseen, or one line of standard input if that is not a terminal."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    given = getpass.getpass("Password: ")
    if getpass.getpass("Once more: ") != given:
        raise UsageError("The two are not the same; try again.")
    return given


def free_port(host: str, port: int) -> int:
    """Return the port after a check that it is free; for 0 return a free port.

    Raises:
        Mendable: another program listens on the port, or the address is not this machine's.
    """
    with listening(host, port) as bound:
        return int(bound.getsockname()[1])


@dataclass(frozen=True, kw_only=True)
class Check:
    """A check has a subject, a result, and a remedy."""

    check: str
    ok: bool
    found: str
    remedy: str = ""


def doctor(
    repair: Annotated[
        bool, typer.Option("--repair", help="Repair the library and its index.")
    ] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> Reply:
    """Check everything that the program needs; exit code 1 means that something is wrong."""
    del as_json
    with assistant.preferences.checked_settings():
        folder = data_dir.expanduser() if data_dir else assistant.settings.Settings().data_dir
    repaired = _repair(folder) if repair else []
    place = [_writable(folder), _space(folder), *_library(folder)]
    checks = [_python(), *_packages(), *_models(), *place, *_writer(), *_nearby()]
    healthy = all(check.ok for check in checks)
    rows = [
        (f"{'ok ' if c.ok else 'BAD'}  {c.check}", "; ".join(filter(None, (c.found, c.remedy))))
        for c in checks
    ]
    return Reply(
        document={"ok": healthy, "repaired": repaired, "checks": [asdict(c) for c in checks]},
        text="\n".join([*repaired, aligned(rows)]),
        exit_code=0 if healthy else 1,
    )


def _repair(folder: Path) -> list[str]:
    """Restore a damaged library, read altered sources again, and bring the index up to date."""
    done = []
    if damage(folder / NAME):
        done.append(restore(folder))
    with progress() as report:
        synced = open_assistant(folder).repair(report)
    counts = [f"{synced.count(status)} {status}" for status in ("new", "changed", "unchanged")]
    done.append(f"Read the files again: {', '.join(counts)}.")
    return done


def _python() -> Check:
    version = ".".join(map(str, sys.version_info[:3]))
    return Check(check="python", ok=sys.version_info >= (3, 11), found=version)


def _packages() -> list[Check]:
    checks = []
    for name in _PACKAGES:
        try:
            checks.append(Check(check=name, ok=True, found=importlib.metadata.version(name)))
        except importlib.metadata.PackageNotFoundError:
            remedy = f"{sys.executable} -m pip install {name}"
            checks.append(Check(check=name, ok=False, found="not installed", remedy=remedy))
    return checks


def _models() -> list[Check]:
    return [
        Check(
            check=f"model {package.name}",
            ok=(there := models.packages.installed(package)),
            found=package.purpose if there else "not installed",
            remedy="" if there else f"inquire models install {package.name}",
        )
        for package in models.packages.PACKAGES
    ]


def _writable(folder: Path) -> Check:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return Check(check="data directory", ok=True, found=str(folder))
    except OSError as error:
        remedy = "mend its permissions, or name another with --data-dir"
        return Check(
            check="data directory", ok=False, found=f"{folder}: {error.strerror}", remedy=remedy
        )


def _space(folder: Path) -> Check:
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    free = shutil.disk_usage(there).free
    enough = free >= _LEAST_SPACE
    remedy = "" if enough else "free some space, or name another folder with --data-dir"
    return Check(check="disk space", ok=enough, found=f"{free / 2**30:.1f} GiB free", remedy=remedy)


def _library(folder: Path) -> list[Check]:
    """Check the library file, and that its index exists and matches the present content."""
    if wrong := damage(folder / NAME):
        return [Check(check="library", ok=False, found=f"damaged: {wrong}", remedy=_MEND)]
    try:
        opened = open_assistant(folder)
        counts = opened.status()
        said = f"{counts['sources']} sources, {counts['passages']} passages"
        return [Check(check="library", ok=True, found=said), *_content(opened), _index(opened)]
    except InquiryError as error:
        return [Check(check="library", ok=False, found=str(error))]


def _content(opened: "Assistant") -> list[Check]:
    """Check that the stored texts and runs are unaltered."""
    texts, runs = (
        assistant.soundness.altered_texts(opened.library),
        [*assistant.soundness.altered_runs(opened.library)],
    )
    counts = opened.status()
    read, kept = counts["sources"] - counts["evidence"], counts["evidence"]
    return [
        Check(
            check="texts", ok=not texts, remedy=_MEND if texts else "",
            found=f"not as they were read: {_few(texts)}" if texts else f"{read} as they were read",
        ),
        Check(
            check="evidence", ok=not runs, remedy=_AGAIN if runs else "",
            found=_few(runs) if runs else f"{kept} as they were measured",
        ),
    ]  # fmt: skip


def _few(found: list[str]) -> str:
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return "; ".join(found[:_SHOWN]) + more


def _index(opened: "Assistant") -> Check:
    name = opened.library.fact("index")
    if name is None:
        return Check(check="index", ok=True, found="none yet; the first question builds it")
    wrong = assistant.soundness.index_fault(opened.library, opened.embedding_model())
    if not wrong and opened.indexed_as() != name:
        wrong = "it is behind the library"
    if wrong:
        return Check(check="index", ok=False, found=f"{name}: {wrong}", remedy=_MEND)
    return Check(check="index", ok=True, found=name)


def _nearby() -> list[Check]:
    """Check which models the servers of this machine offer, and tell how to write with the first of them."""
    found = models.nearby.nearby()
    if not found:
        return []
    servers = dict.fromkeys(each.server for each in found)
    said = "; ".join(
        f"{server}: {', '.join(each.model for each in found if each.server == server)}"
        for server in servers
    )
    said += f". `inquire ask QUESTION --writer {found[0].choice}` writes with the first"
    return [Check(check="language models nearby", ok=True, found=said)]


def _writer() -> list[Check]:
    """Check the configured writer and its server; the default writer has no server."""
    settings = assistant.settings.Settings()
    if settings.writer == "extractive":
        return []
    name = f"writer {settings.writer}"
    try:
        return [Check(check=name, ok=True, found=writers.choosing.reach(settings.writer, settings))]
    except InquiryError as error:
        return [Check(check=name, ok=False, found=str(error))]
