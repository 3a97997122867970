"""The desk at which answers are made: the parts that were chosen, handed around together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.drafts import Writer
from assistant.index import Index
from assistant.library import Library
from assistant.retrieval import QuestionEncoder, Reranker
from assistant.selection import Witness
from assistant.types import Experiment, Source
from assistant.verification import Entailment

Local = Callable[
    [str, Sequence[Source], Callable[[str], bool]], tuple[list[Witness], list[Experiment]]
]


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What an answer is made at: the library, its index, the encoder, a writer, and the laboratory.

    `local` returns, for the question, the sources cited so far and a test of the keys that may be cited,
    the stored evidence that bears on them as witnesses, and the experiments worth proposing. `entails` is
    the reader's entailment model and `reranker` the reader's cross-encoder, if there is one. `seed` is
    where a writer that samples starts; `models` names the models of the reader's own that have a say.
    """

    library: Library
    index: Index
    encoder: QuestionEncoder
    writer: Writer
    writer_name: str
    local: Local
    entails: Entailment | None = None
    reranker: Reranker | None = None
    models: tuple[str, ...] = ()
    sources_per_answer: int = 8
    next_lines: int = 4
    seed: int = 0
