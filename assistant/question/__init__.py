"""Read a question: its words come in; its parts, each with the form of its answer, go out."""

from typing import TYPE_CHECKING

from probes import on_demand

if TYPE_CHECKING:
    from assistant.question import follow_up
else:
    __getattr__ = on_demand.files(__name__)
