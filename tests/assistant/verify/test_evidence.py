"""A judge reads the titles, then the quotes, each on one line."""

import pytest

from assistant.verify.evidence import Claim, Opinion


@pytest.mark.parametrize(
    ("titles", "presented"),
    [
        ((), "One two. Three."),
        (("A title", "A title", " "), "A title: One two. Three."),
        (("A", "B"), "A; B: One two. Three."),
    ],
)
def test_titles_come_before_the_quotes_each_once(titles, presented):
    claim = Claim("S.", ("One\n two.", "Three."), titles, names=("not shown",))
    assert claim.presented() == presented


def test_an_opinion_supports_from_its_bar_on_and_never_with_a_reason():
    assert Opinion(0.8, 0.8).supports
    assert not Opinion(0.79, 0.8).supports
    assert not Opinion(1.0, 0.8, "it is too long").supports
