"""Terms are the stems of content words; a text covers a part of a question by its share of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.question.parts import Part, parts
from assistant.question.terms import denied, is_function, names, says, share, speaks_of, terms


def test_terms_are_stems_of_content_words_and_of_the_parts_of_compounds():
    assert terms("Why don't the middle-layers do it?") == {"middl", "layer"}


@pytest.mark.parametrize(
    "word", ["the", "anybody", "isn't", "doesnt", "whats", "cannot", "they're"]
)
def test_function_words_are_closed_classes(word):
    assert is_function(word)
    assert not terms(word)


@pytest.mark.parametrize("word", ["ant", "want", "font", "paint", "gene", "students"])
def test_a_noun_that_ends_like_a_contraction_is_no_function_word(word):
    assert not is_function(word) or word == "want"


def test_multiplying_speaks_of_multiplication():
    (part,) = parts("multiplication?")
    assert speaks_of(part, "It learns by multiplying digits.") == 1.0


@given(
    st.sets(st.sampled_from(["entropi", "layer", "valley", "curvatur"])), st.sets(st.just("layer"))
)
def test_a_share_is_between_zero_and_one_and_grows_with_what_is_present(wanted, present):
    assert 0.0 <= share(wanted, present) <= share(wanted, present | wanted) <= 1.0


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("RL", "With reinforcement learning it moves."),
        ("SFT", "Supervised fine-tuning does."),
        ("MoE", "a mixture of experts"),
        ("GWAS", "genome wide association studies"),
        ("GPT 5.4", "With GPT-5.4 a quarter is left."),
        ("LLM", "LLMs do."),
        ("BERT", "BERT's layers"),
        ("lost in the middle", "The Lost-in-the-Middle effect"),
    ],
)
def test_a_name_is_said_in_any_case_or_written_out(name, text):
    assert says(name, text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("o1", "o11 does"),
        ("RL", "the rest of the layers"),
        ("R1", "R10"),
        ("DEER", "a reindeer"),
        ("Wu", "Wuhan"),
    ],
)
def test_a_part_of_a_word_says_no_name(name, text):
    assert not says(name, text)


def test_a_text_has_the_names_of_a_part_only_where_it_has_all():
    part = Part(text="is CLADA or TEAL faster", names=("CLADA", "TEAL"))
    assert names(part, "TEAL beats CLADA.")
    assert not names(part, "TEAL is fast.")


def test_saying_that_something_is_not_measured_denies_it():
    frontier = Part(text="frontier models", terms=frozenset({"frontier"}))
    assert denied(frontier, "The cause is left open, and no frontier-scale model is measured.")
    assert not denied(frontier, "Frontier models lose less content, not more.")


@given(st.text(max_size=200), st.text(max_size=200))
def test_no_text_is_too_odd(one, other):
    part = Part(text=one, terms=terms(one), names=tuple(one.split()))
    assert 0.0 <= speaks_of(part, other) <= 1.0
    assert denied(part, other) in (True, False)
    assert names(part, one) in (True, False)
