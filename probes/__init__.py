"""Experiments on local language models: metrics, probes, verdicts and stored evidence.

Each folder and file loads when it is first used: importing this package loads neither torch nor transformers.
"""

from typing import TYPE_CHECKING

from probes import on_demand

if TYPE_CHECKING:
    from probes import (
        continuations,
        experiments,
        layers,
        machines,
        models,
        registry,
        runs,
        statistics,
        texts,
        traces,
    )
else:
    __getattr__ = on_demand.files(__name__)
