"""Complete a follow-up question such as "and in encoders?" from the questions before it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from assistant.question.terms import terms


@dataclass(frozen=True, kw_only=True)
class Thread:
    """The context of a question: the earlier questions as typed, and the reader's choice of sources.

    `pinned` are keys of sources that the answer must use, `excluded` of those it may not use.
    """

    earlier: tuple[str, ...] = ()
    pinned: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()

    def pin(self, key: str) -> Self:
        """Return the thread with a pinned source."""
        free = self.free(key)
        return replace(free, pinned=(*free.pinned, key))

    def exclude(self, key: str) -> Self:
        """Return the thread with an excluded source."""
        free = self.free(key)
        return replace(free, excluded=(*free.excluded, key))

    def free(self, key: str) -> Self:
        """Return the thread without a choice about a source."""
        return replace(
            self,
            pinned=tuple(k for k in self.pinned if k != key),
            excluded=tuple(k for k in self.excluded if k != key),
        )


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A question in the form in which it is answered: `text` is clear alone.

    `base` is the earlier question that it depends on, `added` what it adds to that; both are
    empty if the question was asked in full.
    """

    text: str
    base: str = ""
    added: str = ""

    @property
    def leans(self) -> bool:
        """Return whether the question was completed from earlier ones."""
        return bool(self.base)


def reading(questions: Sequence[str]) -> Reading:
    """Return the last question of a thread, completed from earlier ones if it is not clear alone.

    No language model is used. A question is a follow-up if it is a phrase ("and in
    encoders?", "why?"), points back ("does it hold for ...?"), or names less than a topic of its
    own ("how large is the gain?"). A phrase is added to the question it depends on, replacing an
    earlier phrase with the same preposition; any other follow-up is read together with that
    question.

    Args:
        questions: The thread, oldest first, as typed; at least one.
    """
    found = Reading(text="")
    for question in questions:
        found = _completed(question, found) if found.text else Reading(text=question)
    return found


def completed(questions: Sequence[str], by_model: str) -> Reading:
    """Return the last question of a thread as a language model completed it, if that can be trusted.

    Its words must all be words of the thread, and it must contain all words of the last question;
    otherwise the result of `reading` is used.
    """
    plain = reading(questions)
    line = " ".join(by_model.split()).strip("\"'“”")
    said = terms(line)
    if not line.endswith("?") or not plain.leans:
        return plain
    if not said <= terms(" ".join(questions)) or not terms(questions[-1]) <= said:
        return plain
    return Reading(text=line, base=plain.base, added=plain.added)


def _completed(question: str, before: Reading) -> Reading:
    opener = _OPENER.match(question)
    assert opener is not None  # each part of the opener may be missing
    rest = question[opener.end() :].strip()
    bare = rest.rstrip("?!. ")
    base = before.base or before.text
    if _WHY.fullmatch(bare):
        return Reading(text=_why(base), base=base, added="why")
    phrase = _phrase(bare, about=bool(opener["about"]))
    if phrase:
        kept = before.added if before.leans and not _same_place(before.added, phrase) else ""
        added = " ".join(filter(None, (kept, phrase)))
        return Reading(text=f"{base.rstrip('?!. ')} {added}?", base=base, added=added)
    if not _points_back(rest):
        return Reading(text=question)
    # The reader's own words come first, because they say what is new.
    whole = rest[:1].upper() + rest[1:]
    return Reading(text=f"{whole.rstrip('?!. ')}? ({before.text})", base=before.text, added=whole)


def _why(question: str) -> str:
    first, _, rest = question.partition(" ")
    if first.lower() in _AUXILIARY:
        return f"Why {first.lower()} {rest}"
    return question if first.lower() == "why" else f"Why? {question}"


def _phrase(bare: str, *, about: bool) -> str:
    """Return the follow-up as a phrase that can be added to a question, or None if it is a clause."""
    words = bare.split()
    if not 1 <= len(words) <= 8 or _asks(bare) or not terms(bare):
        return ""
    if words[0].lower() in _PREPOSITION:
        return bare
    return f"for {bare}" if about or len(words) <= 3 else ""


def _same_place(one: str, other: str) -> bool:
    return one.lower().split()[:1] == other.lower().split()[:1]


def _asks(text: str) -> bool:
    """Return whether a text is a clause that asks, which opens with a verb or an asking word."""
    first = next(iter(text.lower().split()), "")
    return first in _AUXILIARY or first in _INTERROGATIVE


def _points_back(question: str) -> bool:
    """Return whether a question points back: a pronoun near its beginning, or hardly a topic."""
    if _PRONOUN.search(" ".join(question.split()[:5])):
        return True
    asked = _DEGREE.sub("", question)
    return len(terms(asked)) < 2


_OPENER = re.compile(
    r"\s*(?:(?:and|but|or|so|also|then|ok(?:ay)?|well)\b[,\s]*)?"
    r"(?P<about>(?:what|how) about\b\s*)?",
    re.IGNORECASE,
)
_WHY = re.compile(r"why(?: (?:so|is that|not|that))?|how come", re.IGNORECASE)
_PRONOUN = re.compile(
    r"\b(?:it|its|they|them|their|this|these|those|he|she|the same|such|both)\b"
    r"(?!\s+(?:list|collection|library)\b)|(?<=is |as )that\b",
    re.IGNORECASE,
)
_DEGREE = re.compile(
    r"\bhow (?:large|big|small|strong|long|often|far|well|good|bad|high|low)\b", re.IGNORECASE
)
_AUXILIARY = frozenset(
    """do does did is are was were can could will would has have had should may might must""".split()
)
_INTERROGATIVE = frozenset("what which who whom whose when where how why".split())
_PREPOSITION = frozenset(
    """in for with without on at of under over across between within from by during after before beyond above below
    against among inside outside than when if per""".split()
)
