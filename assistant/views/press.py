"""What the browser says was pressed, parsed once: what is no text, number or list as the page sends it is left out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

# Characters of a comment, the longest thing that a reader types.
_LONGEST = 100_000
# Entries of a list: a library of ten thousand sources can be selected whole.
_MOST = 10_000
# Digits of a place in a text or of a page: an int of nine digits is read at once and holds 64 bits.
_WHOLE = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True)
class Press:
    """A press in the page.

    `said` are the values of the button, `fields` those of the fields around it, and `checked` the names of the
    boxes that are ticked.
    """

    said: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    checked: tuple[str, ...] = ()

    def text(self, name: str) -> str:
        """Return a value of the button; empty where it has none."""
        return self.said.get(name, "")

    def whole(self, name: str) -> int | None:
        """Return a value of the button as the whole number that it is; None where it is none."""
        text = self.text(name)
        return int(text) if _WHOLE.fullmatch(text) else None

    def keys(self, name: str) -> tuple[str, ...]:
        """Return the keys that a value of the button lists."""
        return tuple(self.text(name).split()[:_MOST])


def pressed(data: object) -> Press:
    """Return the press that an event of the page reports, whatever was sent in its place."""
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
