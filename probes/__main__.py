"""Run probes on the terminal: `python -m probes list | run NAME [-p name=value ...]`."""

import argparse
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import platformdirs

from probes import models, registry
from probes.files import foreign
from probes.runs import evidence, jobs
from probes.texts import datasets
from probes.types import ProbeError, Progress, Result, UsageError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return 0 when it is done, 2 for wrong use, 3 for something the user can mend."""
    # A termination stops the run at once: between two instructions it leaves a draft, never half a result.
    for ending in (signal.SIGTERM, signal.SIGINT, signal.SIGPIPE):
        signal.signal(ending, signal.SIG_DFL)
    options = _parser().parse_args(arguments)
    try:
        if options.command == "list":
            _list(options)
        elif options.command == "supervise":
            jobs.supervise(options.directory)
        else:
            _run(options)
    except ProbeError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except SystemExit:
        raise
    except BaseException as error:  # noqa: BLE001  no traceback reaches a user: here all of them end
        if getattr(options, "progress", None):
            traceback.print_exc()  # the job's log is stderr
        print(_unforeseen(error), file=sys.stderr)
        return ProbeError.exit_code
    return 0


def _unforeseen(error: BaseException) -> str:
    if foreign.lacks_memory(error):
        return "there is no memory left for the run; choose a smaller model or fewer prompts"
    what = " ".join(str(error).split()) or "no message"
    return f"the run failed unexpectedly: {type(error).__name__}: {what}"


class _Parser(argparse.ArgumentParser):
    """A parser that reports an error in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(UsageError.exit_code, f"{message}; see `{self.prog} --help`\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m probes", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    listing = commands.add_parser("list", help="the probes, what they claim and what they cost")
    listing.add_argument("--json", action="store_true")
    run = commands.add_parser("run", help="run a probe here and keep its result as evidence")
    run.add_argument("name")
    run.add_argument("-p", dest="choices", action="append", default=[], metavar="name=value")
    run.add_argument(
        "--data-dir", type=Path, default=platformdirs.user_data_path("inquiring-lines")
    )
    run.add_argument("--device", default="cpu", help="cpu, cuda, cuda:N or mps")
    run.add_argument("--dtype", default="float32", help="float32, bfloat16 or float16")
    run.add_argument("--prompts", help="texts, JSONL or JSON in a file, or hf:owner/name")
    run.add_argument("--json", action="store_true", help="the result as JSON on stdout")
    run.add_argument("--progress", type=Path, help=argparse.SUPPRESS)
    run.add_argument("--parent", type=int, help=argparse.SUPPRESS)
    supervise = commands.add_parser("supervise")
    supervise.add_argument("directory", type=Path)
    return parser


def _list(options: argparse.Namespace) -> None:
    described = [registry.describe(name) for name in registry.names()]
    if options.json:
        print(json.dumps(described, ensure_ascii=False))
        return
    for probe in described:
        print(f"{probe['probe']} ({probe['seconds']:.0f} s): {probe['claim']['text']}")


def _run(options: argparse.Namespace) -> None:
    probe = registry.build(options.name, registry.parse(options.choices))
    probe.check_computing(options.device, options.dtype)
    report = _reporter(options)
    prompts = datasets.texts(options.prompts, report) if options.prompts else ()
    evidence.prepare(options.data_dir)
    report(0.0, "loading torch and transformers")

    computing = models.devices.chosen(options.device, options.dtype)
    lab = models.laboratory.Laboratory(
        cache=options.data_dir,
        prompts=prompts,
        progress=report,
        device=computing.device,
        dtype=computing.dtype,
    )
    run = probe.run(lab, report)
    result = evidence.save(run, options.data_dir)
    if options.progress:
        _append(options.progress, {"evidence": result.id, "time": time.time()})
    if options.json:
        print(json.dumps(result.as_json(), ensure_ascii=False))
    else:
        print(_sentence(result))


def _sentence(result: Result) -> str:
    said = result.summary
    if not said.lower().startswith(result.shown.lower()):
        said = f"{result.shown}: {said}"
    return f"{said}\n{result.caveat}\n{result.id}: {result.plot}"


def _reporter(options: argparse.Namespace) -> Progress:
    """Return what writes progress as JSON lines, into the job's file or to stderr."""

    def report(fraction: float, message: str) -> None:
        if options.parent and os.getppid() != options.parent:
            raise ProbeError("the job's supervisor is gone; the run stops")
        now = round(time.time(), 3)
        line = {"fraction": round(fraction, 4), "message": message, "time": now}
        if options.progress:
            _append(options.progress, line)
        else:
            print(json.dumps(line), file=sys.stderr)

    return report


def _append(path: Path, line: dict[str, Any]) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    sys.exit(main())
