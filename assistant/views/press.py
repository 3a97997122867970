"""Parse the browser's report of a press once; values other than text, numbers or lists are ignored."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

# The most characters of a comment, the longest text that a reader types.
_LONGEST = 100_000
# The most entries of a list: a library of ten thousand sources can be selected whole.
_MOST = 10_000
# A place in a text or a page number has at most nine digits, which are read fast and fit in an int
# of 64 bits.
_WHOLE = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True)
class Press:
    """A press in the page.

    `said` are the values of the button, `fields` those of the fields around it, and `checked` the
    names of the ticked boxes.
    """

    said: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    checked: tuple[str, ...] = ()

    def text(self, name: str) -> str:
        """Return a value of the button, or "" if it has none."""
        return self.said.get(name, "")

    def whole(self, name: str) -> int | None:
        """Return a value of the button as a whole number, or None if it is not one."""
        text = self.text(name)
        return int(text) if _WHOLE.fullmatch(text) else None

    def keys(self, name: str) -> tuple[str, ...]:
        """Return the keys in a value of the button."""
        return tuple(self.text(name).split()[:_MOST])


def pressed(data: object) -> Press:
    """Return the press that an event of the page reports, whatever was sent."""
    if not isinstance(data, Mapping):
        return Press()
    checked = data.get("checked")
    listed = checked if isinstance(checked, list) else ()
    names = tuple(name for name in listed[:_MOST] if _is_text(name))
    return Press(said=_texts(data), fields=_texts(data.get("fields")), checked=names)


def _texts(data: object) -> dict[str, str]:
    if not isinstance(data, Mapping):
        return {}
    pairs = list(data.items())[:_MOST]
    return {name: value for name, value in pairs if _is_text(name) and _is_text(value)}


def _is_text(value: object) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST
