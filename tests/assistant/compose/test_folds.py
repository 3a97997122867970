"""No helpful sentence is lost: those outside the brief are folded by source, and none stands twice."""

from hypothesis import given
from hypothesis import strategies as st

from assistant.compose.choice import Measure
from assistant.compose.folds import folds
from tests.assistant.compose.quotes import quote, unlike

SOURCES = ("a", "b", "c")


def _quotes(values):
    return [
        quote(
            f"Finding {n} alpha{n} beta{n} gamma{n}.", source=SOURCES[n % 3], start=100 * n,
            role="caveat" if n % 4 == 0 else "fact", helps=value, brief=value,
        )
        for n, value in enumerate(values)
    ]  # fmt: skip


@given(st.lists(st.floats(0, 1), max_size=40), st.integers(0, 5))
def test_what_helps_is_said_or_folded_once_and_sources_stand_together(values, count):
    quotes = _quotes(values)
    said = quotes[:count]
    made = folds(quotes, said, [], unlike, Measure())
    below = [q for fold in made for q in fold.quotes]
    assert len(set(below)) == len(below)
    assert not set(below) & set(said)
    for fold in made:
        order = [q.source for q in fold.quotes]
        assert sorted(order, key=order.index) == order


def test_a_fold_says_what_is_in_it():
    quotes = _quotes([0.9] * 4)
    made = folds(quotes, [quotes[1]], [], unlike, Measure())
    assert [fold.summary for fold in made] == [
        "More evidence: 2 sentences from 2 sources", "More reservations: one sentence from one source",
    ]  # fmt: skip


def test_runs_that_are_not_told_are_folded():
    run = quote("On a small model the dip is .3.", source="run-1", role="run")
    (fold,) = folds([], [], [run], unlike, Measure())
    assert (fold.kind, fold.quotes) == ("experiments", (run,))
