"""Choose the lead-in before a quote from a closed list of phrases, each with the sign that calls for it.

A lead-in ends in a colon, so that the quote keeps its capital and stays verbatim. A wrong one costs
more than none: a sentence that already signals its relation gets none, no phrase is used twice, and
the fallback claims no relation.
"""

import re
from collections.abc import Sequence

from assistant.question.terms import share
from assistant.select.quotes import CAVEAT, OPEN, Quote
from assistant.text.prose import ABSENCE, negated, numbers

NOT_AS_STATED, LIST_SILENT, BOTH = "Not as stated:", "The list does not say:", "Both:"
CONTRAST, BESIDE, FIGURES, SCOPE = (
    "By contrast:",
    "Beside this:",
    "In figures:",
    "How far this carries:",
)
SECOND, NEAREST, REMARK, EXAMPLE = (
    "On the second question:", "The nearest result:", "A remark in the notes:", "For example:",
)  # fmt: skip
MEASURED_HERE, MEASURED_ELSEWHERE = "Measured on this machine:", "Measured on another machine:"

# These words already say how a sentence relates to the text before it.
_OWN_SIGNAL = re.compile(
    r"^(?:It (?:would be|is) (?:wrong|left)|Whether|Why|How|What|Own |By contrast|However|For example|According to)"
    r"|left open|not recorded|not answered|not settled|does not (?:show|mean|imply)|, not that ",
)
_CONTRASTS = re.compile(
    r"\b(?:whereas|unlike|in contrast|by contrast|contrary to|on the other hand)\b", re.IGNORECASE
)
_NAMED_FIRST = re.compile(r"^(?:For|On|In) [A-Z][\w-]*\d|^Of \w+ ")
_SAID_WRONG = re.compile(
    r"\bwould be wrong\b|\bdoes not (?:show|mean|imply|follow)\b|\bis not the same\b|^Not\b|^No,"
)
_UNSHOWN = re.compile(r"\bdoes not (?:show|mean|imply|follow)\b")
_BOTH_SEEN = re.compile(
    r"\bboth\b.{0,60}\b(?:seen|found|occur|hold|happen|true)\b|\bno plain yes or no\b",
    re.IGNORECASE,
)
# A sentence limits its scope if it speaks of few models, data or settings, or of something not
# tested.
_SCOPE = re.compile(
    r"\b(?:one|two|single|only|small|open|names? no)\b.{0,40}\b(?:models?|datasets?|languages?|tasks?|pairs?|"
    r"settings?|seeds?|studies|study|samples?|species|countries)\b"
    r"|\brests? on\b|\bas an? (?:paper|study) of \d{4}\b",
    re.IGNORECASE,
)


def verdict(
    first: Quote, *, claims: bool, chooses: bool, denies: bool, asked: frozenset[str]
) -> str:
    """Return the verdict before the opening, or "" if the question or the opening does not allow one.

    Args:
        first: The quote that opens.
        claims: Whether the question states something or asks for yes or no.
        chooses: Whether the question asks which of two statements holds.
        denies: Whether the question asks about a negated statement.
        asked: The terms of the question.
    """
    text = first.plain()
    if chooses and _BOTH_SEEN.search(text):
        return BOTH
    silent = first.role == OPEN or (first.role == CAVEAT and ABSENCE.search(text) is not None)
    if silent and not _SAID_WRONG.search(text):
        return LIST_SILENT
    # The quote denies the claim if it shares most of the question's terms; a denial of something
    # else tells nothing.
    denied = negated(text) and not denies and share(asked, first.terms) >= _SPEAKS_OF_IT
    # "Does not show that X is never so" denies a denial, which was not asked.
    twice = _UNSHOWN.search(text) is not None and not negated(text)
    wrong = _SAID_WRONG.search(text) is not None and not twice
    return NOT_AS_STATED if claims and (denied or wrong) else ""


# A quote that has this share of the question's terms speaks of what was asked.
_SPEAKS_OF_IT = 0.75


def lead_in(
    quote: Quote, before: Sequence[Quote], used: Sequence[str], *, partial: bool, second: bool
) -> str:
    """Return the lead-in of a quote, or "" for none.

    Args:
        quote: The quote, not the first of its brief.
        before: The quotes before it, in order.
        used: Lead-ins already used in the brief.
        partial: Whether the coverage is partial.
        second: Whether the quote is the first that answers a second part of the question.
    """
    text, last = quote.plain(), before[-1]
    if second and SECOND not in used:
        return SECOND
    if _OWN_SIGNAL.search(text):
        return ""
    found = ""
    if quote.source != last.source:
        if _CONTRASTS.search(text):
            found = CONTRAST
        elif partial and NEAREST not in used and len(before) == 1:
            found = NEAREST
        else:
            found = BESIDE
    elif quote.role == CAVEAT and _SCOPE.search(text):
        found = SCOPE
    elif quote.role != CAVEAT and len(numbers(text)) >= 3 > len(numbers(last.plain())):
        found = FIGURES
    return found if found not in used and len([u for u in used if u]) < _MOST else ""


# More lead-ins in one brief read like a filled-in form.
_MOST = 4
