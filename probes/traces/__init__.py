"""Reasoning traces: cut them, read their answers, compare, count and vote; this needs no model."""

from typing import TYPE_CHECKING

from probes import on_demand

if TYPE_CHECKING:
    from probes.traces import recorded, resampled, segmentation
else:
    __getattr__ = on_demand.files(__name__)
