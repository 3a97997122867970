"""Find where an answer ends: the expression, list or range that a text opens with."""

import re
from collections import deque
from dataclasses import dataclass

from probes.traces.notation import CLOCK, CURRENCY, IN_BASE, NUMERAL, SPACED_NUMERAL
from probes.traces.quantities import AMOUNT, UNIT

LONGEST = 2_000
"""So many characters are looked at: what is longer is no answer, and the work stays bounded."""


def leading_answer(text: str) -> str | None:
    """Return the expression at the start of a text, as written, without what is said about it.

    `7 - 3 = 4.` gives `4`, `5 or 6, by symmetry` both, `10:30 am` the time, `42 apples` the number
    and `4 cm` the length. `None` if the text opens with words.
    """
    text = _SIZED.sub("", _BOLD.sub("", text[:LONGEST])).lstrip(" \t*_:")
    text = _LETTERED.sub("", text.removeprefix("either "))
    if choice := _CHOICE.match(text):
        return choice["whole"] or choice["letter"]
    span = _expression(text)
    if span is None or not _stands_alone(span, text[span.end :]):
        return None
    return result_of(span.inner)


def numbers_in(text: str) -> list[str]:
    """Return every number and time of a text, in order; a minus behind a digit or bracket is no sign."""
    return [found[0].strip().replace("−", "-") for found in _NUMBER.finditer(text)]


def lone_number(phrase: str) -> str | None:
    """Return the expression that begins with the one number of a phrase, as in `definitely 42`.

    `None` where the phrase is a formula that begins in a way not known here (`|x| < 3`).
    """
    found = list(_NUMBER.finditer(phrase))
    if _FORMULAIC.search(phrase):
        return None
    if len(found) != 1:
        return None
    answer = leading_answer(phrase[found[0].start() :])
    negative = answer is not None and _NEGATIVE.search(phrase, 0, found[0].start())
    return f"-{answer}" if negative else answer


def closing_formula(text: str) -> str | None:
    """Return the formula between math delimiters in which the last number of a text stands.

    `None` if that number stands outside, or if the formula is a relation and no value.
    """
    formula = next(iter(deque(_FORMULA.finditer(text), maxlen=1)), None)
    if formula is None or any(c.isdigit() for c in text[formula.end() :]):
        return None
    result = result_of(_inner(formula))
    return result if any(c.isdigit() for c in result) and not _RELATION.search(result) else None


def result_of(text: str) -> str:
    r"""Return what a chain of equalities comes to: `7 - 3 = 4` is `4`, `\pi/4 \approx 0.785` the exact.

    An equation in unknowns (`y = 2x + 3`) and a named value (`x = 5`) stay whole.
    """
    text = _flat(text)
    exact, *rounded = _APPROXIMATELY.split(text, maxsplit=1)
    if rounded:
        # A lone name is followed by its value, an expression by its rounding.
        text = rounded[0] if _NAME.fullmatch(exact) else exact
    parts = [part.strip() for part in _EQUALS.split(text)]
    computed = len(parts) > 2 or (len(parts) == 2 and not _UNKNOWN.search(parts[0]))
    return parts[-1] if computed and not _LISTED.search(text) and all(parts) else text.strip()


def _flat(text: str) -> str:
    """Join the lines of an `align` or similar environment: a chain that goes on, or a list."""
    if "\\begin" not in text:
        return text
    inside = _ENVIRONMENT_TAG.sub("", text).strip()
    if inside == text.strip():
        return text
    lines = [line.strip() for line in inside.replace("&", "").split("\\\\") if line.strip()]
    goes_on = all(line.startswith("=") for line in lines[1:])
    return (" " if goes_on else ", ").join(line.rstrip(".,; ") for line in lines)


@dataclass(frozen=True)
class _Span:
    inner: str
    """The expression, without the math delimiters of its parts."""
    end: int
    last: str
    """The kind of its last operand."""


def _expression(text: str) -> _Span | None:
    """Return the longest run of operands joined by operators at the start of a text."""
    pieces: list[str] = []
    end, last = 0, ""
    while True:
        joint = _OPERATOR.match(text, end) if last else None
        operator = joint[0] if joint else ""
        operand = _OPERAND.match(text, end + len(operator))
        if operand is None:
            break
        kind = operand.lastgroup or ""
        stop = _operand_end(text, operand)
        if stop is None:
            break
        if last and not operator.strip() and not _multiplies(last, operand, spaced=bool(operator)):
            break
        if not last and kind == "dots":
            break
        body = text[operand.start() : stop]
        if kind == "formula":
            body = (operand["sign"] or "") + _inner(operand)
        pieces += [operator, body]
        end, last = stop, kind
        unit = UNIT.match(text, end) if last == "number" else None
        if unit and _NEXT_AMOUNT.match(text, unit.end()):
            pieces.append(unit[0])
            end = unit.end()
    if not last:
        return None
    inner = "".join(pieces).strip().replace("−", "-")
    for suffix in (_MAGNITUDE, UNIT, _IN_BASE) if last == "number" else ():
        if found := suffix.match(text, end):
            inner, end, last = inner + found[0], found.end(), "unit"
    while last == "unit" and (more := _SMALLER.match(text, end)):
        inner, end = inner + more[0], more.end()
    return _Span(inner, end, last)


