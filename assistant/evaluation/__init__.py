"""Measure the program on questions with known answers, beside baselines and the previous run."""

from typing import TYPE_CHECKING

from probes import on_demand

if TYPE_CHECKING:
    from assistant.evaluation import own, runs, sets, telling
else:
    __getattr__ = on_demand.files(__name__)
