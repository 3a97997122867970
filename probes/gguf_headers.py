"""What a GGUF file says about itself: its quantisation and its size; loads no torch."""

from collections import Counter
from pathlib import Path

import gguf

from probes import foreign
from probes.types import ProbeError


def header(file: Path) -> tuple[str, int]:
    """The quantisation of a GGUF file as it names it (`Q4_K_M`), and how many values it holds.

    A file that does not say is named by the format of most of its values.

    Raises:
        ProbeError: it is no whole GGUF file.
    """
    counts: Counter[str] = Counter()
    told = ProbeError(f"{file} is not a whole GGUF file; fetch it again")
    with foreign.calls(lambda _reason: told):
        reader = gguf.GGUFReader(file)
        for tensor in reader.tensors:
            counts[tensor.tensor_type.name] += int(tensor.n_elements)
        said = reader.get_field(gguf.Keys.General.FILE_TYPE)
        number = None if said is None else int(said.contents())
    if not counts:
        raise told
    return f"{_named(number) or counts.most_common(1)[0][0]} (GGUF)", counts.total()


def _named(number: int | None) -> str:
    """The name of a file type, as files are called by it; empty where it names none."""
    kinds = {int(kind): kind.name for kind in gguf.LlamaFileType}
    name = kinds.get(-1 if number is None else number, "")
    # GUESSED is no name; all but F32 are MOSTLY_ something.
    return "" if name == "GUESSED" else name.removeprefix("MOSTLY_").removeprefix("ALL_")
