"""Names, quoted phrases and numbers are found as they were typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.question.names import names_in, numbers_in


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("which is faster on Llama-2-13B?", ("Llama-2-13B",)),
        ("if I let GPT 5.4 edit it", ("GPT 5.4",)),
        ("how often do o1 or R1 hide it", ("o1", "R1")),
        ("Deja Vu and TEAL both promise it", ("Deja Vu", "TEAL")),
        ("papers by Rylan Schaeffer", ("Rylan Schaeffer",)),
        ("Sparse codes are dense", ()),
        ("are GRPO-style runs like pure-RL ones", ("GRPO", "RL")),
        ("do LLMs NOT know", ("LLM",)),
        ("does 'lost in the middle' hold for BERT's layers", ("lost in the middle", "BERT")),
        ("is 'tiny model beats GPT-4 by a mile' fair", ("GPT-4",)),
        ("DeepConf 99.9 percent on AIME", ("DeepConf", "AIME")),
        ("a 7B model in 4-bit", ()),
        ("does BRCA1 bind p53 in HeLa cells", ("BRCA1", "p53", "HeLa")),
    ],
)
def test_names_are_told_by_how_they_are_written(text, names):
    assert names_in(text) == names


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("gets 99.5% on 5-digit sums", ("99.5%", "5")),
        ("a 70B model and 10,000 samples", ("70B", "10,000")),
        ("does GPT 5.4 beat Llama-2", ()),
        ("the 70-95% untouched", ("70-95%",)),
    ],
)
def test_numbers_of_names_are_no_numbers(text, numbers):
    assert numbers_in(text) == numbers


@given(st.text(max_size=300))
def test_what_is_found_stands_in_the_text(text):
    for name in (*names_in(text), *numbers_in(text)):
        assert all(word in text for word in name.split())


@pytest.mark.parametrize(
    "text", ["'" * 20_000, '"' * 20_001, "Aa " * 7_000, "A-" * 10_000, "9" * 20_000]
)
def test_a_long_text_is_read(text):
    names_in(text)
    numbers_in(text)
