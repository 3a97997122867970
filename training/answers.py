"""Labelled questions asked of the product as it stands: what it reads and scores, and how a brief made of it fares."""

import json
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant import Assistant
from assistant.answering.matter import Matter, matter
from assistant.compose.plan import Plan
from assistant.search.retrieval import search
from assistant.select.quotes import Quote
from assistant.text.anchors import locate

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


def asked(library: Assistant, rows: Iterable[dict], sentences: Path) -> list[Labelled]:
    """Return every question with what was read for it; labels join by place, half of the shorter sentence at least."""
    desk = library.desk()
    by_source = _placed(library, sentences)
    found = []
    for row in rows:
        hits = search(desk.library, desk.index, desk.encoder, row["question"], DEPTH)
        held = matter(desk, row["question"], hits)
        ids = {quote: _ids(quote, by_source) for quote in held.quotes}
        found.append(Labelled(row=row, matter=held, ids=ids))
    return found


def paper_libraries(pdfs: Path, folder: Path) -> dict[str, Assistant]:
    """Return a library of each labelled paper alone, by the key of the paper."""
    found = {}
    for path in sorted(pdfs.glob("*.pdf")):
        if path.name in _NO_PAPERS:
            continue
        library = Assistant.open(folder / path.stem, corpus_dir=None)
        if not library.library.keys():
            library.add([path])
        found |= dict.fromkeys(library.library.keys(), library)
    return found


# Files of the folder on which no question was written.
_NO_PAPERS = frozenset(
    {"siege_of_vicksburg_scan_ocr.pdf", "pypdfsamples_libreoffice-writer-password.pdf"}
)


def _placed(library: Assistant, sentences: Path) -> dict[str, list[tuple[str, dict]]]:
    """Return the labelled sentences by source, each with its place in the text as it is stored now."""
    by_source: dict[str, list[tuple[str, dict]]] = {}
    held = {source.key: source.text for source in library.library.sources()}
    for id, labelled in json.loads(sentences.read_text("utf-8")).items():
        sentence = labelled
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
