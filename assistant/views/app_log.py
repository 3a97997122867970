"""The log of what nobody foresaw in the window: `app.log` of the data directory."""

import logging
from pathlib import Path
from typing import Any

from assistant.text.printable import indented


def logger(path: Path) -> logging.Logger:
    """Return the log of a data directory, opened when there is first something to write."""
    log = logging.getLogger("inquiring-lines.app")
    if not any(getattr(handler, "baseFilename", "") == str(path) for handler in log.handlers):
        handler = logging.FileHandler(path, encoding="utf-8")
        handler.setFormatter(_Lines("%(asctime)s %(message)s"))
        log.addHandler(handler)
        log.propagate = False
    return log


class _Lines(logging.Formatter):
    """Lines of a log that none of what they tell can forge."""

    def formatException(self, ei: Any) -> str:  # noqa: N802 as logging names it
        """Return the traceback set in."""
        return indented(super().formatException(ei))
