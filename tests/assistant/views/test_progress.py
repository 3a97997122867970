"""A reported share of work never falls."""

from hypothesis import given
from hypothesis import strategies as st

from assistant.views.progress import Progress


@given(st.lists(st.floats(allow_nan=False)))
def test_a_share_lies_between_nothing_and_all_and_never_falls(told):
    progress, seen = Progress("Waiting"), [0.0]
    for fraction in told:
        progress.read("reading a.pdf", fraction)
        seen.append(progress.fraction)
    assert seen == sorted(seen)
    assert 0.0 <= seen[0] <= seen[-1] <= 1.0


def test_what_is_done_is_said_in_a_readers_words():
    progress = Progress("Waiting")
    progress.read("reading a.pdf", 0.1)
    assert str(progress) == "Reading the list… 10%"
    progress.read("embedding", 0.05)
    assert str(progress) == "Indexing the list… 10%"
