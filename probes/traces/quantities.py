"""Units and times of day after a number: the unit of an answer, and how units convert."""

import re
from dataclasses import dataclass
from fractions import Fraction


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
        return found["sign"] + found["value"], _UNITS[_CURRENCIES[found["symbol"][-1]]]
    plain = _IN_TEXT.sub(r" \1", text)
    plain = _BY_TWO.sub(_spelt_out, plain)
    if (total := _compound(plain)) is not None:
        return total
    found = _BEHIND.fullmatch(plain)
    if found is None or not any(c.isdigit() or c == "\\" for c in found["value"]):
        return text, None
    return found["value"].strip(), _unit(found)


def _compound(text: str) -> tuple[str, Unit] | None:
    """Return an amount in several units of one dimension in the first of them: `2 hours and 30 minutes`."""
    parts = []
    end = 0
    while found := _PART.match(text, end):
        parts.append((Fraction(found["amount"]), _unit(found)))
        end = found.end()
    if len(parts) < 2 or end != len(text) or len({unit.dimension for _, unit in parts}) > 1:
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
    """Return an amount in two or three units with their names in full: `2h 30min`, `5 ft 6 in`."""
    if found["feet"]:
        return f"{found['feet']} feet {found['inches']} inches"
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
    name = (found["name"] or found["short"] or found["mark"]).lower()
    name = _SPELT.get(re.sub(r"\s+", " ", name), name)
    base = _UNITS[name]
    power = {"square": 2, "sq": 2, "cubic": 3}.get((found["kind"] or "").lower())
    power = power or int(found["power"] or 1)
    if power == 1:
        return base
    dimension = (
        "volume" if (base.dimension, power) == ("length", 3) else f"{base.dimension}^{power}"
    )
    return Unit(dimension, base.factor**power)


