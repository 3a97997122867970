"""Estimate how long a run takes on this machine, from the start-up times and the pace of earlier runs."""

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from assistant.experiments.stored import stored_runs
from assistant.library.store import Library
from assistant.types import Source
from probes import registry
from probes.models import model_sizes
from probes.probe import Probe
from probes.types import ProbeError, Result

# A run with at least this many estimated seconds of work tells the pace of a machine and not just
# noise.
_TELLING = 15.0


def estimate(library: Library, name: str, parameters: Mapping[str, Any]) -> float:
    """Return how many seconds a run of a probe with these parameters takes on this machine.

    Raises:
        UsageError: the probe or a parameter is unknown, or a value has the wrong type or is out of
            range.
        ProbeError: a file that a parameter names cannot be read.
    """
    probe, stored = registry.build(name, parameters), stored_runs(library)
    return seconds(probe, runs_of(type(probe), stored), stored)


def runs_of(probe: type[Probe], stored: Sequence[Source]) -> list[Source]:
    """Return the stored runs of a probe, including those under its former names."""
    names = {probe.name(), *probe.formerly}
    return [source for source in stored if source.metadata.get("probe") in names]


def pace(result: Result) -> float | None:
    """Return the ratio of a run's actual to its estimated working time, or None if it is unknown.

    It is unknown if the run was made on another machine, was short, or has parameters of
    another version. If the run did not measure its start-up time, its probe's estimate is used.
    """
    if result.brought_from:
        return None
    try:
        expected = registry.build(result.probe, result.parameters).cost()
    except ProbeError:
        return None
    if expected.work < _TELLING:
        return None
    return round(max(result.seconds - (result.startup or expected.startup), 0.0) / expected.work, 3)


def seconds(probe: Probe, runs: Sequence[Source], stored: Sequence[Source]) -> float:
    """Return the seconds of a run on this machine: its start-up, and its work at the pace of earlier runs.

    Both come from runs of the same model. The newest run of the same probe gives the pace; without
    one, the median of all stored runs does. The start-up is the quickest of all, because only a
    first start converts the model. A model that never ran here takes longer in proportion to its
    size.

    Args:
        probe: The probe with the parameters of the run.
        runs: The stored runs of this probe, newest first.
        stored: All stored runs.
    """
    chosen, cost = str(probe.parameters().get("model", "")), probe.cost()

    def figures(name: str, listed: Sequence[Source]) -> list[float]:
        told = [s.metadata.get(name) for s in listed if s.metadata.get("chosen") == chosen]
        return [float(figure) for figure in told if figure]

    own, every = figures("pace", runs), figures("pace", stored)
    started = figures("startup", stored)
    size = 1.0 if every and started else model_sizes.share(chosen) if chosen else 1.0
    speed = own[0] if own else statistics.median(every or [size])
    startup = min(started, default=cost.startup * max(size, 1.0))
    return round(startup + cost.work * speed, 1)
