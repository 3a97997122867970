"""Read the quantisation and the size that a GGUF file states about itself; this loads no torch."""

import math
import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

import gguf

from probes.errors import ProbeError
from probes.files import foreign


def header(file: Path) -> tuple[str, int]:
    """Return the quantisation of a GGUF file as it names it (`Q4_K_M`), and how many values it holds.

    A file that does not name it gets the format of most of its values.

    Raises:
        ProbeError: the file is no whole GGUF file.
    """
    told = ProbeError(f"{file} is not a whole GGUF file; fetch it again")
    with foreign.calls(lambda _reason: told):
        number, counts = _read(file)
    if not counts:
        raise told
    return f"{_named(number) or counts.most_common(1)[0][0]} (GGUF)", counts.total()


def _read(file: Path) -> tuple[int | None, Counter[str]]:
    """Return the number of the file's type, and how many values it holds in each format.

    `gguf.GGUFReader` would make an array of each of the tokenizer's words, which takes seconds, and would look for
    listed elements even beyond the end of the file.

    Raises:
        ValueError: it is no GGUF file, or something in it is longer than the file.
        LookupError: something in it has an unknown type.
    """
    counts: Counter[str] = Counter()
    kind_of_file, alignment, ends = None, gguf.GGUF_DEFAULT_ALIGNMENT, [0]
    with file.open("rb") as opened:
        walk = _Walk(opened, file.stat().st_size)
        if walk.bytes(4) != b"GGUF":
            raise ValueError("it does not begin as one")
        version = walk.bytes(4)
        walk.order = next(order for order in _ORDERS if int.from_bytes(version, order) in _VERSIONS)
        tensors, entries = walk.number(8), walk.number(8)
        for _ in range(entries):
            name, kind = walk.bytes(walk.number(8)), walk.number(4)
            if name == _ALIGNMENT:
                alignment = walk.number(_BYTES[kind])
            elif name == _FILE_TYPE:
                kind_of_file = walk.number(_BYTES[kind])
            else:
                walk.skip_value(kind)
        for _ in range(tensors):
            walk.skip(walk.number(8))
            values = math.prod(walk.number(8) for _ in range(walk.number(4)))
            form = gguf.GGMLQuantizationType(walk.number(4))
            block, width = gguf.GGML_QUANT_SIZES[form]
            counts[form.name] += values
            ends.append(walk.number(8) + values // block * width)
        start = math.ceil(opened.tell() / alignment) * alignment
    if start + max(ends) > walk.size:
        raise ValueError("it ends early")
    return kind_of_file, counts


_ALIGNMENT = gguf.Keys.General.ALIGNMENT.encode()
_FILE_TYPE = gguf.Keys.General.FILE_TYPE.encode()
# Version 1 had shorter lengths; nobody writes it any more.
_VERSIONS = (2, 3)
Order = Literal["little", "big"]
_ORDERS: tuple[Order, ...] = ("little", "big")


@dataclass
class _Walk:
    """A file that is read from its beginning and never beyond its end."""

    file: BinaryIO
    size: int
    order: Order = "little"

    def bytes(self, length: int) -> bytes:
        """Return the next bytes."""
        taken = self.file.read(min(length, self.size + 1))
        if len(taken) < length:
            raise ValueError("it ends early")
        return taken

    def number(self, width: int) -> int:
        """Return the whole number in the next bytes."""
        return int.from_bytes(self.bytes(width), self.order)

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
