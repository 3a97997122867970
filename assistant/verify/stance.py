"""Find whether a sentence speaks for or against a claim, from denials and opposites."""

import re
from collections.abc import Sequence

from assistant.question.terms import canonical, terms
from assistant.text.prose import REFUSAL, stem
from assistant.types import Stance
from assistant.verify.opposites import OPPOSITES
from assistant.verify.wording import tokens


def stance(claim: str, sentence: str) -> Stance:
    """Return the stance of a sentence on a claim, as far as its words show it.

    It contests the claim if one of the two denies what the other says, or has the opposite of one
    of its words ("rises", "falls"); both together cancel out. This is only for sentences about the
    same thing, which is not checked here, and many a negation concerns something else. Figures:
    `benchmarks/stance.py`.
    """
    denied = len(REFUSAL.findall(claim)) % 2 != len(REFUSAL.findall(sentence)) % 2
    return "contests" if denied != _turned(claim, sentence) else "supports"


def clear_stance(claim: str, sentence: str) -> Stance | None:
    """Return the stance of a sentence on a claim if it is clear, else None.

    It is clear if a clause about the subject of the claim, in a sentence without negation, says of
    the same thing that it goes up or down: the same direction supports, the opposite contests, and
    a negated claim reverses both. It is also clear if such a clause contains nearly all words of a
    negated claim. A comparison ("than") is left open, because its direction depends on the order of
    its terms, and so is a claim with more than one direction. Figures: `benchmarks/stance.py`.
    """
    denials = _denials(claim)
    if denials > 1 or _denials(sentence) or _COMPARISON.search(claim):
        return None
    told = {_told(claim, clause, denied=denials == 1) for clause in _CLAUSE.split(sentence)} - {
        None
    }
    return told.pop() if len(told) == 1 else None


def _told(claim: str, clause: str, *, denied: bool) -> Stance | None:
    about, said = terms(claim) - _DIRECTIONS, terms(clause)
    common = len(about & said)
    # Words that occur in half of all sentences are no subject.
    matter = about - _COMMON
    least = max(min(_FEWEST, len(about)), _MOST * len(about))
    if common < least or 2 * len(matter & said) <= len(matter):
        return None
    same, opposite = _directions(claim, clause)
    if same != opposite:
        return "supports" if same != denied else "contests"
    restated = common >= max(_FEWEST, _NEARLY_ALL * len(about))
    return "contests" if denied and not same and restated else None


_CLAUSE = re.compile(r"[,;:()]\s|\b(?:and|but|while|whereas|although|though)\b", re.IGNORECASE)
# A clause contains these shares of the claim's terms, and at least this many.
_MOST, _NEARLY_ALL, _FEWEST = 0.5, 0.8, 3


def claim_in(question: str) -> str:
    """Return the claim that a question asks about: a statement, or a question for yes or no; else "".

    A question that offers a choice ("X or Y?"), or that is put in the negative, asks about none.
    """
    line = " ".join(question.split())
    opens = next(iter(re.findall(r"\w+", line.lower())), "")
    if line.endswith("?"):
        chooses = re.search(r"\bor\b(?! not\b)", line, re.IGNORECASE)
        return line if opens in _AUXILIARIES and not chooses and not _denials(line) else ""
    asks = opens in _AUXILIARIES or opens in _ASKING
    states = line.endswith(".") or _AUXILIARIES & set(re.findall(r"\w+", line.lower()))
    return line if states and not asks and len(line.split()) > 3 else ""


_AUXILIARIES = frozenset(
    "do does did is are was were can could will would has have had should may might must".split()
)
_ASKING = frozenset(
    """what which who whom whose when where how why explain compare describe list name tell give show summarise
    summarize find discuss""".split()
)


def _denials(text: str) -> int:
    return len(REFUSAL.findall(text)) + len(_DENYING.findall(text))


