"""Make a supported sentence false by one small edit, as a careless writer would: these are negatives for the judge."""

import random
import re
from collections.abc import Callable, Iterator, Sequence

Edit = Callable[[str, random.Random, Sequence[str]], str | None]
"""From a sentence, a source of chance, and other sentences to the edited sentence, or None where it has no place."""


def falsified(
    sentence: str, draw: random.Random, others: Sequence[str], most: int = 3
) -> Iterator[tuple[str, str]]:
    """Yield at most `most` edits of a sentence, each with its kind; the kinds are drawn at random."""
    kinds = list(EDITS)
    draw.shuffle(kinds)
    found = 0
    for kind in kinds:
        edited = EDITS[kind](sentence, draw, others)
        if edited and edited != sentence:
            yield kind, edited
            found += 1
            if found == most:
                return


def _number(sentence: str, draw: random.Random, others: Sequence[str]) -> str | None:
    """Change one number."""
    del others
    places = list(_FIGURE.finditer(sentence))
    if not places:
        return None
    place = draw.choice(places)
    return sentence[: place.start()] + _other(place[0], draw) + sentence[place.end() :]


def _other(figure: str, draw: random.Random) -> str:
    if figure.lower() in _WORDS:
        at = _WORDS.index(figure.lower())
        word = _WORDS[max(0, min(len(_WORDS) - 1, at + draw.choice((-2, -1, 1, 2, 3))))]
        return word.capitalize() if figure[0].isupper() else word
    digits = [at for at, sign in enumerate(figure) if sign.isdigit()]
    at = draw.choice(digits[:2])
    fresh = draw.choice([d for d in "123456789" if d != figure[at]])
    return figure[:at] + fresh + figure[at + 1 :]


def _swapped_numbers(sentence: str, draw: random.Random, others: Sequence[str]) -> str | None:
    """Exchange two numbers."""
    del others
    return _exchanged(sentence, list(_DIGITS.finditer(sentence)), draw)


def _swapped_names(sentence: str, draw: random.Random, others: Sequence[str]) -> str | None:
    """Exchange two names."""
    del others
    return _exchanged(sentence, [m for m in _NAME.finditer(sentence) if m.start()], draw)


def _exchanged(sentence: str, places: list[re.Match[str]], draw: random.Random) -> str | None:
    if len({place[0] for place in places}) < 2:
        return None
    one, other = sorted(draw.sample(places, 2), key=lambda place: place.start())
    if one[0] == other[0]:
        return None
    between = sentence[one.end() : other.start()]
    return sentence[: one.start()] + other[0] + between + one[0] + sentence[other.end() :]


def _other_name(sentence: str, draw: random.Random, others: Sequence[str]) -> str | None:
    """Replace a name by one of another sentence."""
    own = [place for place in _NAME.finditer(sentence) if place.start()]
    there = sorted({m[0] for other in others for m in _NAME.finditer(other) if m.start()})
    there = [name for name in there if name not in sentence]
    if not own or not there:
        return None
    place = draw.choice(own)
    return sentence[: place.start()] + draw.choice(there) + sentence[place.end() :]


def _negated(sentence: str, draw: random.Random, others: Sequence[str]) -> str | None:
    """Remove a negation, or add one."""
    del others
    for pattern, instead in draw.sample(_LESS, len(_LESS)):
        if pattern.search(sentence):
            return pattern.sub(instead, sentence, count=1)
    places = list(_VERB.finditer(sentence))
    if not places:
        return None
    place = draw.choice(places)
    return sentence[: place.end()] + " not" + sentence[place.end() :]


def _turned(sentence: str, draw: random.Random, others: Sequence[str]) -> str | None:
    """Replace a word by its opposite."""
    del others
    return _replaced(sentence, _OPPOSITES, draw)


def _stronger(sentence: str, draw: random.Random, others: Sequence[str]) -> str | None:
    """Drop a hedge, turn "some" into "all", or a correlation into a cause."""
    del others
    return _replaced(sentence, _STRONGER, draw)


def _unit(sentence: str, draw: random.Random, others: Sequence[str]) -> str | None:
    """Change what a number counts."""
    del others
    return _replaced(sentence, _UNITS, draw)


def _added(sentence: str, draw: random.Random, others: Sequence[str]) -> str | None:
    """Add a clause that the evidence does not hold."""
    clauses = [m[1] for other in others for m in _CLAUSE.finditer(other) if m[1] not in sentence]
    if not clauses:
        return None
    return f"{sentence.rstrip('.')}, {draw.choice(clauses)}."


