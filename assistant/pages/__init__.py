"""Make pages about sources: a library and some of its sources come in; short cited texts go out."""

from typing import TYPE_CHECKING

from probes import on_demand

if TYPE_CHECKING:
    from assistant.pages import (
        against,
        answered,
        attestations,
        claim_records,
        claims,
        paper,
        questions,
        summaries,
    )
else:
    __getattr__ = on_demand.files(__name__)
