"""A reader's passages or a seed come in; the prompts of an experiment come out."""

from typing import TYPE_CHECKING

from probes import on_demand

if TYPE_CHECKING:
    from probes.texts import datasets
else:
    __getattr__ = on_demand.files(__name__)
