"""A crew brings every unit, whatever happens to its workers."""

import os
import signal
from concurrent.futures import as_completed

import pytest

from probes.errors import ProbeError
from probes.machines.crew import ProcessCrew, in_order
from tests.probes import units


@pytest.fixture(scope="module")
def crew():
    with ProcessCrew(2) as crew:
        yield crew


def test_a_killed_worker_costs_no_unit(crew, tmp_path):
    futures = [crew.submit(units.dies_once, str(tmp_path / "a"))]
    futures += [crew.submit(units.square, number) for number in range(8)]
    assert [future.result() for future in futures] == ["done", *(n * n for n in range(8))]


def test_a_worker_killed_from_outside_costs_no_unit(crew):
    victim = crew.submit(units.pid, 0).result()
    futures = [crew.submit(units.pid, at) for at in range(8)]
    os.kill(victim, signal.SIGKILL)
    assert len([future.result() for future in as_completed(futures)]) == 8


def test_a_unit_that_kills_every_worker_is_one_line_and_stops_no_other(crew):
    deadly = crew.submit(units.dies, 0)
    others = [crew.submit(units.square, number) for number in range(4)]
    assert [future.result() for future in others] == [0, 1, 4, 9]
    with pytest.raises(ProbeError, match="its process was killed 2 times"):
        deadly.result()


def test_what_a_unit_raises_is_raised_at_its_place(crew):
    found = in_order(crew, units.fails, range(4))
    assert [next(found)[1], next(found)[1]] == [0, 1]
    with pytest.raises(ProbeError, match=r"^no such unit; name another$"):
        next(found)
