"""What a question requests, told from what it presupposes: the clauses that ask, and of what kind each is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from assistant.text import sentences

RequestKind = Literal[
    "cause", "definition", "comparison", "effect", "property", "manner", "trial", "clause"
]


@dataclass(frozen=True)
class Request:
    """A clause of a question that asks, in the question's own words.

    `sides` are the stretches of it that one sentence of an answer has to bring together: what is to
    be defined, the two that are compared, the bearer of a property; `head` is the word for that
    property. A "clause" asks for no more than its topics.
    """

    kind: RequestKind
    text: str
    sides: tuple[str, ...] = ()
    head: str = ""


def requests(question: str) -> tuple[Request, ...]:
    """The requests of a question in reading order; none where nothing in it has the form of one.

    What only sets the scene stands in no clause: a sentence or a subordinate clause before the
    asking word, examples, and what follows "when", "if", "since" or "by doing".
    """
    return tuple(
        _request(clause) for span in sentences(question) for clause in _clauses(span.of(question))
    )


def _clauses(sentence: str) -> Iterator[str]:
    starts: list[int] = []
    for match in _OPENS.finditer(sentence):
        if not (starts and _RELATIVE.match(match.group())):
            starts.append(match.start("asks"))
    for start, end in zip(starts, [*starts[1:], len(sentence)][: len(starts)], strict=True):
        clause = sentence[start:end]
        scene = _SCENE.search(clause, _SHORTEST)
        clause = clause[: scene.start()] if scene else clause
        yield re.sub(r"[\s,;:–—-]+(?:and|or|but|so|then)?$", "", clause.rstrip(" ?!.,;:")).rstrip()


def _request(clause: str) -> Request:
    for kind, form in _FORMS:
        if match := form.search(clause):
            found = match.groupdict()
            sides = (found.get(name) or "" for name in ("one", "other"))
            bare = tuple(side.strip(" ,\"'“”‘’") for side in sides if side)
            return Request(kind, clause, bare, (found.get("head") or "").lower())
    return Request("clause", clause)


_AUX = r"(?:is|are|was|were|do|does|did|can|could|would|will|should|has|have|had|may|might|must)"
# A word that asks: it opens the sentence, or stands where what sets the scene has ended.
_OPENS = re.compile(
    r"(?:^\W*|[,;:–—-]\s+(?:(?:and|but|or|so|then)\s+)?|\b(?:and|but|or)\s+(?=(?:why|how|what|who|which)\b))"
    rf"(?P<asks>(?:(?:in|at|by|to|for|on|under|of|from|with)\s+)?(?:why|how|what|which|who|whom|whose|where)\b"
    rf"|{_AUX}(?:n['’]t)?\s)",
    re.IGNORECASE,
)
# After the asking word, ", which" only adds to what is asked.
_RELATIVE = re.compile(r",\s*(?:which|who|whom|whose|where)\b", re.IGNORECASE)
_SCENE = re.compile(
    r"\s*(?:,?\s*\(?\b(?:such as\b|e\.g\.|i\.e\.|apart from\b|even though\b|although\b)"
    r"|,\s*(?:which|given|considering|as)\b|\b(?:when|if|since|while|whereas|because)\b"
    r"|(?<!mean )(?<!meant )\bby \w+ing\b|\b(?:in order|so as) to\b)",
    re.IGNORECASE,
)
# Characters that a clause keeps: "do speech models such as ..." has not got to its verb.
_SHORTEST = 24

_ARTICLE = r"(?:(?:the|an?|any|some|another|other|its|their|this|these) )?"
_REASON = r"(?:reasons?|rationale|intuition|motivation|justification|necessity|need|point|purpose|idea|intention)"
_EFFECT = r"(?:effects?|impacts?|influence|consequences?|implications?|contributions?)"
_AFFECTS = r"(?:affect|impact|influence|hurt|harm|improve|degrade|increase|decrease|reduce|aggravate|alter|help)s?"
_LIKE = r"(?:similar|identical|equal|equivalent|related|connected)"
_LINK = r"(?:relation(?:ship)?|connection|link|similarity|similarities|differences?)"
# The words of a name: no preposition or conjunction, which would begin a phrase of its own.
_NAME = (
    r"(?:(?!(?:of|for|in|on|to|at|by|from|with|as|that|which|between|behind|and|or|it|known|called|[a-z]+ed)\b)"
    r"[^\s,]+ ?){1,4}"
)
_SOMEONE = r"(?:(?:the |this )?(?:authors?|researchers?|paper|work|study)|they|you|we|any(?:one|body)|some(?:one|body))"
_WRITTEN: tuple[tuple[RequestKind, str], ...] = (
    ("cause", r"^(?:why|how come|what (?:cause[sd]|explain(?:s|ed)|ma(?:kes|de)|motivate[sd]))\b"),
    ("cause", rf"^(?:what|which|(?:is|are) there)\b.{{0,24}}\b{_REASON}\b\s+(?!is\b|are\b)"),
    ("comparison", rf"\b{_LINK} between (?P<one>.+?) (?:and|versus|vs\.?|or) (?P<other>.+)"),
    ("comparison", rf"^(?:how|what)\b(?: {_AUX}\b)? ?(?P<one>[^,]+?) (?:(?:is|are) )?"
                   r"(?:differs?|different|distinct) (?:from|than|to) (?P<other>.+)"),
    ("comparison", r"\bcompared? (?P<one>.*?)\b(?:to|with|against) (?P<other>.+)"),
    ("comparison", rf"^(?:{_AUX}|how) (?P<one>.+?) (?:(?:is|are) )?{_LIKE} to (?P<other>.+)"),
    ("definition", r"^what (?:do|does|did) (?!you\b|we\b)(?P<one>.+?) "
                   r"(?:mean|stand for|denote|represent|refer to|signify)\b"),
    ("definition", r"^what (?:do|does|did) (?:you|we|they|the authors?|one) mean (?:by|with) (?P<one>.+)"),
    ("definition", r"^what (?:is|are|was|were) (?:meant by|the (?:definition|meaning|full form) of) (?P<one>.+)"),
    ("definition", rf"^what ?(?:is|are|was|were|['’]s) (?:(?:an?|the) )?(?P<one>{_NAME})$"),
    ("effect", rf"\b{_EFFECT} (?:of|from) (?P<one>.+?) (?:on|upon|for|to) (?P<other>.+)"),
    ("effect", rf"^(?:how )?{_AUX} (?P<one>.+?) (?:(?:further|really|also) )?{_AFFECTS} (?P<other>.+)"),
    ("property", rf"^(?:what ?(?:is|are|was|were|would be|could be|['’]s)?|(?:is|are) there) ?{_ARTICLE}"
                 r"(?:[\w-]+ )?(?P<head>[\w-]+) (?:of|behind|between|in) (?P<one>.+)"),
    ("trial", rf"^(?:did|do|does|have|has|had) {_SOMEONE}\b"),
    ("manner", rf"^how (?:{_AUX}|then|to|the|this|these|that|their|one|you|we|they|authors?|(?-i:[A-Z])[\w-]*)\b"),
    # "How channel shuffle operation works": as it is asked where English is not the first language.
    ("manner", rf"^how (?!(?:many|much|often|long|far|well|\w+ly)\b)[\w-]+ (?!{_AUX}\b)(?:[\w-]+ )+?\w+(?:ed|s)\b"),
)  # fmt: skip
_FORMS = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _WRITTEN)
