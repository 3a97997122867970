"""The reader's own cross-encoder: question and passage read together, the first passages in its order."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import torch
from jaxtyping import Float

from assistant.errors import Mendable
from assistant.models.classifier import load_classifier

# Question and passage together; passages are cut to 256 word pieces, longer pairs at the passage.
_LONGEST = 512
_BATCH = 8


class CrossEncoder:
    """A sequence classifier over pairs, with one logit or two; loads when first asked.

    Weights are read from safetensors only, and no code of the model's own is run.
    """

    def __init__(self, name: str) -> None:
        """Name a local folder or a Hugging Face id; nothing is loaded yet."""
        self.name = name

    def __call__(self, question: str, passages: Sequence[str]) -> Float[np.ndarray, " passages"]:
        """Return how well each passage answers: the logit, of two the second's lead over the first.

        Raises:
            Mendable: the model is not there, or is no classifier with one or two labels.
        """
        tokenizer, network = self._loaded
        found = []
        for at in range(0, len(passages), _BATCH):
            part = list(passages[at : at + _BATCH])
            encoded = tokenizer(
                [question] * len(part), part, truncation="only_second", max_length=_LONGEST,
                padding=True, return_tensors="pt",
            )  # fmt: skip
            with torch.inference_mode():
                logits = network(**encoded).logits.float().numpy()
            found.append(logits[:, -1] - (logits[:, 0] if logits.shape[1] == 2 else 0.0))
        return np.concatenate(found) if found else np.zeros(0, np.float32)

    @cached_property
    def _loaded(self) -> tuple[Any, Any]:
        tokenizer, network, lacking = load_classifier(self.name, "reranker", "INQUIRE_RERANKER")
        if lacking or network.config.num_labels > 2:
            raise Mendable(
                f"{self.name} was not trained as a cross-encoder with one or two labels; set INQUIRE_RERANKER "
                "to one that was, or leave it empty."
            )
        return tokenizer, network