def _replaced(sentence: str, table: dict[str, str], draw: random.Random) -> str | None:
    places = [m for m in _WORD.finditer(sentence) if m[0].lower() in table]
    if not places:
        return None
    place = draw.choice(places)
    word = table[place[0].lower()]
    word = word.capitalize() if place[0][0].isupper() else word
    return " ".join((sentence[: place.start()] + word + sentence[place.end() :]).split())


_WORDS = tuple("one two three four five six seven eight nine ten eleven twelve".split())
_DIGITS = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?")
_FIGURE = re.compile(rf"(?<![\w.])\d[\d,]*(?:\.\d+)?|\b(?:{'|'.join(_WORDS[1:])})\b", re.IGNORECASE)
_NAME = re.compile(r"\b(?:[A-Z][\w-]*[A-Z\d][\w-]*|[A-Z][a-z]+(?: [A-Z][a-z]+)*)\b")
_WORD = re.compile(r"[A-Za-z]+(?: to)?(?=\W|$)")
_VERB = re.compile(
    r"\b(?:is|are|was|were|can|could|does|do|has|have|will|would|should|may)\b(?! not| no )"
)
_LESS = (
    (re.compile(r"\b(is|are|was|were|can|could|does|do|did|has|have|will|would|should|may) not\b"),
     r"\1"),
    (re.compile(r"\bcannot\b"), "can"),
    (re.compile(r"\bno (?=[a-z])"), "a "),
    (re.compile(r"\bwithout\b"), "with"),
    (re.compile(r"\bnever\b"), "always"),
    (re.compile(r"\bn't\b"), ""),
    (re.compile(r"\bneither\b"), "either"),
    (re.compile(r"\bnor\b"), "or"),
    (re.compile(r"\bnot (?=[a-z])"), ""),
)  # fmt: skip
_PAIRS = tuple(
    (
        "higher lower / high low / more less / most least / more fewer / larger smaller / "
        "large small / better worse / best worst / increase decrease / increases decreases / increased decreased / "
        "rises falls / rise fall / rose fell / above below / before after / first last / "
        "early late / earlier later / longer shorter / long short / gains losses / gain loss / "
        "improves worsens / improve worsen / improved worsened / with without / strong weak / stronger weaker / "
        "easy hard / easier harder / faster slower / agree disagree / same different / maximum minimum / "
        "up down / over under / outperforms underperforms / supports contradicts / input output / often rarely / "
        "encoder decoder / deeper shallower / narrower wider / cheaper dearer / keeps drops / old new / "
        "training test / positive negative / linear nonlinear / left right / success failure / succeeds fails / "
    )
    .strip(" /")
    .split(" / ")
)
_OPPOSITES = {
    one: other for pair in map(str.split, _PAIRS) for one, other in (pair, reversed(pair))
}
_STRONGER = {
    "may": "must", "might": "will", "could": "will", "can": "always", "some": "all", "most": "all", "often": "always",
    "many": "all", "several": "all", "usually": "always", "sometimes": "always", "suggests": "proves",
    "suggest": "prove", "suggested": "proved", "indicates": "proves", "indicate": "prove", "partly": "fully",
    "correlates": "causes", "associated": "caused", "appears to": "is known to", "seems to": "is known to",
    "hypothesise": "show", "conjectures": "shows", "likely": "certain", "nearly": "exactly", "about": "exactly",
    "up to": "always", "mostly": "entirely", "largely": "entirely", "one": "every", "proposed": "proven",
    "reports": "proves", "report": "prove", "found": "proved", "claims": "proves",
}  # fmt: skip
_UNITS = {
    "layers": "heads", "heads": "layers", "tokens": "words", "words": "tokens", "models": "datasets", "tasks": "models",
    "datasets": "models", "percent": "points", "points": "percent", "hours": "days", "days": "hours",
    "minutes": "hours", "papers": "authors", "sentences": "paragraphs", "questions": "documents", "months": "years",
    "years": "months", "million": "billion", "billion": "million", "thousand": "million", "steps": "epochs",
    "parameters": "tokens", "seeds": "runs", "samples": "problems", "problems": "samples", "pages": "papers",
}  # fmt: skip
_CLAUSE = re.compile(
    r",? ((?:because|which|so that|although|while|whereas|with|for|in|on) [^,;:.()]{15,90})(?=[.,;])"
)

EDITS: dict[str, Edit] = {
    "number": _number,
    "numbers swapped": _swapped_numbers,
    "names swapped": _swapped_names,
    "other name": _other_name,
    "negation": _negated,
    "opposite": _turned,
    "stronger": _stronger,
    "unit": _unit,
    "added clause": _added,
}
