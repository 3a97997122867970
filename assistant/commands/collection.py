"""`inquire add | sync | status | remove` changes and counts the content of the library."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from assistant import commands
from assistant.commands.console import AsJson, DataDir, Reply, aligned, open_assistant, progress
from assistant.commands.holdings import SomeKeys, Where, chosen_keys
from assistant.errors import Mendable, UsageError
from assistant.printable import printable
from assistant.types import FileReport, FileStatus, SyncReport

Password = Annotated[
    str | None, typer.Option("--password", metavar="WORD", help="The password of encrypted PDFs.")
]


def add(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH...",
            help="Files and folders; with --online also arXiv:ID and doi:NAME.",
        ),
    ],
    password: Password = None,
    online: Annotated[
        bool,
        typer.Option(
            "--online", help="Fetch arXiv:ID and doi:NAME from export.arxiv.org and doi.org."
        ),
    ] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> Reply:
    """Read files and folders into the library, and follow them from now on."""
    del as_json
    remote = [path for path in paths if commands.online.is_remote(path)]
    if remote and not online:
        raise Mendable(
            f"{remote[0]} is not on this machine, and nothing leaves it unless you ask; "
            "add --online to fetch it, or name a file."
        )
    library = open_assistant(data_dir)
    with progress() as report:
        folder = library.data_dir / "downloads"
        fetched = [file for name in remote for file in commands.online.fetch(name, folder, report)]
        named: list[Path | str] = [path for path in paths if path not in remote]
        done = library.add([*named, *fetched], password=password, progress=report)
    return _told(done, adding=True)


def sync(
    password: Password = None,
    check: Annotated[
        bool,
        typer.Option(
            "--check",
            help="Compare the content of every file, even if its size and times have not changed.",
        ),
    ] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> Reply:
    """Read what is new or changed in the reading list and all added folders, and drop what was deleted."""
    del as_json
    library = open_assistant(data_dir)
    with progress() as report:
        done = library.sync(password=password, progress=report, check=check)
    return _told(done, adding=False)


def status(as_json: AsJson = False, data_dir: DataDir = None) -> Reply:
    """Show counts, index hash, models, and where things are stored."""
    del as_json
    facts = open_assistant(data_dir).status()
    models = facts["models"]
    rows = [
        ("sources", f"{facts['sources']} ({facts['notes']} notes, {facts['papers']} papers, "
                    f"{facts['evidence']} experiments, {facts['entries']} known by their record alone)"),
        ("passages", str(facts["passages"])),
        ("references", str(facts["references"])),
        ("refused files", str(facts["refused"])),
        ("index", facts["index_hash"] or "none yet; `inquire sync` builds it"),
        ("embedder", models["embedder"]),
        ("language model", models["language_model"]),
        ("writer", models["writer"]),
        ("data directory", facts["data_dir"]),
        ("reading list", facts["corpus"] or "none"),
        ("added", ", ".join(facts["folders"]) or "nothing"),
    ]  # fmt: skip
    return Reply(document=facts, text=aligned(rows))


def remove(
    keys: SomeKeys = None,
    where: Where = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Remove everything that --where selects, without asking.")
    ] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> Reply:
    """Take sources out of the library; their files stay where they are."""
    del as_json
    library = open_assistant(data_dir)
    chosen = chosen_keys(library, keys, where)
    if where is not None and not yes:
        few = ", ".join(chosen[:_NAMED]) + (" …" if len(chosen) > _NAMED else "")
        raise UsageError(f"This would remove {len(chosen)} sources ({few}); add --yes to do it.")
    library.remove(chosen)
    return Reply(
        document={"removed": chosen}, text="\n".join(f"removed  {printable(key)}" for key in chosen)
    )


# At most this many keys are named in the question before they are removed.
_NAMED = 5

# Statuses are counted in this order; unchanged files are counted but not listed.
_STATUSES: tuple[FileStatus, ...] = (
    "new",
    "changed",
    "deleted",
    "refused",
    "duplicate",
    "unchanged",
)


def _told(report: SyncReport, *, adding: bool) -> Reply:
    counts = {status: report.count(status) for status in _STATUSES}
    document: dict[str, Any] = {
        "files": [asdict(file) for file in report.files],
        "counts": counts,
        "index_hash": report.index_hash,
        "seconds": report.seconds,
    }
    lines = [_line(file) for file in report.files if file.status != "unchanged"]
    shown = [f"{count} {status}" for status, count in counts.items() if count]
    lines.append(f"{', '.join(shown) or 'no files'}; {report.seconds:.1f} s")
    error = None
    if adding and not any(file.status != "refused" for file in report.files):
        what = "every file was refused" if report.files else "no file of a known format is there"
        error = Mendable(
            f"Nothing could be read: {what}; PDF, Markdown, BibTeX, RIS, CSL-JSON and Zotero's database are."
        )
    return Reply(
        document=document,
        text="\n".join(lines),
        exit_code=error.exit_code if error else 0,
        error=error,
    )


def _line(file: FileReport) -> str:
    """Return one file's result; the message of a refused file already contains its name."""
    path, message = printable(file.path), printable(file.message)
    if file.status == "refused" and file.path in file.message:
        return f"{file.status:<9}  {message}"
    said = f" ({message})" if message else ""
    key = f"{printable(file.source)}  " if file.source else ""
    return f"{file.status:<9}  {key}{path}{said}"
