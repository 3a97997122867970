"""Split a question into its parts: the clauses that ask, each with the form of its answer."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from assistant.question.clauses import Clause, auxiliary, clauses, points, tokens
from assistant.question.language import foreign
from assistant.question.names import names_in, numbers_in
from assistant.question.terms import terms
from assistant.question.wants import Wants, wanted
from assistant.text.prose import sentences


@dataclass(frozen=True, kw_only=True)
class Part:
    """A clause of a question that asks, in the question's own words.

    `context` is what the clause depends on, if anything: the subject of the first part, or the
    introductory sentence. `terms` are the stems of the clause's own content words; `names`
    and `numbers` are those of the clause, as they were typed.
    """

    text: str
    wants: Wants = "statement"
    context: str = ""
    names: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    terms: frozenset[str] = frozenset()

    @property
    def asked(self) -> str:
        """Return the part in a form that can be asked alone: its words, with its context in brackets."""
        return f"{self.text}? ({self.context})" if self.context else self.text

    @cached_property
    def all_terms(self) -> frozenset[str]:
        """Return the terms of the part and of its context."""
        return self.terms | terms(self.context)


def parts(question: str) -> tuple[Part, ...]:
    """Return the parts of a question in reading order, at most `MOST`.

    A question of one clause, a keyword query and a claim are one part each; a question without a
    single word has none. A sentence before the question or a remark after it is not a part if it
    only introduces or comments.
    """
    plain = _SIGNS.sub(r"\1", " ".join(question.split()))
    found: list[Part] = []
    scene = ""
    for sentence in () if foreign(plain) else _sentences(plain):
        asking = clauses(sentence)
        if not asking and not sentence.rstrip("\"'”’) ").endswith(("?", "？")):
            scene = sentence
            continue
        before, scene = scene, ""
        for clause in asking or [Clause(sentence)]:
            if len(found) == MOST:
                return tuple(found)
            if part := _part(clause, before, found):
                found.append(part)
            before = ""
    if not found and any(map(str.isalnum, plain)):
        found = [_whole(plain)]
    return tuple(found)


def _sentences(text: str) -> list[str]:
    """Return the sentences of a question; after a question mark a sentence may begin in small letters."""
    return [
        part
        for span in sentences(text)
        for part in _AFTER_MARK.split(span.of(text))
        if any(map(str.isalnum, part))
    ]


_AFTER_MARK = re.compile(r"(?<=[?？])[\"'”’)]?\s+")

# At most this many parts of one question are answered; a real question has no more.
MOST = 8
# A long run of signs is cut, so that no pattern below takes more than linear time.
_SIGNS = re.compile(r"([^\w\s]{8})[^\w\s]+")


def _part(clause: Clause, scene: str, before: Sequence[Part]) -> Part | None:
    """Return the part of a clause, or None if it adds nothing to the part before it."""
    text = _trimmed(clause.text)
    own = terms(text)
    wants = before[0].wants if before and _SAME_OF.match(text) else _wants(clause, bool(scene))
    context = ""
    if scene and len(own) < _FEWEST:
        # "True?", "What speaks against that?": these ask about the sentence before.
        text = f"{scene} {text}"
    elif before and not own and wants not in _TOLD:
        return None
    elif scene:
        context = _cut(scene)
    elif before and (clause.joined or len(own) < _FEWEST or _leans(text)):
        first = before[0]
        context = first.context or _subject(first.text)
    return Part(
        text=text, wants=wants, context=context, names=names_in(text), numbers=numbers_in(text), terms=terms(text)
    )  # fmt: skip


# "And what about larger ones?" asks the same about another thing.
_SAME_OF = re.compile(r"(?:what|how) about\b", re.IGNORECASE)
# The asking words alone tell these forms: "by how much?", "and why?".
_TOLD = frozenset(("number", "name", "time", "place", "cause", "manner"))
# A clause with fewer terms of its own names no topic.
_FEWEST = 2


def _whole(text: str) -> Part:
    """Return a question without asking words as one part: keywords or a statement."""
    first = re.search(r"\b(?:how|why|whether|what|which|who|when|where)\b", text, re.IGNORECASE)
    wants = "statement" if foreign(text) else wanted(text)
    if first and wants == "statement" and _REPORTED.match(text):
        wants = wanted(text[first.start() :])
    return Part(
        text=_trimmed(text), wants=wants, names=names_in(text), numbers=numbers_in(text), terms=terms(text)
    )  # fmt: skip


# "I wonder how ...": the words after it ask, although they do not have the form of a question.
_REPORTED = re.compile(r"\s*(?:please|i|we|tell|explain|any idea|does anyone)\b", re.IGNORECASE)


def _wants(clause: Clause, scene: bool) -> Wants:
    if clause.at >= 0:
        return wanted(clause.text[clause.at :], clause.text[: clause.at])
    # This sentence ends in a question mark and has no asking word at its beginning.
    text = clause.text
    if _TAG.search(text) or (scene and len(terms(text)) < _FEWEST):
        return "yes-no"
    inside = _INSIDE.search(text)
    if inside:
        return wanted(text[inside.start() :])
    found = wanted(text)
    asserts = any(auxiliary(token.lower) for token in tokens(text)[1:])
    return "yes-no" if found == "statement" and asserts else found


# These words turn a statement into a question: ", right?", "isn't it?".
_TAG = re.compile(
    r"[,–—-]\s*(?:right|correct|true|no|yes|or not|eh|(?:is|are|was|were|do|does|did|has|have|can|will)n['’]?t \w+)"
    r"[\s?!.]*$",
    re.IGNORECASE,
)
_INSIDE = re.compile(r"\b(?:how|why|whether)\b", re.IGNORECASE)


def _leans(text: str) -> bool:
    """Return whether a clause points back to something before it."""
    return _POINTS.search(text) is not None


_POINTS = re.compile(
    r"\b(?:it|its|they|them|their|this|these|those|he|she|the same|the other|the two|both|either|such|ones?)\b"
    r"(?!\s+(?:list|collection|library)\b)|\b(?:is|as|was|does|did|do) that\b",
    re.IGNORECASE,
)


def _subject(text: str) -> str:
    """Return the subject of the first part: its words from the first content word on.

    If there is text before the asking word ("LayerSkip vs AdaInfer: which ..."), that text is the
    subject.
    """
    words = tokens(text)
    ask = next(points(words), None)
    if ask is None:
        return _cut(text)
    lead = text[: words[ask.begins].start]
    if terms(lead):
        return _cut(lead)
    begins = next((word.start for word in words if terms(word.text)), 0)
    quoted = begins and text[begins - 1] in "\"'“‘"
    return _cut(text[begins - bool(quoted) :])


# A context has at most this many words: a sentence, not a page.
_CONTEXT = 60


def _cut(text: str) -> str:
    return " ".join(_trimmed(text).split()[:_CONTEXT])


def _trimmed(text: str) -> str:
    """Return the words of a clause without the conjunction before and the signs after them."""
    text = text.strip().rstrip(" ?!.,;:–—-&(？。")
    return _CONJUNCTION.sub("", text) or text


_CONJUNCTION = re.compile(r"^[\s,;:–—&-]*(?:(?:and|but|so|plus)\b[\s,]*)?(?=\S)", re.IGNORECASE)
