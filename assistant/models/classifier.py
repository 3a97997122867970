"""A sequence classifier of the reader's own, loaded with one line where it cannot be."""

from typing import Any

import torch
import transformers

from assistant.errors import Mendable
from probes import foreign, loading


def load_classifier(name: str, what: str, setting: str) -> tuple[Any, Any, list[str]]:
    """Tokenizer and network of a folder or Hugging Face id, and the tensors that its weights lack.

    Weights are read from safetensors only, and no code of the model's own is run.

    Args:
        name: The folder or id.
        what: What the reader knows it as, such as "reranker".
        setting: The variable that names it.

    Raises:
        Mendable: it cannot be loaded.
    """

    def unloadable(reason: str) -> Mendable:
        return Mendable(
            f"The {what} {name} cannot be loaded ({reason}); set {setting} to a folder or Hugging Face id "
            "with safetensors weights, or leave it empty."
        )

    options = {"trust_remote_code": False}
    with foreign.calls(unloadable), loading.ALONE:
        tokenizer = transformers.AutoTokenizer.from_pretrained(name, **options)
        # What is wrong with its template shows when it first cuts a text.
        tokenizer("a question", "a text")
        network, report = transformers.AutoModelForSequenceClassification.from_pretrained(
            name, use_safetensors=True, output_loading_info=True, dtype=torch.float32, **options
        )
    return tokenizer, network.eval(), sorted(report["missing_keys"])
