"""The judge of an answer holds to the stored text, and to its stated definition of a point."""

from dataclasses import replace

import numpy as np
import pytest

from assistant import Assistant
from assistant.evaluation.judging import (
    Points,
    Statement,
    citations,
    existing,
    gate,
    statements,
    units,
)

QUESTION = "Do middle layers give better features than the last layer?"


@pytest.fixture(scope="module")
def reader(small_library, small_corpus):
    return Assistant.open(small_library, corpus_dir=small_corpus)


@pytest.fixture(scope="module")
def points(reader):
    return Points(reader.embedder.question)


def test_every_quote_of_an_answer_exists_until_it_is_changed(reader):
    answer = reader.ask(QUESTION)
    assert existing(reader.library, answer)
    assert all(existing(reader.library, answer))
    first = next(sentence for sentence in answer.sentences if sentence.citations)
    for wrong in ({"quote": "Never written."}, {"start": 0}, {"source": "nosuch"}):
        altered = replace(first, citations=(replace(first.citations[0], **wrong),))
        assert existing(reader.library, replace(answer, sentences=(altered,))) == [False]


def test_citation_figures_see_a_citation_that_bears_nothing():
    text = "The best layer lies near mid depth in all tested architectures."
    other = "Sampling several reasoning paths raises accuracy on GSM8K."
    assert citations([Statement(text=text, quotes=(text,))], gate) == (1.0, 1.0)
    assert citations([Statement(text=text, quotes=(other,))], gate) == (0.0, 0.0)
    assert citations([Statement(text=text)], gate) == (0.0, None)
    assert citations([Statement(text=text, quotes=(text, other))], gate) == (1.0, 0.5)
    assert citations([], gate) == (None, None)


def test_claims_are_statements_and_links_only_when_asked_for(reader):
    answer = reader.ask(QUESTION)
    claims, all_ = statements(answer), statements(answer, linking=True)
    assert all(statement.quotes for statement in claims)
    assert len(all_) == len(answer.sentences) >= len(claims)
    assert all(gap.statement in " ".join(units(answer)) for gap in answer.gaps)


def test_a_sentence_makes_its_own_point_and_no_foreign_one(points):
    said = ["On 32 embedding tasks some middle layer beats the last layer by 2 to 16 points."]
    assert points.made(said[0], said)
    assert points.made("middle layers beat the last one on 32 tasks", said)
    assert not points.made("sampling several reasoning paths raises accuracy", said)
    assert not points.made(said[0], [])


def test_more_sentences_never_make_fewer_points(points):
    said = ["The cause of the gain is left open.", "The logit lens unembeds the residual stream."]
    point = "the logit lens unembeds the residual stream of a layer"
    assert points.made(point, said[1:])
    assert points.made(point, said)


def test_a_wrong_point_is_said_only_by_a_sentence_that_does_not_speak_against_it(points):
    point = "that RL subnetworks are nearly identical across random seeds"
    wrong = "RL subnetworks are nearly identical across random seeds."
    assert points.said(point, ["Nothing of it.", wrong]) == wrong
    against = (
        "It would be wrong to say that RL subnetworks are nearly identical across random seeds."
    )
    assert points.said(point, [against]) == ""
    assert points.said(point, ["The logit lens unembeds the residual stream."]) == ""


def test_words_alone_and_nearness_alone_make_no_point():
    near, far = np.array([1.0, 0.0]), np.array([0.0, 1.0])
    vectors = {"layers entropy": near, "entropy of layers": far, "something else entirely": near}
    made = Points(vectors.__getitem__).made
    assert not made("layers entropy", ["entropy of layers"])
    assert not made("layers entropy", ["something else entirely"])
    assert made("layers entropy", ["layers entropy"])
