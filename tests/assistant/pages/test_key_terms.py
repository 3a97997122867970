"""A key term is a phrase that a source keeps using, at its full length."""

from hypothesis import given
from hypothesis import strategies as st

from assistant.pages.key_terms import key_terms
from assistant.pages.statements import Statement

WORDS = st.lists(
    st.sampled_from(["prompt", "entropy", "of", "layers", "BERT", "the", "grows"]), max_size=12
)


def said(*texts):
    return [
        Statement(text=t, start=at, end=at + len(t), page=None, part="fact")
        for at, t in enumerate(texts)
    ]


def test_a_phrase_that_recurs_is_a_term_in_the_form_it_is_used_most():
    terms = key_terms(
        said("Prompt entropy falls.", "The prompt entropy rises.", "No prompt entropy is low.")
    )
    assert terms[0] == "prompt entropy"


def test_a_phrase_that_occurs_only_inside_a_longer_one_is_left_out():
    terms = key_terms(said(*["A hidden state vector moves."] * 3))
    assert "hidden state vector" in terms
    assert not {"hidden state", "state vector"} & set(terms)


def test_what_is_used_once_is_no_term():
    assert key_terms(said("Whale songs travel far.")) == []


@given(st.lists(WORDS.map(" ".join), max_size=6), st.integers(0, 4))
def test_terms_are_few_and_differ_and_their_words_stand_in_the_text(texts, most):
    terms = key_terms(said(*texts), most)
    assert len(terms) <= most
    assert len(set(terms)) == len(terms)
    assert all(any(term in text for text in texts) for term in terms)
