"""A reading list that answers with checked quotes, computed gaps, and experiments as evidence."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.build import Assistant

__all__ = ["Assistant"]


def __getattr__(name: str) -> Any:
    """Return `Assistant`, imported on first use, because `inquire --help` does not need it."""
    if name == "Assistant":
        from assistant.build import Assistant

        return Assistant
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
