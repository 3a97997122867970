"""The library inside llama-index: its retriever and its embedder, for anybody's pipeline."""

from collections.abc import Callable
from typing import Any

from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.schema import (
    NodeRelationship,
    NodeWithScore,
    QueryBundle,
    RelatedNodeInfo,
    TextNode,
)

from assistant.embedding import Embedder
from assistant.library import Library
from assistant.types import Hit


class FusedRetriever(BaseRetriever):
    """A llama-index retriever over the library: BM25 and cosine, fused.

    Every passage is a `TextNode` of its own, under its passage id, so that no two share an id.
    Its metadata are source, title, kind, section, page, start and end (`start` and `end` index
    the source's stored text); an embedder or a language model reads only title and section.
    """

    def __init__(
        self, library: Library, search: Callable[[str, int], list[Hit]], k: int = 10
    ) -> None:
        """A retriever of the `k` best passages.

        Args:
            library: Where the passages' sources are.
            search: From a question and a number to that many hits, best first.
            k: Most passages per question.
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


class LibraryEmbedding(BaseEmbedding):
    """The library's embedder as a llama-index embedding model: unit vectors, mean-pooled."""

    _embedder: Embedder = PrivateAttr()

    def __init__(self, embedder: Embedder, **settings: Any) -> None:
        super().__init__(model_name=embedder.id, **settings)
        self._embedder = embedder

    @classmethod
    def class_name(cls) -> str:
        """The name under which llama-index serialises it."""
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
