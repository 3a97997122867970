"""Ask the product labelled questions: what it reads and scores, and how a brief made of that fares."""

import json
import pickle
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
from jaxtyping import Float

from assistant import Assistant
from assistant.answering.matter import Matter, matter
from assistant.compose.plan import Plan
from assistant.search.retrieval import search
from assistant.select.judgements import Judgements
from assistant.select.quotes import Quote
from assistant.select.selector import Reading, Scores
from assistant.text.anchors import locate
from training.sets import labelled

DEPTH = 100


@dataclass(frozen=True, kw_only=True)
class Labelled:
    """A question with its labels and what the product read for it."""

    row: Mapping[str, object]
    matter: Matter
    ids: Mapping[Quote, tuple[str, ...]]

    def wanted(self, *keys: str) -> set[str]:
        """Return the ids under these labels."""
        return {id for key in keys for id in self.row.get(key, ())}  # type: ignore[attr-defined]


def asked(
    library: Assistant,
    rows: Iterable[dict],
    sentences: Path,
    memory: Path | None = None,
    works: int | None = None,
    judged: bool = True,
) -> list[Labelled]:
    """Return every question with what was read for it; a label belongs to a sentence that shares half of the shorter.

    No judged question of a question's own `set` stands beside it, because one person wrote all questions of a set.

    Args:
        library: where the questions are asked.
        rows: the labelled questions.
        sentences: the labelled sentences.
        memory: where scores of the selector are kept, because they take most of the time.
        works: how many works an answer may quote; by default as many as in the product.
        judged: whether judged questions stand beside them.
    """
    desk = library.desk()
    if not judged:
        desk = replace(desk, judged=None)
    desk = replace(desk, sources_per_answer=works or desk.sources_per_answer)
    if memory is not None and desk.scores is not None:
        desk = replace(desk, scores=Remembered(desk.scores, memory))
    others = without_own_set(desk.judged)
    by_source = _placed(library, sentences)
    found = []
    for row in rows:
        desk = replace(desk, judged=others(row))
        hits = search(desk.library, desk.index, desk.encoder, row["question"], DEPTH)
        held = matter(desk, row["question"], hits)
        ids = {quote: _ids(quote, by_source) for quote in held.quotes}
        found.append(Labelled(row=row, matter=held, ids=ids))
    if isinstance(desk.scores, Remembered):
        desk.scores.save()
    return found


class Remembered:
    """Scores of the selector, each computed once and kept in a file."""

    def __init__(self, scores: Scores, path: Path) -> None:
        self._scores, self._path = scores, path
        self._kept = pickle.loads(path.read_bytes()) if path.exists() else {}
        self._new = 0

    def __call__(
        self, question: str, readings: Sequence[Reading]
    ) -> list[Float[np.ndarray, "sentences 3"]]:
        """Return the selector's scores."""
        missing = [reading for reading in readings if (question, reading) not in self._kept]
        for reading, found in zip(missing, self._scores(question, missing), strict=True):
            self._kept[question, reading] = found.astype(np.float32)
        self._new += len(missing)
        if self._new > _SAVED:
            self.save()
        return [self._kept[question, reading] for reading in readings]

    def save(self) -> None:
        """Save the scores computed since the last time."""
        if self._new:
            self._path.write_bytes(pickle.dumps(self._kept))
            self._new = 0


# Scores are saved after so many new passages.
_SAVED = 2_000


def without_own_set(
    judged: Judgements | None,
) -> Callable[[Mapping[str, object]], Judgements | None]:
    """Return a function that gives the judged questions which may stand beside a labelled one: none of its own set."""
    sets_of: dict[str, str] = {}
    for row in labelled() if judged else ():
        sets_of[row["question"]] = row["set"]

    @cache
    def of(name: str) -> Judgements | None:
        return judged.without({q for q, own in sets_of.items() if own == name}) if judged else None

    return lambda row: of(str(row["set"])) if "set" in row else judged


def paper_libraries(pdfs: Path, folder: Path) -> dict[str, Assistant]:
    """Return a library for each labelled paper alone, by the key of the paper."""
    found = {}
    for path in sorted(pdfs.glob("*.pdf")):
        if path.name in _NO_PAPERS:
            continue
        library = Assistant.open(folder / path.stem, corpus_dir=None)
        if not library.library.keys():
            library.add([path])
        found |= dict.fromkeys(library.library.keys(), library)
    return found


# Files of the folder that no question was written on.
_NO_PAPERS = frozenset(
    {"siege_of_vicksburg_scan_ocr.pdf", "pypdfsamples_libreoffice-writer-password.pdf"}
)


def _placed(library: Assistant, sentences: Path) -> dict[str, list[tuple[str, dict]]]:
    """Return the labelled sentences by source, each with its place in the text as it is stored now."""
    by_source: dict[str, list[tuple[str, dict]]] = {}
    held = {source.key: source.text for source in library.library.sources()}
    for id, stored in json.loads(sentences.read_text("utf-8")).items():
        sentence = stored
        text = held.get(sentence["source"], "")
        if text[sentence["start"] : sentence["end"]] != sentence["text"]:
            span = locate(sentence["text"], text) if text else None
            if span is None:
                continue
            sentence = {**sentence, "start": span.start, "end": span.end}
        by_source.setdefault(sentence["source"], []).append((id, sentence))
    return by_source


def _ids(quote: Quote, by_source: Mapping[str, Sequence[tuple[str, dict]]]) -> tuple[str, ...]:
    found = []
    for id, sentence in by_source.get(quote.source, ()):
        lap = min(quote.end, sentence["end"]) - max(quote.start, sentence["start"])
        if lap >= 0.5 * min(quote.end - quote.start, sentence["end"] - sentence["start"]):
            found.append(id)
    return tuple(found)


def figures(labelled: Sequence[Labelled], plans: Sequence[Plan]) -> dict[str, float]:
    """Return the figures of tools/score_answers.py for plans of briefs (sentences of runs are not judged)."""
    rows = []
    for each, plan in zip(labelled, plans, strict=True):
        said = [each.ids.get(quote, ()) for quote in plan.quotes()]
        said = [ids for ids in said if ids]
        good = each.wanted("brief", "good", "caveat", "opening")
        bad = each.wanted("bad_but_tempting")
        shown = {id for ids in said for id in ids}
        rows.append(
            {
                "opening": bool(said and set(said[0]) & each.wanted("opening"))
                if each.wanted("opening") and said
                else (False if each.wanted("opening") else None),
                "helpful": statistics.mean(bool(set(ids) & good) for ids in said)
                if said and good
                else None,
                "brief": len(shown & each.wanted("brief")) / len(each.wanted("brief"))
                if each.wanted("brief")
                else None,
                "caveat": bool(shown & each.wanted("caveat")) if each.wanted("caveat") else None,
                "tempting": statistics.mean(bool(set(i) & bad) and not set(i) & good for i in said)
                if said
                else None,
                "words": sum(len(line.text.split()) for line in plan.lines()),
                "label": plan.coverage == each.row["coverage"],
            }
        )
    return {
        key: round(statistics.mean(float(r[key]) for r in rows if r[key] is not None), 3)
        for key in rows[0]
    }