_UNITS: dict[str, Unit] = {
    "mm": Unit("length", Fraction(1, 1000)), "cm": Unit("length", Fraction(1, 100)),
    "dm": Unit("length", Fraction(1, 10)), "m": Unit("length"), "km": Unit("length", Fraction(1000)),
    "inch": Unit("length", Fraction(254, 10_000)), "foot": Unit("length", Fraction(3048, 10_000)),
    "yard": Unit("length", Fraction(9144, 10_000)),
    "mile": Unit("length", Fraction(1_609_344, 1000)),
    "ml": Unit("volume", Fraction(1, 1_000_000)), "l": Unit("volume", Fraction(1, 1000)),
    "s": Unit("time"), "min": Unit("time", Fraction(60)), "h": Unit("time", Fraction(3600)),
    "day": Unit("time", Fraction(86_400)), "week": Unit("time", Fraction(604_800)),
    # A month has no fixed number of days.
    "month": Unit("months"), "year": Unit("months", Fraction(12)),
    "decade": Unit("months", Fraction(120)), "century": Unit("months", Fraction(1200)),
    "hz": Unit("frequency"), "khz": Unit("frequency", Fraction(1000)),
    "mhz": Unit("frequency", Fraction(10**6)), "ghz": Unit("frequency", Fraction(10**9)),
    "joule": Unit("energy"), "kj": Unit("energy", Fraction(1000)),
    "kwh": Unit("energy", Fraction(3_600_000)),
    "mg": Unit("mass", Fraction(1, 1000)), "g": Unit("mass"), "kg": Unit("mass", Fraction(1000)),
    "ounce": Unit("mass", Fraction(45_359_237, 1_600_000)),
    "lb": Unit("mass", Fraction(45_359_237, 100_000)),
    "gallon": Unit("volume", Fraction(3_785_411_784, 10**12)),
    "quart": Unit("volume", Fraction(3_785_411_784, 4 * 10**12)),
    "dollar": Unit("dollars"), "cent": Unit("dollars", Fraction(1, 100)),
    "euro": Unit("euros"), "sterling": Unit("sterling"), "yen": Unit("yen"), "rupee": Unit("rupees"),
    "percent": Unit("percent"), "degree": Unit("degrees"), "celsius": Unit("celsius"),
    "fahrenheit": Unit("fahrenheit"), "mph": Unit("speed", Fraction(1_609_344, 1000)),
    "km/h": Unit("speed", Fraction(1000)), "m/s": Unit("speed", Fraction(3600)),
}  # fmt: skip
_SPELT: dict[str, str] = {
    **{f"{name}s": name for name in _UNITS if len(name) > 2},
    **{f"{word}{s}": name for word, name in (
        ("centimeter", "cm"), ("centimetre", "cm"), ("millimeter", "mm"), ("millimetre", "mm"),
        ("kilometer", "km"), ("kilometre", "km"), ("meter", "m"), ("metre", "m"), ("liter", "l"),
        ("litre", "l"), ("milliliter", "ml"), ("millilitre", "ml"), ("second", "s"), ("sec", "s"),
        ("minute", "min"), ("min", "min"), ("hour", "h"), ("hr", "h"), ("gram", "g"),
        ("kilogram", "kg"), ("milligram", "mg"),
    ) for s in ("", "s")},
    "inches": "inch", "centuries": "century", "hertz": "hz", "kilojoule": "kj", "kilojoules": "kj",
    "kilowatt-hours": "kwh", "kilowatt hours": "kwh",
    "feet": "foot", "ft": "foot", "oz": "ounce", "lbs": "lb", "%": "percent",
    "\\%": "percent", "°": "degree", "^\\circ": "degree", "^{\\circ}": "degree",
    "\\circ": "degree", "\\degree": "degree", "°c": "celsius", "°f": "fahrenheit",
    "degrees celsius": "celsius", "degrees fahrenheit": "fahrenheit", "miles per hour": "mph",
    "kmh": "km/h", "kilometers per hour": "km/h", "kilometres per hour": "km/h",
    "meters per second": "m/s", "metres per second": "m/s", "€": "euro",
    "usd": "dollar", "eur": "euro", "gbp": "sterling", "jpy": "yen", "inr": "rupee",
}  # fmt: skip
_CURRENCIES = {"$": "dollar", "€": "euro", "£": "sterling", "¥": "yen", "₹": "rupee"}
_LETTERS = ("m", "s", "h", "g", "l")
"""Units of one letter: taken for one only behind a space, where no unknown stands."""

_NAMES = sorted(
    {name for name in (*_UNITS, *_SPELT) if len(name) > 1 and name[0].isalpha()},
    key=len,
    reverse=True,
)
_WORD = "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in _NAMES)
_PATTERN = (
    rf"(?:[ \t~]|\\[,;: ])*(?:(?P<kind>square|sq|cubic)\.?\s+)?(?:(?P<name>{_WORD})"
    rf"|(?<=[ ~])(?P<short>[{''.join(_LETTERS)}]))(?![A-Za-z/])"
    r"(?:\s*\^?\s*\{?(?P<power>[23](?!\d))\}?)?"
)
UNIT = re.compile(rf"{_PATTERN}", re.IGNORECASE)
"""A unit written out behind a number, the space before it included."""
_SUFFIX = (
    rf"(?:{_PATTERN}"
    r"|\s*(?P<mark>\\?%|°\s?[CF]?(?![A-Za-z])|\^\s*\{?\s*\\circ\s*\}?|\\degree|€))"
)
_BEHIND = re.compile(
    rf"(?P<value>[^A-Za-z]*?|.*?[\d)}}A-Za-z]){_SUFFIX}", re.IGNORECASE | re.DOTALL
)
_PART = re.compile(rf"\s*,?\s*(?:and\s+)?(?P<amount>\d+(?:\.\d+)?){_SUFFIX}", re.IGNORECASE)
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
"""Letters of an abbreviation at most."""
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
    r"(?: ?(?P<seconds>\d+) ?(?:s|secs?|seconds?))?(?![A-Za-z])"
    r"|(?P<feet>\d+) ?(?:ft|feet|foot) ?(?P<inches>\d+) ?(?:in|inch|inches)(?![A-Za-z])",
    re.IGNORECASE,
)
