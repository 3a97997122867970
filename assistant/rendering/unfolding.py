"""Unfold an answer: its folds follow the brief as paragraphs, each under the name of its fold."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from assistant.types import Answer, Fold, FoldKind, Length, Sentence


def at_length(answer: Answer, length: Length) -> Answer:
    """Return the answer unchanged for "brief", unfolded for "full"."""
    return unfolded(answer) if length == "full" else answer


def unfolded(answer: Answer) -> Answer:
    """Return the answer with every folded sentence as one of its own, and no folds.

    Each fold begins a paragraph with its name as heading; the paragraphs of the brief do not
    change.
    """
    sentences = list(answer.sentences)
    count = 1 + max((sentence.paragraph for sentence in sentences), default=-1)
    headings = [*answer.headings, *[""] * (count - len(answer.headings))][:count]
    for fold in answer.folds:
        for heading, paragraph in _paragraphs(fold):
            number = len(headings)
            headings.append(heading)
            sentences += [replace(sentence, paragraph=number) for sentence in paragraph]
    return replace(
        answer, sentences=tuple(sentences), folds=(), length="full",
        headings=tuple(headings) if any(headings) else (),
    )  # fmt: skip


def _paragraphs(fold: Fold) -> Iterator[tuple[str, list[Sentence]]]:
    """Yield the paragraphs of a fold, the first one under its name."""
    heading = _NAMES[fold.kind]
    for number in sorted({sentence.paragraph for sentence in fold.sentences}):
        yield heading, [each for each in fold.sentences if each.paragraph == number]
        heading = ""


_NAMES: Mapping[FoldKind, str] = {
    "quotes": "In the words of the sources.",
    "evidence": "More evidence.",
    "reservations": "More reservations.",
    "experiments": "More experiments.",
}
