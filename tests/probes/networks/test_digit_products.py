import numpy as np
import pytest

from probes.networks.digit_products import PAUSES, first, products, rows
from probes.networks.digit_tasks import text


def number(digits):
    """A number whose last digit is written first."""
    return int(digits[::-1])


@pytest.mark.parametrize("digits", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("between", ["nothing", "pauses", "thought"])
def test_every_product_is_right_and_stands_at_the_end(digits, between):
    found = rows(first(products(digits, 40, seed=3, drawn=60), 40), between)
    for row in np.concatenate([found.train, found.test]):
        question, rest = text(row).split("=")
        one, two = question.split("*")
        assert len(one) == len(two) == digits
        assert number(rest[-2 * digits :]) == number(one) * number(two)
    assert len({len(row) for row in (*found.train, *found.test)}) == 1


def test_a_chain_of_thought_is_of_right_partial_products_and_sums():
    found = rows(first(products(4, 40, seed=0, drawn=60), 40), "thought")
    for row in found.test:
        question, rest = text(row).split("=")
        one, two = question.split("*")
        partials = [number(one) * int(digit) for digit in two]
        sums = np.cumsum([value * 10**place for place, value in enumerate(partials)])
        wanted = [(5, partials[0]), (5, partials[1]), (6, sums[1]), (5, partials[2]), (7, sums[2])]
        wanted += [(5, partials[3]), (8, sums[3])]
        at = 0
        for length, value in wanted:
            assert number(rest[at : at + length]) == value
            at += length
        assert at == len(rest) == found.answer


def test_pause_tokens_are_given_and_a_thought_is_written():
    asked = products(2, 40, seed=0, drawn=0)
    plain, paused, thinking = (rows(asked, form) for form in ("nothing", "pauses", "thought"))
    assert (plain.answer, paused.answer, thinking.answer) == (4, 4, 10)
    np.testing.assert_array_equal(paused.test[:, 6:10], np.tile(PAUSES, (40, 1)))
    assert len(PAUSES) == 4
    assert PAUSES[1] == PAUSES[2]
    for found in (paused, thinking):
        np.testing.assert_array_equal(found.test[:, :6], plain.test[:, :6])
        np.testing.assert_array_equal(found.test[:, -4:], plain.test[:, -4:])


@pytest.mark.parametrize(("digits", "count"), [(1, 100), (2, 10_000), (4, 640), (5, 640)])
def test_no_pair_is_twice_there(digits, count):
    found = products(digits, 40, seed=1, drawn=600)
    pairs = np.concatenate([found.train, found.test])
    assert len(pairs) == count
    assert len(np.unique(pairs, axis=0)) == count
    assert pairs.min() >= 0
    assert pairs.max() < 10**digits
    np.testing.assert_array_equal(found.test, products(digits, 40, seed=1, drawn=600).test)
    assert (found.test != products(digits, 40, seed=2, drawn=600).test).any()


@pytest.mark.parametrize("asked", [(0, 5, 9), (6, 5, 9), (1, 0, 9), (1, 100, 9), (5, 10, 0)])
def test_what_cannot_be_asked_is_refused(asked):
    digits, tested, drawn = asked
    with pytest.raises(ValueError, match="digits"):
        products(digits, tested, seed=0, drawn=drawn)
