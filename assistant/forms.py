"""Whether a sentence has the form of an answer to what a question requests."""

import re

from assistant.aspects import Aspect, canonical, share, terms
from assistant.text import numbers


def gives(aspect: Aspect, text: str) -> bool:
    """Whether a sentence can be an answer to a request at all, told by its form.

    A number has its figure and the thing counted, a definition its copula, a way its means, a trial
    its doing; what is compared, or affects the other, stands in one sentence. A sentence of that form
    need not be the answer; without one there is none. A cause is told by `aspects.speaks_of`.
    """
    present = terms(text)
    if aspect.kind == "quantity":
        return bool(numbers(text)) and share(aspect.terms, present) >= 1.0
    if aspect.kind == "definition":
        return any(_defines(side, text, present) for side in aspect.sides)
    if aspect.kind == "manner":
        form = _CHOSEN if _CHOOSING.search(aspect.text) else _MEANS
        return bool(form.search(text)) and not _UNDONE.search(text)
    if aspect.kind == "trial":
        return bool(_DONE.search(text)) and share(aspect.terms, present) >= 0.6
    together = all(side and share(side, present) >= 0.5 for side in aspect.sides)
    return together and bool(re.search(rf"\b(?:{_said(aspect.head)})", text, re.IGNORECASE))


def _defines(thing: frozenset[str], text: str, present: frozenset[str]) -> bool:
    """Whether a sentence says what a thing is: a copula follows its words, or "called" precedes."""
    if not thing or share(thing, present) < 1.0:
        return False
    own = (m for m in _WORD.finditer(text) if share({canonical(m.group().lower())}, thing))
    return any(_IS.match(text, m.end()) or _CALLED.search(text[: m.start()]) for m in own)


def _said(head: str) -> str:
    """A pattern of the words by which a text gives the property of that name."""
    return next((said for named, said in _PROPERTIES if re.match(named, head)), head[:5])


_WORD = re.compile(r"[^\W_]+")
# "is used in" says nothing of what a thing is; "is a", "is the", "is how" do.
_IS = re.compile(
    r"[^\w\s]{0,2}\s*(?:\([^)]*\)\s*)?(?:(?:in|of|for|on)\s+(?:[\w-]+\s+){1,4})?(?:,\s*)?(?:"
    r"(?:is|are|was|were)\s+(?:(?:simply|just|here|usually|often|itself)\s+)?"
    r"(?:an?|the|one|those|what|how|when|defined|computed|measured|obtained|given by|not)\b"
    r"|means?\b|denotes?\b|stands? for|refers? to|represents?\b|describes?\b|consists? of|asks?\b"
    r"|i\.e\.|that is\b|an?\b|which (?:is|are)\b|:|=|—)",
    re.IGNORECASE,
)
_CALLED = re.compile(
    r"\b(?:called|termed|named|known as|dubbed|denoted|defined as|definition of|defines?|refer(?:red)? to [^.]{0,30}as)"
    r"\s+(?:\S+\s){0,3}\W*$",
    re.IGNORECASE,
)
_MEANS = re.compile(
    r"\b(?:by|using|uses?|used|via|through|with|from|based on|computed?|obtain(?:ed|s)?|defined|procedure|steps?|"
    r"first|then)\b",
    re.IGNORECASE,
)
_CHOOSING = re.compile(r"\b(?:cho(?:ose|sen?)|select(?:ed)?|pick(?:ed)?|tuned?)\b", re.IGNORECASE)
_CHOSEN = re.compile(
    r"\b(?:cho(?:os|se|ice)\w*|select\w*|pick\w*|tun(?:e|ed|ing)|decid\w+|determin\w+|search\w*|optimi\w+|"
    r"set (?:to|by))\b",
    re.IGNORECASE,
)
_UNDONE = re.compile(
    r"\b(?:do|does|did) not (?:explore|study|consider|examine|test|investigate|evaluate|address)\b|\bfuture work\b",
    re.IGNORECASE,
)
_DONE = re.compile(
    r"\b(?:we|authors?|experiment\w*|evaluat\w+|test(?:ed|s)?|train(?:ed|s)?|compar\w+|report\w*|us(?:e|es|ed))\b",
    re.IGNORECASE,
)
# The word of a question for a property, and the words of a text; any other word stands for itself.
_PROPERTIES = (
    (r"problem|issue|drawback|disadvantage|limit|weakness|shortcoming|downside|challenge",
     r"problem|issue|drawback|disadvantage|limit|weak|shortcoming|challeng|suffer|fail|cannot|difficult|not\b"),
    (r"advantage|benefit|strength|gain", r"advantage|benefit|strength|gain|improv|better|outperform|allow|enabl"),
    (r"effect|impact|influence|consequence",
     r"effect|impact|influence|consequen|lead|result|caus|improv|reduc|increas"),
    (r"trade", r"trade|at the (?:cost|expense)"),
    (r"role|function", r"role|function|serv|act(?:s|ed)?\b|responsib|control"),
    (r"performance|accuracy|result", r"perform|accura|scor|\d"),
)  # fmt: skip
