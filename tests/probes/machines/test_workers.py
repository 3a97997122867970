import os

import pytest

from probes.machines.crew import ProcessCrew, in_order
from probes.machines.workers import Workers
from tests.probes import units


@pytest.fixture(scope="module")
def crew():
    with ProcessCrew(2) as crew:
        yield crew


@pytest.mark.parametrize("places", [Workers(), Workers(count=2)])
def test_units_come_in_order_wherever_they_are_done(places):
    with places.open() as crew:
        found = list(in_order(crew, units.square, range(7)))
    assert found == [(number, number**2) for number in range(7)]


def test_one_worker_is_this_process_and_two_are_others():
    with Workers().open() as crew:
        assert crew.submit(units.pid, 0).result() == os.getpid()
    with Workers(count=2).open() as crew:
        found = {future.result() for future in [crew.submit(units.pid, at) for at in range(4)]}
    assert os.getpid() not in found
    with Workers().open(apart=True) as crew:
        assert crew.submit(units.pid, 0).result() != os.getpid()


def test_only_a_few_units_are_begun_before_they_are_wanted():
    begun = []
    with Workers().open() as crew:
        found = in_order(crew, lambda unit: begun.append(unit) or unit, range(10))
        next(found)
        assert begun == [0]
