"""A reader's own model of natural-language inference or fact checking can replace the judge."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any

import torch

from assistant.errors import Mendable
from assistant.models.classifier import load_classifier
from assistant.verify.evidence import Claim, Opinion

# The tokenizer cuts longer pairs at the evidence; claims and quotes are sentences.
_LONGEST = 512
# The bar is not calibrated, because the model is unknown. It is high, because a refused sentence
# costs little.
BAR = 0.9


class EntailmentModel:
    """A sequence classifier with a label for entailment; it loads when first used.

    Weights are read from safetensors only, and no code of the model itself is run.
    """

    def __init__(self, name: str) -> None:
        """Name a local folder or a Hugging Face id; nothing is loaded yet."""
        self.name = name

    def __call__(self, claims: Sequence[Claim]) -> list[Opinion]:
        """Return for each claim the probability that the sentence follows from its evidence.

        Raises:
            Mendable: the model is missing, is not a classifier, or has no label for entailment.
        """
        return [Opinion(self.entails(claim.presented(), claim.sentence), BAR) for claim in claims]

    def entails(self, premise: str, hypothesis: str) -> float:
        """Return the probability, from 0 to 1, that the premise entails the hypothesis.

        Raises:
            Mendable: the model is missing, is not a classifier, or has no label for entailment.
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
    """Return the index of the label for entailment.

    It begins with "entail" or "support", in any case; if two labels have no names it is the second,
    as in the MiniCheck models.
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
