"""Keep raw states of texts at every layer in safetensors files, named by content so that none is made twice."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

from probes.files import staging
from probes.types import LanguageModel, ProbeError, Progress

STATES = "states"
"""The tensor of a file, [layers, tokens, dim] in float32."""


def save(
    model: LanguageModel,
    prompts: Sequence[Sequence[int]],
    folder: Path,
    progress: Progress = lambda _share, _message: None,
) -> tuple[Path, ...]:
    """Keep the states of each prompt in a file of its own, in the order of the prompts.

    Weights, number format and tokens decide a file's name, and an existing file is not made again. Its metadata name
    the model and hold the tokens. Memory holds the layers of one batch.

    Raises:
        ProbeError: the folder cannot be written, or the states are not finite.
    """
    paths = tuple(folder / f"{content(model, tokens)}.safetensors" for tokens in prompts)
    wanted = [at for at, path in enumerate(paths) if not path.is_file()]
    held: dict[int, list[NDArray[np.float32]]] = {}
    done = 0

    def visit(number: int, layer: int, states: NDArray[np.float32]) -> None:
        nonlocal done
        held.setdefault(number, []).append(states.copy())
        if layer == model.layers - 1:
            at = wanted[number]
            _write(paths[at], np.stack(held.pop(number)), model, prompts[at])
            done += 1
            progress(done / len(wanted), "saving states")

    try:
        folder.mkdir(parents=True, exist_ok=True)
        staging.sweep(folder)
        if wanted:
            model.hidden_states([prompts[at] for at in wanted], visit)
    except OSError as error:
        raise ProbeError(
            f"cannot keep states in {folder}: {error.strerror or error}; they need four bytes a value"
        ) from error
    return paths


def content(model: LanguageModel, tokens: Sequence[int]) -> str:
    """Return the name of a file: 16 digits of the SHA-256 of weights, number format and tokens."""
    record = model.record
    told = [record.id, record.revision, record.quantisation, record.dtype, list(map(int, tokens))]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]


def _write(
    path: Path, states: NDArray[np.float32], model: LanguageModel, tokens: Sequence[int]
) -> None:
    told = {
        "model": model.record.id,
        "revision": model.record.revision,
        "quantisation": model.record.quantisation,
        "computed": model.record.computed,
        "tokens": json.dumps(list(map(int, tokens))),
    }
    with staging.staged(path.parent) as draft:
        save_file({STATES: np.ascontiguousarray(states)}, draft / path.name, metadata=told)
        (draft / path.name).replace(path)
