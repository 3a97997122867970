"""Files of weights: how many values they hold, in which format, and whether memory holds them; this loads no torch."""

import hashlib
import json
import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from probes.errors import ProbeError

BYTES = {"float32": 4, "bfloat16": 2, "float16": 2}
"""The bytes of a parameter, by the number format that a model computes in."""


CONVERTING = 1.6
"""The peak memory of unpacking a GGUF file is this many times its float32 values, as measured on 630 million of
them."""


@dataclass(frozen=True, kw_only=True)
class Header:
    """The facts that weight files state: their number formats, and how many values there are."""

    formats: frozenset[str]
    values: int

    @property
    def quantisation(self) -> str:
        """Return the formats in words."""
        return f"not quantised ({', '.join(sorted(self.formats))})"


def of_folder(folder: Path, name: str) -> list[Path]:
    """Return the weight files of a model's folder.

    Raises:
        ProbeError: the folder holds no weight files of a format that is opened here.
    """
    found = sorted(folder.glob("*.safetensors"))
    if not found or not (folder / "config.json").is_file():
        raise ProbeError(
            f"{name} holds no config.json with safetensors weights; other formats are not opened, "
            "because they can run code: convert it with save_pretrained first"
        )
    return found


def header(files: Sequence[Path]) -> Header:
    """Read the headers of safetensors files alone.

    Raises:
        ProbeError: one of the files is no whole safetensors file.
    """
    formats: set[str] = set()
    count = 0
    for path in files:
        try:
            with path.open("rb") as file:
                (size,) = struct.unpack("<Q", file.read(8))
                read = dict(json.loads(file.read(min(size, _LONGEST_HEADER))))
            read.pop("__metadata__", None)
            for tensor in read.values():
                formats.add(str(tensor["dtype"]))
                count += math.prod(map(int, tensor["shape"]))
        except (struct.error, ValueError, TypeError, KeyError, RecursionError) as error:
            raise ProbeError(f"{path} is not a whole safetensors file; fetch it again") from error
    return Header(formats=frozenset(formats), values=count)


def revision(files: Sequence[Path]) -> str:
    """Return the first 12 digits of the SHA-256 over the weight files, in order of their names."""
    digest = hashlib.sha256()
    for path in files:
        with path.open("rb") as file:
            while piece := file.read(1 << 20):
                digest.update(piece)
    return digest.hexdigest()[:12]


def check_memory(
    name: str, count: int, dtype: str = "float32", *, converting: bool = False
) -> None:
    """Refuse a model that would not fit into memory.

    An untrained twin is built after the weights of its model have left memory, so it is checked by itself. A file that
    is still to be converted is unpacked to float32, whatever format it computes in afterwards.

    Raises:
        ProbeError: the model does not fit.
    """
    needed, free = BYTES[dtype] * count, psutil.virtual_memory().available
    if converting:
        needed = int(CONVERTING * BYTES["float32"] * count)
        dtype = "float32 while it is converted, once,"
    if needed > free:
        raise ProbeError(
            f"{name} needs {needed / 2**30:.1f} GiB in {dtype} and {free / 2**30:.1f} GiB of "
            "memory are free; choose a smaller model"
        )


_LONGEST_HEADER = 100_000_000
"""A header has at most so many bytes, as in safetensors itself."""
