"""Two answers are the same if mathematics says so in time; a hostile one costs its limit and no more."""

import pytest

from probes.traces.symbolic import DEEPEST, LONGEST, SymbolicComparer


@pytest.fixture(scope="module")
def comparer():
    made = SymbolicComparer(seconds=20)  # a busy machine may be slow
    yield made
    made.close()


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("\\frac{1}{2}", "0.5", True),
        ("x + y", "y + x", True),
        ("2^{10}", "1024", True),
        ("1", "2", False),
    ],
)
def test_equal_values_are_equal_however_they_are_written(comparer, first, second, same):
    assert comparer.same(first, second) is same


@pytest.mark.parametrize(
    "answer",
    [
        "1" * (LONGEST + 1),
        "{" * (DEEPEST + 1) + "1" + "}" * (DEEPEST + 1),
        "10^{10^{10}}",
        "12345!",
        "\\sum_{n=1}^{9} n",
        "2^{99999}",
    ],
)
def test_what_could_cost_too_much_is_not_handed_over(comparer, answer):
    before = comparer._worker
    assert not comparer.same(answer, answer)
    assert comparer._worker is before


def test_a_worker_that_was_killed_is_replaced(comparer):
    assert comparer.same("1", "1")
    comparer._worker.kill()
    comparer._worker.wait()
    assert comparer.same("1", "1.0")
