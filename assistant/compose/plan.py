"""The plan of an answer, which a writer receives, holds lines in paragraphs and folds."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from assistant.select.quotes import Quote
from assistant.types import Coverage, FoldKind


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a brief: a quote as it is shown, and its lead-in.

    `text` is the quote on one line, except for repairs in square brackets. `echoes` are sentences
    of the same work that say the same, such as the paper's beside the note's.
    """

    quote: Quote
    text: str
    lead_in: str = ""
    echoes: tuple[Quote, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Folded:
    """Quotes that are shown on request, in the order of their sources, with one line that describes them."""

    kind: FoldKind
    summary: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The content of an answer, in order.

    `paragraphs` hold one block each. `openings` are the program's own sentences, used if no quote
    opens. `works` maps each source's key to the key that stands for its work, `names` to the name
    that people use. `missing` are the parts of the question that no source answers, and `closing`
    is the program's sentence about them.
    """

    question: str
    coverage: Coverage
    paragraphs: tuple[tuple[Line, ...], ...] = ()
    folds: tuple[Folded, ...] = ()
    openings: tuple[str, ...] = ()
    works: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    closing: str = ""

    def lines(self) -> list[Line]:
        """Return all lines, in order."""
        return [line for paragraph in self.paragraphs for line in paragraph]

    def quotes(self) -> list[Quote]:
        """Return the quotes of all lines, in order."""
        return [line.quote for line in self.lines()]

    def evidence(self) -> list[Quote]:
        """Return the evidence of the whole answer, each quote once: first the lines, then the folds."""
        folded = (quote for fold in self.folds for quote in fold.quotes)
        return list(dict.fromkeys((*self.quotes(), *folded)))
