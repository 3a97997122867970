"""`inquire` runs every command, with one exit code for each kind of ending and never a traceback."""

import json
import os
import shlex
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext, redirect_stdout, suppress
from functools import partial
from importlib import metadata
from itertools import pairwise
from pathlib import Path
from typing import Annotated, NoReturn, TextIO

import typer
from typer.exceptions import TyperException

import assistant
from assistant import commands
from assistant.commands import (
    claims,
    collection,
    comments,
    editing,
    evaluation,
    experiments,
    holdings,
    ledger,
    machine,
    marking,
    models,
    pictures,
    programs,
    questions,
    screening,
    settings,
    threads,
    traces,
    verification,
    weights,
)
from assistant.commands.console import Reply
from assistant.errors import InquiryError
from assistant.failures import foreseen
from assistant.printable import escaped_json, folded, indented, printable, visible

cli = typer.Typer(
    help="Ask your reading list; get checked quotes, computed gaps, and experiments as evidence.",
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

_PANELS: dict[str, dict[str, Callable[..., Reply]]] = {
    "Questions": {
        "ask": questions.ask,
        "search": questions.search,
        "verify": verification.verify,
        "mark": marking.mark,
        "marks": marking.marks,
        "comment": comments.comment,
        "threads": threads.list_threads,
        "summarize": questions.summarize,
        "paper": questions.paper,
        "export": questions.export,
    },
    "The library": {
        "add": collection.add,
        "sync": collection.sync,
        "status": collection.status,
        "edit": editing.edit,
        "remove": collection.remove,
        "list": holdings.list_sources,
        "tag": holdings.tag,
        "duplicates": holdings.duplicates,
    },
    "Experiments": {"ledger": ledger.ledger},
    "This machine": {
        "serve": machine.serve,
        "mcp": programs.mcp,
        "password": machine.password,
        "eval": evaluation.evaluate,
        "doctor": machine.doctor,
    },
}
for _panel, _commands in _PANELS.items():
    for _name, _command in _commands.items():
        cli.command(_name, rich_help_panel=_panel)(_command)
experiments.probe.command("traces")(traces.recorded_traces)
experiments.probe.command("screen")(screening.screen_problems)
experiments.probe.command("compare-weights")(weights.compare_weights)
cli.add_typer(threads.thread, name="thread", rich_help_panel="Questions")
cli.add_typer(threads.answer, name="answer", rich_help_panel="Questions")
cli.add_typer(claims.claims, name="claims", rich_help_panel="Questions")
experiments.evidence.command("picture")(pictures.draw_evidence)
cli.add_typer(experiments.probe, name="probe", rich_help_panel="Experiments")
cli.add_typer(experiments.evidence, name="evidence", rich_help_panel="Experiments")
cli.add_typer(models.models, name="models", rich_help_panel="This machine")
cli.add_typer(settings.settings, name="settings", rich_help_panel="This machine")

# This is the exit code that shells give a command stopped with Ctrl-C (128 and the number of SIGINT).
INTERRUPTED = 130


@cli.callback(invoke_without_command=True)
def _start(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        typer.echo(metadata.version("inquiring-lines"))
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
        raise typer.Exit


def main() -> NoReturn:
    """Run the command that the arguments of this process name."""
    # The command may run in a folder that a stranger filled. Without this, a Python process started
    # from here would look there for modules first.
    os.environ["PYTHONSAFEPATH"] = "1"
    _fill_streams()
    sys.exit(run(sys.argv[1:]))


def _fill_streams() -> None:
    """Open the standard streams that the caller closed, or a file of the library would take their numbers."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free number
    sys.stdin = sys.stdin or os.fdopen(0)
    sys.stdout = sys.stdout or os.fdopen(1, "w")
    sys.stderr = sys.stderr or os.fdopen(2, "w")


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code.

    0: done; 1: the answer is no or a check failed; 2: wrong use; 3: a problem the user can solve;
    130: interrupted. With --json stdout gets one document and all other output goes to stderr.
    """
    as_json = _asks_json(arguments)
    put = partial(_put, sys.stdout)
    try:
        # Anything that a library prints would spoil the one document on stdout.
        with redirect_stdout(sys.stderr) if as_json else nullcontext():
            reply = cli(list(arguments), prog_name="inquire", standalone_mode=False)
        if reply == INTERRUPTED:
            raise KeyboardInterrupt
        if isinstance(reply, Reply) and reply.stream:
            with redirect_stdout(sys.stderr):
                return reply.stream(put)
        shown = _rendered(reply, as_json) if isinstance(reply, Reply) else ""
    except BrokenPipeError:
        _leave_quietly()
        return 0
    except BaseException as error:  # noqa: BLE001  no traceback reaches a user: here all of them end
        message, code = _ending(error, arguments)
        shown = json.dumps(_error(message, code), ensure_ascii=False) if as_json else ""
        reply = Reply(document=None, exit_code=code, error=InquiryError(message))
    return _show(reply, shown)


def _asks_json(arguments: Sequence[str]) -> bool:
    given = list(arguments[: list(arguments).index("--")] if "--" in arguments else arguments)
    return "--json" in given or "--format=json" in given or ("--format", "json") in pairwise(given)


def _rendered(reply: Reply, as_json: bool) -> str:
    """Return the text for stdout: the document, or words; on a terminal, Markdown is formatted."""
    if as_json:
        failed = _error(str(reply.error), reply.exit_code) if reply.error else None
        document = {**reply.document, **failed} if failed else reply.document
        shown = json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False)
        return escaped_json(shown)
    if not (reply.markdown and sys.stdout.isatty()):
        return visible(reply.text)
    return commands.terminal.formatted(visible(reply.text))


def _show(reply: Reply | int | None, shown: str) -> int:
    """Write the result to stdout in UTF-8 under any locale, a failure to stderr in one line; return the exit code."""
    try:
        if shown:
            _put(sys.stdout, shown)
        sys.stdout.flush()
        if isinstance(reply, Reply) and reply.error:
            print(f"inquire: {folded(str(reply.error))}", file=sys.stderr, flush=True)
    except BrokenPipeError:
        _leave_quietly()
    except OSError as error:  # the disk of the file that stdout is
        _leave_quietly()
        print(f"inquire: Not all was written to the output ({error.strerror}).", file=sys.stderr)
        return 3
    return reply.exit_code if isinstance(reply, Reply) else int(reply or 0)


def _put(stdout: TextIO, line: str) -> None:
    stdout.flush()
    stdout.buffer.write(f"{line}\n".encode("utf-8", "backslashreplace"))
    stdout.flush()


def _leave_quietly() -> None:
    """End quietly after the reader closed the pipe; Python must not complain at exit either."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _error(message: str, code: int) -> dict[str, dict[str, str | int]]:
    return {"error": {"message": message, "exit_code": code}}


def _ending(error: BaseException, arguments: Sequence[str]) -> tuple[str, int]:
    """Return one line for the reader and the exit code, for any error that ended a command."""
    if isinstance(error, TyperException):
        command = getattr(getattr(error, "ctx", None), "command_path", "inquire")
        said = error.format_message().rstrip(".") or "Name a command"
        return f"{said}; see `{command} --help`.", 2
    if isinstance(error, (KeyboardInterrupt, typer.Abort)):
        return "Stopped; what was reported done is kept.", INTERRUPTED
    if isinstance(error, SystemExit):
        return "Stopped.", error.code if isinstance(error.code, int) else 3
    if known := foreseen(error):
        return str(known), known.exit_code
    return _unforeseen(error, arguments), 3


def _unforeseen(error: BaseException, arguments: Sequence[str]) -> str:
    """Save the traceback in a file and tell its path."""
    name = f"failure-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.log"

    report = indented("".join(traceback.format_exception(error)))
    said = shlex.join(map(printable, arguments))
    what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    for folder in _log_folders(arguments):
        with suppress(OSError):
            (folder / name).write_text(f"inquire {said}\n{report}\n", "utf-8")
            return (
                f"There was an unexpected error ({what[:200]}); the details are in {folder / name}."
            )
    return f"There was an unexpected error ({what[:200]})."


def _log_folders(arguments: Sequence[str]) -> Iterator[Path]:
    """Yield folders for the traceback: of the data directory, else a new one that nobody else can guess or open."""
    data_dir = _data_dir(arguments)
    with suppress(OSError, ValueError):
        if data_dir and data_dir.is_dir():
            (data_dir / "logs").mkdir(exist_ok=True)
            yield data_dir / "logs"
    with suppress(OSError):
        yield Path(tempfile.mkdtemp(prefix="inquire-"))


def _data_dir(arguments: Sequence[str]) -> Path | None:
    """Return the data directory that was chosen; the arguments themselves may be wrong."""
    for one, two in pairwise([*arguments, ""]):
        if one == "--data-dir":
            return Path(two)
        if one.startswith("--data-dir="):
            return Path(one.partition("=")[2])

    with suppress(ValueError):
        return assistant.settings.Settings().data_dir
    return None


if __name__ == "__main__":
    main()
