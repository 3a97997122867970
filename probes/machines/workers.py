"""Do units of work side by side, over processes of this machine or over a Ray cluster.

A worker or a node that dies costs no finished unit: what it was at is done again by another. Results are those of the
units alone, so that the number and the place of the workers change no byte of them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from probes import machines
from probes.machines.crew import Crew, Here, ProcessCrew, closing, cores


@dataclass(frozen=True, kw_only=True)
class Workers:
    """Where units are worked on: `count` processes here or, with `ray`, the cluster at that address.

    `ray` is `auto`, for the cluster that this machine belongs to, or HOST:PORT of its head.
    """

    count: int = 1
    ray: str = ""

    @property
    def several(self) -> bool:
        """Return whether units are sent to other processes at all."""
        return self.count > 1 or bool(self.ray)

    @property
    def threads(self) -> int:
        """Return how many threads each worker may compute with, so that together they fill the machine."""
        return 1 if self.ray else max(1, cores() // self.count)

    @contextmanager
    def open(self, *, apart: bool = False) -> Iterator[Crew]:
        """Yield the workers, which end with the block; `apart`, a single one is a process of its own too.

        Raises:
            ProbeError: Ray is not installed, there is no cluster at the address, or its versions differ.
        """
        if self.ray:
            crew: Crew = machines.cluster.RayCrew(self.ray)
        elif self.count > 1 or apart:
            crew = ProcessCrew(self.count, self.threads)
        else:
            crew = Here()
        with closing(crew):
            yield crew


HERE = Workers()
"""One worker, this process."""
