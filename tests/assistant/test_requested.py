"""The clauses of a question that ask, each a stretch of it, and what kind of answer each wants."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.requested import requests


@pytest.mark.parametrize(
    ("question", "kind", "text", "sides"),
    [
        ("Why were three layers chosen?", "cause", "Why were three layers chosen", ()),
        (
            "What is the reason for pausing?", "cause", "What is the reason for pausing", ()
        ),
        ("What does 'UNK' stand for?", "definition", "What does 'UNK' stand for", ("UNK",)),
        ("What is a logit lens?", "definition", "What is a logit lens", ("logit lens",)),
        (
            "How does LiDAR differ from RankMe?", "comparison",
            "How does LiDAR differ from RankMe", ("LiDAR", "RankMe"),
        ),
        (
            "Does padding affect accuracy?", "effect",
            "Does padding affect accuracy", ("padding", "accuracy"),
        ),
        (
            "What is the drawback of early exit?", "property",
            "What is the drawback of early exit", ("early exit",),
        ),
        ("Did the authors try Mamba?", "trial", "Did the authors try Mamba", ()),
        ("How is curvature computed?", "manner", "How is curvature computed", ()),
        ("Is entropy a good guide?", "clause", "Is entropy a good guide", ()),
    ],
)  # fmt: skip
def test_a_question_requests_what_its_form_says(question, kind, text, sides):
    (request,) = requests(question)
    assert (request.kind, request.text, request.sides) == (kind, text, sides)


@pytest.mark.parametrize(
    ("question", "clauses"),
    [
        ("Since the data is large, why was it augmented?", ["why was it augmented"]),
        ("The loss has two terms. Could it diverge?", ["Could it diverge"]),
        (
            "Why did they collect the abstracts by hand, when data sets are public?",
            ["Why did they collect the abstracts by hand"],
        ),
        (
            "How were the parameters of the model chosen, such as depth and width?",
            ["How were the parameters of the model chosen"],
        ),
        (
            "What is the difference between A1 and B2, which also encode sentences?",
            ["What is the difference between A1 and B2"],
        ),
        (
            "What does the vector represent and what values does it hold?",
            ["What does the vector represent", "what values does it hold"],
        ),
        ("Do speech models such as Whisper agree?", ["Do speech models such as Whisper agree"]),
        ("Layers and their entropy.", []),
    ],
)
def test_what_sets_the_scene_stands_in_no_clause(question, clauses):
    assert [request.text for request in requests(question)] == clauses


@given(st.text(max_size=200) | st.text("why what how is do, and?.\n", max_size=80))
def test_every_request_is_a_stretch_of_the_question(question):
    for request in requests(question):
        assert request.text in question
        assert all(side in request.text for side in request.sides)
