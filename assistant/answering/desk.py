"""The desk at which answers are made: the parts that were chosen, handed around together."""

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
from assistant.verify import Judges
from assistant.writers.drafts import Writer

Bearing = Callable[[str, Sequence[Source], Callable[[str], bool]], Measured]


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What an answer is made at: the library, its index, the encoder, a writer, and the experiments.

    `scores` judges sentences; None where its weights cannot be used, and then `notices` says so. `is_word` tells
    words that are known beyond the library. `bearing` returns, for the question, the sources that lead and a test of
    the keys that may be cited, what was measured and what could be. `judge` has the word on sentences in other words
    than their quotes; where there is none, `unjudged` says why. `reranker` is the reader's cross-encoder, if there is
    one.
    `seed` is where a writer that samples starts; `models` names the models of the reader's own that have a say.
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
        """Return the judged questions that are nearest to a question; none where another model embeds."""
        if self.judged is None or self.judged.embedder != self.index.embedder:
            return NOBODY
        return self.judged.near(question, vector)
