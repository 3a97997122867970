"""Experiments that are started come in; jobs, their logs, and stored runs that can be compared and drawn come out."""

from typing import TYPE_CHECKING

from probes import on_demand

if TYPE_CHECKING:
    from probes.runs import brought, comparison, evidence, job_log, jobs, pictures
else:
    __getattr__ = on_demand.files(__name__)
