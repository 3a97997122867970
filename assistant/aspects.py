"""What a question asks about: its aspects, in its own words, and what speaks to each of them."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from assistant.text import ABSENCE, STOPWORDS, stem


@dataclass(frozen=True)
class Aspect:
    """A stretch of content words of the question; `terms` are their stems.

    `kind` is "topic" for words, "cause" for a question that asks why.
    """

    text: str
    terms: frozenset[str]
    kind: str = "topic"


def aspects(question: str) -> tuple[Aspect, ...]:
    """The aspects of a question in reading order: runs of content words, and its cause if it asks why.

    Words of asking ("prove", "differ") join no run. An aspect whose terms all stand in another is
    left out.
    """
    found: list[Aspect] = []
    run: list[str] = []
    for token in [*re.findall(r"[^\W_]+(?:[-'’.][^\W_]+)*|[^\w\s]", question), ""]:
        lower = token.lower()
        if token and token[0].isalnum() and lower not in STOPWORDS and lower not in _ASKING:
            run.append(token)
        elif run:
            text = " ".join(run)
            found.append(Aspect(text, terms(text) - _VAGUE or terms(text)))
            run = []
    kept = [
        a
        for i, a in enumerate(found)
        if a.terms
        and (a.terms - _GENERIC or len(found) == 1)
        and not any(
            a.terms < b.terms or (a.terms == b.terms and j < i) for j, b in enumerate(found)
        )
    ]
    if re.match(r"\s*(?:why|how come|what (?:causes|explains|makes))\b", question, re.IGNORECASE):
        kept.append(Aspect("why", frozenset(), "cause"))
    return tuple(kept)


def terms(text: str) -> frozenset[str]:
    """The canonical stems of a text's content words: synonyms of the field share one.

    A compound speaks of its parts ("middle-layer" of the middle and of layers).
    """
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    found = set(_PART.findall(plain.lower())) - STOPWORDS
    return frozenset(canonical(word) for word in found if len(word) > 1)


_PART = re.compile(r"[^\W_]+")


@lru_cache(maxsize=100_000)
def canonical(word: str) -> str:
    """The stem of a word, or of what the field calls it otherwise ("middle" is "intermediate")."""
    root = stem(word)
    return _SYNONYMS.get(root, root)


def speaks_of(aspect: Aspect, text: str) -> float:
    """How much of an aspect a text speaks of, from 0 to 1: the share of its terms."""
    if aspect.kind == "cause":
        return float(bool(_CAUSAL.search(text)))
    present = terms(text)
    return share(aspect.terms, present)


def denied(aspect: Aspect, text: str) -> bool:
    """Whether a text says that an aspect is missing: not measured, not defined, left open.

    A sentence that merely contains a negation denies nothing; one of the forms of saying that
    something is missing must stand within a dozen words of the aspect.
    """
    if aspect.kind == "cause":
        return bool(_CAUSAL.search(text) or _WHY.search(text)) and bool(ABSENCE.search(text))
    for match in ABSENCE.finditer(text):
        before = " ".join(text[: match.start()].split()[-12:])
        after = " ".join(text[match.start() :].split()[:14])
        if share(aspect.terms, terms(f"{before} {after}")) >= 0.5:
            return True
    return False


_WHY = re.compile(r"\b(?:why|cause|account)\b", re.IGNORECASE)


def share(wanted: Collection[str], present: Collection[str]) -> float:
    """The share of `wanted` terms that are `present`, where a long common beginning counts too."""
    if not wanted:
        return 0.0
    return sum(meets(term, present) for term in wanted) / len(wanted)


def meets(term: str, present: Collection[str]) -> bool:
    """Whether a term, or one with the same long beginning, is present."""
    if term in present:
        return True
    return len(term) >= _LONG and any(other.startswith(term[:_LONG]) for other in present)


# "multiplying" and "multiplication" have different stems and one beginning.
_LONG = 7

_CAUSAL = re.compile(
    r"\b(?:because|causes?|caused|due to|explains?|explained|reasons?|mechanism|leads? to|arises?|"
    r"produced by|results? from|driven by|conjectured)\b",
    re.IGNORECASE,
)

# Words that every source of such a list uses: beside another word they distinguish nothing, and
# alone (with the layers, that are the subject of half of it) they are no aspect.
_VAGUE = frozenset({"model", "llm", "languag", "task", "data", "method", "network"})
_GENERIC = _VAGUE | {"layer", "weight"}

# Verbs and adjectives that ask rather than name.
_ASKING = frozenset(
    """prove proves proved stop stops become becomes became fall falls lead leads help helps affect affects cause
    causes explain explains yield yields mean matter matters change changes depend depends improve improves reveal
    reveals exist exists occur occurs time long short real true false right wrong better best worse good bad new old
    big small hard easy thing things called choice kind kinds type types sort sorts way ways part parts number
    numbers four three five two six seven eight nine ten one lift lifts raise raises lower lowers need needs
    higher greater larger smaller weaker stronger deeper fail fails differently precisely exactly
    role roles effect effects impact influence influences relationship relation difference differences purpose
    choose chosen editing wide possible first last second third next previous same another really truly simply
    question questions answer answers evidence claim claims result results finding findings""".split()
)

_SAME = (
    ("intermedi", "middl", "mid", "mid-lay", "mid-depth", "middle-lay"),
    ("llm", "llms", "lm", "lms"),
    ("rl", "reinforc"),
    ("cot", "chain-of-thought"),
    ("depth", "deep", "deeper"),
    ("precis", "precise"),
    ("spars", "sparsiti", "sparser", "sparsif", "sparsifi"),
    ("multipli", "multipl"),
    ("optimis", "optim", "optimiz"),
    ("entropi",),
    ("vote", "major"),
    ("scale", "size", "scaling"),
    ("ceil", "plateau"),
    ("final", "last"),
    ("valley", "dip"),
    ("weight", "paramet"),
    ("neuron", "unit"),
    ("ssm", "state-spac", "mamba"),
)
_SYNONYMS = {other: group[0] for group in _SAME for other in group}
