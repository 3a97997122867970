"""Compute exact values of numbers and of arithmetic on them, with a bound on the size of the result."""

import math
import re
from fractions import Fraction

LARGEST_BITS = 2**15
"""The largest number that is computed has so many bits, about 9,900 digits; a tower of powers is refused.

Reducing a fraction takes the square of this in steps, which stays within milliseconds."""
_LARGEST_FACTORIAL = 2_000
_LONGEST = 400
_DEEPEST = 40
"""An expression has at most so many characters and levels of nesting; what is larger is no final answer."""


class _NotArithmetic(Exception):
    """The text is no arithmetic on plain numbers, or too large to compute."""


def value(text: str) -> Fraction | None:
    r"""Return the exact value of a number, or of arithmetic on numbers; `None` for anything else.

    It reads signs, decimals (`0.333`), exponents (`1e3`), mixed numbers (`7 3/4`,
    `1\frac{1}{2}`), recurring decimals (`0.\overline{3}`, `0.333...`), bases (`101_2`),
    `+ - * / ^ !`, `\frac`, `\cdot`, `\times`, `\div`, `\binom` and brackets.
    """
    if not text or len(text) > _LONGEST:
        return None
    try:
        reader = _Reader(text)
        result = reader.sum(0)
        reader.skip_space()
        return result if reader.position == len(text) else None
    except _NotArithmetic:
        return None


