"""The simplest answers for comparison are the sentences of a library nearest to the question.

They are ranked by BM25 (bm25s, k1 1.2, b 0.75, its own English stop words, Snowball stems) over
sentences; by the cosine of the library's embedding model; and by a mix of both in which each
sentence is read after its source's title. They never abstain: the coverage is always "answered".
"""

import hashlib
from collections.abc import Callable, Collection, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
import Stemmer
from jaxtyping import Float

from assistant.build import Assistant
from assistant.search.index import passage_sentences
from assistant.search.vectors import VectorStore
from assistant.types import Citation, Progress, Sentence

Scores = Float[np.ndarray, " sentences"]

# A baseline shows this many sentences, as many as an ideal brief.
SHOWN = 6
# The share of the cosine in the mix; the rest is BM25 divided by its maximum. Among .3, .5, .6 and
# .7, this one puts most helpful sentences among its six on the public questions, so it is a strong
# baseline there.
_COSINE = 0.6
# Progress is reported after this many embedded sentences.
_PART = 256


class SentenceRankings:
    """All sentences of a library's notes and papers, ranked by simple methods."""

    def __init__(self, library: Assistant, store: Path, progress: Progress) -> None:
        """Cut the library into sentences; vectors are made when first needed and kept in the file `store`."""
        library.index(progress)
        self._library = library
        store.parent.mkdir(parents=True, exist_ok=True)
        self._store = VectorStore(store)
        self._progress = progress
        sources = {s.key: s for s in library.library.sources() if s.kind != "evidence"}
        found = {
            (p.source, p.start + span.start): Citation(
                source=p.source, passage=p.id, quote=span.of(p.text), start=p.start + span.start,
                end=p.start + span.end, page=sources[p.source].page_at(p.start + span.start),
            )
            for p in library.library.passages()
            if p.source in sources
            for span in passage_sentences(p.text)
        }  # fmt: skip
        self.citations = list(found.values())
        self._texts = [" ".join(citation.quote.split()) for citation in self.citations]
        self._titles = [sources[citation.source].title for citation in self.citations]

    def systems(self) -> dict[str, Callable[[str], Scores]]:
        """Return the rankings by their names."""
        return {"BM25": self.bm25, "cosine": self.cosine, "titles + BM25": self.mix}

    def bm25(self, question: str) -> Scores:
        """Return the BM25 score of each sentence."""
        return self._words(self._bm25, question)

    def cosine(self, question: str) -> Scores:
        """Return the cosine of each sentence with the question."""
        scores: np.ndarray = self._bare @ self._library.embedder.question(question)
        return scores

    def mix(self, question: str) -> Scores:
        """Return one score of each sentence after its title: cosine and BM25 mixed."""
        cosines = self._titled @ self._library.embedder.question(question)
        scores: np.ndarray = _COSINE * cosines + (1 - _COSINE) * _scaled(
            self._words(self._titled_bm25, question)
        )
        return scores

    def best(
        self, scores: Scores, most: int = SHOWN, among: Collection[str] | None = None
    ) -> list[Sentence]:
        """Return the best sentences, best first, in the form of an answer.

        Args:
            scores: The score of each sentence.
            most: The greatest number of sentences.
            among: The allowed sources; None allows all.
        """
        order = [
            int(at)
            for at in np.argsort(-scores, kind="stable")
            if among is None or self.citations[at].source in among
        ]
        return [
            Sentence(
                text=self._texts[at], paragraph=0, role="claim", citations=(self.citations[at],)
            )
            for at in order[:most]
        ]

    @cached_property
    def _bare(self) -> Float[np.ndarray, "sentences dim"]:
        return self._vectors([""] * len(self._texts))

    @cached_property
    def _titled(self) -> Float[np.ndarray, "sentences dim"]:
        return self._vectors(self._titles)

    def _vectors(self, titles: Sequence[str]) -> Float[np.ndarray, "sentences dim"]:
        """Return the vectors of all sentences after these titles; each pair is embedded only once."""
        encoder = self._library.embedder
        names = [
            hashlib.sha256("\0".join((encoder.id, title, text)).encode()).hexdigest()
            for title, text in zip(titles, self._texts, strict=True)
        ]
        missing = self._store.missing(names)
        rows = list({name: at for at, name in enumerate(names) if name in missing}.values())
        for begin in range(0, len(rows), _PART):
            self._progress("embedding sentences to compare with", begin / len(rows))
            part = rows[begin : begin + _PART]
            made = encoder.passages(
                [self._texts[at] for at in part], [titles[at] for at in part], [[]] * len(part)
            )
            self._store.put((names[part[row]], each.passage[None]) for row, each in made)
        held = self._store.get(names, encoder.dim)
        if not names:
            return np.zeros((0, encoder.dim), np.float32)
        return np.concatenate([held[name] for name in names]).astype(np.float32)

    @cached_property
    def _bm25(self) -> Any:
        return _indexed(self._texts)

    @cached_property
    def _titled_bm25(self) -> Any:
        return _indexed(
            [f"{title} {text}" for title, text in zip(self._titles, self._texts, strict=True)]
        )

    def _words(self, model: Any, question: str) -> Scores:
        scores = np.zeros(len(self._texts))
        if model is not None:
            found, values = model.retrieve(_cut([question]), k=len(scores), show_progress=False)
            scores[found[0]] = values[0]
        return scores


def _scaled(scores: Scores) -> Scores:
    """Return scores divided by the greatest, or zeros if none is above 0."""
    top = float(scores.max(initial=0.0))
    return scores / top if top > 0 else scores


def _indexed(texts: Sequence[str]) -> Any:
    """Return a BM25 model of texts, or None if they contain no words."""
    cut = _cut(texts)
    if not cut.vocab:
        return None
    model = bm25s.BM25(k1=1.2, b=0.75)
    model.index(cut, show_progress=False)
    return model


def _cut(texts: Sequence[str]) -> Any:
    stemmer = Stemmer.Stemmer("english")
    return bm25s.tokenize(list(texts), stopwords="en", stemmer=stemmer, show_progress=False)
