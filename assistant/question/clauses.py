"""Find where in a sentence the clauses begin that ask."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.question.terms import AUXILIARIES, INTERROGATIVES, terms


@dataclass(frozen=True)
class Clause:
    """A stretch of a sentence with one asking word, and whether it is joined to the text before it.

    `at` is where the asking word begins in `text`, or -1 if there is none.
    """

    text: str
    at: int = -1
    joined: bool = False


def clauses(sentence: str) -> list[Clause]:
    """Return the clauses of a sentence that ask, in reading order; the result is empty if none asks.

    Together they are the sentence: the text before the first asking word belongs to the first
    clause. Only if that word is joined with "and" is the phrase before it a clause of its own
    ("Logit lens or tuned lens, and what do I lose?").
    """
    words = tokens(sentence)
    asks = list(points(words))
    # "Sinks, which collect attention, are they harmful": the first asking word only adds to a noun.
    asks = [
        ask
        for ask, after in zip(asks, [*asks[1:], None][: len(asks)], strict=True)
        if not (ask.relative and after and not after.conjunction)
    ]
    if not asks:
        return []
    starts = [words[ask.begins].start for ask in asks]
    lead = sentence[: starts[0]]
    first, found = 0, []
    if asks[0].conjunction and asks[0].begins and terms(lead) and not _SUBORDINATE.match(lead):
        found.append(Clause(lead))
        first = starts[0]
    begins, ends = [first, *starts[1:]], [*starts[1:], len(sentence)]
    for ask, begin, end in zip(asks, begins, ends, strict=True):
        joined = bool(found) or (ask.conjunction and not ask.begins)
        found.append(Clause(sentence[begin:end], words[ask.word].start - begin, joined))
    return found


# A sentence that begins with these words has its main clause after the comma.
_SUBORDINATE = re.compile(
    r"\s*(?:if|when|while|since|because|although|given|suppose|assuming|once|after|before|i)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Token:
    """A word or a punctuation mark of a sentence."""

    start: int
    end: int
    text: str

    @property
    def lower(self) -> str:
        """Return the word in small letters, with a straight apostrophe."""
        return self.text.lower().replace("’", "'")


def tokens(sentence: str) -> list[Token]:
    """Return the words and punctuation marks of a sentence in order."""
    return [Token(m.start(), m.end(), m.group()) for m in _TOKEN.finditer(sentence)]


_TOKEN = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*|[^\w\s]")


@dataclass(frozen=True)
class Ask:
    """A clause that asks: its first token, and its asking word.

    `conjunction` is true if it begins with one, `relative` if it may only add to a noun (",
    which").
    """

    begins: int
    word: int
    conjunction: bool = False
    relative: bool = False


def points(words: Sequence[Token]) -> Iterator[Ask]:
    """Yield the places in a sentence where a clause that asks begins."""
    asked, last = False, -1
    for i, token in enumerate(words):
        before = words[i - 1].text if i else ""
        begins = not i or before in _BREAKS or token.lower in _JOINS
        # The words before an asking word, as in "and but what", are of its clause already.
        begins = begins and i > last and token.text not in _BREAKS
        if begins and (found := _ask(words, i, before, asked)):
            asked, last = True, found.word
            yield found


def _ask(words: Sequence[Token], i: int, before: str, asked: bool) -> Ask | None:
    """Return the clause that begins at a token after the mark `before`, if it asks."""
    at = i
    while at < min(i + _OPENING, len(words) - 1) and words[at].lower in _OPENERS:
        at += 1
    this, after = words[at].lower, _lower(words, at + 1)
    place = _Place(
        conjunction=words[i].lower in _JOINS, comma=before == ",", asked=asked,
        free=not before or before in _FREE,
    )  # fmt: skip
    if this in _PREPOSITIONS and interrogative(after):
        fits = place.free or place.conjunction or (place.comma and not asked)
        return Ask(i, at + 1, place.conjunction) if fits else None
    if interrogative(this):
        return _by_word(Ask(i, at, place.conjunction), this, after, place)
    closes = place.comma and not place.conjunction and at + 3 >= len(words)
    if not auxiliary(this) or not after or after == "not" or (negated_auxiliary(this) and closes):
        return None  # ", isn't it?" closes a statement
    if place.free or (place.comma and not place.conjunction and not asked):
        fits = True
    elif after in _SUBJECTS:
        fits = place.conjunction or place.comma
    else:
        fits = place.conjunction and place.comma and not _goes_on(after)
    return Ask(i, at, place.conjunction) if fits else None


@dataclass(frozen=True)
class _Place:
    """What stands before a clause: nothing or a mark that ends a sentence, a comma, a conjunction."""

    free: bool
    comma: bool
    conjunction: bool
    asked: bool


def _by_word(ask: Ask, this: str, after: str, place: _Place) -> Ask | None:
    """Return the clause that opens with an asking word, if the word asks at this place."""
    inverted = (
        auxiliary(after)
        or (this == "where" and after in _PREPOSITIONS)
        or this != _bare(this)
        or (this == "how" and after in _DEGREES)
    )
    if _bare(this) in ("when", "where", "whether") and not inverted:
        # "When models fail, ..." asks nothing; "..., and where that argument stops" does.
        return ask if place.conjunction and place.comma and place.asked else None
    if place.free or (place.conjunction and (place.comma or inverted)):
        return ask
    relative = this in ("which", "who", "whom", "whose")
    if not place.comma or place.conjunction or (place.asked and (relative or not inverted)):
        return None
    return Ask(ask.begins, ask.word, relative=relative)


def _lower(words: Sequence[Token], at: int) -> str:
    return words[at].lower if at < len(words) else ""


def interrogative(word: str) -> bool:
    """Return whether a lower-case word asks, with a shortened verb or without ("what's", "whats")."""
    return _bare(word) in INTERROGATIVES


def _bare(word: str) -> str:
    return re.sub(r"^(what|who|how|where|when|why)'?s$", r"\1", word)


def auxiliary(word: str) -> bool:
    """Return whether a lower-case word is an auxiliary verb, negated or not."""
    return word in AUXILIARIES or negated_auxiliary(word)


def negated_auxiliary(word: str) -> bool:
    """Return whether a lower-case word is a negated auxiliary: "isn't", "doesnt", "can't"."""
    return re.sub(r"n'?t$", "", word) in AUXILIARIES | {"ca", "wo"} and word.endswith("t")


def _goes_on(word: str) -> bool:
    """Return whether a word after an auxiliary continues a statement: "and is often used"."""
    return (
        word.endswith(("ed", "ly", "ing"))
        or word in _PREPOSITIONS
        or word in ("been", "be", "often")
    )


# This many words may stand before the asking word: "and so then why".
_OPENING = 3
_BREAKS = frozenset(",:;–—-(")
# After these marks the clause before does not continue.
_FREE = frozenset(":;–—-(")
_JOINS = frozenset(("and", "but", "&", "plus"))
_OPENERS = _JOINS | {"so", "then", "also", "ok", "okay", "well", "now"}
_PREPOSITIONS = frozenset(
    "in at by to for on from of with under over across through since until after before as".split()
)
_DEGREES = frozenset("many much often long large big small high low fast far well good".split())
# These words follow an inverted auxiliary if there is no comma: "and does it", "and is that".
_SUBJECTS = frozenset(
    """i you he she it we they one this that these those there the a an my your his her its our their any some
    anyone people""".split()
)
