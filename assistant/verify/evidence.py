"""What is judged and what comes of it: a sentence beside its evidence, and an opinion on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

TOO_LONG = "it is longer than can be judged"
"""Why a sentence is refused that nobody reads to its end."""


@dataclass(frozen=True)
class Claim:
    """A sentence and what it rests on: quotes, and what their sources are called.

    `titles` are read by the judge with the quotes. `names` is what else a source is called, such as its key, its
    paper, or its authors and year: a sentence may name them, but they say nothing.
    """

    sentence: str
    texts: tuple[str, ...]
    titles: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    def presented(self) -> str:
        """Return the evidence as the judge reads it, as in training: the titles, then the quotes."""
        quotes = " ".join(" ".join(text.split()) for text in self.texts)
        titles = [line for title in dict.fromkeys(self.titles) if (line := " ".join(title.split()))]
        return f"{'; '.join(titles)}: {quotes}" if titles else quotes


class Opinion(NamedTuple):
    """How likely evidence bears a sentence, from 0 to 1, and from which probability on it is taken to.

    `reason` says why not where that is not the probability itself.
    """

    probability: float
    bar: float
    reason: str = ""

    @property
    def supports(self) -> bool:
        """Return whether the sentence may be shown on this evidence."""
        return not self.reason and self.probability >= self.bar


class Judges(Protocol):
    """What judges sentences that no rule settles: the bundled network, a model of the hub, a server."""

    name: str

    def __call__(self, claims: Sequence[Claim]) -> list[Opinion]:
        """Return an opinion on each claim.

        Raises:
            Mendable: it cannot judge, and why.
        """
