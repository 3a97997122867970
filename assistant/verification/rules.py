"""What a paraphrase must keep: one small rule for each way a sentence can say more than its quote."""

from collections.abc import Callable, Iterable

from assistant.question.terms import share
from assistant.verification import lexicon
from assistant.verification.facts import Facts

Rule = Callable[[Facts, Facts], str]


def broken(rules: Iterable[Rule], said: Facts, quoted: Facts) -> str:
    """The first rule that a sentence breaks, as one line for the reader; "" when it keeps them all."""
    return next(filter(None, (rule(said, quoted) for rule in rules)), "")


def numbers_stand(said: Facts, quoted: Facts) -> str:
    """Every number is in the quote, with its unit and sign."""
    there = {(figure.value, figure.unit) for figure in quoted.figures}
    missing = [f.shown() for f in said.figures if (f.value, f.unit) not in there]
    return f"its quote does not contain the number {_listed(missing)}" if missing else ""


def numbers_stay_attached(said: Facts, quoted: Facts) -> str:
    """Every number stands beside a word that it stands beside in the quote, and in the same order."""
    for figure in said.figures:
        places = [
            f.near for f in quoted.figures if (f.value, f.unit) == (figure.value, figure.unit)
        ]
        if figure.near and not any(near & figure.near for near in places):
            return f"it attaches the number {figure.shown()} to something else"
    one, other = ([f.value for f in facts.figures] for facts in (said, quoted))
    kept, there = [v for v in one if other.count(v) == 1], [v for v in other if v in one]
    ordered = [value for value in there if other.count(value) == 1]
    if list(dict.fromkeys(kept)) != ordered:
        return "it puts the numbers of its quote in another order"
    return ""


def negation_agrees(said: Facts, quoted: Facts) -> str:
    """What is denied in the quote is denied, and nothing else."""
    here, there = said.of(lexicon.NEGATIONS).total(), quoted.of(lexicon.NEGATIONS).total()
    if here != there:
        return "it turns a negation of its quote round"
    denied = {word for facts in (quoted,) for word in _denied(facts)}
    if denied and not _denied(said) & denied:
        return "it denies something else than its quote"
    return ""


def names_stand(said: Facts, quoted: Facts) -> str:
    """Every model, data set, paper and person is named in the quote."""
    missing = said.names - quoted.counts.keys() - lexicon.FUNCTION
    return f"its quote does not name {_listed(sorted(missing))}" if missing else ""


def nothing_turned(said: Facts, quoted: Facts) -> str:
    """No word stands for its opposite: increase for decrease, encoder for decoder."""
    for word in said.counts.keys() - quoted.counts.keys():
        if turned := lexicon.OPPOSITES.get(word, frozenset()) & (
            quoted.counts.keys() - said.counts.keys()
        ):
            return f"it says {word!r} where its quote says {min(turned)!r}"
    return ""


def quantities_kept(said: Facts, quoted: Facts) -> str:
    """It speaks of no more than the quote: "some" does not become "every"."""
    wider = said.of(lexicon.UNIVERSALS) - quoted.of(lexicon.UNIVERSALS)
    return f"it says {min(wider)!r}, which its quote does not" if wider else ""


def hedges_kept(said: Facts, quoted: Facts) -> str:
    """What the quote says with reservation is said with it."""
    lost = quoted.of(lexicon.HEDGES) - said.of(lexicon.HEDGES)
    return f"it drops the reservation {min(lost)!r}" if lost else ""


def limits_kept(said: Facts, quoted: Facts) -> str:
    """The words that limit what the quote speaks of are there: "only", "up to", "open", "some"."""
    lost = quoted.of(lexicon.LIMITS) - said.of(lexicon.LIMITS)
    return f"it drops the limit {min(lost)!r}" if lost else ""


def strength_kept(said: Facts, quoted: Facts) -> str:
    """What is shown is not proved, what can be need not be."""
    added = said.of(lexicon.STRENGTHS) - quoted.of(lexicon.STRENGTHS)
    return f"it says {min(added)!r}, which is stronger than its quote" if added else ""


def no_cause_added(said: Facts, quoted: Facts) -> str:
    """Two things observed together are not made cause and effect."""
    if said.of(lexicon.CAUSES) and not quoted.of(lexicon.CAUSES):
        return "it states a cause where its quote states none"
    return ""


def attribution_kept(said: Facts, quoted: Facts) -> str:
    """Whose word it is stays said: a secondary source's, the authors' reading, a remark of the note."""
    one, other = (f" {' '.join(facts.tokens)} " for facts in (said, quoted))
    lost = [a for a in lexicon.ATTRIBUTIONS if f" {a}" in other and f" {a}" not in one]
    return f"it drops the attribution {lost[0]!r}" if lost else ""


def conditions_kept(said: Facts, quoted: Facts) -> str:
    """Under what condition it holds stays said."""
    lost = quoted.of(lexicon.CONDITIONS) - said.of(lexicon.CONDITIONS)
    return f"it drops the condition opened by {min(lost)!r}" if lost else ""


def scopes_kept(said: Facts, quoted: Facts) -> str:
    """Where it was found stays said: every phrase of place names something the sentence names too."""
    for at, token in enumerate(quoted.tokens):
        if token in lexicon.SCOPES and not _meets(quoted.after(at, 1), said.content):
            lost = " ".join(quoted.tokens[at : at + 4])
            return f"it leaves out where that holds: {lost!r}"
    return ""


def order_kept(said: Facts, quoted: Facts) -> str:
    """Who does what to whom stays: the names of both come in one order."""
    one, other = (
        [t for t in facts.tokens if t in said.names & quoted.names and facts.counts[t] == 1]
        for facts in (said, quoted)
    )
    shared = set(one) & set(other)
    if [t for t in one if t in shared] != [t for t in other if t in shared]:
        return "it puts the names of its quote in other places"
    return ""


def verbs_keep_their_sides(said: Facts, quoted: Facts) -> str:
    """The words on the two sides of a comparison stay on their sides."""
    for token in _COMPARING & said.counts.keys() & quoted.counts.keys():
        (one, two), (first, second) = (_sides(facts, token) for facts in (said, quoted))
        if one & (second - first) and two & (first - second):
            return f"it exchanges the two sides of {token!r}"
    return ""


def covered(said: Facts, quoted: Facts) -> float:
    """The share of the sentence's content words that stand in the quote."""
    return share(said.content, quoted.content)


# What no paraphrase may add or lose, and what one in free wording may not move either.
WORDS: tuple[Rule, ...] = (
    numbers_stand,
    negation_agrees,
    nothing_turned,
    names_stand,
    quantities_kept,
    strength_kept,
    no_cause_added,
    hedges_kept,
    limits_kept,
    attribution_kept,
    conditions_kept,
)
PLACES: tuple[Rule, ...] = (
    numbers_stay_attached,
    order_kept,
    verbs_keep_their_sides,
    scopes_kept,
)


_COMPARING = frozenset("beats beat than exceeds exceed against over from to by because".split())


def _sides(facts: Facts, token: str) -> tuple[set[str], set[str]]:
    at = facts.tokens.index(token)
    before = [stem for stem in facts.stems[:at] if stem][-3:]
    return set(before), set(facts.after(at, 3))


def _denied(facts: Facts) -> set[str]:
    """Stems of the two content words after each negation."""
    return {
        stem
        for at, token in enumerate(facts.tokens)
        if token in lexicon.NEGATIONS
        for stem in facts.after(at, 2)
    }


def _meets(words: Iterable[str], present: frozenset[str]) -> bool:
    return all(word in present for word in words)


def _listed(words: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(words))
