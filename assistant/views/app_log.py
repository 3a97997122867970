"""The log `app.log` of the data directory records unexpected errors of the window."""

import logging
from pathlib import Path
from typing import Any

from assistant.printable import indented


def logger(path: Path) -> logging.Logger:
    """Return the log of a data directory, opened at the first write."""
    log = logging.getLogger("inquiring-lines.app")
    if not any(getattr(handler, "baseFilename", "") == str(path) for handler in log.handlers):
        handler = logging.FileHandler(path, encoding="utf-8")
        handler.setFormatter(_Lines("%(asctime)s %(message)s"))
        log.addHandler(handler)
        log.propagate = False
    return log


class _Lines(logging.Formatter):
    """Formats log lines that no logged text can forge."""

    def formatException(self, ei: Any) -> str:  # noqa: N802 as logging names it
        """Return the traceback, indented."""
        return indented(super().formatException(ei))
