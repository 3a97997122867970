"""Compute the vectors of the bundled list that come with it, `corpus/vectors.npz`.

    python training/vectors.py

The list is read into a fresh library without the file, and what its store then holds is written. Run it after a change
of notes, of bundled runs or of their wording; what is not in the file is embedded at the first start.
"""

import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from assistant import Assistant  # noqa: E402
from assistant.search import shipped  # noqa: E402
from assistant.search.vectors import VectorStore  # noqa: E402


def main() -> None:
    target, shipped.FILE = shipped.FILE, Path("none")
    with tempfile.TemporaryDirectory() as folder:
        assistant = Assistant.open(Path(folder), embedder="minilm")
        assistant.sync()
        path = Path(folder) / "indexes" / "vectors.sqlite"
        with closing(sqlite3.connect(path)) as db:
            names = [row[0] for row in db.execute("SELECT hash FROM vectors")]
        dim = assistant.index().dim
        shipped.write(target, VectorStore(path).get(names, dim))
        assistant.library.close()
    print(f"{len(names)} passages, {target.stat().st_size / 1e6:.1f} MB in {target}")


if __name__ == "__main__":
    main()
