"""Ask a lab for its folder and its device, as probes that train networks do."""

from pathlib import Path
from typing import Protocol, runtime_checkable

from probes.types import Lab


@runtime_checkable
class PlacedLab(Protocol):
    """A lab with a folder of its own, on a device."""

    @property
    def cache(self) -> Path:
        """Return the folder that the lab may keep things in."""
        ...

    @property
    def device(self) -> str:
        """Return the device, such as cpu or cuda:0."""
        ...


def folder(lab: Lab, name: str) -> Path | None:
    """Return the folder with that name in a lab; None where the lab keeps nothing."""
    return lab.cache / name if isinstance(lab, PlacedLab) else None


def device(lab: Lab) -> str:
    """Return the device that a lab computes on."""
    return lab.device if isinstance(lab, PlacedLab) else "cpu"