# These words are negated by their prefix.
_DENYING = re.compile(
    r"\b(?:in(?:effective|accurate|sufficient|sensitive|dependent)|un(?:related|affected|changed|able|likely))\b",
    re.IGNORECASE,
)
_COMPARISON = re.compile(r"\b(?:than|versus|vs|as \w+ as)\b", re.IGNORECASE)


def _turned(claim: str, sentence: str) -> bool:
    """Return whether the sentence has the opposite of a word of the claim, and not the word itself."""
    said = set(tokens(sentence))
    stems = {stem(word) for word in said}
    return any(
        stem(word) not in stems and not OPPOSITES.get(word, frozenset()).isdisjoint(said)
        for word in tokens(claim)
    )


def _directions(claim: str, sentence: str) -> tuple[bool, bool]:
    """Return whether a shared term goes the same way in both, and whether one goes opposite ways."""
    one = _WORD.findall(claim.lower())
    if sum(word in _UP or word in _DOWN for word in one) != 1:
        return False, False
    other = _WORD.findall(sentence.lower())
    if _UP.isdisjoint(other) and _DOWN.isdisjoint(other):
        return False, False
    shared = (terms(claim) & terms(sentence)) - _COMMON
    claimed, said = _going(one, shared, affected=True), _going(other, shared)
    # A term that goes both ways in the sentence tells nothing.
    said = {(up, term) for up, term in said if (not up, term) not in said}
    return bool(claimed & said), bool(claimed & {(not up, term) for up, term in said})


def _going(
    words: Sequence[str], shared: frozenset[str], *, affected: bool = False
) -> set[tuple[bool, str]]:
    """Return the terms of which an increase (True) or a decrease is stated.

    An adjective applies to the next word, or to the words before it if the next is none of
    `shared`; a verb applies to any within a few words or, if only the `affected` thing is asked
    for, to those after it if there are any.
    """
    found = set()
    for at, word in enumerate(words):
        if word not in _UP and word not in _DOWN:
            continue
        before, after = words[max(0, at - _REACH) : at], words[at + 1 : at + 1 + _REACH]
        if word in _ADJECTIVES:
            after = after[:1]
        if (word in _ADJECTIVES or affected) and shared & set(map(canonical, after)):
            before = []
        near = {canonical(each) for each in (*before, *after)} & shared
        found |= {(word in _UP, term) for term in near}
    return found


# Half of all sentences on models contain these words.
_COMMON = frozenset(
    map(
        canonical,
        "layer layers model models middle network networks data task tasks method methods weight".split(),
    )
)
# So many words on either side of a word for up or down are looked at.
_REACH = 5
_WORD = re.compile(r"[^\W_]+")


_ADJECTIVES = frozenset(
    """higher high more greater larger longer faster stronger better lower low less fewer smaller shorter slower
    weaker""".split()
)


def _forms(verbs: str, others: str) -> frozenset[str]:
    """Return words as they stand, and verbs in the forms that end in -s, -d and -ing."""
    found = set(others.split())
    for verb in verbs.split():
        root = verb.removesuffix("e")
        found |= {verb, f"{verb}s", f"{root}ed", f"{root}ing"}
    return frozenset(found)


_UP = _forms(
    """increase raise elevate enhance promote induce stimulate activate accelerate upregulate grow gain improve boost
    amplify facilitate cause extend expand strengthen exacerbate aggravate worsen augment exceed surpass""",
    """higher high rise rises rose risen elevation enhancement induction stimulation activation upregulation more
    greater grew grown growth improvement amplifies amplified larger longer faster stronger better""",
)
_DOWN = _forms(
    """decrease lower reduce decline fall drop inhibit suppress prevent impair attenuate block abolish downregulate
    diminish slow limit lose deplete protect alleviate ameliorate mitigate impede hinder weaken shrink suffer
    degrade delay vanish disappear""",
    """low reduction reductions fell fallen dropped dropping inhibition suppression prevention impairment attenuation
    downregulation less fewer smaller shorter slower weaker loss lost depletion protection protective deficiency
    deficient shrank""",
)
_DIRECTIONS = frozenset(map(canonical, _UP | _DOWN))
