"""A model of natural-language inference, asked of a paraphrase what no rule can tell."""

from collections.abc import Callable
from functools import cached_property, lru_cache
from typing import Any

import torch

from assistant.classifier import load_classifier
from assistant.errors import Mendable

# Longer pairs are cut by the tokenizer at the quote; claims and quotes are sentences.
_LONGEST = 512


class EntailmentModel:
    """A sequence classifier with a label for entailment; loads when first asked.

    Weights are read from safetensors only, and no code of the model's own is run.
    """

    def __init__(self, name: str) -> None:
        """Name a local folder or a Hugging Face id; nothing is loaded yet."""
        self.name = name

    def __call__(self, premise: str, hypothesis: str) -> float:
        """The probability, from 0 to 1, that the premise entails the hypothesis.

        Raises:
            Mendable: the model is not there, is not a classifier, or has no label for entailment.
        """
        return self._judged(premise, hypothesis)

    @cached_property
    def _judged(self) -> Callable[[str, str], float]:
        tokenizer, network, label = _load(self.name)

        def judged(premise: str, hypothesis: str) -> float:
            encoded = tokenizer(
                premise,
                hypothesis,
                truncation="only_first",
                max_length=_LONGEST,
                return_tensors="pt",
            )
            with torch.inference_mode():
                logits = network(**encoded).logits[0].float()
            return float(torch.softmax(logits, dim=-1)[label])

        return lru_cache(maxsize=1024)(judged)


def _load(name: str) -> tuple[Any, Any, int]:
    tokenizer, network, lacking = load_classifier(name, "entailment model", "INQUIRE_ENTAILMENT")
    if lacking:
        raise Mendable(
            f"The weights of {name} lack {len(lacking)} tensors, among them {lacking[0]}: it was not trained as "
            "a classifier; set INQUIRE_ENTAILMENT to a model of natural-language inference, or leave it empty."
        )
    return tokenizer, network, _entailment_label(name, network.config.id2label)


def _entailment_label(name: str, labels: dict[int, str]) -> int:
    """The index of the label that begins with "entail", whatever its case."""
    for index, label in labels.items():
        if str(label).lower().startswith("entail"):
            return int(index)
    raise Mendable(
        f"The model {name} has no label for entailment, only {', '.join(map(str, labels.values()))}; set "
        "INQUIRE_ENTAILMENT to a model of natural-language inference, or leave it empty."
    )
