"""The same architecture with random weights: what training did not put there."""

import copy
from dataclasses import replace

import torch

from probes.models import LocalModel
from probes.types import LanguageModel, ProbeError


def untrained(model: LanguageModel, seed: int = 0) -> LocalModel:
    """A network of the same configuration and tokenizer, initialised anew by its own rule.

    Same seed, same weights. The random state of the caller is left as it was.

    Raises:
        ProbeError: the model is not one of this machine's.
    """
    if not isinstance(model, LocalModel):
        raise ProbeError(f"model {model.record.id} is not on this machine; its twin needs its code")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = type(model.network)(copy.deepcopy(model.network.config)).float()
    network.eval()
    record = replace(
        model.record,
        id=f"{model.record.id}, untrained",
        revision=f"random-{seed}",
        quantisation="not quantised (random float32)",
    )
    return LocalModel(record=record, network=network, tokenizer=model.tokenizer)
