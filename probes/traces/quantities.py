"""Units and times of day after a number: the unit of an answer, and how units convert."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise


@dataclass(frozen=True)
class Unit:
    """A unit: its dimension, and how many of the base units of that dimension it is."""

    dimension: str
    factor: Fraction = Fraction(1)


def split_unit(text: str) -> tuple[str, Unit | None]:
    r"""Return a value and its unit, `None` where it has none that is known.

    `18 cm^2`, `$18`, `50\%`, `90^\circ` and `2 square miles` have one. A label behind the number
    (`18\text{ apples}`) is no unit; it is left in the value.
    """
    if found := _MONEY.fullmatch(text):
        return found["sign"] + found["value"], _named(_CURRENCIES[found["symbol"][-1]])
    plain = _IN_TEXT.sub(r" \1", text)
    plain = _BY_TWO.sub(_spelt_out, plain)
    if (total := _compound(plain)) is not None:
        return total
    found = _BEHIND.fullmatch(plain)
    if found is None or not any(c.isdigit() or c == "\\" for c in found["value"]):
        return text, None
    # A range or list may name the unit of each item.
    again = rf"(?<=\d){re.escape(plain[found.end('value') :])}(?=[ ,-]|\Z)"
    return re.sub(again, "", found["value"]).strip(), _unit(found)


def _compound(text: str) -> tuple[str, Unit] | None:
    """Return an amount in several units of one dimension in the first of them: `2 hours and 30 minutes`."""
    parts = []
    end = 0
    while found := _PART.match(text, end):
        parts.append((Fraction(found["amount"]), _unit(found)))
        end = found.end()
    falling = all(a.factor > b.factor for (_, a), (_, b) in pairwise(parts))
    same = len({unit.dimension for _, unit in parts}) == 1
    if len(parts) < 2 or end != len(text) or not same or not falling:
        return None
    first = parts[0][1]
    total = sum((amount * unit.factor for amount, unit in parts), Fraction(0))
    return str(total / first.factor), first


def label(text: str) -> str:
    r"""Return the words behind a number that name no known unit: `5 apples` and `5\text{ apples}` are of apples.

    Abbreviations keep their case, because 5 mW are not 5 MW; other words lose it and their plural.
    """
    found = _LABELLED.fullmatch(_IN_TEXT.sub(r" \1", text))
    if found is None:
        return ""
    words = " ".join(found["words"].split())
    return words if len(words) <= _ABBREVIATION else words.casefold().removesuffix("s")


def contradicts(unit: Unit, words: str) -> bool:
    """Return whether a label names something else than a unit; pounds are money or a weight."""
    return words != "pound" or unit not in (_UNITS["sterling"], _UNITS["lb"])


def _spelt_out(found: re.Match[str]) -> str:
    """Return an amount in two or three units with their names in full: `2h 30min`."""
    seconds = f" {found['seconds']} seconds" if found["seconds"] else ""
    return f"{found['hours']} hours {found['minutes']} minutes{seconds}"


def clock(text: str) -> tuple[int, bool] | None:
    """Return seconds since midnight of a time of day, and whether it says which half of the day.

    `None` if the text is no time: `3:2` is a ratio, and `7` is an hour only with its half of the day.
    """
    if (named := _NAMED_TIMES.get(text.casefold().removeprefix("12 "))) is not None:
        return named, True
    found = _CLOCK.fullmatch(text)
    if found is None or not (found["minutes"] or found["half"] or found["exact"]):
        return None
    if found["point"] == "." and not found["half"]:
        return None
    hours, minutes, seconds = (int(found[name] or 0) for name in ("hours", "minutes", "seconds"))
    half = (found["half"] or "").lower()
    if half and not 1 <= hours <= 12:
        return None
    if half:
        hours = hours % 12 + (12 if half == "p" else 0)
    # From 13 o'clock on, and with a leading zero, the half of the day is certain.
    certain = bool(half) or hours > 12 or hours == 0 or found["hours"].startswith("0")
    return hours * 3600 + minutes * 60 + seconds, certain


def _unit(found: re.Match[str]) -> Unit:
    kind = {"square": 2, "sq": 2, "cubic": 3}.get((found["kind"] or "").lower())
    written = found["name"] or found["short"] or re.sub(r"[\s^{}\\]", "", found["mark"])
    unit = _raised(_named(written), kind or found["power"])
    if found["per"] is None:
        return unit
    other = _raised(_named(found["per"]), found["per_power"])
    return Unit(f"{unit.dimension}/{other.dimension}", unit.factor / other.factor)


def _named(written: str) -> Unit:
    """Return the unit of a symbol as it is written, or of a name in any case."""
    return _SYMBOLS.get(written) or _UNITS[" ".join(written.lower().split())]


def _raised(base: Unit, power: str | int | None) -> Unit:
    if int(power or 1) == 1:
        return base
    volume = (base.dimension, int(power or 1)) == ("length", 3)
    dimension = "volume" if volume else f"{base.dimension}^{power}"
    return Unit(dimension, base.factor ** int(power or 1))


_PREFIXES: dict[str, tuple[str, Fraction]] = {
    "n": ("nano", Fraction(1, 10**9)), "μ": ("micro", Fraction(1, 10**6)),
    "µ": ("micro", Fraction(1, 10**6)), "m": ("milli", Fraction(1, 1000)),
    "c": ("centi", Fraction(1, 100)), "d": ("deci", Fraction(1, 10)),
    "k": ("kilo", Fraction(1000)), "K": ("kilo", Fraction(1000)), "M": ("mega", Fraction(10**6)),
    "G": ("giga", Fraction(10**9)), "T": ("tera", Fraction(10**12)),
    "Ki": ("kibi", Fraction(2**10)), "Mi": ("mebi", Fraction(2**20)),
    "Gi": ("gibi", Fraction(2**30)), "Ti": ("tebi", Fraction(2**40)),
}  # fmt: skip
"""These prefixes multiply a unit, as a symbol and as a word; both signs of the micro are in use."""
_METRIC: tuple[tuple[str, str, Unit, str], ...] = (
    # Each row holds the symbol, the names, the unit, and the prefixes in use.
    ("m", "meter metre", Unit("length"), "n μ µ m c d k"),
    ("L", "liter litre", Unit("volume", Fraction(1, 1000)), "μ µ m c d"),
    ("g", "gram", Unit("mass"), "μ µ m k"),
    ("s", "second sec", Unit("time"), "n μ µ m"),
    ("Hz", "hertz", Unit("frequency"), "k M G T"),
    ("J", "joule", Unit("energy"), "m k M G"),
    ("Wh", "watt-hour", Unit("energy", Fraction(3600)), "k M G T"),
    ("W", "watt", Unit("power"), "m k M G"),
    ("V", "volt", Unit("voltage"), "m k"),
    ("N", "newton", Unit("force"), "m k M"),
    ("Pa", "pascal", Unit("pressure"), "k M G"),
    ("B", "byte", Unit("data", Fraction(8)), "k K M G T Ki Mi Gi Ti"),
    ("b", "bit", Unit("data"), "k K M G T"),
    ("bit", "bit", Unit("data"), "k M G T"),
    ("bps", "", Unit("data/time"), "k K M G T"),
)
_OTHERS: tuple[tuple[str, Unit], ...] = (
    # Each row holds the names of a unit that takes no prefix; those of three letters or more have a plural.
    ("inch inches in", Unit("length", Fraction(254, 10_000))),
    ("foot feet ft", Unit("length", Fraction(3048, 10_000))),
    ("yard yd", Unit("length", Fraction(9144, 10_000))),
    ("mile mi", Unit("length", Fraction(1_609_344, 1000))),
    ("acre", Unit("length^2", Fraction(40_468_564_224, 10**7))),
    ("hectare ha", Unit("length^2", Fraction(10_000))),
    ("cc", Unit("volume", Fraction(1, 10**6))),
    ("gallon gal", Unit("volume", Fraction(3_785_411_784, 10**12))),
    ("quart qt", Unit("volume", Fraction(3_785_411_784, 4 * 10**12))),
    ("pint", Unit("volume", Fraction(3_785_411_784, 8 * 10**12))),
    ("min minute", Unit("time", Fraction(60))), ("hour hr hrs", Unit("time", Fraction(3600))),
    ("day", Unit("time", Fraction(86_400))), ("week", Unit("time", Fraction(604_800))),
    # A month has no fixed number of days.
    ("month", Unit("months")), ("year yr yrs", Unit("months", Fraction(12))),
    ("decade", Unit("months", Fraction(120))), ("century centuries", Unit("months", Fraction(1200))),
    ("ounce oz", Unit("mass", Fraction(45_359_237, 1_600_000))),
    ("lb lbs", Unit("mass", Fraction(45_359_237, 100_000))), ("tonne", Unit("mass", Fraction(10**6))),
    ("dollar usd", Unit("dollars")), ("cent ¢", Unit("dollars", Fraction(1, 100))),
    ("euro eur €", Unit("euros")), ("sterling gbp", Unit("sterling")), ("yen jpy", Unit("yen")),
    ("rupee inr", Unit("rupees")), ("percent %", Unit("percent")),
    ("degree ° circ", Unit("degrees")),
    ("celsius °c", Unit("celsius")), ("fahrenheit °f", Unit("fahrenheit")),
    ("mph", Unit("length/time", Fraction(1_609_344, 3_600_000))),
    ("kmh kph kmph", Unit("length/time", Fraction(1000, 3600))),
)  # fmt: skip


def _symbols() -> Iterator[tuple[str, Unit]]:
    for symbol, _, unit, prefixes in _METRIC:
        yield symbol, unit
        for prefix in prefixes.split():
            yield prefix + symbol, Unit(unit.dimension, unit.factor * _PREFIXES[prefix][1])


def _names() -> Iterator[tuple[str, Unit]]:
    for _, names, unit, prefixes in _METRIC:
        factors = dict([("", Fraction(1)), *(_PREFIXES[prefix] for prefix in prefixes.split())])
        for word in (*names.split(), *(name.replace("-", " ") for name in names.split())):
            for prefix, factor in factors.items():
                yield prefix + word, Unit(unit.dimension, unit.factor * factor)
                yield f"{prefix}{word}s", Unit(unit.dimension, unit.factor * factor)
    for names, unit in _OTHERS:
        for name in names.split():
            yield name, unit
            if len(name) > _SHORT and name[0].isalpha():
                yield f"{name}s", unit
    yield from {
        "degrees celsius": Unit("celsius"),
        "degrees fahrenheit": Unit("fahrenheit"),
        "per cent": Unit("percent"),
    }.items()
    # A symbol may be written in another case where no second one reads so: 5 KM, but not 5 mw.
    read = Counter(symbol.lower() for symbol, _ in _symbols())
    yield from ((s.lower(), unit) for s, unit in _symbols() if len(s) > 1 and read[s.lower()] == 1)


_SHORT = 2
"""An abbreviation has at most so many letters, and no plural."""
_SYMBOLS: dict[str, Unit] = dict(_symbols()) | {
    "h": Unit("time", Fraction(3600)),
    "l": Unit("volume", Fraction(1, 1000)),
}
_UNITS: dict[str, Unit] = dict(_names())
_CURRENCIES = {"$": "dollar", "€": "euro", "£": "sterling", "¥": "yen", "₹": "rupee"}
_BEHIND_ONLY = "in"
"""This is an inch where it ends the answer, elsewhere a preposition."""
_LETTERS = "mshglLJWVN"
"""A letter is taken for one of these units only behind a space, where no unknown stands."""


def _longest_first(names: Iterable[str]) -> str:
    ordered = sorted(names, key=len, reverse=True)
    return "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in ordered)


_WORD = (
    rf"(?-i:{_longest_first(symbol for symbol in _SYMBOLS if len(symbol) > 1)})(?![A-Za-z])"
    rf"|(?:{_longest_first(name for name in _UNITS if len(name) > 1 and name[0].isalpha() and name != _BEHIND_ONLY)})"
    r"(?![A-Za-z])"
)
_POWER = r"(?:\s*\^?\s*\{?(?P<%s>[23](?!\d))\}?)?"


def _suffix(words: str) -> str:
    return (
        rf"(?:[ \t~]|\\[,;: ])*(?:(?P<kind>square|sq|cubic)\.?\s+)?(?:(?P<name>{words})"
        rf"|(?<=[ ~])(?P<short>(?-i:[{_LETTERS}])(?![A-Za-z]))){_POWER % 'power'}"
        rf"(?:(?:\s*/\s*|\s+per\s+)(?P<per>{words}|(?-i:[smhgL])(?![A-Za-z])){_POWER % 'per_power'})?(?!/)"
    )


UNIT = re.compile(_suffix(_WORD), re.IGNORECASE)
"""A unit written out behind a number, the space before it included."""
_SUFFIX = (
    rf"(?:{_suffix(f'{_WORD}|{_BEHIND_ONLY}')}"
    r"|\s*(?P<mark>\\?%|°\s?[CF]?(?![A-Za-z])|\^\s*\{?\s*\\circ\s*\}?|\\degree|€|¢))"
)
_LATIN = re.IGNORECASE | re.ASCII
"""The letters A to Z in either case, but not the letters of other alphabets that `re` takes for the same."""
_BEHIND = re.compile(rf"(?P<value>[^A-Za-z]*?|.*?[\d)}}A-Za-z]){_SUFFIX}", _LATIN | re.DOTALL)
_PART = re.compile(rf"\s*,?\s*(?:and\s+)?(?P<amount>\d+(?:\.\d+)?){_SUFFIX}", _LATIN)
_IN_TEXT = re.compile(r"(?<=[\d})\s])\\(?:text|mathrm|textrm|mbox)\s*\{\s*([^{}]*?)\s*\}")
_MONEY = re.compile(
    r"(?P<sign>[-+]?)\s*(?P<symbol>\\?[$€£¥₹])\s*(?P<value>[-+]?[\d.].*)", re.DOTALL
)
_CLOCK = re.compile(
    r"(?P<hours>\d\d?)(?:(?P<point>[:.])(?P<minutes>[0-5]\d)(?::(?P<seconds>[0-5]\d))?)?\s?"
    r"(?:(?P<half>[ap])\.?m\.?|(?P<exact>o'clock))?",
    re.IGNORECASE,
)
_NAMED_TIMES = {"noon": 43_200, "midday": 43_200, "midnight": 0}
_ABBREVIATION = 3
"""An abbreviation has at most so many letters."""
# Numbers and words that are part of the number, or of a time of day, are no label.
_LABELLED = re.compile(
    r"[-+]?[\d.,/ ]*\d\s+(?P<words>(?!(?:or|and|to|am|pm|mod|pi|base|hundred|thousand|[mb]illion|trillion|dozen)s?\b)"
    r"[^\W\d_]{2,}(?:[ ][^\W\d_]+){0,3})",
    re.IGNORECASE,
)
AMOUNT = (
    r"(?<![\d.])\d+[ ]?(?:h|hrs?|hours?)[ ]?\d+[ ]?(?:m|mins?|minutes?)(?:[ ]?\d+[ ]?(?:s|secs?|seconds?))?(?![A-Za-z])"
    r"|(?<![\d.])\d+[ ]?(?:ft|feet|foot)[ ]?\d+[ ]?(?:in|inch|inches)(?![A-Za-z])"
)
"""An amount in two units or three whose short names count only together: `2h 30m`, `5 ft 6 in`."""
_BY_TWO = re.compile(
    r"(?P<hours>\d+) ?(?:h|hrs?|hours?) ?(?P<minutes>\d+) ?(?:m|mins?|minutes?)"
    r"(?: ?(?P<seconds>\d+) ?(?:s|secs?|seconds?))?(?![A-Za-z])",
    re.IGNORECASE,
)
