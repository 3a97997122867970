"""What a summary tells of a source: the question that finds it, the parts it stands in, and what finds it otherwise."""

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
        parts: Parts of a source to read; those of the first row that has any.
        plainly: What gives the statements, best first, where there is no selector.
        fits: What a statement has to be besides.
    """

    asked: str
    parts: tuple[tuple[str, ...], ...]
    plainly: Callable[[Sequence[Statement]], list[Statement]]
    fits: Callable[[Statement], bool] = lambda _: True


def measures(statement: Statement) -> bool:
    """Return whether a statement gives a number that is no name, such as that of a model or a section."""
    return FIGURE.search(LABEL.sub(" ", statement.text)) is not None


# The questions are worded as in the selector's training (training/selector.md) where it has the like.
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
