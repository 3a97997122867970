"""Units of work for the tests of workers; they stand in a module that other processes can import."""

import os
import signal
import time
from pathlib import Path

from probes.errors import ProbeError


def square(number):
    return number * number


def slow(pair):
    """Note in a folder that the unit was done, a moment after it was begun."""
    number, folder = pair
    time.sleep(0.25)
    with (Path(folder) / str(number)).open("a") as file:
        file.write("done\n")
    return number


def dies_once(place):
    """Be killed the first time."""
    if not Path(place).exists():
        Path(place).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return "done"


def dies(_):
    os.kill(os.getpid(), signal.SIGKILL)


def fails(number):
    if number == 2:
        raise ProbeError("no such unit;\nname another")
    return number


def pid(_):
    time.sleep(0.1)
    return os.getpid()
