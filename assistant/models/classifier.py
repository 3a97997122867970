"""Load a reader's own sequence classifier, or say in one line why it cannot be loaded."""

from typing import Any

import torch
import transformers

from assistant.errors import Mendable
from probes.files import foreign
from probes.models import loading


def load_classifier(name: str, what: str, setting: str) -> tuple[Any, Any, list[str]]:
    """Return tokenizer and network of a folder or Hugging Face id, and the tensors missing from its weights.

    Weights are read from safetensors only, and no code of the model itself is run.

    Args:
        name: The folder or id.
        what: The reader's name for it, such as "reranker".
        setting: The variable that names it.

    Raises:
        Mendable: the model cannot be loaded.
    """

    def unloadable(reason: str) -> Mendable:
        return Mendable(
            f"The {what} {name} cannot be loaded ({reason}); set {setting} to a folder or Hugging Face id "
            "with safetensors weights, or leave it empty."
        )

    options = {"trust_remote_code": False}
    with foreign.calls(unloadable), loading.ALONE:
        tokenizer = transformers.AutoTokenizer.from_pretrained(name, **options)
        # A fault in its template appears only when it first cuts a text.
        tokenizer("a question", "a text")
        network, report = transformers.AutoModelForSequenceClassification.from_pretrained(
            name, use_safetensors=True, output_loading_info=True, dtype=torch.float32, **options
        )
    return tokenizer, network.eval(), sorted(report["missing_keys"])
