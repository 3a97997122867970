"""A sentence can be the answer to a request only where it has the form of one."""

import pytest

from assistant.aspects import aspects
from assistant.forms import gives


@pytest.mark.parametrize(
    ("question", "answer", "none"),
    [
        (
            "What is a logit lens?",
            "The logit lens of a layer is the unembedding of its state.",
            "The logit lens is used by many authors on GPT-2.",
        ),
        (
            "What does UNK mean?",
            "Rare words become a token called UNK.",
            "We replace rare words with UNK before training.",
        ),
        (
            "How many annotators were there?",
            "Twelve sentences went to 3 annotators each.",
            "The annotators disagreed on many sentences.",
        ),
        (
            "How does LiDAR differ from RankMe?",
            "LiDAR needs augmentations and RankMe does not.",
            "RankMe needs no labels.",
        ),
        (
            "Does padding affect accuracy?",
            "With padding the accuracy falls by 2 points.",
            "A batch holds no padding.",
        ),
        (
            "What is the drawback of early exit?",
            "A weakness of early exit is calibration.",
            "Early exit halves the cost.",
        ),
        (
            "How did you choose the depth?",
            "The depth was selected on held-out data.",
            "We did not explore how to choose the depth.",
        ),
    ],
)
def test_an_answer_has_the_form_that_is_asked_for(question, answer, none):
    (request,) = [a for a in aspects(question) if a.kind not in ("topic", "clause")]
    assert gives(request, answer)
    assert not gives(request, none)
