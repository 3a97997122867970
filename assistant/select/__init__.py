"""Choose what to quote: a question and passages come in; scored sentences and the coverage go out."""

from typing import TYPE_CHECKING

from probes import on_demand

if TYPE_CHECKING:
    from assistant.select import judgements, ordering, selector, taught
else:
    __getattr__ = on_demand.files(__name__)
