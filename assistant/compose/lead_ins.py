"""What the program says before a quote: a closed list, each phrase with the sign that calls for it.

A lead-in ends in a colon, so that the quote keeps its capital and stays verbatim. A wrong one costs more than none:
a sentence that carries its own signal gets none, no phrase stands twice, and the fallback claims no relation.
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

# Words that already say how a sentence stands to what came before.
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
# Scope is said of few models, data or settings, or of what was not looked at.
_SCOPE = re.compile(
    r"\b(?:one|two|single|only|small|open|names? no)\b.{0,40}\b(?:models?|datasets?|languages?|tasks?|pairs?|"
    r"settings?|seeds?|studies|study|samples?|species|countries)\b"
    r"|\brests? on\b|\bas an? (?:paper|study) of \d{4}\b",
    re.IGNORECASE,
)


def verdict(
    first: Quote, *, claims: bool, chooses: bool, denies: bool, asked: frozenset[str]
) -> str:
    """Return the head of the verdict, empty where the kinds of question and opening allow none.

    Args:
        first: The quote that opens.
        claims: Whether the question states something or asks for yes or no.
        chooses: Whether it asks which of two holds.
        denies: Whether what it asks about is itself a denial.
        asked: The terms of the question.
    """
    text = first.plain()
    if chooses and _BOTH_SEEN.search(text):
        return BOTH
    silent = first.role == OPEN or (first.role == CAVEAT and ABSENCE.search(text) is not None)
    if silent and not _SAID_WRONG.search(text):
        return LIST_SILENT
    # A denial of what is asked, told by its speaking of most of it; one of something else tells nothing.
    denied = negated(text) and not denies and share(asked, first.terms) >= _SPEAKS_OF_IT
    # "Does not show that X is never so" denies a denial, which is not what was asked.
    twice = _UNSHOWN.search(text) is not None and not negated(text)
    wrong = _SAID_WRONG.search(text) is not None and not twice
    return NOT_AS_STATED if claims and (denied or wrong) else ""


_SPEAKS_OF_IT = 0.75


def lead_in(
    quote: Quote, before: Sequence[Quote], used: Sequence[str], *, partial: bool, second: bool
) -> str:
    """Return what stands before a quote, empty for nothing.

    Args:
        quote: The quote, not the first of its brief.
        before: The quotes that stand before it, in order.
        used: Lead-ins that the brief has already.
        partial: Whether the list answers the question in part only.
        second: Whether the quote answers a second part of the question, and none before it does.
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


# More in one brief read like a form that was filled in.
_MOST = 4
