"""Check sentences: a sentence and its quotes come in; whether they support it, how likely, and why not go out."""

from typing import TYPE_CHECKING

from probes import on_demand

if TYPE_CHECKING:
    from assistant.verify import decision, entailment, evidence, judge, server
else:
    __getattr__ = on_demand.files(__name__)
