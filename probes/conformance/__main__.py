"""Run a folder of golden cases: `python -m probes.conformance DIR`.

The command prints every case that fails with both values and closes with `N passed, N failed, N skipped`. Cases that
are only advisory are printed where they differ and counted as skipped. The exit status is 0 if none failed, 1 if some
failed, 2 for wrong use, 3 if the folder cannot be read.
"""

import signal
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from probes.conformance import layer_metrics, subthoughts
from probes.conformance.types import Check, UnreadableFolderError

_LAYER_METRICS = ("expected.json", "inputs.npz")
_SUBTHOUGHTS = (
    "aggregation.json",
    "confidence.json",
    "equality.json",
    "extraction.json",
    "segmentation.json",
    "statistics.json",
    "weighted_voting.json",
)
_LABEL = {"failed": "FAILED", "advisory": "advisory"}


def main(arguments: Sequence[str]) -> int:
    """Run the folder that `arguments` name; return the exit status."""
    if len(arguments) != 1 or arguments[0].startswith("-"):
        print(
            "Usage: python -m probes.conformance DIR (one folder of golden cases)", file=sys.stderr
        )
        return 2
    counts: Counter[str] = Counter()
    try:
        for check in folder_checks(Path(arguments[0])):
            counts["skipped" if check.outcome == "advisory" else check.outcome] += 1
            if check.outcome in _LABEL:
                print(_line(check))
    except UnreadableFolderError as error:
        print(error, file=sys.stderr)
        return 3
    print(f"{counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped")
    return 1 if counts["failed"] else 0


def folder_checks(folder: Path) -> Iterator[Check]:
    """Yield every check of every golden format found in `folder`.

    Raises:
        UnreadableFolderError: no folder, no known format in it, or damaged files.
    """
    if not folder.is_dir():
        raise UnreadableFolderError(f"{folder}: no such folder; name a folder of golden cases.")
    metrics = [name for name in _LAYER_METRICS if (folder / name).is_file()]
    thoughts = [name for name in _SUBTHOUGHTS if (folder / name).is_file()]
    if not metrics and not thoughts:
        known = f"{' with '.join(_LAYER_METRICS)}, or {', '.join(_SUBTHOUGHTS)}"
        raise UnreadableFolderError(f"{folder}: no golden cases here; looked for {known}.")
    try:
        if metrics:
            yield from layer_metrics.checks(folder)
        if thoughts:
            yield from subthoughts.checks(folder)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        if isinstance(error, UnreadableFolderError):
            raise
        reason = f"{type(error).__name__}: {error}".splitlines()[0]
        raise UnreadableFolderError(f"{folder}: damaged golden files ({reason}).") from error


def _line(check: Check) -> str:
    text = f"{_LABEL[check.outcome]} {check.id}: expected {check.expected!r}, got {check.got!r}"
    return f"{text} ({check.note})" if check.note else text


if __name__ == "__main__":
    # Ctrl-C, or a closed pager, ends the command without a message.
    for ending in (signal.SIGINT, signal.SIGPIPE):
        signal.signal(ending, signal.SIG_DFL)
    sys.exit(main(sys.argv[1:]))
