"""Find the content words of a text as stems, and the share of a question's terms in a text."""

import re
import unicodedata
from collections.abc import Collection
from operator import methodcaller
from typing import Protocol

from assistant.text.prose import ABSENCE, STOPWORDS, stem, stems
from assistant.text.unspaced import is_unspaced


def terms(text: str) -> frozenset[str]:
    """Return the stems of a text's content words.

    A compound gives its parts ("middle-layer" gives middle and layer). Function words and single
    characters give nothing. Synonyms are not joined, because learned scores find what is said in
    other words.
    """
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    if is_unspaced(plain):
        return frozenset(stems(plain))
    # "Don't" is kept whole, so that no "don" remains of it, and of "they're" no "re".
    joined = _APOSTROPHE.sub("", _SHORTENED.sub("", plain.lower()))
    return frozenset(stem(word) for word in set(_PART.findall(joined)) if not is_function(word))


_PART = re.compile(r"[^\W_]{2,}")
_APOSTROPHE = re.compile(r"(?<=n)['’](?=t\b)")
_SHORTENED = re.compile(r"(?<=[a-z])['’](?:re|ve|ll)\b")


def canonical(word: str) -> str:
    """Return the form in which a lower-case word is compared: its stem."""
    return stem(word)


def is_function(word: str) -> bool:
    """Return whether a lower-case word is an English function word, which names no topic.

    A negated auxiliary is one, with the apostrophe or without ("isn't", "doesnt"), as is a pronoun
    or an asking word with a shortened verb ("what's", "whats").
    """
    return word in FUNCTION_WORDS or _CONTRACTED.fullmatch(word) is not None


AUXILIARIES = frozenset(
    """do does did is are was were am can could will would shall should has have had may might must
    been""".split()
)
INTERROGATIVES = frozenset("what which who whom whose when where how why whether".split())
# `STOPWORDS`, a list made for ranking, lacks these closed classes: pronouns and conjunctions.
FUNCTION_WORDS = (
    STOPWORDS
    | AUXILIARIES
    | INTERROGATIVES
    | frozenset(
        """anybody somebody nobody everybody anyone everyone myself yourself himself herself ourselves themselves
        mine yours hers theirs ours although though because unless until whereas despite upon onto""".split()
    )
)
_CONTRACTED = re.compile(
    rf"(?:{'|'.join(sorted(AUXILIARIES))}|ca|wo|need)n['’]?t|cannot"
    r"|(?:what|who|how|where|when|why|that|there|here|it|he|she|let)['’]?s|(?:i|you|we|they)['’](?:m|re|ve|ll|d)"
    r"|im|ive|youre|theyre"
)


def share(wanted: Collection[str], present: Collection[str]) -> float:
    """Return the share of `wanted` terms that are `present`, from 0 to 1; 0 if none is wanted."""
    if not wanted:
        return 0.0
    return sum(meets(term, present) for term in wanted) / len(wanted)


def meets(term: str, present: Collection[str]) -> bool:
    """Return whether a term, or one with the same long beginning, is present."""
    if term in present or len(term) < _LONG:
        return term in present
    return any(map(methodcaller("startswith", term[:_LONG]), present))


# "multiplying" and "multiplication" have different stems and the same beginning.
_LONG = 7


class Worded(Protocol):
    """Something with terms, such as a part of a question."""

    @property
    def terms(self) -> frozenset[str]:
        """Return the stems of its content words."""


class Named(Protocol):
    """Something with names, such as a part of a question."""

    @property
    def names(self) -> tuple[str, ...]:
        """Return its names, as they were typed."""


def speaks_of(part: Worded, text: str) -> float:
    """Return the share of a part's terms that a text contains, from 0 to 1."""
    return share(part.terms, terms(text))


def names(part: Named, text: str) -> bool:
    """Return whether a text contains every name of a part (`says`)."""
    return all(says(name, text) for name in part.names)


def says(name: str, text: str) -> bool:
    """Return whether a text contains a name: all its words, in any case, or an abbreviation written out.

    "RL" is written out by "reinforcement learning", "MoE" by "mixture of experts", and so in any
    field: by consecutive words that begin with its letters.
    """
    words = _WORD.findall(name)
    found = all(
        re.search(rf"(?<![^\W_]){re.escape(word)}(?:['’]?s)?(?![^\W_])", text, re.IGNORECASE)
        for word in words
    )
    if found or not _ABBREVIATION.fullmatch(name):
        return found
    letters = name.removesuffix("s").lower()
    spoken = [word.lower() for word in re.findall(r"[^\W_]+", text)]
    # Two letters begin many pairs of words, so both words must be content words.
    marks = [" " if len(letters) == 2 and is_function(word) else word[0] for word in spoken]
    return letters in "".join(marks)


_WORD = re.compile(r"[^\W_]+(?:[.'’][^\W_]+)*")
# At least two capitals; small letters between them stand for small words ("MoE", "CoT").
_ABBREVIATION = re.compile(r"[A-Z](?:[a-z]?[A-Z]){1,5}s?")


def denied(part: Worded, text: str) -> bool:
    """Return whether a text says that the thing a part asks for is missing: not measured, left open.

    A sentence that merely contains a negation denies nothing: one of the forms of saying that
    something is missing (`text.ABSENCE`) must stand within a dozen words of half the part's terms.
    """
    for match in ABSENCE.finditer(text):
        before = " ".join(text[: match.start()].split()[-_NEAR:])
        after = " ".join(text[match.start() :].split()[: _NEAR + 2])
        if share(part.terms, terms(f"{before} {after}")) >= 0.5:
            return True
    return False


# A form of absence can refer to this many words on each side: about a clause.
_NEAR = 12
