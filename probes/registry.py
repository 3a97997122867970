"""Find every probe by the name of its file, and its parameters from the text that a reader typed."""

import dataclasses
import functools
import importlib
import inspect
import json
import pkgutil
import types
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from probes.errors import ProbeError, UsageError
from probes.probe import About, Probe

EXPERIMENTS = "probes.experiments"


@functools.cache
def discover(package: str = EXPERIMENTS) -> Mapping[str, type[Probe]]:
    """Import every file of the package and key its probe by the file's name.

    Raises:
        ProbeError: a file holds no probe, or more than one.
    """
    folder = importlib.import_module(package)
    found = {}
    for entry in sorted(pkgutil.iter_modules(folder.__path__), key=lambda entry: entry.name):
        module = importlib.import_module(f"{package}.{entry.name}")
        own = [
            value
            for value in vars(module).values()
            if inspect.isclass(value)
            and issubclass(value, Probe)
            and value.__module__ == module.__name__
        ]
        if len(own) != 1:
            listed = ", ".join(probe.__name__ for probe in own) or "none"
            raise ProbeError(f"{module.__file__} must hold exactly one probe; it holds {listed}")
        found[entry.name] = own[0]
    return types.MappingProxyType(found)


def names() -> list[str]:
    """Return the names of all probes, in alphabetical order."""
    return list(discover())


def get(name: str) -> type[Probe]:
    """Return the probe that has this name, or had it formerly.

    Raises:
        UsageError: no probe has this name; the message lists the names.
    """
    known = discover()
    renamed = (probe for probe in known.values() if name in probe.formerly)
    found = known.get(name) or next(renamed, None)
    if found is None:
        raise UsageError(f"no probe {name!r}; there are: {', '.join(names())}")
    return found


def titled(name: str) -> str:
    """Return the question that an experiment asks, or its name where there is no such experiment any more."""
    return get(name).question if name in names() else name


def for_families(families: Iterable[str]) -> list[type[Probe]]:
    """Return the probes that test claims of these families, as notes name them; alphabetical."""
    wanted = set(families)
    return [probe for probe in discover().values() if wanted.intersection(probe.families)]


def parse(choices: Iterable[str]) -> dict[str, str]:
    """Return `["seed=3", ...]` as `{"seed": "3", ...}`.

    Raises:
        UsageError: a choice has no "=", or a parameter comes twice.
    """
    parsed: dict[str, str] = {}
    for choice in choices:
        name, equals, value = choice.partition("=")
        if not equals:
            raise UsageError(f"parameter {choice!r} is not of the form name=value")
        if name.strip() in parsed:
            raise UsageError(f"parameter {name.strip()!r} is given twice")
        parsed[name.strip()] = value
    return parsed


def build(name: str, parameters: Mapping[str, Any] | None = None) -> Probe:
    """Return a probe with these parameters, its model and files found, so that it can be run.

    Raises:
        UsageError: `parsed` raises it, or the model parameter names no model.
        ProbeError: a file that a parameter names cannot be read.
    """
    return parsed(name, parameters).located()


def parsed(name: str, parameters: Mapping[str, Any] | None = None) -> Probe:
    """Return a probe with these parameters, given as values or as the strings a reader typed.

    Raises:
        UsageError: the probe or a parameter is unknown, or a value has the wrong type or is out of range.
    """
    probe = get(name)
    fields = [field.name for field in dataclasses.fields(probe)]
    hints = get_type_hints(probe, include_extras=True)
    values: dict[str, Any] = {}
    for key, given in (parameters or {}).items():
        if key not in fields:
            raise UsageError(f"{name} has no parameter {key!r}; it has: {', '.join(fields)}")
        try:
            value = convert(given, hints[key])
        except (ValueError, TypeError):
            wanted = _describe(hints[key])
            raise UsageError(f"{name}: parameter {key} takes {wanted}, not {given!r}") from None
        _check_range(f"{name}: parameter {key}", _about(hints[key]), value)
        values[key] = value
    return probe(**values)


