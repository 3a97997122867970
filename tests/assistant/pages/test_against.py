"""One source alone judges a sentence: its own words pass, and the same words with another number or a denial do not."""

import pytest

from assistant import Assistant

GAIN = "On 32 embedding tasks some middle layer beats the last layer by 2 to 16 points on average."


@pytest.fixture(scope="module")
def library(small_library, small_corpus):
    return Assistant.open(small_library, corpus_dir=small_corpus)


@pytest.mark.parametrize(
    ("sentence", "key", "supported"),
    [
        (GAIN, "middle-layers", True),
        (GAIN.replace("2 to", "3 to"), "middle-layers", False),
        ("Under the logit lens the predictions of GPT-2 do not converge over the layers.", "logit-lens", False),
        (GAIN, "logit-lens", False),
    ],
)  # fmt: skip
def test_what_the_source_says_passes_and_nothing_else(library, sentence, key, supported):
    found = library.verify_against(sentence, key)
    assert found.ruling.supported is supported
    assert bool(found.ruling.reason) is not supported
    assert 1 <= len(found.quotes) <= 3
    text = library.source(key).text
    assert all(text[quote.start : quote.end] == quote.text for quote in found.quotes)
