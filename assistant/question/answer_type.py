"""Find whether a sentence has an answer of the requested form, and whether a question asks about a denial."""

import re

from assistant.question.language import foreign
from assistant.question.terms import is_function
from assistant.question.wants import Wants


def present(wants: Wants, sentence: str) -> bool | None:
    """Return whether a sentence can give an answer of a form: a number, a name, a time, a place, a cause.

    True means that the sentence contains something of that form, which need not be the answer.
    False means that it contains nothing of that form, so it cannot answer alone. None means that
    the form does not tell: for every other form, for a sentence in another language, and for a
    cause that is given without any word for it.
    """
    if wants == "cause":
        return True if _CAUSAL.search(sentence) else None
    if wants not in ("number", "name", "time", "place"):
        return None
    found = _FOUND[wants](sentence)
    return None if found is False and foreign(sentence) else found


def negated(question: str) -> bool:
    """Return whether a question asks about a negated statement: "is it true that X does not hold?".

    A negation that only asks for a yes does not count: "Isn't X so?", "X is so, isn't it?".
    """
    plain = _ASKS_FOR_YES.sub(" ", question.replace("’", "'"))
    return len(_DENIAL.findall(_JOINED.sub(r"\1n't", plain))) % 2 == 1


# "Without" and "fail" deny nothing here: "can it be cut without a loss" and "does it fail" ask
# plainly.
_DENIAL = re.compile(
    r"\b(?:no|not|never|none|neither|nor|nothing|nobody|cannot|hardly|barely|rarely|seldom)\b|n't\b",
    re.IGNORECASE,
)


_ASKS_FOR_YES = re.compile(
    r"^\s*(?:(?:so|and|but|then)\b[\s,]*)?\w+n'?t\b(?=\s+\w)|,\s*(?:\w+n't \w+|no|or not)\W*$"
    r"|,\s*(?:is|are|was|were|do|does|did|has|have|can|will) \w+\W*$|\bor not\b|\byes or no\b",
    re.IGNORECASE,
)
# This reads "doesnt" as "doesn't".
_JOINED = re.compile(
    r"\b(do|does|did|is|are|was|were|has|have|had|could|would|should)nt\b", re.IGNORECASE
)


# ── a number ─────────────────────────────────────────────────────────────────────────────────────


def _has_number(sentence: str) -> bool:
    """Return whether a sentence has a figure or number word outside names, years and references."""
    plain = _NO_FIGURE.sub(" ", sentence)
    return _FIGURE.search(plain) is not None or _NUMBER_WORD.search(plain) is not None


# These figures count nothing: references, numbered items, years, versions and sizes after a name.
# The limits on lengths keep a long line of signs from being read again and again.
_NO_FIGURE = re.compile(
    r"\[[\d\s,;–-]+\]"
    r"|\((?:[^()\d]{1,80}\b)?(?:19|20)\d\d[a-z]?\)"
    r"|\b(?:Table|Figure|Fig|Section|Sec|Eq|Equation|Chapter|Appendix|Algorithm|Theorem|Lemma|Step|Note|Page|p)s?\.?"
    r"\s?\(?\d+(?:\.\d+)*[a-z]?\)?"
    r"|(?<![\d.,$€£])\b(?:19|20)\d\d\b(?![\d%]|[.,]\d| ?(?:%|percent)| [a-z]+s\b)"
    r"|\b[A-Z]\w*[A-Za-z] \d(?:\.\d+)?\b(?! ?(?:%|percent)| [a-z]+s\b)"
    r"|\b(?=\w*[A-Z])[^\W\d_]\w* \d+(?:\.\d+)?[BM]\b"
    r"|\b(?:[^\W\d_][\w.@-]{0,40}\d[\w.-]*|\d+(?:\.\d+)?(?:-[^\W\d_]|[^\W\d_kmbtxKMBT%])[\w-]{0,40}[A-Z][\w-]*)"
)
_FIGURE = re.compile(r"(?<![^\W_])\d")
# "One" counts only before a noun: "one model", not "one can" or "the one".
_NUMBER_WORD = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|"
    r"eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?|billions?|"
    r"dozens?|half|halves|halve[sd]|thirds?|quarters?|twice|thrice|doubles?|doubled|doubling|triples?|tripled|"
    r"none|zero|once|tenfold|twofold|threefold)\b"
    r"|\b(?:only|just|exactly|at most|at least|about|over|under|than|is|has|takes?|needs?|uses?) one "
    r"(?!of\b|can\b)[a-z]",
    re.IGNORECASE,
)


# ── a name ───────────────────────────────────────────────────────────────────────────────────────


def _has_name(sentence: str) -> bool | None:
    """Return whether a sentence contains a name; None if only an abbreviation or its first word may be one."""
    if _AUTHORS.search(sentence):
        return True
    maybe = False
    words = list(_WORD.finditer(sentence))
    for at, match in enumerate(words):
        word = match.group()
        if not word[0].isupper() or is_function(word.lower()) or len(word) < 2:
            continue
        opens = not at or sentence[: match.start()].rstrip()[-1:] in ".?!:"
        if word[1:].islower() and not opens:
            return True
        maybe = True
    return None if maybe else False


_AUTHORS = re.compile(r"\bet al\b")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


# ── a time and a place ───────────────────────────────────────────────────────────────────────────


def _has_time(sentence: str) -> bool:
    return _TIME.search(sentence) is not None


_MONTH = (
    "January|February|March|April|May|June|July|August|September|October|November|December|"
    "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec"
)
_TIME = re.compile(
    r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d|[.,]\d)"
    rf"|\b(?:{_MONTH})\b\.? \d{{1,4}}\b|\b\d{{1,2}}\.? (?:{_MONTH})\b"
    rf"|\b(?i:in|since|by|until|of|last) (?:{_MONTH})\b"
    r"|\b(?i:\w+ (?:years?|months?|weeks?|days?|decades?|hours?|minutes?) (?:ago|later|earlier|before|after))\b"
    r"|\b(?i:yesterday|today|(?:last|this|next) (?:year|month|week|century|decade)|\w+ century)\b"
)


def _has_place(sentence: str) -> bool:
    return _PLACE.search(sentence) is not None


# A preposition of place with a word after it, or a part of something by its number or position.
_PLACE = re.compile(
    r"\b(?:in|at|on|near|between|within|inside|outside|under|above|below|beneath|behind|before|after|across|along|"
    r"around|through|throughout|into|from|towards?)\s+(?!19\d\d|20\d\d)[\w'\"“(-]"
    r"|\b(?:layers?|sections?|chapters?|pages?|positions?|depths?)\s+\d"
    r"|\b(?:first|second|third|last|final|middle|early|late|upper|lower)\s+[a-z]+",
    re.IGNORECASE,
)


# ── a cause ──────────────────────────────────────────────────────────────────────────────────────

# English gives a cause with these words in any field. A cause may be given without them.
_CAUSAL = re.compile(
    r"\b(?:because|since|due to|owing to|thanks to|so that|therefore|thus|hence|"
    r"caus(?:e[sd]?|ing|al)|reasons?|explain(?:s|ed)?|explanations?|mechanisms?|"
    r"attribut(?:e[sd]?|able) (?:\w+ ){0,6}?to|(?:leads?|led) to|results? (?:from|in)|arises? from|stems? from|"
    r"driven by|responsible for|as a result|in order to|which is why|that is why)\b",
    re.IGNORECASE,
)
_FOUND = {"number": _has_number, "name": _has_name, "time": _has_time, "place": _has_place}
