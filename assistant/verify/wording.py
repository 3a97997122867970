"""Give one form to variants of writing: spelling, digits, units, strict synonyms."""

import re
from decimal import Decimal
from functools import lru_cache

from assistant.text.anchors import fold

Tokens = tuple[str, ...]


@lru_cache(maxsize=4096)
def tokens(text: str) -> Tokens:
    """Return the words, numbers and signs of a text in canonical form, in order.

    Two texts have the same tokens if they differ only in spelling ("behaviour", "mid depth"), in
    how a number is written ("4", "four", "5-30 %", "5 to 30 percent", "8B", "8 billion"), or in
    words that mean the same at the same place ("beats", "outperforms"). Inflection, tense and
    every function word count. Commas, brackets, quotation marks and full stops do not; a question
    mark does.
    """
    found = [_spelt(raw.lower()) for raw in _raw(plain(text))]
    return tuple(_same(_ranged(_counted(found))))


def plain(text: str) -> str:
    """Return the text in the form of `anchors.fold`, except that 10² becomes 10^2 and not 102."""
    return fold(_RAISED.sub(r"^\g<0>", text)).text.strip()


_RAISED = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]+")


def _raw(text: str) -> list[str]:
    long = _CONTRACTED.sub(lambda match: _LONG_FORMS[match.group().lower()], text)
    return [match.group() for match in _TOKEN.finditer(_NOT.sub(r"\1 not", long))]


_LONG_FORMS = {"cannot": "can not", "can't": "can not", "won't": "will not", "shan't": "shall not"}
_CONTRACTED = re.compile(r"\b(?:cannot|can't|won't|shan't)\b", re.IGNORECASE)
_NOT = re.compile(r"\b(\w+)n't\b", re.IGNORECASE)

# A number keeps its sign where one can stand; a hyphen after a word or a number is not a sign.
_NUMBER = r"(?<![\w.])(?:(?<![^\s(\[=<>,])[-+])?\d+(?:,\d{3})*(?:\.\d+)?(?:[kKMBT]\b)?"
_WORD = r"[^\W\d_][^\W_]*(?:(?<=\d)\.\d+)?(?:'[^\W\d_]+)?|\d[^\W_]*"
_HYPHEN = r"(?<=\d)-(?=\d)|(?<=\s)-(?=\s)"
_TOKEN = re.compile(rf"{_NUMBER}|{_WORD}|{_HYPHEN}|[^\w\s.,;:!\"'()\[\]{{}}-]|_")


# ── numbers ──────────────────────────────────────────────────────────────────────────────────────


def is_number(token: str) -> bool:
    """Return whether a canonical token is a number."""
    return token.lstrip("+-")[:1].isdigit() and _VALUE.fullmatch(token) is not None


_VALUE = re.compile(r"[-+]?\d+(?:\.\d+)?")
_WRITTEN = re.compile(r"([-+]?)(\d+(?:,\d{3})*(?:\.\d+)?)([kmbt]?)")
_SCALES = {"": 0, "k": 3, "m": 6, "b": 9, "t": 12}
_SCALE_WORDS = {"thousand": 3, "million": 6, "billion": 9, "trillion": 12}
_UNITS = {"percent": "%", "pct": "%", "point": "points", "bit": "bits", "nat": "nats"}
_SMALL = dict(
    zip(
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split(),
        range(1, 20),
        strict=True,
    )
)
_TENS = dict(
    zip(
        "twenty thirty forty fifty sixty seventy eighty ninety".split(),
        range(20, 100, 10),
        strict=True,
    )
)
_ORDINALS = dict(
    zip("1st 2nd 3rd 4th 5th 6th 7th 8th 9th 10th".split(),
        "first second third fourth fifth sixth seventh eighth ninth tenth".split(), strict=True)
)  # fmt: skip


def _counted(found: list[str]) -> list[str]:
    """Return number words and scales as digits, and units in one form."""
    out: list[str] = []
    for at, word in enumerate(found):
        value = _value(word)
        if value and out and at and found[at - 1] in _TENS and word in _SMALL and _SMALL[word] < 10:
            out[-1] = str(_TENS[found[at - 1]] + _SMALL[word])
        elif value:
            out.append(value)
        elif word in _SCALE_WORDS and out and is_number(out[-1]):
            out[-1] = _decimal(out[-1], _SCALE_WORDS[word])
        elif word == "cent" and out and out[-1] == "per":
            out[-1] = "%"
        elif word == "x" and out and is_number(out[-1]) and not _value(_at(found, at + 1)):
            out.append("times")
        else:
            out.append(_ORDINALS.get(word) or _UNITS.get(word, word))
    return out


def _value(token: str) -> str:
    if token in _SMALL or token in _TENS:
        return str(_SMALL.get(token) or _TENS[token])
    written = _WRITTEN.fullmatch(token)
    if not written:
        return ""
    sign, digits, scale = written.groups()
    return sign + _decimal(digits.replace(",", ""), _SCALES[scale])


def _decimal(digits: str, scale: int) -> str:
    value = f"{Decimal(digits).scaleb(scale):f}"
    return value.rstrip("0").rstrip(".") if "." in value else value


