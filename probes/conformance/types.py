"""The result of one golden case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

Outcome: TypeAlias = Literal["passed", "failed", "skipped", "advisory"]
"""How a case ended.

`skipped` is a case its own file marks as no target; `advisory` is one that was compared and
printed but does not decide the run.
"""

Value: TypeAlias = float | int | str | bool | Sequence["Value"] | Mapping[str, "Value"] | None
"""A golden case may hold any JSON value."""


@dataclass(frozen=True)
class Check:
    """One golden case compared with what this code computes."""

    id: str
    outcome: Outcome
    expected: Value = None
    """The part of the stored value that matters for the report."""
    got: Value = None
    """The same part as computed here."""
    note: str = ""
    """This says which value differs and by how much, or why the case was not compared."""


class UnreadableFolderError(ValueError):
    """A golden folder is missing, incomplete or damaged; the message says what and where."""
