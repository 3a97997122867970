"""Turn the runs that bear on a question into quotes for an answer, and name the experiments to offer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from assistant.experiments.bearing import bearing
from assistant.experiments.recorded import recorded_by
from assistant.experiments.stored import is_as_kept
from assistant.library.store import Library
from assistant.question.terms import terms
from assistant.search.index import Index
from assistant.search.retrieval import QuestionEncoder
from assistant.select.quotes import Quote
from assistant.select.selector import Scores
from assistant.types import Experiment, Source


@dataclass(frozen=True, kw_only=True)
class Measured:
    """The sentences of stored runs for a question, best first, and the experiments to offer.

    `records` returns whether one of these runs measured what a sentence calls open. `altered` are
    runs that would be cited but are left out, because their files changed since they were kept.
    """

    runs: tuple[Quote, ...] = ()
    experiments: tuple[Experiment, ...] = ()
    records: Callable[[str], bool] = lambda _: False
    altered: tuple[str, ...] = ()


def measured(
    library: Library, index: Index, encoder: QuestionEncoder, most: int, question: str,
    near: Sequence[Source], admitted: Callable[[str], bool], scores: Scores | None = None,
) -> Measured:  # fmt: skip
    """Return the result of `bearing`, with each sentence of a run as a quote."""
    bear, offered = bearing(library, index, encoder, question, near, admitted, most, scores)
    found = [one for one in bear if is_as_kept(library, one.source)]
    runs = tuple(
        Quote(
            source=one.source.key, passage=one.passage, text=one.text, page=None, start=one.start,
            end=one.end, role="run", helps=one.bears, brief=one.bears, answers=one.answers,
            terms=terms(one.text),
        )
        for one in found
    )  # fmt: skip
    records = partial(recorded_by, tuple(found), index=index, encoder=encoder)
    altered = tuple(one.source.key for one in bear if one not in found)
    return Measured(runs=runs, experiments=tuple(offered), records=records, altered=altered)
