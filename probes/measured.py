"""Measure the layers of a model on texts in one call: `measure("smollm2", texts).to_frame()`."""

from collections.abc import Sequence
from pathlib import Path

from probes import models
from probes.layers import passes, raw_states
from probes.layers.layer_table import LayerTable, Settings
from probes.texts import datasets
from probes.types import LanguageModel, Progress


def measure(
    model: str | LanguageModel,
    texts: Sequence[str],
    settings: Settings | None = None,
    *,
    max_tokens: int = 256,
    fewest: int = datasets.FEWEST_TOKENS,
    cache: Path | None = None,
    states: Path | None = None,
    revision: str = "",
    device: str = "cpu",
    dtype: str = "float32",
    progress: Progress = lambda _share, _message: None,
) -> LayerTable:
    """Return every layer metric of a model on texts, from one forward pass.

    Args:
        model: a name as `probes.models.laboratory.load` takes it, or a loaded model.
        texts: one prompt each.
        settings: the metrics to compute.
        max_tokens: longer texts are cut.
        fewest: shorter texts are left out, because a few tokens have no geometry.
        cache: the folder for a converted model; by default the data directory of this user.
        states: a folder where the raw states are kept too, a file per text; see `probes.layers.raw_states`.
        revision: the revision of a Hugging Face id, such as `step1000` of a Pythia.
        device: the device of a model given by name; see `probes.models.laboratory.load`.
        dtype: the number format of that model.
        progress: called with the share that is done, and of what.

    Raises:
        UsageError: there is no such model.
        ProbeError: the model cannot be loaded or measured, or no text is long enough.
    """
    if isinstance(model, str):
        model = models.laboratory.load(
            model, cache, progress, revision=revision, device=device, dtype=dtype
        )
    prompts = datasets.encode(model, texts, max_tokens, fewest)
    if states is not None:
        raw_states.save(model, prompts, states, progress)
    return passes.measure(
        model, prompts, settings, progress=lambda share: progress(share, "layers")
    )