def describe(name: str) -> dict[str, Any]:
    """Return what a probe tests and takes, as plain JSON values, for `probe show` and for cards."""
    probe = get(name)
    hints = get_type_hints(probe, include_extras=True)
    default = probe()
    return {
        "probe": name,
        "question": probe.question,
        "description": inspect.getdoc(probe) or "",
        "claim": dataclasses.asdict(probe.claim),
        "sources": list(probe.sources),
        "families": list(probe.families),
        "seconds": default.cost().seconds,
        "parameters": [
            {
                "name": field.name,
                "type": _describe(hints[field.name]),
                "default": default.parameters()[field.name],
                "meaning": _about(hints[field.name]).meaning,
                "least": _about(hints[field.name]).low,
                "most": _about(hints[field.name]).high,
            }
            for field in dataclasses.fields(probe)
        ],
    }


def spell(value: Any) -> str:
    """Spell a parameter value as the string that `build` reads back."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def convert(given: Any, hint: Any) -> Any:
    """Convert a value, or the text that a reader typed for it, to the type of its parameter.

    Raises:
        ValueError, TypeError: the value is not of that type.
    """
    if get_origin(hint) is Annotated:
        return convert(given, get_args(hint)[0])
    if get_origin(hint) in (Union, types.UnionType):
        return _convert_optional(given, hint)
    if get_origin(hint) is Literal:
        return _convert_choice(given, get_args(hint))
    if get_origin(hint) is tuple:
        items = _listed(given) if isinstance(given, str) else given
        return tuple(convert(item, get_args(hint)[0]) for item in items)
    if hint is bool:
        return _convert_choice(str(given).lower(), ("true", "false")) == "true"
    if hint is int:
        if isinstance(given, (bool, float)):
            raise TypeError(given)
        return int(given)
    if hint is float:
        number = float(given)
        if not abs(number) < float("inf"):
            raise ValueError(given)
        return number
    if not isinstance(given, str):
        raise TypeError(given)
    return given


def _convert_optional(given: Any, hint: Any) -> Any:
    if given is None or str(given).lower() in ("none", "null"):
        return None
    inner = next(kind for kind in get_args(hint) if kind is not type(None))
    return convert(given, inner)


def _convert_choice(given: Any, choices: tuple[Any, ...]) -> Any:
    for choice in choices:
        if str(choice) == str(given):
            return choice
    raise ValueError(given)


def _listed(text: str) -> list[Any]:
    """Return a JSON list, or items between commas."""
    if text.lstrip().startswith("["):
        return list(json.loads(text))
    return [item.strip() for item in text.split(",") if item.strip()]


def _about(hint: Any) -> About:
    notes = getattr(hint, "__metadata__", ())
    return next((note for note in notes if isinstance(note, About)), About(""))


def _check_range(what: str, about: About, value: Any) -> None:
    if not isinstance(value, (int, float)):
        return
    if about.low is not None and value < about.low:
        raise UsageError(f"{what} must be at least {about.low}, not {value}")
    if about.high is not None and value > about.high:
        raise UsageError(f"{what} must be at most {about.high}, not {value}")


def _describe(hint: Any) -> str:
    if get_origin(hint) is Annotated:
        return _describe(get_args(hint)[0])
    if get_origin(hint) is Literal:
        return "one of " + ", ".join(str(choice) for choice in get_args(hint))
    if get_origin(hint) is tuple:
        return f"a list ({_describe(get_args(hint)[0])})"
    if get_origin(hint) in (Union, types.UnionType):
        inner = next(kind for kind in get_args(hint) if kind is not type(None))
        return f"{_describe(inner)} or none"
    words = {int: "a whole number", float: "a number", bool: "true or false", str: "text"}
    return words.get(hint, str(hint))
