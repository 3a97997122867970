"""The vectors of the bundled list come with it, so that a first start does not spend half a minute on them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from jaxtyping import Float

from assistant.search.vectors import VectorStore

FILE = Path(__file__).resolve().parents[2] / "corpus" / "vectors.npz"
"""The file with them, which `training/vectors.py` writes."""


def lend(store: VectorStore, wanted: Mapping[str, int]) -> None:
    """Copy vectors that came with the program into a store.

    They are filed by model and content, so a changed note is not among them and is embedded like any text.

    Args:
        store: The store of a library.
        wanted: The names of the missing matrices, each with its number of rows.
    """
    try:
        with np.load(FILE, allow_pickle=False) as held:
            names, rows, ends = held["names"].tolist(), held["rows"], held["ends"]
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return  # without the file everything is embedded here
    matrices = zip(names, np.split(rows, ends[:-1]), strict=False)
    store.put((name, matrix) for name, matrix in matrices if wanted.get(name) == len(matrix))


def is_all(roots: Sequence[Path], embedder: str) -> bool:
    """Return whether nothing but the bundled list is followed, and by the model of its vectors."""
    return [root.resolve() for root in roots] == [FILE.parent] and embedder == "minilm"


def write(path: Path, matrices: Mapping[str, Float[np.ndarray, "rows dim"]]) -> None:
    """Write the file from matrices by their names."""
    names: Sequence[str] = sorted(matrices)
    np.savez_compressed(
        path, names=np.array(names), rows=np.vstack([matrices[name] for name in names]).astype(np.float16),
        ends=np.cumsum([len(matrices[name]) for name in names]),
    )  # fmt: skip
