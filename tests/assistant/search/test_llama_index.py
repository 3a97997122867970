"""The retriever and the embedder work in a llama-index pipeline, offline."""

import asyncio

import numpy as np
import pytest
from llama_index.core import VectorStoreIndex, get_response_synthesizer
from llama_index.core.llms import MockLLM
from llama_index.core.postprocessor import SimilarityPostprocessor
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.response_synthesizers import ResponseMode

from assistant import Assistant
from assistant.search.llama_index import LibraryEmbedding

QUESTION = "Do middle layers give better features than the last layer?"
UNANSWERED = "Does the curvature of trajectories predict hallucination in otters?"


@pytest.fixture(scope="module")
def assistant(small_library, small_corpus):
    return Assistant.open(small_library, corpus_dir=small_corpus)


def test_the_nodes_are_the_hits(assistant):
    hits, nodes = assistant.search(QUESTION, 6), assistant.retriever(6).retrieve(QUESTION)
    assert [(n.node.node_id, n.node.text, n.score) for n in nodes] == [
        (hit.passage.id, hit.passage.text, hit.score) for hit in hits
    ]
    assert len({n.node.node_id for n in nodes}) == len(nodes) == 6


def test_a_node_says_where_it_stands(assistant):
    for found in assistant.retriever(6).retrieve(QUESTION):
        place, source = found.node.metadata, assistant.source(found.node.metadata["source"])
        assert source.text[place["start"] : place["end"]] == found.node.text
        assert place["title"] == source.title
        assert place["page"] is None
        assert found.node.ref_doc_id == source.key


def test_a_query_engine_answers_with_our_nodes(assistant):
    engine = RetrieverQueryEngine(
        assistant.retriever(5),
        response_synthesizer=get_response_synthesizer(
            llm=MockLLM(), response_mode=ResponseMode.SIMPLE_SUMMARIZE
        ),
        node_postprocessors=[SimilarityPostprocessor(similarity_cutoff=0.5)],
    )
    response = engine.query(QUESTION)
    scores = [node.score for node in response.source_nodes]
    assert response.source_nodes[0].node.metadata["source"] == "middle-layers"
    assert min(scores) >= 0.5
    assert scores == sorted(scores, reverse=True)


def test_it_retrieves_asynchronously_too(assistant):
    retriever = assistant.retriever(3)
    assert asyncio.run(retriever.aretrieve(QUESTION)) == retriever.retrieve(QUESTION)


def test_the_embedding_builds_a_vector_index(assistant):
    nodes = [found.node for found in assistant.retriever(8).retrieve(QUESTION)]
    model = LibraryEmbedding(assistant.embedder)
    index = VectorStoreIndex(nodes, embed_model=model)
    best = index.as_retriever(similarity_top_k=1).retrieve("majority vote over reasoning paths")
    assert best[0].node.metadata["source"] == "self-consistency"


def test_the_embedding_is_the_library_s_own(assistant):
    model = LibraryEmbedding(assistant.embedder)
    vector = assistant.embedder.question(QUESTION)
    np.testing.assert_allclose(model.get_query_embedding(QUESTION), vector, atol=1e-6)
    np.testing.assert_allclose(model.get_text_embedding(QUESTION), vector, atol=1e-5)
    batch = model.get_text_embedding_batch(["one text", QUESTION, ""])
    np.testing.assert_allclose(batch[1], vector, atol=1e-5)


def test_our_own_query_engine_answers_with_checked_quotes(assistant):
    response = assistant.query_engine().query(QUESTION)
    answer = assistant.ask(QUESTION)
    assert response.metadata["permalink"] == answer.permalink
    assert answer.sentences[0].text in str(response)
    cited = {c for sentence in answer.sentences for c in sentence.citations}
    assert {(n.metadata["source"], n.text) for n in response.source_nodes} == {
        (c.source, c.quote) for c in cited
    }
    for node in response.source_nodes:
        place = node.metadata
        assert assistant.source(place["source"]).text[place["start"] : place["end"]] == node.text
    again = asyncio.run(assistant.query_engine().aquery(QUESTION))
    assert str(again) == str(response)


def test_the_query_engine_names_what_comes_near_by_its_title(assistant):
    told = str(assistant.query_engine().query(UNANSWERED))
    near = [key for gap in assistant.ask(UNANSWERED).gaps for key in gap.nearest]
    assert near
    assert all(f"“{assistant.source(key).title}”" in told for key in near)
