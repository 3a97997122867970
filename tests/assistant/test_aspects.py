"""Aspects are stretches of the question's own words, and a text speaks of them by their stems."""

from hypothesis import given
from hypothesis import strategies as st

from assistant.aspects import Aspect, aspects, denied, share, speaks_of, terms


def test_the_aspects_of_a_why_question_are_its_topics_and_its_cause():
    found = aspects("Why do intermediate LLM layers become more precise in frontier models?")
    assert [a.text for a in found] == [
        "intermediate LLM layers",
        "precise",
        "frontier models",
        "why do intermediate LLM layers become more precise in frontier models",
    ]
    assert found[-1].kind == "cause"


def test_an_aspect_inside_another_is_left_out():
    found = aspects("Is entropy the same as matrix entropy?")
    assert [a.text for a in found if a.kind == "topic"] == ["matrix entropy"]


@given(st.text("aeilnr whyotdsu?,GP1", max_size=120))
def test_a_clause_has_no_terms_but_those_of_the_topics(question):
    found = aspects(question)
    topics = frozenset().union(*(a.terms for a in found if a.kind in ("topic", "quantity")))
    assert all(a.terms <= topics for a in found)


@given(st.text(max_size=300))
def test_every_topic_stands_in_the_question(question):
    spoken = set(question.split()) | set(question.replace("-", " ").split())
    for aspect in aspects(question):
        if aspect.kind == "topic":
            assert aspect.terms
            assert all(word in question for word in aspect.text.split()), spoken


def test_what_the_field_calls_by_two_names_is_one_term():
    assert terms("the middle of the stack") & terms("an intermediate layer") == {"intermedi"}


def test_multiplying_speaks_of_multiplication():
    (aspect,) = aspects("multiplication?")
    assert speaks_of(aspect, "It learns by multiplying digits.") == 1.0


@given(
    st.sets(st.sampled_from(["entropi", "layer", "valley", "curvatur"])), st.sets(st.just("layer"))
)
def test_a_share_is_between_zero_and_one_and_grows_with_what_is_present(wanted, present):
    assert 0.0 <= share(wanted, present) <= share(wanted, present | wanted) <= 1.0


def test_saying_that_something_is_not_measured_denies_it():
    frontier = Aspect("frontier models", frozenset({"frontier"}))
    assert denied(frontier, "The cause is left open, and no frontier-scale model is measured.")
    assert not denied(frontier, "Frontier models lose less content, not more.")


def test_a_cause_that_is_left_open_is_denied():
    why = Aspect("why", frozenset(), "cause")
    assert denied(why, "Why the compression happens is left open.")
    assert not denied(why, "The penalty raises entropy because it spreads the spectrum.")
