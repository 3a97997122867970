"""A model of natural-language inference or of fact checking in the place of the judge, as the reader names it."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any

import torch

from assistant.errors import Mendable
from assistant.models.classifier import load_classifier
from assistant.verify.evidence import Claim, Opinion

# Longer pairs are cut by the tokenizer at the evidence; claims and quotes are sentences.
_LONGEST = 512
# Not calibrated, for nobody knows which model it is: high, because a refused sentence costs little.
BAR = 0.9


class EntailmentModel:
    """A sequence classifier with a label for what follows; loads when first asked.

    Weights are read from safetensors only, and no code of the model's own is run.
    """

    def __init__(self, name: str) -> None:
        """Name a local folder or a Hugging Face id; nothing is loaded yet."""
        self.name = name

    def __call__(self, claims: Sequence[Claim]) -> list[Opinion]:
        """Return for each claim the probability that the sentence follows from its evidence.

        Raises:
            Mendable: the model is not there, is not a classifier, or has no label for what follows.
        """
        return [Opinion(self.entails(claim.presented(), claim.sentence), BAR) for claim in claims]

    def entails(self, premise: str, hypothesis: str) -> float:
        """Return the probability, from 0 to 1, that the premise entails the hypothesis.

        Raises:
            Mendable: the model is not there, is not a classifier, or has no label for what follows.
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
    tokenizer, network, lacking = load_classifier(name, "judge", "INQUIRE_JUDGE")
    if lacking:
        raise Mendable(
            f"The weights of {name} lack {len(lacking)} tensors, among them {lacking[0]}: it was not trained as "
            f"a classifier; {_REMEDY}"
        )
    return tokenizer, network, _label(name, network.config.id2label)


_REMEDY = (
    "set INQUIRE_JUDGE to a model of natural-language inference or of fact checking, or leave it empty "
    "for the bundled judge."
)


def _label(name: str, labels: Mapping[int, str]) -> int:
    """Return the index of the label for what follows.

    It begins with "entail" or "support", whatever its case; of two labels without names the second is it, as in
    the MiniCheck models.
    """
    said = {int(index): str(label).lower() for index, label in labels.items()}
    for index, label in said.items():
        if label.startswith(("entail", "support")):
            return index
    if said == {0: "label_0", 1: "label_1"}:
        return 1
    raise Mendable(
        f"The model {name} has no label for entailment, only {', '.join(map(str, labels.values()))}; {_REMEDY}"
    )