def _multiplies(last: str, operand: re.Match[str], *, spaced: bool) -> bool:
    r"""Return whether an operand right behind another multiplies it: `2\pi`, `2 \sqrt{3}`, `2(x+1)`."""
    kind = operand.lastgroup or ""
    if {last, kind} & {"formula", "clock", "dots"}:
        return False
    if kind == "number":
        return last in ("symbol", "command") and not spaced
    if kind == "symbol" and spaced:
        return last == "number" and operand[0].islower()
    return kind == "command" or not spaced


def _operand_end(text: str, operand: re.Match[str]) -> int | None:
    """Return where an operand ends, with its arguments and the brackets and marks after it."""
    end: int | None = operand.end()
    if operand.lastgroup == "bracket":
        end = _bracket_end(text, operand.end())
        if end is not None and _PROSE.search(text[operand.start() : end]):
            return None
    elif operand.lastgroup == "command":
        while end is not None and (argument := _ARGUMENT.match(text, end)):
            end = _bracket_end(text, argument.end())
    if end is None:
        return None
    marks = _MARKS.match(text, end)
    return marks.end() if marks else end


def _bracket_end(text: str, position: int) -> int | None:
    """Return the offset after the bracket that closes the one before `position`; half-open intervals count."""
    depth = 1
    for bracket in _BRACKET.finditer(text, position):
        depth += 1 if bracket[0][-1] in "([{" else -1
        if depth == 0:
            return bracket.end()
    return None


def _stands_alone(span: _Span, rest: str) -> bool:
    """Return whether an expression is not the beginning of a word, or of a sentence about a letter."""
    if re.match(r"\w", rest):
        return False
    return span.last != "symbol" or not re.match(r"[ \t]+[^\W\d_]{2,}", rest)


def _inner(formula: re.Match[str]) -> str:
    """Return the content of a formula's delimiters."""
    names = ("display", "dollars", "money", "round", "square", "environment")
    inner = next(formula[name].strip() for name in names if formula[name] is not None)
    return inner if inner.endswith("...") else inner.rstrip(".,; ")


