"""Tell from the asking words which form an answer must have; other modules score whether a sentence helps."""

import re
from typing import Literal

from assistant.question.terms import AUXILIARIES

Wants = Literal[
    "number", "name", "time", "place", "cause", "manner", "definition", "comparison", "yes-no",
    "choice", "statement",
]  # fmt: skip
"""The form of an answer; a "statement" is anything about the topic."""


def wanted(asking: str, lead: str = "") -> Wants:
    """Return the form of answer that a clause asks for.

    Args:
        asking: The clause from its asking word on, such as "how many layers can go?"; a phrase
            without one, as in a keyword query, is read as it is.
        lead: The text before the asking word, such as "LayerSkip vs AdaInfer".
    """
    clause = _folded(asking)
    request = _REQUEST.match(clause)
    if request:
        inner = _folded(clause[request.end() :])
        if _WH.match(inner):
            return wanted(inner, lead)
        return _OF_REQUESTS.get(request["verb"], "statement")
    for wants, form in _FORMS:
        if form.match(clause):
            return wants
    before = _folded(lead)
    if _AUX.match(clause):
        return "choice" if _alternatives(clause) else "yes-no"
    if _COMPARED.search(before) or _COMPARED.search(clause):
        return "comparison"
    for wants, form in _WEAKER:
        if form.match(clause):
            return wants
    if not _WH.match(clause) and _alternatives(clause, compared=True):
        return "choice"
    return "definition" if _DEFINITION.search(clause) else "statement"


def _folded(text: str) -> str:
    return " ".join(text.lower().replace("’", "'").split()).strip(" ?!.,;:")


def _alternatives(clause: str, *, compared: bool = False) -> bool:
    """Return whether an "or" sets two things against each other and does not merely add one.

    "Is CLADA or TEAL faster" does, "better for German or Chinese text" does not: the first has a
    comparing word after the "or" or directly before it.
    """
    before, found, after = _NO_ALTERNATIVE.sub(" ", clause).partition(" or ")
    if not found:
        return False
    last = before.split()[-1:]
    return compared or bool(_COMPARING.search(after) or (last and _COMPARING.fullmatch(last[0])))


_AUXILIARY = rf"(?:{'|'.join(sorted(AUXILIARIES - {'been'}))})(?:n'?t)?"
_AUX = re.compile(rf"{_AUXILIARY}\b")
_WH = re.compile(
    r"(?:(?:in|at|by|to|for|on|from|of|with|under|since|through) )?"
    r"(?:what|which|who|whom|whose|when|where|how|why|whether)(?:'?s)?\b"
)
# "Can you explain ..." does not ask for yes or no: it asks for what follows the verb.
_REQUEST = re.compile(
    r"(?:(?:can|could|would|will) (?:you|someone|somebody|anyone|anybody) )?(?:please )?"
    r"(?P<verb>explain|tell|describe|define|show|give|summari[sz]e|list|compare)\b(?: (?:to|for))?(?: (?:me|us))?\b"
)
_OF_REQUESTS: dict[str, Wants] = {
    "explain": "definition",
    "define": "definition",
    "describe": "definition",
    "compare": "comparison",
}

# Each row is one form of asking in English, in any field. The first that matches holds.
_COUNTED = r"(?:many|much|often|long|large|big|small|high|low|fast|old|few)(?![\w-])"
_MEASURED = (
    r"(?:percentage|percent|proportion|share|fraction|number|amount|ratio|rate|size|length|age|price|cost|score|"
    r"average|factor|accuracy|count|total)s?(?= (?:of|for|on|in|at|per|to|\w+ of)\b| "
    + _AUXILIARY
    + r"\b|$)"
)
_BE = r"(?:'?s| is| are| was| were| would be)"
_STRONG: tuple[tuple[Wants, str], ...] = (
    ("cause", r"(?:why|how come|for (?:what|which) reasons?)\b"),
    ("cause", r"what (?:causes?|caused|explains?|explained|makes?|made|drives?|drove)\b"),
    ("cause", rf"what{_BE} (?:the |a )?(?:\w+ )?(?:reason|cause|mechanism|explanation|rationale)s?\b"),
    ("number", rf"(?:\w+ )?how {_COUNTED}"),
    ("number", rf"(?:by |to |at |in |for |with )?(?:what|which) (?:\w+ ){{0,2}}{_MEASURED}"),
    ("number", rf"what{_BE} (?:the |its |their |an? )?(?:\w+ )?{_MEASURED}"),
    ("number", r"what (?:is|was|were|are) the average\b"),
    ("name", r"(?:by |to |for |from |with |of )?(?:who|whom|whose|who'?s)\b"),
    ("time", r"(?:in |since |from |by |until )?(?:what|which) (?:year|month|date|day|century)\b"),
    # "When does it help" asks for a condition, "when was it found" for a date.
    ("time", r"(?:since )?when (?:did|was|were)\b|since when\b"),
    ("place", rf"where(?:'?s| {_AUXILIARY}| in| on| along| between| within)\b"),
    ("place", r"(?:in |at |on |from |to |by )?(?:which|what) (?:layer|depth|section|page|chapter|place|position|"
              r"location|region)s?\b"),
    ("definition", r"what (?:exactly )?(?:do|does|did) .*\b(?:mean|stand for|denote|refer to|signify)\b"),
    ("choice", r"(?:(?:in|at|by|to|for|on|from|of|with|under) )?which\b(?! (?:way|means|manner)s?\b)"),
    ("definition", rf"what{_BE} (?:meant by|the (?:definition|meaning) of)\b"),
)  # fmt: skip
_WEAK: tuple[tuple[Wants, str], ...] = (
    ("manner", r"(?:in|by|through) (?:which|what) (?:way|means|manner)s?\b|how\b|when\b"),
    # A short name follows "what is"; a longer phrase with a preposition asks for more than a
    # definition.
    ("definition", rf"what(?: exactly)?{_BE} (?:exactly )?(?!going\b|happening\b|wrong\b)(?:(?:an?|the) )?[\w'-]+"
                   r"(?: (?!of\b|for\b|in\b)[\w'-]+){0,3}$"),
)  # fmt: skip
_FORMS = tuple((wants, re.compile(form)) for wants, form in _STRONG)
_WEAKER = tuple((wants, re.compile(form)) for wants, form in _WEAK)
_COMPARED = re.compile(
    r"\b(?:vs|versus|differs?|different(?:ly)? from|differences?|differently|same thing|compares?|compared)\b"
    r"|\bdifferent\b(?=.* from\b)"
)
_COMPARING = re.compile(
    r"\b(?:better|worse|more|less|best|faster|slower|larger|smaller|bigger|higher|lower|stronger|weaker|deeper|"
    r"shallower|cheaper|longer|shorter|rather|just|only)\b"
)
_NO_ALTERNATIVE = re.compile(
    rf"\b(?:yes or no|or (?:not|so|more|less|two|three)\b|or {_AUXILIARY} (?:it|they|this|that|we|i)\b)"
)
_DEFINITION = re.compile(r"\b(?:definition|meaning)\b")
