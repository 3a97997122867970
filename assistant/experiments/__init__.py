"""Turn runs into sources and into sentences that bear on a question, and choose experiments to offer."""

from typing import TYPE_CHECKING

from probes import on_demand

if TYPE_CHECKING:
    from assistant.experiments import ledger, measured, sources, starting, stored, texts
else:
    __getattr__ = on_demand.files(__name__)
