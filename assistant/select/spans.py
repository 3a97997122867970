"""Find the sentences of given passages that help with a question, with the selector alone."""

from collections.abc import Sequence

from assistant.search.index import passage_sentences
from assistant.select.selector import Reading, Scores

# Even odds. In training a helping sentence weighs twice, so the selector calls slightly too many
# helpful.
_HELPS = 0.5


def helping(scores: Scores, question: str, passages: Sequence[str]) -> list[list[tuple[int, int]]]:
    """Return for each passage the start and end of the helping sentences, in order."""
    cut = [passage_sentences(passage) for passage in passages]
    readings = [
        Reading("", tuple(" ".join(span.of(passage).split()) for span in spans))
        for passage, spans in zip(passages, cut, strict=True)
    ]
    return [
        [(span.start, span.end) for span, (helps, _, _) in zip(spans, judged, strict=True) if helps >= _HELPS]
        for spans, judged in zip(cut, scores(question, readings), strict=True)
    ]  # fmt: skip
