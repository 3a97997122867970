"""Follow-up questions: what "and in encoders?" asks, told from the questions before it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from assistant.question.terms import terms


@dataclass(frozen=True, kw_only=True)
class Thread:
    """What went before a question: the questions as they were typed, and the reader's choices.

    `pinned` are keys of sources that the answer has to hear, `excluded` of those it may not use.
    """

    earlier: tuple[str, ...] = ()
    pinned: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()

    def pin(self, key: str) -> Self:
        """With a source that the answer has to hear."""
        free = self.free(key)
        return replace(free, pinned=(*free.pinned, key))

    def exclude(self, key: str) -> Self:
        """Without a source."""
        free = self.free(key)
        return replace(free, excluded=(*free.excluded, key))

    def free(self, key: str) -> Self:
        """With no choice about a source."""
        return replace(
            self,
            pinned=tuple(k for k in self.pinned if k != key),
            excluded=tuple(k for k in self.excluded if k != key),
        )


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A question as it is to be answered: `text` stands alone.

    `base` is the question of the thread that it leans on, `added` what it adds to that; both are
    empty where the question was asked in full.
    """

    text: str
    base: str = ""
    added: str = ""

    @property
    def leans(self) -> bool:
        """Return whether the question was completed by the ones before it."""
        return bool(self.base)


def reading(questions: Sequence[str]) -> Reading:
    """Return the last question of a thread, completed by those before it where it cannot stand alone.

    No language model is asked. A question leans on its thread when it is a phrase ("and in
    encoders?", "why?"), points back ("does it hold for ...?"), or names less than a topic of its
    own ("how large is the gain?"). A phrase is put behind the question it leans on, in place of an
    earlier one that opens with the same preposition; anything else is read beside that question.

    Args:
        questions: The thread, oldest first, as typed; at least one.
    """
    found = Reading(text="")
    for question in questions:
        found = _completed(question, found) if found.text else Reading(text=question)
    return found


def completed(questions: Sequence[str], by_model: str) -> Reading:
    """Return the last question of a thread as a language model completed it, where that can be trusted.

    Its words must all be words of the thread, and those of the last question must all be there;
    otherwise `reading` stands.
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
    assert opener is not None  # each of its parts may be missing
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
    # The reader's own words come first: they say what is new.
    whole = rest[:1].upper() + rest[1:]
    return Reading(text=f"{whole.rstrip('?!. ')}? ({before.text})", base=before.text, added=whole)


def _why(question: str) -> str:
    first, _, rest = question.partition(" ")
    if first.lower() in _AUXILIARY:
        return f"Why {first.lower()} {rest}"
    return question if first.lower() == "why" else f"Why? {question}"


def _phrase(bare: str, *, about: bool) -> str:
    """Return the follow-up as a phrase that fits behind a question, or nothing where it is a clause."""
    words = bare.split()
    if not 1 <= len(words) <= 8 or _asks(bare) or not terms(bare):
        return ""
    if words[0].lower() in _PREPOSITION:
        return bare
    return f"for {bare}" if about or len(words) <= 3 else ""


def _same_place(one: str, other: str) -> bool:
    return one.lower().split()[:1] == other.lower().split()[:1]


def _asks(text: str) -> bool:
    """Return whether a text is a clause that asks: it opens with a verb or a word of asking."""
    first = next(iter(text.lower().split()), "")
    return first in _AUXILIARY or first in _INTERROGATIVE


def _points_back(question: str) -> bool:
    """Return whether a question leans on what was said: a pronoun near its beginning, or hardly a topic."""
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
