"""The converted copies of GGUF files: list, locate and remove them."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from probes.models import weights

_ENDING = "-float32"


@dataclass(frozen=True, kw_only=True)
class Converted:
    """A converted copy: the name of its folder, and its size."""

    name: str
    folder: Path
    size: int
    """The size of the copy in bytes."""
    values: int


def place(cache: Path, name: str, revision: str) -> Path:
    """Return the folder of a model's converted copy."""
    return cache / "models" / f"{name}-{revision}{_ENDING}"


def listing(cache: Path) -> list[Converted]:
    """Return the converted copies that are kept, by name."""
    return [
        Converted(
            name=folder.name,
            folder=folder,
            size=sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()),
            values=weights.header(sorted(folder.glob("*.safetensors"))).values,
        )
        for folder in sorted((cache / "models").glob(f"*{_ENDING}"))
        if folder.is_dir()
    ]


def remove(cache: Path, name: str) -> bool:
    """Remove the copy of that name; the copy is made again when its model is next loaded.

    Return whether there was one.
    """
    found = next((copy for copy in listing(cache) if copy.name == name), None)
    if found is not None:
        shutil.rmtree(found.folder)
    return found is not None