class _Reader:
    """A reader that parses and computes an expression in one pass."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0

    def sum(self, depth: int) -> Fraction:
        if depth > _DEEPEST:
            raise _NotArithmetic
        total = self._product(depth)
        while sign := self._take(_PLUS_MINUS):
            term = self._product(depth)
            total = _bounded(total + term if sign == "+" else total - term)
        return total

    def _product(self, depth: int) -> Fraction:
        result = self._signed(depth)
        while operator := self._take(_TIMES_OVER):
            factor = self._signed(depth)
            if operator in ("mod", "\\bmod"):
                result = _remainder(result, factor)
                continue
            divides = operator in ("/", ":", "\\div")
            result = _divided(result, factor) if divides else _bounded(result * factor)
        return result

    def _signed(self, depth: int) -> Fraction:
        sign = self._take(_PLUS_MINUS)
        if sign and depth > _DEEPEST:
            raise _NotArithmetic
        magnitude = self._signed(depth + 1) if sign else self._power(depth)
        return -magnitude if sign == "-" else magnitude

    def _power(self, depth: int) -> Fraction:
        base = self._atom(depth)
        while self._take(_FACTORIAL):
            base = _factorial(base)
        if not self._take(_POWER):
            return base
        if self._take(_OPEN):
            return _raised(base, self._closed(depth))
        return _raised(base, self._signed(depth + 1))

    def _atom(self, depth: int) -> Fraction:
        if number := self._take(_NUMBER):
            return _mixed(_number(number), self._take(_PROPER))
        if (command := self._take(_COMMAND)) and self._take(_OPEN):
            first = self._closed(depth)
            if not self._take(_OPEN):
                raise _NotArithmetic
            second = self._closed(depth)
            return _binomial(first, second) if "binom" in command else _divided(first, second)
        if self._take(_OPEN):
            return self._closed(depth)
        raise _NotArithmetic

    def _closed(self, depth: int) -> Fraction:
        """Return the text before the bracket that closes one that was just opened."""
        result = self.sum(depth + 1)
        if not self._take(_CLOSE):
            raise _NotArithmetic
        return result

    def _take(self, pattern: re.Pattern[str]) -> str:
        """Return the text that a pattern matches next, without the space around it; empty if none."""
        found = pattern.match(self.text, self.position)
        if found is None:
            return ""
        self.position = found.end()
        return found[0].strip()

    def skip_space(self) -> None:
        while self.position < len(self.text) and self.text[self.position].isspace():
            self.position += 1


def _number(text: str) -> Fraction:
    """Read a numeral without sign; a recurring one is read by its period, one with a base by the base."""
    if found := _BASED.fullmatch(text):
        base = int(found["base"])
        try:
            return Fraction(int(found["digits"], base)) if base > 1 else Fraction(0)
        except ValueError as error:
            raise _NotArithmetic from error
    if text[:2].lower() in ("0x", "0b", "0o"):
        return Fraction(int(text, 0))
    if found := _PERIOD.fullmatch(text):
        return _recurring(found["start"], found["period"])
    if text.endswith("..."):
        # A period is known to recur only if it is written twice.
        repeated = _REPEATED.fullmatch(text)
        if repeated is None:
            raise _NotArithmetic
        return _recurring(repeated["start"], repeated["period"])
    return Fraction(text)


def _recurring(start: str, period: str) -> Fraction:
    digits = len(start.split(".")[1])
    tail = Fraction(int(period), 10**digits * (10 ** len(period) - 1))
    return Fraction(start if digits else start + "0") + tail


def _mixed(whole: Fraction, fraction: str) -> Fraction:
    if not fraction:
        return whole
    top, bottom = map(int, re.findall(r"\d+", fraction))
    if whole.denominator != 1 or bottom == 0:
        raise _NotArithmetic
    return whole + Fraction(top, bottom)


def _raised(base: Fraction, exponent: Fraction) -> Fraction:
    if exponent.denominator != 1 or (base == 0 and exponent < 0):
        raise _NotArithmetic
    if abs(exponent.numerator) * _bits(base) > LARGEST_BITS:
        raise _NotArithmetic
    return base**exponent.numerator


def _factorial(number: Fraction) -> Fraction:
    if number.denominator != 1 or not 0 <= number <= _LARGEST_FACTORIAL:
        raise _NotArithmetic
    return Fraction(math.factorial(number.numerator))


def _binomial(upper: Fraction, lower: Fraction) -> Fraction:
    whole = upper.denominator == lower.denominator == 1
    if not whole or not 0 <= lower <= upper <= _LARGEST_FACTORIAL:
        raise _NotArithmetic
    return Fraction(math.comb(upper.numerator, lower.numerator))


def _divided(top: Fraction, bottom: Fraction) -> Fraction:
    if bottom == 0:
        raise _NotArithmetic
    return _bounded(top / bottom)


def _remainder(number: Fraction, modulus: Fraction) -> Fraction:
    if modulus == 0 or not number.denominator == modulus.denominator == 1:
        raise _NotArithmetic
    return number % modulus


def _bounded(number: Fraction) -> Fraction:
    if _bits(number) > 2 * LARGEST_BITS:
        raise _NotArithmetic
    return number


def _bits(number: Fraction) -> int:
    return max(number.numerator.bit_length(), number.denominator.bit_length())


_PLUS_MINUS = re.compile(r"\s*[-+]\s*")
_TIMES_OVER = re.compile(
    r"\s*(?:\*(?!\*)|/|:|\\cdot(?![a-z])|\\times(?![a-z])|\\div(?![a-z])|\\?b?mod\b)\s*"
)
_POWER = re.compile(r"\s*(?:\^|\*\*)\s*")
_FACTORIAL = re.compile(r"\s*!(?!!)")
_OPEN = re.compile(r"\s*[({\[]\s*")
_CLOSE = re.compile(r"\s*[)}\]]")
_COMMAND = re.compile(r"\s*\\(?:[dt]?frac|[dt]?binom)\s*")
_NUMBER = re.compile(
    r"\s*(?:\d+\.\d*\\overline\{\d+\}|\d+\.\d+\.\.\."
    r"|0(?:[xX][0-9A-Fa-f]+|[bB][01]+|[oO][0-7]+)(?![\w.])|[0-9A-F]+_(?:\{\d{1,2}\}|\d)(?!\d)"
    r"|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3}(?!\d))?)"
)
_BASED = re.compile(r"(?P<digits>[0-9A-F]+)_\{?(?P<base>\d{1,2})\}?")
_PERIOD = re.compile(r"(?P<start>\d+\.\d*)\\overline\{(?P<period>\d+)\}")
_REPEATED = re.compile(r"(?P<start>\d+\.\d*?)(?P<period>\d{1,12}?)(?P=period)+\.\.\.")
# A fraction after a whole number makes a mixed number.
_PROPER = re.compile(r"\s*\\frac\{\d+\}\{\d+\}|\s+\d+/\d+(?![\d/])")
