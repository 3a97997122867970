"""This veto refuses "all" for "some", "proved" for "suggested", and a cause for a correlation."""

import re
from collections.abc import Mapping, Sequence

from assistant.question.terms import is_function
from assistant.text.prose import stem
from assistant.verify.wording import is_number, plain, tokens


def veto(sentence: str, evidence: str) -> str:
    """Return how a sentence is stronger than its evidence, as one line for the reader, or "" if not certain."""
    return widened(sentence, evidence) or proved(sentence, evidence) or caused(sentence, evidence)


# Quantifiers are a closed class: those that leave something out, and those that do not.
PARTIAL = frozenset("some most many several few sometimes often usually".split())
WHOLE = frozenset("all every always entire whole".split())
# A sentence says in these ways that something is beyond doubt ("proves more reliable" does not).
PROVING = re.compile(
    r"\b(?:(?:prove|settle|guarantee|establishe?)[sd]?|proven|settling) (?:that|how|why|the|is)\b"
    r"|\b(?:certainly|undoubtedly|definitely|conclusively|unquestionably|proof)\b"
    r"|\bwhat .{3,60} prove (?:is|are)\b",
    re.IGNORECASE,
)
_SURE = re.compile(
    r"\b(?:pro[vo]\w*|settl\w*|guarant\w*|establish\w*|certain\w*|sure|doubt\w*|defini\w*|conclusive\w*)",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:no|not|nothing|never|nor|neither|cannot|without)\b|n't\b", re.IGNORECASE
)
# Words of correlation, and words of cause.
TOGETHER = frozenset(
    """correlate correlates correlated correlation correlations associated association related coincide coincides
    accompany accompanies accompanied""".split()
)
MAKING = frozenset("cause causes caused causing because due owing".split())
_MAKING = re.compile(
    r"\b(?:caus\w+|because|due|owing|lead\w*|led|driv\w+|mak\w+|made|produc\w+|so|therefore)\b",
    re.IGNORECASE,
)


def widened(sentence: str, evidence: str) -> str:
    """Return the reason if a partial quantity became a whole one of the same thing."""
    said, there = _quantified(tokens(sentence)), _quantified(tokens(evidence))
    for noun, words in said.items():
        known = there.get(noun, frozenset())
        if words & WHOLE and known & PARTIAL and not known & WHOLE:
            return (
                f"it says {min(words & WHOLE)!r} where its evidence says {min(known & PARTIAL)!r}"
            )
    return ""


def proved(sentence: str, evidence: str) -> str:
    """Return the reason if the sentence speaks of proof and the evidence does not."""
    line = plain(sentence)
    added = PROVING.search(line)
    if added and not _DENIED.search(line[: added.end()]) and not _SURE.search(plain(evidence)):
        return f"it says {added.group()!r}, which is stronger than its evidence"
    return ""


def caused(sentence: str, evidence: str) -> str:
    """Return the reason if two things observed together became cause and effect."""
    said, there = set(tokens(sentence)), set(tokens(evidence))
    if (
        there & TOGETHER
        and not _MAKING.search(plain(evidence))
        and said & MAKING
        and not said & TOGETHER
    ):
        return "it states a cause where its evidence states none"
    return ""


def _quantified(words: Sequence[str]) -> Mapping[str, frozenset[str]]:
    """Return the quantifiers before each noun, taken as the next content word."""
    found: dict[str, set[str]] = {}
    for at, word in enumerate(words):
        # "Most, not all": a negated quantifier is not asserted.
        if (word in PARTIAL or word in WHOLE) and "not" not in words[max(0, at - 2) : at]:
            for after in words[at + 1 : at + 4]:
                if not is_function(after) and not is_number(after) and after not in PARTIAL | WHOLE:
                    found.setdefault(stem(after), set()).add(word)
                    break
    return {noun: frozenset(words) for noun, words in found.items()}
