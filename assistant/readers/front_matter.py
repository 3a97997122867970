"""Read YAML front matter as plain values of limited depth and size that JSON can hold."""

import math
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import yaml

from assistant.errors import Refused

# People write front matter: lists of a few hundred names, three or four levels deep.
_DEEPEST = 32
_LONGEST = 1_000_000
# An alias counts as much as its target.
_MOST_VALUES = 20_000
# An integer with this many digits is a name and not a count; 2^63 has 19.
_MOST_DIGITS = 18


def values(block: str) -> Any:
    """Return the plain values of a YAML block.

    Dates become ISO text. These become text as written: numbers in base 60, such as "1:30",
    integers of more than 18 digits, numbers that are not finite, and values that do not fit their
    tag.

    Raises:
        Refused: the block is not YAML, is nested too deeply, or is too large once its aliases are
            expanded; the message gives only line and problem, as in "line 3: found undefined
            alias".
    """
    if len(block) > _LONGEST:
        raise Refused(f"it has {len(block):,} characters, and at most {_LONGEST:,} are read")
    try:
        _check_size(block)
        return _plain(yaml.load(block, Loader=_Plain))  # noqa: S506  a safe loader
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}: " if mark is not None else ""
        problem = getattr(error, "problem", None) or "it cannot be parsed"
        raise Refused(f"{where}{problem}") from None


def _check_size(block: str) -> None:
    """Count depth and values by the parser's events, before any value is built."""
    count = 0
    begun: list[tuple[str | None, int]] = []
    sizes: dict[str, int] = {}
    for event in yaml.parse(block, Loader=_LOADER):
        if isinstance(event, yaml.AliasEvent):
            if any(event.anchor == anchor for anchor, _ in begun):
                raise _too_much(event, f"*{event.anchor} stands for what it is part of")
            count += sizes.get(str(event.anchor), 1)
        elif isinstance(event, yaml.ScalarEvent):
            count += 1
            if event.anchor:
                sizes[event.anchor] = 1
        elif isinstance(event, yaml.CollectionStartEvent):
            begun.append((event.anchor, count))
            count += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = begun.pop()
            if anchor:
                sizes[anchor] = count - before
        if len(begun) > _DEEPEST:
            raise _too_much(event, f"it nests more than {_DEEPEST} levels deep")
        if count > _MOST_VALUES:
            raise _too_much(event, f"it holds more than {_MOST_VALUES:,} values")


def _too_much(event: yaml.Event, problem: str) -> yaml.MarkedYAMLError:
    mark: Any = event.start_mark  # from the parser in C or the one in Python
    return yaml.MarkedYAMLError(problem=problem, problem_mark=mark)


def _plain(value: Any) -> Any:
    """Return a value that JSON can hold: dates as ISO text, names as text."""
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, set):
        return sorted(str(_plain(item)) for item in value)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, str | int | float | bool | None) else str(value)


# The safe loader, in C if libyaml is installed, which is ten times faster.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Plain(_LOADER):  # type: ignore[misc, valid-type]
    """A safe loader that reads a value as text if it does not fit its tag."""


def _or_text(construct: Callable[[Any, yaml.ScalarNode], Any]) -> Callable[[Any, yaml.Node], Any]:
    """Return a constructor of scalars that returns the text if it would fail or give a value outside JSON."""

    def made(loader: Any, node: yaml.Node) -> Any:
        if not isinstance(node, yaml.ScalarNode):
            raise yaml.MarkedYAMLError(
                problem="a list or mapping is tagged as a single value",
                problem_mark=node.start_mark,
            )
        written = str(node.value)
        if ":" in written and node.tag.endswith((":int", ":float")):
            return written  # in base 60, or in no base at all
        if len(written.lstrip("+-")) > _MOST_DIGITS and node.tag.endswith(":int"):
            return written
        try:
            value = construct(loader, node)
        # PyYAML's constructors raise these errors for a value that does not fit its tag.
        except (ValueError, KeyError, AttributeError, OverflowError, IndexError):
            return written
        return written if isinstance(value, float) and not math.isfinite(value) else value

    return made


for _tag in ("int", "float", "bool", "timestamp", "null"):
    _construct = getattr(yaml.SafeLoader, f"construct_yaml_{_tag}")
    _Plain.add_constructor(f"tag:yaml.org,2002:{_tag}", _or_text(_construct))
for _tag in ("value", "merge"):  # "=" and "<<" in the place of a value
    _Plain.add_constructor(f"tag:yaml.org,2002:{_tag}", yaml.SafeLoader.construct_scalar)
