"""Screening is tested on a solver that adds correctly up to a bound and can do nothing else."""

import re

import pytest

from probes.continuations.screening import BAND, SETTINGS, cost, fitting, usable
from probes.continuations.types import Continuation, Decoding, Prefix
from probes.errors import ProbeError


class Adder:
    """Answers the last question of a prompt; a sum above its bound comes out one too high."""

    def __init__(self, bound):
        self.bound = bound

    def prefix(self, text):
        return Prefix(text=text)

    def complete(self, requests):
        for index, request in enumerate(requests):
            question = request.prefix.text.rsplit("Q: ", 1)[1]
            total = sum(map(int, re.findall(r"\d+", question))) if "+" in question else -1
            said = total + (total > self.bound)
            text = f"So the answer is \\boxed{{{said}}}."
            yield index, Continuation(text=text, finish="stop", generated=8)


def _fitted(bound):
    shares = []
    tried = fitting(
        Adder(bound), count=20, shots=2, decoding=Decoding(temperature=0.0), done=shares.append
    )
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    return tried


def test_built_in_settings_that_fit_are_kept():
    tried = _fitted(15)
    assert [found.setting for found in tried] == list(SETTINGS)
    assert usable(tried)


@pytest.mark.parametrize("bound", [5, 90, 200, 750])
def test_another_setting_is_found_where_no_built_in_one_fits(bound):
    tried = _fitted(bound)
    assert not any(found.kept for found in tried[: len(SETTINGS)])
    (setting,) = usable(tried)
    assert setting not in SETTINGS
    assert BAND[0] <= tried[-1].accuracy <= BAND[1]


def test_a_solver_that_nothing_fits_is_told_of_its_own_problems():
    with pytest.raises(ProbeError, match=r"problems=FILE\.jsonl"):
        usable(_fitted(-1))


def test_it_stops_when_time_is_up_and_keeps_whole_settings_only():
    """An answer takes a tick here, whatever the clock says."""
    for ticks, whole in ((0, 0), (19, 0), (20, 1), (65, 3), (159, 7)):
        left = [ticks]

        def over(left=left):
            left[0] -= 1
            return left[0] < 0

        tried = fitting(Adder(-1), count=20, shots=2, decoding=Decoding(temperature=0.0), over=over)
        assert all(found.asked == 20 for found in tried)
        assert abs(len(tried) - whole) <= 1


def test_the_cost_is_told_in_proportion_to_what_it_depends_on():
    assert cost(20, 256, 1.0) > 60
    assert cost(40, 256, 1.0) == cost(20, 512, 1.0) == cost(20, 256, 2.0) == 2 * cost(20, 256, 1.0)
