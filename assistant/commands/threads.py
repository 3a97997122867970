"""`inquire threads`, `inquire thread ...` and `inquire answer ...` handle stored threads and answers."""

import logging
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import assistant
from assistant import conversations, rendering
from assistant.commands.console import AsJson, DataDir, Reply, open_assistant, progress
from assistant.errors import Mendable
from assistant.printable import folded
from assistant.types import Length

if TYPE_CHECKING:
    from assistant import Assistant
    from assistant.conversations.records import Turn
    from assistant.conversations.since import Since
    from assistant.question.follow_up import Thread
    from assistant.types import Answer

thread = typer.Typer(help="Show, rename or delete a thread of questions.", no_args_is_help=True)
answer = typer.Typer(
    help="Show or export a stored answer, or make a note of it.", no_args_is_help=True
)

_log = logging.getLogger(__name__)

ThreadId = Annotated[
    str, typer.Argument(metavar="ID", help="A thread, as `inquire threads` lists it.")
]
AnswerId = Annotated[
    str, typer.Argument(metavar="ID", help="An answer: its `permalink`, as in `ask --json`.")
]


class ExportFormat(StrEnum):
    """The formats in which an answer is exported."""

    md = "md"
    html = "html"
    pdf = "pdf"
    docx = "docx"
    bibtex = "bibtex"


def list_threads(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="WORD...",
            help="Only threads whose questions and answers contain all these words.",
        ),
    ] = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> Reply:
    """List the threads of questions, latest first; with words, only threads that contain all of them."""
    del as_json
    found = open_assistant(data_dir).threads.listing(" ".join(words or ()))
    lines = [
        f"{each.id}  {each.asked[:10]}  {_questions(each.questions)}  {folded(each.title)}"
        for each in found
    ]
    none = "no thread holds these words" if words else "no thread yet; `inquire ask` begins one"
    return Reply(
        document=[each.as_json() for each in found], text="\n".join(lines) or none,
        exit_code=1 if words and not found else 0,
    )  # fmt: skip


@thread.command("show")
def show_thread(id: ThreadId, as_json: AsJson = False, data_dir: DataDir = None) -> Reply:
    """Show the questions and answers of a thread, as they were given."""
    del as_json
    threads = open_assistant(data_dir).threads
    found = threads.get(id)
    told = list(zip(found.turns, threads.since(found.turns), strict=True))
    document = {
        "id": found.id, "title": found.title, "pinned": list(found.pinned), "excluded": list(found.excluded),
        "turns": [_document(turn, since) for turn, since in told],
    }  # fmt: skip
    text = "\n\n---\n\n".join(_shown(turn, since) for turn, since in told)
    return Reply(document=document, text=text, markdown=True)


@thread.command("rename")
def rename_thread(
    id: ThreadId,
    title: Annotated[
        str,
        typer.Argument(
            metavar="TITLE",
            help="The new name, in quotation marks; empty restores the first question.",
        ),
    ],
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> Reply:
    """Give a thread a name."""
    del as_json
    threads = open_assistant(data_dir).threads
    threads.rename(id, title)
    named = threads.get(id).title
    return Reply(document={"id": id, "title": named}, text=f"{id} is “{folded(named)}” now.")


@thread.command("delete")
def delete_threads(
    ids: Annotated[
        list[str], typer.Argument(metavar="ID...", help="Threads, as `inquire threads` lists them.")
    ],
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> Reply:
    """Delete threads, and the answers that are in no other thread."""
    del as_json
    open_assistant(data_dir).threads.delete(ids)
    return Reply(document={"deleted": ids}, text=f"Deleted {', '.join(ids)}.")


@answer.command("show")
def show_answer(id: AnswerId, as_json: AsJson = False, data_dir: DataDir = None) -> Reply:
    """Show a stored answer without asking again, and which of its sources have changed since."""
    del as_json
    threads = open_assistant(data_dir).threads
    turn = threads.answer(id)
    (since,) = threads.since([turn])
    document = {**_document(turn, since), "threads": list(threads.threads_of(id))}
    return Reply(document=document, text=_shown(turn, since), markdown=True)


@answer.command("export")
def export_answer(
    id: AnswerId,
    form: Annotated[ExportFormat, typer.Option("--format", help="The format of the answer.")] = ExportFormat.md,
    length: Annotated[
        Length, typer.Option("--length", help="brief or full; full contains what brief folds.")
    ] = "brief",
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE",
            help="The file to write; by default text is printed, and PDF and Word files are written to this folder.",
        ),
    ] = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> Reply:  # fmt: skip
    """Export an answer as Markdown, web page, PDF or Word file, or export the BibTeX of its sources."""
    del as_json
    library = open_assistant(data_dir)
    turn = library.threads.answer(id)
    made = library.export_answer(turn, form.value, length)
    if output is None and not conversations.exports.FORMS[form.value].text:
        output = Path(conversations.exports.file_name(turn, form.value))
    document: dict[str, Any] = {"id": id, "format": form.value}
    if output is None:
        content = made.decode()
        return Reply(document={**document, "content": content}, text=content.rstrip("\n"))
    try:
        output.write_bytes(made)
    except OSError as error:
        raise Mendable(
            f"{output} cannot be written ({error.strerror}); name another with -o."
        ) from error
    return Reply(document={**document, "file": str(output)}, text=f"Wrote {output}.")


@answer.command("note")
def note_answer(id: AnswerId, as_json: AsJson = False, data_dir: DataDir = None) -> Reply:
    """Turn an answer into a note: a source of the library that keeps the citations."""
    del as_json
    library = open_assistant(data_dir)
    with progress() as report:
        made = library.note_answer(id, report)
    return Reply(
        document={"id": id, "key": made.key, "path": made.path},
        text=f"{made.key} is a note of the library now: {made.path}",
    )


# ── what `inquire ask` does with threads ─────────────────────────────────────────────────────────

# The library keeps under this name the thread that was last used on the command line.
_LAST = "thread"


def going_on(library: "Assistant", thread: str, *, follow: bool) -> tuple[str, "Thread"]:
    """Return the id of the thread that a question is asked in, and the thread itself.

    Raises:
        UsageError: no thread has this id.
    """
    if thread:
        return thread, library.threads.get(thread).context()
    last = library.library.fact(_LAST) if follow else None
    found = library.threads.find(last) if last else None
    return (
        (found.id, found.context())
        if found
        else (conversations.store.new_id(), assistant.question.follow_up.Thread())
    )


def keep(
    library: "Assistant", answer: "Answer", thread: str, context: "Thread", writer: str
) -> None:
    """Store an answer in its thread, if the disk can be written."""
    try:
        library.threads.keep(answer, thread, context=context, writer=writer)
        library.library.set_fact(_LAST, thread)
    except Mendable as error:
        _log.warning("The answer is not stored: %s", error)


# ── what is printed ──────────────────────────────────────────────────────────────────────────────


def _document(turn: "Turn", since: "Since") -> dict[str, Any]:
    return {**turn.as_json(), "since": since.as_json()}


def _shown(turn: "Turn", since: "Since") -> str:
    lines: Sequence[str] = [
        f"*Answer {turn.id}, {turn.asked[:10]}. {since.line}*".replace(". *", ".*")
    ]
    return "\n\n".join(
        [*lines, rendering.markdown.to_markdown(turn.answer, turn.near).rstrip("\n")]
    )


def _questions(count: int) -> str:
    return f"{count} question{' ' if count == 1 else 's'}"
