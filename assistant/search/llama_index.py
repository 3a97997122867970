"""Use the library inside llama-index: its retriever, its query engine and its embedding model."""

import asyncio
from collections.abc import Callable
from typing import Any

from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.base.response.schema import Response
from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.callbacks import CallbackManager
from llama_index.core.schema import (
    NodeRelationship,
    NodeWithScore,
    QueryBundle,
    RelatedNodeInfo,
    TextNode,
)

from assistant.library.store import Library
from assistant.models.embedding import Embedder
from assistant.types import Answer, Citation, Hit


class FusedRetriever(BaseRetriever):
    """A llama-index retriever over the library: BM25 and cosine, fused.

    Every passage is a `TextNode` of its own, under its passage id, so that no two share an id.
    Its metadata are source, title, kind, section, page, start and end (`start` and `end` index
    the source's stored text); an embedding model or a language model reads only title and section.
    """

    def __init__(
        self, library: Library, search: Callable[[str, int], list[Hit]], k: int = 10
    ) -> None:
        """Make a retriever of the `k` best passages.

        Args:
            library: The library with the passages' sources.
            search: Returns that many hits for a question and a number, best first.
            k: Most passages for each question.
        """
        super().__init__()
        self._library = library
        self._search = search
        self._k = k

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        hits = self._search(query_bundle.query_str, self._k)
        return [NodeWithScore(node=self._node(hit), score=hit.score) for hit in hits]

    def _node(self, hit: Hit) -> TextNode:
        passage = hit.passage
        source = self._library.get(passage.source)
        place = {
            "source": passage.source,
            "page": passage.page,
            "start": passage.start,
            "end": passage.end,
        }
        return TextNode(
            id_=passage.id,
            text=passage.text,
            start_char_idx=passage.start,
            end_char_idx=passage.end,
            metadata={
                "title": source.title if source else "",
                "kind": source.kind if source else "",
                "section": passage.section,
                **place,
            },
            excluded_embed_metadata_keys=["kind", *place],
            excluded_llm_metadata_keys=["kind", *place],
            relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=passage.source)},
        )


class AnswerEngine(BaseQueryEngine):
    """The library's own answers as a llama-index query engine: every source node is a checked quote.

    The response is the answer in Markdown, its metadata the answer as `inquire ask --json` prints
    it. A node contains a quote, and as metadata its source, title, kind, page, start and end.
    """

    def __init__(
        self, library: Library, ask: Callable[[str], Answer], told: Callable[[Answer], tuple[str, dict[str, Any]]]
    ) -> None:  # fmt: skip
        """Make a query engine.

        Args:
            library: The library with the quotes' sources.
            ask: Returns the answer to a question.
            told: Returns an answer in Markdown and as JSON values.
        """
        super().__init__(callback_manager=CallbackManager())
        self._library = library
        self._ask = ask
        self._told = told

    def _query(self, query_bundle: QueryBundle) -> Response:
        answer = self._ask(query_bundle.query_str)
        text, document = self._told(answer)
        cited = [c for sentence in answer.sentences for c in sentence.citations]
        nodes = [NodeWithScore(node=self._node(c)) for c in dict.fromkeys(cited)]
        return Response(response=text, source_nodes=nodes, metadata=document)

    async def _aquery(self, query_bundle: QueryBundle) -> Response:
        return await asyncio.to_thread(self._query, query_bundle)

    def _get_prompt_modules(self) -> dict[str, Any]:
        return {}

    def _node(self, cited: Citation) -> TextNode:
        source = self._library.get(cited.source)
        return TextNode(
            id_=f"{cited.passage}:{cited.start}-{cited.end}",
            text=cited.quote,
            start_char_idx=cited.start,
            end_char_idx=cited.end,
            metadata={
                "title": source.title if source else "",
                "kind": source.kind if source else "",
                "source": cited.source,
                "page": cited.page,
                "start": cited.start,
                "end": cited.end,
            },
            relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=cited.source)},
        )


class LibraryEmbedding(BaseEmbedding):
    """The library's embedding model in llama-index's form: unit vectors, mean-pooled."""

    _embedder: Embedder = PrivateAttr()

    def __init__(self, embedder: Embedder, **settings: Any) -> None:
        super().__init__(model_name=embedder.id, **settings)
        self._embedder = embedder

    @classmethod
    def class_name(cls) -> str:
        """Return the name under which llama-index serialises it."""
        return "LibraryEmbedding"

    def _get_query_embedding(self, query: str) -> list[float]:
        return [float(number) for number in self._embedder.question(query)]

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        found = self._embedder.passages(texts, [""] * len(texts), [()] * len(texts))
        vectors = {at: vectors.passage.tolist() for at, vectors in found}
        return [vectors[at] for at in range(len(texts))]
