"""Split an answer into what is shown at once and what stands in folds."""

from assistant.types import Answer, Sentence


def above_the_fold(answer: Answer) -> tuple[Sentence, ...]:
    """Return the sentences that a reader sees without opening a fold, without gaps."""
    return tuple(sentence for sentence in answer.sentences if sentence.role != "gap")


def unfolded(answer: Answer) -> tuple[Sentence, ...]:
    """Return all sentences of an answer without gaps; those in folds come last."""
    below = (sentence for fold in answer.folds for sentence in fold.sentences)
    return (*above_the_fold(answer), *below)
