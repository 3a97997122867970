"""Find how the sources of an answer changed since it was written."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Since:
    """The changed sources of an answer, its missing sources, and whether the library changed at all."""

    changed: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    moved: bool = False

    @property
    def line(self) -> str:
        """Return the changes in one line, or "" if no source changed."""
        if self.changed or self.gone:
            changed = [_counted(len(self.changed))] if self.changed else []
            gone = [f"{_counted(len(self.gone))} gone"] if self.gone else []
            return f"Changed since: {', '.join([*changed, *gone])}."
        if self.moved:
            return "The list has moved on since; the sources of this answer are as they were."
        return ""

    def as_json(self) -> dict[str, object]:
        """Return the changes as a JSON object."""
        return {"changed": list(self.changed), "gone": list(self.gone), "moved": self.moved}


def since(then: Mapping[str, str], now: Mapping[str, str], *, moved: bool = False) -> Since:
    """Compare sources by the hashes of their content.

    Args:
        then: The hashes stored with the answer, by key.
        now: The present hashes of the library.
        moved: Whether the answer was made with another index.
    """
    changed = tuple(key for key, content in then.items() if now.get(key, content) != content)
    gone = tuple(key for key in then if key not in now)
    return Since(changed=changed, gone=gone, moved=moved or bool(changed or gone))


def _counted(number: int) -> str:
    return "1 source" if number == 1 else f"{number} sources"
