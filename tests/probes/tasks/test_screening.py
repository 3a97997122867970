"""The screening on a solver that adds rightly up to a bound, and knows nothing else."""

import re

import pytest

from probes.continuations.types import Continuation, Decoding, Prefix
from probes.tasks.screening import BAND, SETTINGS, fitting, usable
from probes.types import ProbeError


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
