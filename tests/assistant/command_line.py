"""Run `inquire` for tests: in this process with what it printed, or as a process of its own."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant import cli

ROOT = Path(cli.__file__).resolve().parents[1]
QUESTION = "Do middle layers give better features than the last layer?"
UNANSWERED = "Does the curvature of trajectories predict hallucination in otters?"


@dataclass(frozen=True)
class Ran:
    """What a command left: exit code, stdout, stderr."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on stdout."""
        return json.loads(self.out)


def launch(*arguments: str, data: Path, **options: Any) -> subprocess.Popen:
    """Start a command as a process of its own."""
    env = {**os.environ, "INQUIRE_DATA_DIR": str(data), "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-m", "assistant.cli", *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env, **options,
    )  # fmt: skip


def one_line(text: str) -> bool:
    return len(text.strip().splitlines()) == 1
