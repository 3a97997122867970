"""List kept runs: the folders of a store and their names, without reading any run."""

import re
from pathlib import Path

ID = re.compile(r"[a-z][a-z0-9_]*-[0-9a-f]{8}-[1-9][0-9]*")
"""The id of a run: its probe, the hash of what determines it, and a count."""
RECORD = "result.json"


def store(data_dir: Path) -> Path:
    """Return the folder that holds a data directory's runs, one folder each."""
    return data_dir / "evidence"


def ids(data_dir: Path) -> set[str]:
    """Return the ids of the runs that are kept in a data directory, readable or not."""
    return {path.parent.name for path in store(data_dir).glob(f"*/{RECORD}") if is_record(path)}


def is_record(path: Path) -> bool:
    """Return whether a path is that of a kept run's record, by its name and its folder's."""
    return path.name == RECORD and ID.fullmatch(path.parent.name) is not None
