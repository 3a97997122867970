"""A lab that has a folder and a device is asked for them; any other computes on the processor and keeps nothing."""

from dataclasses import dataclass
from pathlib import Path

from probes.files.places import device, folder


class Bare:
    """A lab that only loads models."""


@dataclass(frozen=True)
class Placed:
    """A lab with a folder, on a device."""

    cache: Path = Path("kept")
    device: str = "cuda:0"


def test_a_placed_lab_has_a_folder_and_a_device():
    assert folder(Placed(), "networks") == Path("kept/networks")
    assert device(Placed()) == "cuda:0"


def test_any_other_lab_keeps_nothing():
    assert folder(Bare(), "networks") is None
    assert device(Bare()) == "cpu"
