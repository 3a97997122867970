"""Make a network of the same architecture with random weights, to see what training did not put there."""

import copy
from dataclasses import replace

import torch

from probes.models import weights
from probes.models.local_model import LocalModel
from probes.types import LanguageModel, ProbeError


def untrained(model: LanguageModel, seed: int = 0, *, in_its_place: bool = False) -> LocalModel:
    """Return a network of the same configuration and tokenizer, initialised anew by its own rule.

    The same seed gives the same weights. The random state of the caller is left as it was.

    Args:
        model: the model whose architecture it has.
        seed: the seed of the weights.
        in_its_place: free the weights of `model` first, which then cannot be run any more.

    Raises:
        ProbeError: the model is not one of this machine's, or its twin does not fit into memory.
    """
    if not isinstance(model, LocalModel):
        raise ProbeError(f"model {model.record.id} is not on this machine; its twin needs its code")
    trained = model.record
    own = next(model.network.parameters())
    device, dtype = own.device, own.dtype
    name = trained.id if trained.id.endswith(_ENDING) else f"{trained.id}{_ENDING}"
    if in_its_place:
        for parameter in model.network.parameters():
            parameter.data = torch.empty(0, dtype=dtype, device=device)
    # The network is made in float32, whatever format it computes in, because the rules of initialisation are written
    # for it.
    weights.check_memory(name, trained.parameters)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = type(model.network)(copy.deepcopy(model.network.config)).float()
    network.to(device=device, dtype=dtype).eval()
    record = replace(
        trained,
        id=name,
        revision=f"random-{seed}",
        quantisation="not quantised (random float32)",
    )
    return LocalModel(record=record, network=network, tokenizer=model.tokenizer)


_ENDING = ", untrained"
