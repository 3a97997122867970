"""The plan of an answer, which a writer is given: lines in paragraphs, and what is folded."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from assistant.select.quotes import Quote
from assistant.types import Coverage, FoldKind


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a brief: a quote as it is shown, and what the program says before it.

    `text` is the quote on one line, except for repairs in square brackets. `echoes` are sentences of the same
    work that say the same, such as the paper's beside the note's.
    """

    quote: Quote
    text: str
    lead_in: str = ""
    echoes: tuple[Quote, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Folded:
    """Quotes that are shown on request, in the order of their sources, and what says so."""

    kind: FoldKind
    summary: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What an answer is going to say, in order.

    `paragraphs` hold one block each; `openings` are the program's own sentences where nothing is quoted first;
    `works` maps each source's key to the key that stands for its work, `names` to what people call it. `missing` are
    the aspects of the question that the list has nothing on, and `closing` is the program's sentence on them.
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
        """Return the quotes of the whole answer, each once: those of the lines, then those that are folded."""
        folded = (quote for fold in self.folds for quote in fold.quotes)
        return list(dict.fromkeys((*self.quotes(), *folded)))