def _ranged(found: list[str]) -> list[str]:
    """Return a range with a hyphen as one with "to", with its unit said once."""
    out: list[str] = []
    for at, word in enumerate(found):
        if word == "-":
            between = is_number(_at(found, at - 1)) and is_number(_at(found, at + 1))
            chained = _at(found, at - 2) == "-" or _at(found, at + 2) == "-"
            out.append("to" if between and not chained else word)
        else:
            out.append(word)
    return [word for at, word in enumerate(out) if not _repeats_unit(out, at)]


def _repeats_unit(found: list[str], at: int) -> bool:
    """Return whether the unit is said again after "to": "5 % to 30 %" is "5 to 30 %"."""
    return (
        found[at] in ("%", "points", "times", "bits", "nats")
        and is_number(_at(found, at - 1))
        and _at(found, at + 1) == "to"
        and is_number(_at(found, at + 2))
        and _at(found, at + 3) == found[at]
    )


def _at(found: list[str], index: int) -> str:
    return found[index] if 0 <= index < len(found) else ""


# ── spelling ─────────────────────────────────────────────────────────────────────────────────────


@lru_cache(maxsize=50_000)
def _spelt(word: str) -> str:
    """Return the American spelling of a word, in lower case."""
    if word in _VARIANTS:
        return _VARIANTS[word]
    word = _OUR.sub(r"\1or", word)
    word = _DOUBLED.sub(r"\1\2", word)
    return _ISE.sub(r"\1z\2", word)


_VARIANTS = {
    "artefact": "artifact", "artefacts": "artifacts", "centre": "center", "centres": "centers",
    "centred": "centered", "grey": "gray", "judgement": "judgment", "licence": "license",
    "maths": "math", "catalogue": "catalog", "whilst": "while", "towards": "toward",
    "amongst": "among", "defence": "defense", "programme": "program", "sceptical": "skeptical",
    "learnt": "learned", "fulfil": "fulfill", "an": "a",
}  # fmt: skip
_OUR = re.compile(r"^(behavi|col|fav|neighb|lab|hon|flav|hum|vig)our")
_DOUBLED = re.compile(r"^(label|model|cancel|travel|signal|level|channel|fuel|initial)l(ed|ing)$")
# "rise" becomes "rize" in both texts, which does no harm.
_ISE = re.compile(r"^(\w{2,}[iy])s(e|ed|es|ing|er|ers|ation|ations)$")


# ── words that mean the same ─────────────────────────────────────────────────────────────────────


def _same(found: list[str]) -> list[str]:
    """Return phrases and words that mean the same at the same place in one form."""
    found = [_WORDS.get(word, word) for word in found]
    out: list[str] = []
    at = 0
    while at < len(found):
        size = next(
            (n for n in _SIZES.get(found[at], ()) if tuple(found[at : at + n]) in _PHRASES), 0
        )
        if size:
            out.extend(_PHRASES[tuple(found[at : at + size])])
        elif found[at] in _PREFIXES and _at(found, at + 1).isalpha():
            size = 2
            out.append(found[at] + found[at + 1])
        else:
            size = 1
            out.append(found[at])
        at += size
    return out


# The words of each row mean the same at any place, in this inflection. "Middle" is not
# "intermediate" (any layer but the ends), nor "show" "demonstrate", nor "rise" "double".
_EQUAL = """
beats outperforms surpasses | beat outperform surpass | beaten outperformed surpassed
beating outperforming surpassing
last final | nearly almost | about roughly approximately around circa | whereas while | although though
shows exhibits displays | use employ utilize | uses employs utilizes | used employed utilized
using employing utilizing
requires needs | require need | required needed | requiring needing
increases rises raises grows | increase rise raise grow | increasing rising raising growing | increased raised
decreases falls reduces lowers declines | decrease fall reduce decline | decreased reduced lowered declined
decreasing falling reducing lowering declining
chooses selects picks | choose select pick | chosen selected picked | choosing selecting picking
begins starts | begin start | gives yields | give yield | giving yielding
computes calculates | compute calculate | computed calculated | computing calculating
methods approaches techniques | method approach technique | papers articles | paper article
large big | larger bigger | largest biggest | whole entire | often frequently | usually typically
mainly mostly primarily chiefly | only solely | many numerous | quickly rapidly fast
valley dip | valleys dips | weight parameter | weights parameters | vs versus
"""
_WORDS = {
    _spelt(word): _spelt(row.split()[0])
    for line in _EQUAL.strip().splitlines()
    for row in line.split("|")
    for word in row.split()
}
_LONGER: dict[str, str] = {
    "large language model": "llm", "large language models": "llms", "reinforcement learning": "rl",
    "chain of thought": "cot", "chains of thought": "cots", "for instance": "for example",
    "e g": "for example", "data set": "dataset", "data sets": "datasets", "due to": "because of",
    "in order to": "to", "fine tuned": "finetuned", "fine tuning": "finetuning",
    "fine tune": "finetune", "as well as": "and", "no more than": "at most",
    "no fewer than": "at least", "no less than": "at least", "loss less": "lossless",
    "speed ups": "speedups", "speed up": "speedup", "set ups": "setups", "set up": "setup",
}  # fmt: skip
_PHRASES = {tuple(phrase.split()): tuple(form.split()) for phrase, form in _LONGER.items()}
_SIZES = {
    first: tuple(sorted({len(p) for p in _PHRASES if p[0] == first}, reverse=True))
    for first in {phrase[0] for phrase in _PHRASES}
}
_PREFIXES = frozenset("pre post non multi sub semi auto self".split())
