"""Unpack the weights of a GGUF file once into a folder that loads in under a second."""

import contextlib
import io
from pathlib import Path
from typing import Any

import torch
import transformers
from safetensors import SafetensorError
from safetensors.torch import save_file

from probes.errors import ProbeError
from probes.files import foreign, staging
from probes.models import loading


def convert(weights: Path, target: Path) -> None:
    """Unpack a GGUF file into a safetensors folder that loads in under a second.

    The values are kept in float32: unpacked (block scale times integer plus offset) they do not fit bfloat16, which
    changes SmolLM2's weights by up to 0.014 and loads no faster.
    """
    try:
        staging.sweep(target.parent)
        with staging.staged(target.parent) as draft:
            tokenizer, network = _unpacked(weights)
            # The copy is plain float32, so it must not announce itself as a quantised checkpoint.
            if hasattr(network.config, "quantization_config"):
                del network.config.quantization_config
            # Without this setting the copy would be opened without its head, which is tied to the embeddings.
            network.config.architectures = [type(network).__name__]
            tokenizer.save_pretrained(draft)
            network.config.save_pretrained(draft)
            save_file(_untied(network), draft / "model.safetensors", metadata={"format": "pt"})
            if not target.is_dir():
                draft.rename(target)
    except (OSError, SafetensorError) as error:
        raise ProbeError(
            f"cannot keep the converted model in {target.parent}: {foreign.reason(error)}; "
            "it needs four bytes a parameter (540 MB for SmolLM2-135M) in a writable folder"
        ) from error


def _unpacked(weights: Path) -> tuple[Any, Any]:
    """Return the tokenizer and the network of a GGUF file, in float32."""
    folder, name = str(weights.parent), weights.name

    def broken(reason: str) -> ProbeError:
        return ProbeError(
            f"{name} cannot be converted ({reason}); fetch it again, or choose another model"
        )

    # transformers draws its own progress bar while it unpacks.
    quiet = contextlib.redirect_stderr(io.StringIO())
    with foreign.calls(broken), quiet, loading.ALONE:
        tokenizer = transformers.AutoTokenizer.from_pretrained(folder, gguf_file=name)
        network = transformers.AutoModelForCausalLM.from_pretrained(
            folder, gguf_file=name, dtype=torch.float32
        )
    return tokenizer, network


def _untied(network: Any) -> dict[str, torch.Tensor]:
    """Return the weights by name, each once: a tied head is left to the embedding it is tied to."""
    kept: dict[int, tuple[str, torch.Tensor]] = {}
    for name, tensor in network.state_dict().items():
        kept.setdefault(tensor.data_ptr(), (name, tensor.contiguous()))
    return dict(kept.values())
