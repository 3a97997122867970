"""The desk collects the parts that were chosen for making answers, so that they are passed on together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from assistant.experiments.measured import Measured
from assistant.library.store import Library
from assistant.search.index import Index
from assistant.search.retrieval import QuestionEncoder, Reranker
from assistant.select.judgements import Judgements
from assistant.select.neighbours import NOBODY, Neighbours
from assistant.select.selector import Scores
from assistant.types import Source
from assistant.verify.evidence import Judges
from assistant.writers.drafts import Writer

Bearing = Callable[[str, Sequence[Source], Callable[[str], bool]], Measured]


@dataclass(frozen=True, kw_only=True)
class Desk:
    """A desk holds the library, its index, the embedding model, a writer and the experiments.

    `scores` is the selector; it is None if its weights cannot be used, and then `notices` says so.
    `is_word` tells which words are known outside the library. `bearing` returns, for a question and
    its best sources, a test of the keys that may be cited, the runs that were made and the
    experiments that could be made. `judge` decides on sentences that differ in words from their
    quotes; if there is no judge, `unjudged` says why. `reranker` is the reader's cross-encoder, if
    there is one. `seed` is the random seed of a writer that samples; `models` names the reader's
    own models that take part.
    """

    library: Library
    index: Index
    encoder: QuestionEncoder
    writer: Writer
    writer_name: str
    bearing: Bearing
    scores: Scores | None = None
    is_word: Callable[[str], bool] = lambda _: False
    notices: tuple[str, ...] = ()
    judge: Judges | None = None
    unjudged: str = ""
    judged: Judgements | None = None
    reranker: Reranker | None = None
    models: tuple[str, ...] = ()
    sources_per_answer: int = 8
    next_lines: int = 4
    seed: int = 0

    def near(self, question: str, vector: Float[np.ndarray, " dim"]) -> Neighbours:
        """Return the judged questions nearest to a question, or none if another embedding model is in use."""
        if self.judged is None or self.judged.embedder != self.index.embedder:
            return NOBODY
        return self.judged.near(question, vector)
