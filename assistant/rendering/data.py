"""Turn answers and hits into plain JSON values, as `ask --json` and `search --json` print them."""

from collections.abc import Iterable
from typing import Any

from assistant.text.prose import orders
from assistant.types import (
    Answer,
    Citation,
    CitedSource,
    Dropped,
    Experiment,
    Fold,
    Gap,
    Hit,
    NextLine,
    Sentence,
)


def answer_json(answer: Answer) -> dict[str, Any]:
    """Return the answer as a JSON object.

    `start` and `end` of a citation index the stored text of its source, so that the text between
    them equals `quote`. `sentences` are shown at once, `folds` on request; `headings` names each
    paragraph of `sentences` by its number.
    """
    return {
        "question": answer.question,
        "deck": answer.deck,
        "coverage": answer.coverage,
        "writer": answer.writer,
        "author": answer.author,
        "index_hash": answer.index_hash,
        "permalink": answer.permalink,
        "headings": list(answer.headings),
        "length": answer.length,
        "sentences": [_sentence(sentence) for sentence in answer.sentences],
        "folds": [_fold(fold) for fold in answer.folds],
        "gaps": [_gap(gap) for gap in answer.gaps],
        "sources": [_source(source) for source in answer.sources],
        "experiments": [_experiment(experiment) for experiment in answer.experiments],
        "next_lines": [_next_line(line) for line in answer.next_lines],
        "dropped": [_dropped(dropped) for dropped in answer.dropped],
        "read_as": answer.read_as,
        "notices": list(answer.notices),
        "seconds": dict(answer.seconds),
    }


def search_json(hits: Iterable[Hit]) -> list[dict[str, Any]]:
    """Return hits as a JSON list, best first."""
    return [
        {
            "rank": hit.rank,
            "source": hit.passage.source,
            "passage": hit.passage.id,
            "text": hit.passage.text,
            "page": hit.passage.page,
            "start": hit.passage.start,
            "end": hit.passage.end,
            "score": hit.score,
            # This field exists only if the text contains orders to machines: their places in the
            # stored text.
            **_orders(hit),
        }
        for hit in hits
    ]


def _orders(hit: Hit) -> dict[str, list[list[int]]]:
    start = hit.passage.start
    found = [[start + span.start, start + span.end] for span in orders(hit.passage.text)]
    return {"orders": found} if found else {}


def _sentence(sentence: Sentence) -> dict[str, Any]:
    return {
        "text": sentence.text,
        "paragraph": sentence.paragraph,
        "role": sentence.role,
        # This field exists only if the sentence has a lead-in.
        **({"lead_in": sentence.lead_in} if sentence.lead_in else {}),
        "citations": [_citation(citation) for citation in sentence.citations],
    }


def _fold(fold: Fold) -> dict[str, Any]:
    return {
        "kind": fold.kind,
        "summary": fold.summary,
        "sentences": [_sentence(sentence) for sentence in fold.sentences],
    }


def _citation(citation: Citation) -> dict[str, Any]:
    return {
        "source": citation.source,
        "passage": citation.passage,
        "quote": citation.quote,
        "page": citation.page,
        "start": citation.start,
        "end": citation.end,
        "support": citation.support,
        # These fields exist only if they are clear, so that a citation has the promised keys and no
        # empty one.
        **({"last_page": citation.last_page} if citation.last_page else {}),
        **({"stance": citation.stance} if citation.stance else {}),
    }


def _gap(gap: Gap) -> dict[str, Any]:
    return {
        "aspect": gap.aspect,
        "nearest": list(gap.nearest),
        "statement": gap.statement,
        "remedy": gap.remedy,
    }


def _source(source: CitedSource) -> dict[str, Any]:
    return {
        "key": source.key,
        "kind": source.kind,
        "title": source.title,
        "claim": source.claim,
        "label": source.label,
        "same_work": list(source.same_work),
        # This field exists only if the text is missing.
        **({} if source.text_here else {"text_here": False}),
    }


def _experiment(experiment: Experiment) -> dict[str, Any]:
    return {
        "probe": experiment.probe,
        "title": experiment.title,
        "claim": experiment.claim,
        "why": experiment.why,
        "parameters": dict(experiment.parameters),
        "seconds": experiment.seconds,
        "evidence": list(experiment.evidence),
    }


def _next_line(line: NextLine) -> dict[str, Any]:
    return {"question": line.question, "coverage": line.coverage, "source": line.source}


def _dropped(dropped: Dropped) -> dict[str, Any]:
    return {"text": dropped.text, "reason": dropped.reason}
