"""Two ways of writing one thing count as one; two things count as two."""

import pytest

from assistant.verify.wording import tokens


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("5-30 %", "5 to 30 percent"), ("5% to 30%", "5-30%"), ("8B", "8 billion"), ("143k", "143,000"),
        ("twenty-two models", "22 models"), ("does not", "doesn't"), ("mid-depth", "mid depth"),
        ("behaviour", "behavior"), ("22.2x", "22.2 times"), ("71.0", "71"), ("non-linear", "nonlinear"),
        ("beats", "outperforms"), ("nearly every", "almost every"), ("a large language model", "an LLM"),
    ],
)  # fmt: skip
def test_two_ways_of_writing_one_thing_are_one(one, other):
    assert tokens(one) == tokens(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("5%", "5 points"), ("-5%", "5%"), ("10²", "102"), ("a model", "models"), ("was", "is"), ("8B", "8M"),
        ("beats", "beaten"), ("some", "few"), ("a few", "few"), ("intermediate", "middle"), ("3 bits", "3 nats"),
        ("it holds?", "it holds."), ("LLMs", "language models"), ("GPT-2", "GPT-3"), ("2-5", "25"),
    ],
)  # fmt: skip
def test_two_things_are_two(one, other):
    assert tokens(one) != tokens(other)
