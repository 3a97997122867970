"""Read the names of authors as records and bibliographies print them, and shorten lists of names."""

import re
from collections.abc import Mapping, Sequence
from typing import Any


def authors(metadata: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the authors that a record names, without empty names and without "others"."""
    named = metadata.get("authors") or ()
    listed = named if isinstance(named, list | tuple) else [named]
    names = [" ".join(str(name).split()) for name in listed if isinstance(name, str | int | float)]
    return tuple(name for name in names if name and name.lower() not in ("others", "et al."))


def printed_names(line: str) -> tuple[str, ...]:
    """Return the names in a line of a bibliography: "Smith, J., Doe, A. B." are two, as "J. Smith and A. B. Doe"."""
    names: list[str] = []
    plain = " ".join(line.split()).strip(' ,;:“"')
    for group in _BETWEEN.split(_END.sub(".", plain).lstrip(" .")):
        first = len(names)
        for part in filter(None, map(str.strip, group.split(","))):
            alone = len(names) == first or "," in names[-1]
            if not alone and (_INITIALS.fullmatch(part) or " " not in names[-1] + part):
                names[-1] += f", {part}"
            elif not _OTHERS.fullmatch(part):
                names.append(part)
    return tuple(name if _ENDS_IN_INITIAL.search(name) else name.rstrip(".") for name in names)


def parts(name: str) -> tuple[str, str]:
    """Return given names and family name, which stands last or before a comma; a single name is a family name."""
    family, comma, given = name.partition(",")
    if comma and family.strip():
        return " ".join(given.split()), " ".join(family.split())
    names = [each for each in name.replace(",", " ").split() if not _SUFFIX.fullmatch(each)]
    return (" ".join(names[:-1]), names[-1]) if names else ("", "")


def family(name: str) -> str:
    """Return the family name of an author, or "" if there is none."""
    return parts(name)[1]


def in_short(names: Sequence[str]) -> str:
    """Return the authors in short: one or two names, or the first of more; names with a comma are kept apart."""
    if len(names) > 2:
        return f"{names[0]} et al."
    return ("; " if any("," in name for name in names) else ", ").join(names)


_SUFFIX = re.compile(r"(?:Jr|Sr|I{2,3}|IV)\.?", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*;\s*|,?\s+(?:and|&)\s+")
# "J.", "A. B.", "J.-P.", "AB", and a suffix after them.
_INITIALS = re.compile(r"(?:[^\W\d_a-z]\.?[ -]?){1,4}|Jr\.?|Sr\.?|I{2,3}|IV")
_ENDS_IN_INITIAL = re.compile(r"(?:^|[\s.,-])(?:[^\W\d_a-z]|Jr|Sr)\.$")
_END = re.compile(r"(?:[\s,;:]*\.)+$")
_OTHERS = re.compile(r"et al\.?|others\.?", re.IGNORECASE)
