"""An answer in full: what was folded stands after the brief, under the name of its fold."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from assistant.types import Answer, Fold, FoldKind, Length, Sentence


def at_length(answer: Answer, length: Length) -> Answer:
    """Return the answer as it is for "brief", unfolded for "full"."""
    return unfolded(answer) if length == "full" else answer


def unfolded(answer: Answer) -> Answer:
    """Return the answer with every folded sentence as one of its own; nothing is folded after that.

    Each fold begins a paragraph that is headed with its name; the paragraphs of the brief stay as they are.
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
    """Yield the paragraphs of a fold, the first of them under its name."""
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
