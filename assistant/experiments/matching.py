"""Measure how much a sentence of a run bears on a text, by meaning and by shared terms."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from assistant.experiments.stored import Said, passage_id, said
from assistant.question.terms import meets, terms
from assistant.search.index import Index
from assistant.search.retrieval import QuestionEncoder
from assistant.types import Source

Vector = Float[np.ndarray, " dim"]


@dataclass(frozen=True, kw_only=True)
class Matcher:
    """A text with the weights of its terms, and the vectors of runs' sentences by passage id."""

    vector: Vector
    weights: Mapping[str, float]
    vectors: Mapping[str, Vector]

    def bears(self, run: Source, sentence: Said) -> float:
        """Return how much a sentence of a run bears on the text, from 0 to 1: half meaning, half terms."""
        return (self.cosine(run, sentence) + self.share(sentence.text)) / 2

    def cosine(self, run: Source, sentence: Said) -> float:
        """Return the cosine of a sentence of a run and the text; a negative cosine counts as 0."""
        return min(max(float(self.vectors[passage_id(run, sentence)] @ self.vector), 0.0), 1.0)

    def share(self, said: str) -> float:
        """Return the share of the text's terms that the sentence contains; rare terms weigh more."""
        present, total = terms(said), sum(self.weights.values())
        met = sum(weight for term, weight in self.weights.items() if meets(term, present))
        return met / total if total else 0.0


def matcher(index: Index, encoder: QuestionEncoder, text: str, runs: Iterable[Source]) -> Matcher:
    """Return a matcher of a text with the sentences of runs.

    Args:
        index: Has a vector for each sentence, and the rarity of a term.
        encoder: Turns the text, and a sentence that is not in the index yet, into a vector.
        text: A question, or a sentence of another source.
        runs: The runs.
    """
    spoken = {passage_id(run, one): one.text for run in runs for one in said(run)}
    indexed = index.vectors(list(spoken))
    return Matcher(
        vector=encoder.question(text),
        weights={term: index.rarity(term) for term in terms(text)},
        vectors={
            # The first row is the sentence under the title of its run; the other rows are the
            # sentence alone.
            id: _unit(indexed[id][1:].mean(axis=0)) if id in indexed else encoder.question(words)
            for id, words in spoken.items()
        },
    )


def _unit(vector: Vector) -> Vector:
    norm = float(np.linalg.norm(vector))
    return vector / norm if norm > 0 else vector
