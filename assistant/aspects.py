"""What a question asks about: its aspects, in its own words, and what speaks to each of them."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import methodcaller
from typing import Literal

from assistant.requested import Request, RequestKind, requests
from assistant.text import ABSENCE, STOPWORDS, stem

AspectKind = Literal["topic", "quantity"] | RequestKind


@dataclass(frozen=True)
class Aspect:
    """A stretch of the question's own words; `terms` are the stems of its content words.

    `kind` is "topic" for words, "quantity" for a clause that asks how much there is of the thing
    that `terms` name, else what the clause requests. `proper` are the names and numbers among the
    words, in lower case: nothing else can stand for them. `sides` are the terms of what an answer
    to a request brings together, `head` the word for the property it asks for.
    """

    text: str
    terms: frozenset[str]
    kind: AspectKind = "topic"
    proper: frozenset[str] = frozenset()
    sides: tuple[frozenset[str], ...] = ()
    head: str = ""


def aspects(question: str) -> tuple[Aspect, ...]:
    """The aspects of a question: runs of content words in reading order, then the clauses that ask.

    Words of asking ("prove", "differ") join no run. A run whose terms all stand in another is left
    out.
    """
    found: list[Aspect] = []
    run: list[str] = []
    proper: set[str] = set()  # a capital that only opens the question makes no name
    tokens = re.findall(r"[^\W_]+(?:[-'’.][^\W_]+)*|[^\w\s]", question)
    for at, token in enumerate([*tokens, ""]):
        lower = token.lower()
        plain = lower in _PLAIN or lower.endswith(("n't", "n’t"))
        if token and token[0].isalnum() and not plain:
            run.append(token)
            if at or not (token[:1].isupper() and token[1:].islower()):
                proper.update(_proper(token))
        elif run:
            text = " ".join(run)
            found.append(Aspect(text, _telling(text), proper=frozenset(proper)))
            run, proper = [], set()
    kept = [
        a
        for i, a in enumerate(found)
        if a.terms
        and (a.terms - _GENERIC or a.proper or len(found) == 1)
        and not any(
            a.terms < b.terms or (a.terms == b.terms and j < i) for j, b in enumerate(found)
        )
    ]
    for match in _QUANTITY.finditer(question):
        if measured := _telling(match["thing"]):
            kept = [a for a in kept if a.terms != measured]
            kept.append(Aspect(_small(match.group()), measured, "quantity"))
    return (*kept, *(_requested(request, kept) for request in requests(question)))


def _requested(request: Request, topics: Sequence[Aspect]) -> Aspect:
    """A request as an aspect: its terms are those of the topics within its clause."""
    leans = _LEANS.search(request.text)
    inside = [a for a in topics if a.kind == "topic" and (leans or a.text in request.text)]
    sides = tuple(_telling(side) for side in request.sides)
    return Aspect(
        _small(request.text), frozenset().union(*(a.terms for a in inside)), request.kind,
        frozenset().union(*(a.proper for a in inside)), sides, request.head,
    )  # fmt: skip


def _telling(text: str) -> frozenset[str]:
    """The terms of a text without those that every source uses, if there are others."""
    return terms(text) - _VAGUE or terms(text)


def _small(clause: str) -> str:
    """A clause as it stands inside a sentence: it opens with a word of asking, which is no name."""
    return clause[:1].lower() + clause[1:]


# A clause with a pronoun for its subject speaks of what the rest of the question names.
_LEANS = re.compile(r"\b(?:it|they|them|these|those)\b", re.IGNORECASE)


def _proper(token: str) -> Iterator[str]:
    """The name or number that a word of a question is or begins with, in lower case.

    "GRPO-style" is of GRPO, "GPT-2" a name whole. An abbreviation that the field writes out as
    well ("RL") stands for its term only.
    """
    plain = re.sub(r"['’]s$", "", token)
    for part in [plain] if re.search(r"-\W*[\dA-Z]", plain) else plain.split("-"):
        marked = not part.islower() or any(letter.isdigit() for letter in part)
        if marked and len(part) > 1 - part.isdigit() and stem(part.lower()) not in _WRITTEN_OUT:
            yield part.lower()


def names(aspect: Aspect, text: str) -> bool:
    """Whether a text has every name and number of an aspect, each as a word."""
    return all(
        re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE) for name in aspect.proper
    )


# "how many GPU-hours", "what share of the weights": what is asked for is a number of something.
_QUANTITY = re.compile(
    r"\b(?:what (?:percentage|proportion|share|number|amount) of (?:the |all |their |its )?"
    r"|how (?:many|much) (?:percentage |of the )?(?!(?:do|does|did|is|are|was|were|can|could|will|would|has|have|of|"
    r"more|less|better|worse|further|longer|larger|should|must|may|might)\b))(?P<thing>[\w-]+)",
    re.IGNORECASE,
)


def terms(text: str) -> frozenset[str]:
    """The canonical stems of a text's content words: synonyms of the field share one.

    A compound speaks of its parts ("middle-layer" of the middle and of layers).
    """
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return frozenset(map(canonical, set(_PART.findall(plain.lower())) - STOPWORDS))


_PART = re.compile(r"[^\W_]{2,}")


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
    if term in present or len(term) < _LONG:
        return term in present
    return any(map(methodcaller("startswith", term[:_LONG]), present))


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

# What anything can do or be: such a word joins no name of a topic, and is none by itself. Forms in
# "-ing" are left out, for they name topics ("training", "sampling", "winning ticket").
_DOING_BASES = """accept add agree allow appear apply ask assume avoid beat begin believe belong break bring buy call
    carry carve catch claim come compute consider contain continue cover create deal decide deliver demonstrate
    deserve discover draw drop earn enter exceed expect feel fit follow force gain gather grow guess halt
    hear hide hold hope imply include join judge jump keep lack lead lean learn leave let look lose maintain
    manage meet miss move name notice observe obtain occur outperform outscore pass pay persist pick play
    prefer produce promise provide pull push put reach read receive recommend refer refute reject rely
    remain remember remove report require return ride rise run satisfy save say screen seek seem send serve
    settle share sit soak solve speak spend spoil spread squeeze stand start stay stop struggle succeed
    suffer suggest support suppose survive swap take talk teach tell tend tie touch treat trust try turn
    understand undergo vanish vary wait wake walk want win wish wonder yield""".split()
_DOING = frozenset(
    form
    for base in _DOING_BASES
    for root in (base.removesuffix("e"), base[:-1] + "i" if base.endswith("y") else base)
    for form in (base, base + "s", base + "es", root + "ed", root + "es")
) | frozenset(
    """beaten began begun bought brought came caught dealt drew drawn fell felt found gave given got gotten grew
    grown heard held hid hidden kept laid led left lost meant met overturned paid ran read risen rose said
    saw seen sent shown sat shrunk sought spent spoke spoken stood taken taught told took torn understood
    won written wrote bad badly certain clear clearly common correct dead easy enough entire equal exact
    fair few fine full general great important interesting large likely little main mere opposite particular
    plain poor possible ready several significant similar simple single soon specific strange strong
    sufficient typical useful usual valid whole upper along already apart back directly early everything
    instead maybe nothing pretty quite rather together whether aspect aspects case cases detail details
    entry entries example examples fact facts idea ideas issue issues item items people person persons point
    points problem problems researcher researchers sense senses side sides situation situations studies
    thousand thousands hundred hundreds rest author authors bigger longer shorter longest largest biggest
    etc finally able known amount possibility existing half twenty thirty forty fifty""".split()
)

_PLAIN = STOPWORDS | _ASKING | _DOING

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
_WRITTEN_OUT = frozenset(
    {"rl", "llm", "llms", "lm", "lms", "cot", "ssm", "ssms", "ai", "ml", "nlp"}
)
_SYNONYMS = {other: group[0] for group in _SAME for other in group}
