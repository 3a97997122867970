"""Store threads of questions with their whole answers; a stored answer is shown without being asked again."""

from typing import TYPE_CHECKING

from probes import on_demand

if TYPE_CHECKING:
    from assistant.conversations import exports, records, since, store
else:
    __getattr__ = on_demand.files(__name__)
