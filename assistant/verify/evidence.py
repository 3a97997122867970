"""A judge receives a sentence with its evidence and returns an opinion."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

TOO_LONG = "it is longer than can be judged"
"""The reason for refusing a sentence that is too long to be read."""


@dataclass(frozen=True)
class Claim:
    """A sentence and its evidence: quotes, and the titles of their sources.

    The judge reads `titles` with the quotes. `names` are other names of a source, such as its key,
    its paper, or its authors and year: a sentence may use them, but they support nothing.
    """

    sentence: str
    texts: tuple[str, ...]
    titles: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    def presented(self) -> str:
        """Return the evidence in the form the judge reads, as in training: the titles, then the quotes."""
        quotes = " ".join(" ".join(text.split()) for text in self.texts)
        titles = [line for title in dict.fromkeys(self.titles) if (line := " ".join(title.split()))]
        return f"{'; '.join(titles)}: {quotes}" if titles else quotes


class Opinion(NamedTuple):
    """The probability that evidence supports a sentence, from 0 to 1, and the bar it must reach.

    `reason` says why not if the reason is not the probability itself.
    """

    probability: float
    bar: float
    reason: str = ""

    @property
    def supports(self) -> bool:
        """Return whether the sentence may be shown on this evidence."""
        return not self.reason and self.probability >= self.bar


class Judges(Protocol):
    """The type of a judge: the bundled network, a model of the hub, or a server."""

    name: str

    def __call__(self, claims: Sequence[Claim]) -> list[Opinion]:
        """Return an opinion on each claim.

        Raises:
            Mendable: the judge cannot judge; the message says why.
        """
