"""Find out whether a run records what a source calls open, so that the answer does not call it unrecorded."""

from collections.abc import Sequence

from assistant.experiments.matching import Matcher, matcher
from assistant.experiments.stored import RunSentence, said
from assistant.search.index import Index
from assistant.search.retrieval import QuestionEncoder
from assistant.types import Source

# Of the open points in the bundled notes, the one that a bundled run records scores .69; the
# nearest that none records (the valley under training with LayerSkip, with another kernel) scores
# at most .53.
RECORDED = 0.6


def recorded_by(
    runs: Sequence[RunSentence], sentence: str, index: Index, encoder: QuestionEncoder
) -> bool:
    """Return whether one of these runs measured what a caveat or remark calls open.

    Every sentence of a run counts, not only the one that is cited.
    """
    match = matcher(index, encoder, sentence, [one.source for one in runs])
    return any(recorded(match, one.source) >= RECORDED for one in runs)


def recorded(match: Matcher, run: Source) -> float:
    """Return how much of an open point a run records, from 0 to 1.

    Half is the share of its terms that the finding and the controls contain together, half is the
    cosine of the nearest of them.
    """
    measured = [one for one in said(run) if one.role in ("finding", "control")]
    nearest = max((match.cosine(run, one) for one in measured), default=0.0)
    return (match.share(" ".join(one.text for one in measured)) + nearest) / 2
