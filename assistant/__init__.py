"""A reading list that answers with checked quotes, computed gaps, and experiments as evidence."""

from typing import TYPE_CHECKING, Any

from probes import on_demand

if TYPE_CHECKING:
    from assistant import library, models, preferences, question, settings, soundness
    from assistant.build import Assistant
else:
    _load = on_demand.files(__name__)

    def __getattr__(name: str) -> Any:
        return _load("build").Assistant if name == "Assistant" else _load(name)


__all__ = ["Assistant"]