_ENVIRONMENTS = r"(?:align|aligned|equation|gather|gathered|split|multline)\*?"
_ENVIRONMENT_TAG = re.compile(rf"\\(?:begin|end)\{{{_ENVIRONMENTS}\}}")
# A dollar sign before a digit opens an amount of money, unless a lone dollar sign closes it.
_DELIMITED = (
    r"\$\$(?P<display>(?:[^$\\]|\\.){1,2000})\$\$|\$(?![\d$])(?P<dollars>(?:[^$\\]|\\.){1,2000})\$"
    r"|\$(?P<money>\d[^$\n]{0,2000})\$(?!\d)"
    r"|\\\((?P<round>.{1,2000}?)\\\)|\\\[(?P<square>.{1,2000}?)\\\]"
    rf"|(?P<environment>\\begin\{{{_ENVIRONMENTS}\}}.{{1,2000}}?\\end\{{{_ENVIRONMENTS}\}})"
)
_FORMULA = re.compile(_DELIMITED, re.DOTALL)
# A minus after a digit, a letter or a bracket subtracts; it is no sign. An exponent or an index is no number of its
# own: `18 cm^2` ends in 18, and `5 x 10^3` and `2^10` are one number. Numerals written without a space (`3,5`, `3:2`)
# or as a choice are one answer; `1.234,56` has groups and a decimal comma.
_ONE = rf"(?:\d{{1,3}}(?:\.\d{{3}})+,\d+|{NUMERAL})"
_JOINED = rf"(?:(?:[,:](?=\d)|[ ]or[ ](?=[-−]?\d)[-−]?){_ONE})*"
_NUMBER = re.compile(
    rf"{CLOCK}|{AMOUNT}|(?:(?<![\w)\]}}])[-−])?{CURRENCY}?(?<![\^_])(?<![\^_]\{{)(?<![\^_]-)(?<![\^_]\{{-)"
    rf"{_ONE}{_JOINED}(?:\\?%|[⁰¹²³⁴-⁹⁻⁺]+|(?:[ ]?(?:x|×|\*|\\times|\\cdot)[ ]?10)?\^(?:\{{-?\d+\}}|-?\d+)"
    rf"|(?i:{IN_BASE}))?"
)
_SIGNS = r"[-−+±]?[ \t]?"
_OPERATOR_COMMANDS = (
    r"\\(?:cdot|times|div|pm|mp|leq?|geq?|neq?|lt|gt|approx|cup|cap|in|equiv|to|b?mod)(?![A-Za-z])"
)
_OPERAND = re.compile(
    rf"(?P<formula>(?P<sign>[-−+]?){_DELIMITED})"
    rf"|(?P<clock>{CLOCK}|{AMOUNT})"
    rf"|(?P<number>{_SIGNS}{CURRENCY}?[-−]?{SPACED_NUMERAL}[€£¥₹]?)"
    r"|(?P<dots>\.\.\.|…|\\[lcd]?dots)"
    rf"|(?P<command>(?!{_OPERATOR_COMMANDS}|\\pmod){_SIGNS}(?:\\[A-Za-z]+"
    r"|(?:sqrt|log|ln|exp|sin|cos|tan)(?=[(_^])))"
    rf"|(?P<bracket>{_SIGNS}\\?[(\[{{])"
    # A lone letter is an unknown, unless a word follows it: then the letter is an article or a pronoun.
    rf"|(?P<symbol>{_SIGNS}(?:[√∛∜] ?(?:\d+|\([^()]{{1,200}}\)|[a-z])|[π∞∅θφ]"
    r"|[A-Za-z](?![A-Za-z'’])(?![ \t]+(?!(?:or|and|to)\b)[A-Za-z]{2,})))",
    re.DOTALL,
)
_OPERATOR = re.compile(
    rf"[ \t]*(?:\*\*|[<>!=]=|[-+*/^=<>±×÷·⋅≤≥≠≈∈−–∪∩]|{_OPERATOR_COMMANDS}|(?<=[\w)}}\]])_(?=[\w{{])"
    r"|(?<=[\d ]):(?=[ ]?\d)|,(?:[ \t]*(?:and|or)\b)?|(?:or|and|to|mod)\b|(?<=[\d ])x(?=[ \t]*\d)"
    r"|\\[,;:! ])?[ \t]*"
)
_MARKS = re.compile(
    # An exclamation mark at the end of a sentence is no factorial.
    r"(?:!(?=[ \t]*[-.,;:+*/^=)\]}$\\])|\\?%|[ ]?°(?:[ ]?[CF](?![A-Za-z]))?"
    r"|\^\s?\\circ|\^\{\\circ\}|[⁰¹²³⁴-⁹⁻⁺ⁿ]+|[₀-₉]+)+"
)
_MAGNITUDE = re.compile(r"[ \t]*(?:hundred|thousand|million|billion|trillion|dozen)\b")
_IN_BASE = re.compile(IN_BASE, re.IGNORECASE)
# The next smaller unit belongs to the same amount: `2 hours and 30 minutes`.
_SMALLER = re.compile(rf"[ \t]*,?[ \t]*(?:and[ \t]+)?(?:{NUMERAL}){UNIT.pattern}", re.IGNORECASE)
# Both ends of a range, and all items of a list, may have the unit: `5 cm to 10 cm`.
_NEXT_AMOUNT = re.compile(
    rf"[ \t]*(?:to|or|and|[-–,])[ \t]*(?:(?:or|and)[ \t]+)?{NUMERAL}{UNIT.pattern}", re.IGNORECASE
)
_NEGATIVE = re.compile(r"\b(?:minus|negative)\s+\Z", re.IGNORECASE)
_FORMULAIC = re.compile(r"[<>=≤≥∈|^√\\]")
_ARGUMENT = re.compile(r"[ ]?[\[{]")
_BRACKET = re.compile(r"\\?[(\[{)\]}]")
_PROSE = re.compile(r"(?<![\\A-Za-z])(?!mod|sqrt|sin|cos|tan|log)[A-Za-z]{3,}")
_BOLD = re.compile(r"\*\*(?!\d)|(?<!\d)\*\*|__")
_SIZED = re.compile(r"\\(?:left|right)(?![A-Za-z])\s*")
_CHOICE = re.compile(
    r"(?P<whole>\([A-Za-z]\))(?=[\s.,;:]|\Z)"
    r"|(?P<letter>[A-H])(?=\)|[.:]?[ \t]*(?:\n|\Z)|[.:;][ \t]|[ \t]+(?:because|since)\b)"
)
_LETTERED = re.compile(
    r"\A(?:option|choice|letter)\s+(?=\(?[A-Za-z]\)?(?:[^\w)]|\Z))", re.IGNORECASE
)
_APPROXIMATELY = re.compile(r"\s*(?:\\approx(?![a-z])|≈|\\simeq(?![a-z]))\s*")
# An exclamation mark behind a digit is a factorial, elsewhere it says that the sides differ.
_EQUALS = re.compile(r"(?<![<>=:\\])(?<!(?<!\d)!)=(?!=)")
# Commas and words that join several answers; a comma between groups of digits does not.
_LISTED = re.compile(r",(?!\d{3}(?!\d))|\b(?:or|and)\b")
_RELATION = re.compile(r"=|<|>|\\(?:leq?|geq?|neq?|lt|gt|in|to|equiv)(?![A-Za-z])|≤|≥|≠")
_NAME = re.compile(r"\s*[A-Za-z](?:_\{?\w+\}?)?\s*")
# A letter outside commands and text is an unknown: an equation with one is no computation.
_UNKNOWN = re.compile(r"(?<![A-Za-z\\])(?!\\)[A-Za-z](?![A-Za-z])|\\(?:theta|alpha|beta|phi)")
