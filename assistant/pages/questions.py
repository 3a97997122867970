"""List the questions that a source answers: first those asked in this library, then judged ones."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from assistant.printable import folded
from assistant.question.terms import terms
from assistant.types import Source

# A page has this many questions; of two that share this much of their terms only one is shown.
_MOST, _ALIKE = 5, 0.5


def questions(
    source: Source,
    asked: Iterable[tuple[str, str]],
    judged: Iterable[tuple[str, Sequence[str]]],
) -> list[dict[str, Any]]:
    """Return at most five questions, each with the id of its stored `answer`, or None if it has not been asked.

    Args:
        source: The source.
        asked: Questions whose stored answers open with it, and the ids of these, latest first.
        judged: Questions that sentences of a source with this key answer, and these sentences.
    """
    text = folded(source.text)
    told = [
        (question, said) for question, said in judged if any(folded(each) in text for each in said)
    ]
    told.sort(key=lambda pair: _order(pair[0]))
    found: list[dict[str, Any]] = []
    for question, answer in (*asked, *((question, None) for question, _ in told)):
        if len(found) < _MOST and all(
            _alike(question, each["question"]) < _ALIKE for each in found
        ):
            found.append({"question": question, "answer": answer})
    return found


def _order(question: str) -> tuple[bool, int]:
    """Return a sort key for readability: whole sentences that need no other come first, then those of usual length."""
    whole = question[:1].isupper() and question.endswith("?") and not _LEANING.search(question)
    return not whole, abs(len(question) - _USUAL)


# Most questions that state just their topic have about this many letters.
_USUAL = 75
_LEANING = re.compile(
    r"\b(?:its|it|they|these|this|that|then|the (?:paper|note|authors))\b", re.IGNORECASE
)


def _alike(one: str, other: str) -> float:
    mine, theirs = terms(one), terms(other)
    return len(mine & theirs) / max(1, min(len(mine), len(theirs)))
