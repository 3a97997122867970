"""Rank the found passages again by their best sentence and by feedback from the first three."""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float

from assistant.search.index import Ranked

# Shares of BM25 (of its maximum), of the best sentence's cosine, and of the cosine to the question
# after feedback. Fitted on the claims of SciFact train by a softmax over documents, and rounded:
# nDCG@10 rises from .734 to .740 on train; benchmarks/retrieval.py measures dev.
_WORDS, _SENTENCE, _FEEDBACK = 0.22, 0.37, 0.41
# Rocchio's feedback (1971): the question's vector moves half way towards the mean of the first
# passages, each weighted by its score.
_FIRST, _STEP = 3, 0.5
# A passage without a vector (a table, a list of names) is judged by its words alone, and a little
# lower than a sentence with an equally good vector.
_WORDS_ALONE = 0.7


def rerank(
    first: Sequence[Ranked],
    bm25: Mapping[str, float],
    vectors: Mapping[str, Float[np.ndarray, "rows dim"]],
    question: Float[np.ndarray, " dim"],
) -> list[Ranked]:
    """Return a new ranking of found passages; scores run from 0 for the last to 1 for the first.

    Args:
        first: The first ranking, best first; its leading passages are the feedback.
        bm25: The BM25 score of every passage of it.
        vectors: Unit vectors of each passage (first row) and its sentences, if there are any.
        question: The unit vector of the question.
    """
    if not first:
        return []
    ids = [hit.passage for hit in first]
    words = np.array([bm25[id] for id in ids])
    words = words / max(words.max(), 1e-9)
    leading = [hit for hit in first[:_FIRST] if hit.passage in vectors]
    moved = _moved(question, [(vectors[hit.passage][0], hit.score) for hit in leading])
    sentence = [_best_sentence(vectors[id], question) if id in vectors else None for id in ids]
    near = [float(vectors[id][0] @ moved) if id in vectors else None for id in ids]
    total = (
        _WORDS * words
        + _SENTENCE * _completed(sentence, words)
        + _FEEDBACK * _completed(near, words)
    )
    low, high = float(total.min()), float(total.max())
    scaled = (total - low) / (high - low) if high > low else np.ones(len(ids))
    ranked = [Ranked(id, round(float(s), 6)) for id, s in zip(ids, scaled, strict=True)]
    return sorted(ranked, key=lambda hit: (-hit.score, hit.passage))


def _best_sentence(
    rows: Float[np.ndarray, "rows dim"], question: Float[np.ndarray, " dim"]
) -> float:
    """Return the largest cosine of a sentence; a passage without sentences counts as one sentence."""
    return float((rows[min(1, len(rows) - 1) :] @ question).max())


def _moved(
    question: Float[np.ndarray, " dim"],
    leading: Sequence[tuple[Float[np.ndarray, " dim"], float]],
) -> Float[np.ndarray, " dim"]:
    """Return the question's vector after feedback, of unit length."""
    total = sum(score for _, score in leading)
    if total <= 0:
        return question
    mean = sum((score / total) * vector for vector, score in leading)
    moved = question + _STEP * mean
    return np.asarray(moved / np.linalg.norm(moved))


def _completed(
    cosines: Sequence[float | None], words: Float[np.ndarray, " n"]
) -> Float[np.ndarray, " n"]:
    """Return the cosines; a missing one is estimated from the words, between the smallest and the largest."""
    known = [cosine for cosine in cosines if cosine is not None]
    if not known:
        return words
    low, high = min(known), max(known)
    return np.array(
        [
            low + _WORDS_ALONE * word * (high - low) if cosine is None else cosine
            for cosine, word in zip(cosines, words, strict=True)
        ]
    )
