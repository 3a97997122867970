"""Name the things that a summary tells of a source, with the question and the parts that find each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.pages.findings import findings, lead, limits, numeric
from assistant.pages.statements import Statement
from assistant.question.cues import FIGURE, LABEL


@dataclass(frozen=True)
class Wanted:
    """One thing that a summary tells of a source.

    Attributes:
        asked: The question that the selector answers from the source.
        parts: The parts of a source to read; the first row with any is used.
        plainly: Returns the statements, best first, if there is no selector.
        fits: A further condition on a statement.
    """

    asked: str
    parts: tuple[tuple[str, ...], ...]
    plainly: Callable[[Sequence[Statement]], list[Statement]]
    fits: Callable[[Statement], bool] = lambda _: True


def measures(statement: Statement) -> bool:
    """Return whether a statement gives a number that is not a name, such as that of a model or a section."""
    return FIGURE.search(LABEL.sub(" ", statement.text)) is not None


# The questions are worded as in the selector's training (training/selector.md) if it has a similar
# one.
FINDING = Wanted(
    "What did the authors find?",
    (("claim",), ("abstract",), ("conclusion",), ("introduction", "results", "fact", "body")),
    lambda said: [s for s in said if s.part == "claim"] or lead(said, 2),
)
METHOD = Wanted(
    "How did the authors do it?",
    (("abstract",), ("fact", "method"), ("claim", "control", "introduction", "body")),
    lambda said: [*(s for s in said if s.part == "fact"), *findings(said)["methodology"]],
)
FIGURES = Wanted(
    "What are the figures, and under which conditions?",
    (("claim", "fact", "abstract", "conclusion"), ("results", "body")),
    lambda said: numeric(said, len(said)),
    measures,
)
LIMITS = Wanted(
    "What are the limits of this work?",
    (("caveat", "limitations"),),
    lambda said: limits(said, len(said)),
)
