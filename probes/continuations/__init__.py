"""Traces and cuts come in; many continuations of each come out, and the tokens that they share are read once."""

from typing import TYPE_CHECKING

from probes import on_demand

if TYPE_CHECKING:
    from probes.continuations import backends, engine, screening
else:
    __getattr__ = on_demand.files(__name__)
