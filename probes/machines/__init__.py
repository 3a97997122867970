"""Units of work come in; they are done here, by other processes, by the machines of a cluster or by servers."""

from typing import TYPE_CHECKING

from probes import on_demand

if TYPE_CHECKING:
    from probes.machines import cluster, workers
else:
    __getattr__ = on_demand.files(__name__)
