"""Order the passages found for a question by the search's score and by the best sentence the selector reads in each."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from assistant.library.store import Library
from assistant.question.wants import wanted
from assistant.search.index import passage_sentences
from assistant.search.retrieval import Retrieved, Search
from assistant.select.selector import Reading, Scores, logit
from assistant.text.orders import gives_orders

# The weight of the selector beside the search's score: see docs/retrieval.md.
_SELECTOR = 0.25
FIRST = 10
"""This many passages may change places: a passage that answers is seldom further down."""
# Of them together: with three times as many the first passage answers no more often.
_CHARACTERS = 4_000


def ordered(library: Library, search: Search, scores: Scores) -> Search:
    """Return a search whose first passages stand in a new order; each rank keeps its score.

    A search for a statement or for key words stays as it is: the selector was trained on questions, and claims of
    another field it orders worse than the search does.
    """
    if not _is_question(search.question):
        return search
    head = _within(search.found)
    titles = {
        source.key: source.title for source in library.get_all([p.passage.source for p in head])
    }
    readings = [_reading(titles.get(item.passage.source, ""), item.passage.text) for item in head]
    judged = scores(search.question, readings)
    value = {
        item.passage.id: item.score + _SELECTOR * _best(found)
        for item, found in zip(head, judged, strict=True)
    }
    order = sorted(head, key=lambda item: -value[item.passage.id])
    first = [replace(item, score=at.score) for item, at in zip(order, head, strict=True)]
    return replace(search, found=(*first, *search.found[len(head) :]))


def _is_question(text: str) -> bool:
    """Return whether a text asks: it ends in a question mark, or its words ask for a form of answer."""
    # A statement compares ("than") and joins ("or") as a question does, so these two forms do not tell.
    return text.rstrip().endswith("?") or wanted(text) not in ("statement", "comparison", "choice")


def _within(found: Sequence[Retrieved]) -> Sequence[Retrieved]:
    """Return the first passages that are read."""
    left = _CHARACTERS
    for at, item in enumerate(found[:FIRST]):
        left -= len(item.passage.text)
        if left < 0:
            return found[:at]
    return found[:FIRST]


def _reading(title: str, text: str) -> Reading:
    """Return a passage for the selector; an order to a machine in it changes no score."""
    sentences = (" ".join(span.of(text).split()) for span in passage_sentences(text))
    return Reading(title, tuple("" if gives_orders(one) else one for one in sentences))


def _best(judged: np.ndarray) -> float:
    """Return the mean logit of the best probabilities to help and to answer, in quarters: -1.7 to 1.7."""
    if not len(judged):
        return logit(0.0)
    helps, _, answers = judged.max(axis=0)
    return (logit(helps) + logit(answers)) / 2
