"""The baselines are simpler searches and simpler answers on the same documents.

Searches: BM25 alone (bm25s, k1 1.2, b 0.75, its own English stop words, Snowball stems) over the
same passages with their titles; the index's own vectors alone, by cosine; llama-index's default, a
`VectorStoreIndex` of whole documents with its default splitter and the library's embedding model.

Answers: the first two sentences of the program's best passage; the first two sentences of each of
the two nodes that llama-index's default query engine retrieves (its synthesizer needs a language
model, and no bundled one can be trusted with facts); and, if a set has them, the experts' own
answers. All but the experts' answers quote themselves, so their citations always support them: they
differ in the sources and points that they reach. None of them ever abstains.
"""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bm25s
import Stemmer

from assistant import search
from assistant.build import Assistant
from assistant.evaluation.cases import Case
from assistant.evaluation.judging import Statement
from assistant.search.index import passage_sentences
from assistant.types import Citation, Progress

_DEPTH = 100
# `VectorStoreIndex.as_query_engine()` retrieves this many nodes by default.
_NODES = 2
_SENTENCES = 2


@dataclass(frozen=True, kw_only=True)
class Baseline:
    """A simpler system: `rank` lists sources best first, `answer` quotes; each is None if the system cannot do it."""

    name: str
    rank: Callable[[str], list[str]] | None = None
    answer: Callable[[str], list[Citation]] | None = None


def baselines(library: Assistant, progress: Progress) -> list[Baseline]:
    """Return the searches and answers to compare with."""
    engine = _LlamaIndex(library, progress)
    return [
        Baseline(name="BM25 alone", rank=_bm25(library)),
        Baseline(name="vectors alone", rank=_vectors(library)),
        Baseline(name="llama-index default", rank=engine.rank, answer=engine.answer),
        Baseline(name="first two sentences", answer=_first_sentences(library)),
    ]


def experts(case: Case) -> list[Statement]:
    """Return the sentences of the expert's answer with the passages that they cite."""
    return [Statement(text=cited.text, quotes=cited.passages) for cited in case.reference]


def _bm25(library: Assistant) -> Callable[[str], list[str]]:
    titles = {source.key: source.title for source in library.library.sources()}
    passages = library.library.passages()
    stemmer = Stemmer.Stemmer("english")

    def cut(texts: list[str]) -> Any:
        return bm25s.tokenize(texts, stopwords="en", stemmer=stemmer, show_progress=False)

    model = bm25s.BM25(k1=1.2, b=0.75)
    model.index(cut([f"{titles[p.source]} {p.text}" for p in passages]), show_progress=False)

    def rank(question: str) -> list[str]:
        count = min(_DEPTH, len(passages))
        rows, scores = model.retrieve(cut([question]), k=count, show_progress=False)
        found = [int(row) for row, score in zip(rows[0], scores[0], strict=True) if score > 0]
        return list(dict.fromkeys(passages[row].source for row in found))

    return rank


def _vectors(library: Assistant) -> Callable[[str], list[str]]:
    index = library.index()
    sources = {passage.id: passage.source for passage in library.library.passages()}

    def rank(question: str) -> list[str]:
        found = index.dense(library.embedder.question(question), _DEPTH)
        return list(dict.fromkeys(sources[hit.passage] for hit in found))

    return rank


def _first_sentences(library: Assistant) -> Callable[[str], list[Citation]]:
    def answer(question: str) -> list[Citation]:
        hits = library.search(question, 1)
        return (
            _opening(hits[0].passage.source, hits[0].passage.text, hits[0].passage.start)
            if hits
            else []
        )

    return answer


class _LlamaIndex:
    """llama-index with its defaults; its vectors are kept beside the index that they belong to."""

    def __init__(self, library: Assistant, progress: Progress) -> None:
        from llama_index.core import (  # noqa: PLC0415  only this comparison waits for it
            Document,
            StorageContext,
            VectorStoreIndex,
            load_index_from_storage,
        )

        name = library.index().hash
        model = search.llama_index.LibraryEmbedding(library.embedder)  # type: ignore[arg-type]
        folder = library.data_dir / "evaluations" / "llama-index" / name
        if (folder / "docstore.json").is_file():
            context = StorageContext.from_defaults(persist_dir=str(folder))
            self._index = load_index_from_storage(context, embed_model=model)
        else:
            progress("embedding for llama-index", 0.0)
            documents = [
                Document(text=source.text, doc_id=source.key, metadata={"title": source.title})
                for source in library.library.sources()
            ]
            self._index = VectorStoreIndex.from_documents(documents, embed_model=model)
            _keep(self._index, folder)
        self._retriever = self._index.as_retriever(similarity_top_k=_DEPTH)

    def rank(self, question: str) -> list[str]:
        return list(dict.fromkeys(str(node.node.ref_doc_id) for node in self._nodes(question)))

    def answer(self, question: str) -> list[Citation]:
        return [
            citation
            for found in self._nodes(question)[:_NODES]
            for citation in _opening(
                str(found.node.ref_doc_id), found.node.text, found.node.start_char_idx or 0
            )
        ]

    def _nodes(self, question: str) -> Sequence[Any]:
        found: Sequence[Any] = self._retriever.retrieve(question)
        return found


def _keep(index: Any, folder: Path) -> None:
    """Store llama-index's index and delete those of earlier states of the library."""
    shutil.rmtree(folder.parent, ignore_errors=True)
    index.storage_context.persist(str(folder))


def _opening(source: str, text: str, start: int) -> list[Citation]:
    spans = passage_sentences(text)[:_SENTENCES]
    return [
        Citation(
            source=source, passage=f"{source}:{start}-{start + len(text)}", quote=span.of(text), page=None,
            start=start + span.start, end=start + span.end,
        )
        for span in spans
    ]  # fmt: skip
