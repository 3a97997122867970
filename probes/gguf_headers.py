"""Read the quantisation and the size that a GGUF file states about itself; this loads no torch."""

import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

import gguf

from probes import foreign
from probes.types import ProbeError


def header(file: Path) -> tuple[str, int]:
    """Return the quantisation of a GGUF file as it names it (`Q4_K_M`), and how many values it holds.

    A file that does not name it gets the format of most of its values.

    Raises:
        ProbeError: the file is no whole GGUF file.
    """
    counts: Counter[str] = Counter()
    told = ProbeError(f"{file} is not a whole GGUF file; fetch it again")
    with foreign.calls(lambda _reason: told):
        _check(file)
        reader = gguf.GGUFReader(file)
        for tensor in reader.tensors:
            counts[tensor.tensor_type.name] += int(tensor.n_elements)
        said = reader.get_field(gguf.Keys.General.FILE_TYPE)
        number = None if said is None else int(said.contents())
    if not counts:
        raise told
    return f"{_named(number) or counts.most_common(1)[0][0]} (GGUF)", counts.total()


def _check(file: Path) -> None:
    """Check the lengths in a file's header, because gguf would look for listed elements even beyond its end.

    Raises:
        ValueError: something in the header is longer than the file.
        LookupError: something in the header has an unknown type.
    """
    with file.open("rb") as opened:
        walk = _Walk(opened, file.stat().st_size)
        walk.skip(4)
        walk.order = "little" if walk.number(4) < _LARGEST_VERSION else "big"
        tensors, entries = walk.number(8), walk.number(8)
        for _ in range(entries):
            walk.skip(walk.number(8))
            walk.skip_value(walk.number(4))
        for _ in range(tensors):
            walk.skip(walk.number(8))
            walk.skip(8 * walk.number(4) + 4 + 8)


# A version that is read in the wrong byte order is larger.
_LARGEST_VERSION = 2**16


@dataclass
class _Walk:
    """A file that is read from its beginning and never beyond its end."""

    file: BinaryIO
    size: int
    order: Literal["little", "big"] = "little"

    def number(self, width: int) -> int:
        """Return the whole number in the next bytes."""
        taken = self.file.read(width)
        if len(taken) < width:
            raise ValueError("it ends early")
        return int.from_bytes(taken, self.order)

    def skip(self, length: int) -> None:
        """Skip bytes."""
        if length > self.size or self.file.seek(length, os.SEEK_CUR) > self.size:
            raise ValueError("it ends early")

    def skip_value(self, kind: int) -> None:
        """Skip a value; lists hold no lists."""
        if kind == gguf.GGUFValueType.STRING:
            self.skip(self.number(8))
        elif kind == gguf.GGUFValueType.ARRAY:
            inner, count = self.number(4), self.number(8)
            if inner == gguf.GGUFValueType.STRING:
                for _ in range(count):
                    self.skip(self.number(8))
            else:
                self.skip(_BYTES[inner] * count)
        else:
            self.skip(_BYTES[kind])


_BYTES = {
    int(kind): width
    for width, kinds in {
        1: ("UINT8", "INT8", "BOOL"),
        2: ("UINT16", "INT16"),
        4: ("UINT32", "INT32", "FLOAT32"),
        8: ("UINT64", "INT64", "FLOAT64"),
    }.items()
    for kind in (gguf.GGUFValueType[name] for name in kinds)
}


def _named(number: int | None) -> str:
    """Return the name of a file type, as files are called by it; empty where it names none."""
    kinds = {int(kind): kind.name for kind in gguf.LlamaFileType}
    name = kinds.get(-1 if number is None else number, "")
    # GUESSED is no name; all names but F32 begin with MOSTLY_.
    return "" if name == "GUESSED" else name.removeprefix("MOSTLY_").removeprefix("ALL_")
