"""Keep trainings: a killed one goes on where it stopped, and a finished one is not done again."""

import hashlib
import json
import pickle
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from probes.files import durable, staging
from probes.types import Array, ProbeError

SAVINGS = 20
"""A training is put down so many times: a kill loses at most a twentieth of it."""


def unit(
    folder: Path | None, decides: object, make: Callable[[Path | None], Mapping[str, Array]]
) -> dict[str, Array]:
    """Return the result of one training, read from the folder where it is kept, or made now and kept.

    Args:
        folder: the folder of kept trainings; None keeps nothing.
        decides: everything that the result depends on, as plain JSON values.
        make: trains and measures; it gets the file for `put_down` and `taken_up`, which is removed afterwards.

    Raises:
        ProbeError: the folder cannot be written.
    """
    if folder is None:
        return dict(make(None))
    text = json.dumps([_VERSION, decides], sort_keys=True)
    name = hashlib.sha256(text.encode()).hexdigest()[:16]
    place = folder / f"{name}.npz"
    kept = _read(place)
    if kept is not None:
        return kept
    draft = folder / f"{name}.pt"
    try:
        durable.make_folder(folder)
        staging.sweep(folder)
        found = dict(make(draft))
        with staging.staged(folder) as hidden:
            np.savez(hidden / place.name, allow_pickle=False, **found)
            durable.publish(hidden / place.name, place)
        draft.unlink(missing_ok=True)
    except OSError as error:
        raise ProbeError(
            f"cannot keep trainings in {folder}: {error.strerror or error}; "
            "free some space or choose a writable folder with --data-dir"
        ) from error
    return found


def put_down(
    place: Path,
    step: int,
    parameters: Mapping[str, Tensor],
    optimiser: torch.optim.Optimizer,
    draws: Sequence[np.random.Generator],
) -> None:
    """Write the state of a training after `step` steps to a file, whole or not at all."""
    held = {
        "step": step,
        "parameters": {name: value.detach() for name, value in parameters.items()},
        "optimiser": optimiser.state_dict(),
        "draws": [draw.bit_generator.state for draw in draws],
    }
    with staging.staged(place.parent) as hidden:
        torch.save(held, hidden / place.name)
        durable.publish(hidden / place.name, place)


def taken_up(
    place: Path,
    parameters: Mapping[str, Tensor],
    optimiser: torch.optim.Optimizer,
    draws: Sequence[np.random.Generator],
) -> int:
    """Restore a training from a file, and return its step; 0 where nothing was kept."""
    try:
        held = torch.load(place, map_location="cpu", weights_only=True)
    except (OSError, EOFError, RuntimeError, pickle.UnpicklingError, zipfile.BadZipFile):
        return 0
    with torch.no_grad():
        for name, value in parameters.items():
            value.copy_(held["parameters"][name])
    optimiser.load_state_dict(held["optimiser"])
    for draw, state in zip(draws, held["draws"], strict=True):
        draw.bit_generator.state = state
    return int(held["step"])


_VERSION = 1


def _read(place: Path) -> dict[str, Array] | None:
    """Return the arrays of a finished training; None where there are none, or the file is damaged."""
    try:
        with np.load(place, allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile):
        return None
