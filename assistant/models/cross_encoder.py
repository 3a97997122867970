"""The reader's own cross-encoder reads question and passage together and orders the first passages."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import torch
from jaxtyping import Float

from assistant.errors import Mendable
from assistant.models.classifier import load_classifier

# Question and passage together have this many word pieces; passages are cut to 256, longer pairs at
# the passage.
_LONGEST = 512
_BATCH = 8


class CrossEncoder:
    """A sequence classifier over pairs, with one logit or two; it loads when first used.

    Weights are read from safetensors only, and no code of the model itself is run.
    """

    def __init__(self, name: str) -> None:
        """Name a local folder or a Hugging Face id; nothing is loaded yet."""
        self.name = name

    def __call__(self, question: str, passages: Sequence[str]) -> Float[np.ndarray, " passages"]:
        """Return how well each passage answers: the logit, or with two logits the second minus the first.

        Raises:
            Mendable: the model is missing, or is not a classifier with one or two labels.
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
