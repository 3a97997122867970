"""Find how large a model is before it is loaded, from the headers of its files; this loads no torch."""

import functools
import importlib.util
from pathlib import Path

import huggingface_hub
from huggingface_hub.errors import HFValidationError

from probes import models
from probes.errors import ProbeError, UsageError
from probes.models import model_names, weights

SMOLLM2 = 134_515_008
"""The model that the costs of the probes were measured with has so many values."""


def values(model: str) -> int | None:
    """Return how many values the weights of a model hold, None where they are not on this machine.

    A tied tensor that a file holds twice counts twice, because it is read twice.
    """
    try:
        name, revision = model_names.with_revision(model_names.resolved(model))
        if name in model_names.BUNDLED:
            return _bundled(name)
        path = Path(name) if Path(name).is_absolute() else _cached(name, revision)
        if path is None:
            return None
        return _gguf(path) if path.is_file() else _folder(path)
    except (UsageError, ProbeError, OSError):
        # Loading the file reports what is wrong with it.
        return None


def share(model: str) -> float:
    """Return the model's size over that of SmolLM2-135M, by which work grows; 1 where it is not known."""
    found = values(model)
    return found / SMOLLM2 if found else 1.0


@functools.cache
def _bundled(name: str) -> int | None:
    bundled = model_names.BUNDLED[name]
    spec = importlib.util.find_spec(bundled.package)
    places = spec.submodule_search_locations if spec else None
    file = Path(next(iter(places))) / bundled.file if places else None
    if file is None or not file.is_file():
        return None
    return _gguf(file) if model_names.is_gguf(file) else _folder(file.parent)


def _gguf(file: Path) -> int:
    return models.gguf_headers.header(file)[1]


def _folder(folder: Path) -> int:
    return weights.header(weights.of_folder(folder, folder.name)).values


def _cached(name: str, revision: str) -> Path | None:
    """Return the folder of a Hugging Face model that was fetched before."""
    try:
        found = huggingface_hub.try_to_load_from_cache(
            name, "config.json", revision=revision or None
        )
    except HFValidationError:
        return None
    return Path(found).parent if isinstance(found, str) else None
