"""Find whether a sentence follows from a quote by steps that keep its meaning, and by no others."""

from collections.abc import Iterator

from assistant.text.prose import stem
from assistant.verify.wording import Tokens, is_number, tokens


def derivable(sentence: str, quote: str) -> bool:
    """Return whether the sentence is the quote after at most one step, in the wording that steps allow.

    The steps are: an opener such as "Moreover" is dropped; "The paper says that" is added in front;
    a scope is moved between front and end ("In Pythia, X" and "X in Pythia"); the two sides of one
    "and" are exchanged; active is made passive or the reverse. Nothing else may be added, left out
    or moved, because no rule can tell what a left-out word restricted.
    """
    said, quoted = tokens(sentence), tokens(quote)
    return said == quoted or any(
        step(said, quoted)
        for step in (_opener_dropped, _attributed, _scope_moved, _sides_exchanged, _voice_turned)
    )


def _opener_dropped(said: Tokens, quoted: Tokens) -> bool:
    """Return whether one is X and the other "Moreover, X"; "Therefore" and "For example" say more and stay."""
    return any(quoted == opener + said for opener in _OPENERS)


_OPENERS = tuple(
    tuple(opener.split())
    for opener in (
        "however", "moreover", "furthermore", "additionally", "in addition", "also", "notably", "importantly",
        "interestingly", "indeed", "in fact", "and", "but", "besides", "finally", "similarly", "likewise",
    )
)  # fmt: skip


def _attributed(said: Tokens, quoted: Tokens) -> bool:
    """Return whether it is said as the source's word ("The paper says that X"), unless it is another's or a remark."""
    return (
        len(said) > 4
        and said[4:] == quoted
        and said[0] in ("the", "this")
        and said[1] in _SOURCES
        and said[2] in _SAYING
        and said[3] == "that"
        and quoted[0] not in ("own", "according")
    )


_SOURCES = frozenset("paper note source text work study passage collection".split())
_SAYING = frozenset("says states reports notes writes records".split())


def _scope_moved(said: Tokens, quoted: Tokens) -> bool:
    """Return whether a phrase of place or condition was moved from the front to the end, or back."""
    return len(said) == len(quoted) and (_fronted(said, quoted) or _fronted(quoted, said))


def _fronted(front: Tokens, end: Tokens) -> bool:
    """Return whether `front` is `end` with its last phrase set first.

    There must be only one clause: with two, the phrase would apply to another clause.
    """
    if front[0] not in _MOVABLE:
        return False
    for size in range(2, min(9, len(front) - 2)):
        scope, rest = front[:size], front[size:]
        if rest + scope == end:
            return (
                front[0] not in rest
                and not _CLAUSAL & set(front)
                and rest[-1] not in _LEANS
                and not _FOCUS & set(rest)
                and not (_QUANTITIES & set(scope) and _QUANTITIES & set(rest))
            )
    return False


_MOVABLE = frozenset("in on for with within under across among after before during at".split())
_CLAUSAL = frozenset(
    "and or but while because so that which who whether if when where although than as ; : ?".split()
)
_LEANS = frozenset(
    "only not even just at most least a the of to from by in on up more less than is are".split()
)
_FOCUS = frozenset("only not no even never none nor neither just".split())
# "Some layer wins in every task" need not be one layer; "in every task some layer" even less.
_QUANTITIES = frozenset("some any every each all most many few several both 1".split())


def _sides_exchanged(said: Tokens, quoted: Tokens) -> bool:
    """Return whether the sides of "A and B differ" are exchanged, without a "respectively"."""
    figures = sum(map(is_number, quoted))
    if (
        len(said) != len(quoted)
        or quoted.count("and") != 1
        or _ORDERED & set(quoted)
        or figures > 1
    ):
        return False
    differ = [at for at, pair in enumerate(zip(said, quoted, strict=True)) if pair[0] != pair[1]]
    if not differ:
        return False
    first, last = differ[0], differ[-1] + 1
    middle = quoted[first:last]
    if "and" not in middle:
        return False
    at = middle.index("and")
    one, other = middle[:at], middle[at + 1 :]
    opens = first == 0 and _at(quoted, last) in _VERBS
    closes = last == len(quoted) and _at(quoted, first - 1) in _BEFORE_A_NOUN
    return (
        said[first:last] == (*other, "and", *one)
        and (opens or closes)
        and 0 < len(one) <= 3
        and 0 < len(other) <= 3
        and not any(is_number(token) or token in _ORDERED for token in middle)
    )


_ORDERED = frozenset(
    "respectively then later first second finally before after from former latter ratio difference order minus".split()
)
_VERBS = frozenset("is are was were differ agree share have do can may show need".split())
_BEFORE_A_NOUN = frozenset("in on for with of to between by under over across both the".split())


def _voice_turned(said: Tokens, quoted: Tokens) -> bool:
    """Return whether the voice of "A beats B" is turned into "B is beaten by A", with the same roles."""
    return any(_agree(active, quoted, at) for active, at in _actives(said)) or any(
        _agree(active, said, at) for active, at in _actives(quoted)
    )


def _actives(passive: Tokens) -> Iterator[tuple[Tokens, int]]:
    """Yield the active readings of "B is beaten by A in C", with the place of the verb in each."""
    for by in range(3, len(passive) - 1):
        if passive[by] != "by" or passive[by - 2] not in ("is", "are"):
            continue
        beaten, verb = passive[: by - 2], passive[by - 1]
        for end in range(by + 2, min(by + 9, len(passive)) + 1):
            yield (*passive[by + 1 : end], verb, *beaten, *passive[end:]), end - by - 1


def _agree(active: Tokens, text: Tokens, at: int) -> bool:
    """Return whether the text is this active sentence with its verb in the present."""
    return (
        len(active) == len(text)
        and active[:at] == text[:at]
        and active[at + 1 :] == text[at + 1 :]
        and not text[at].endswith("ed")
        and stem(text[at]) == stem(_IRREGULAR.get(active[at], active[at]))
        and not (_FOCUS | _QUANTITIES) & set(text)
    )


_IRREGULAR = {
    "shown": "show", "beaten": "beat", "given": "give", "taken": "take", "chosen": "choose", "found": "find",
    "driven": "drive",
    "written": "write", "known": "know", "made": "make", "kept": "keep", "held": "hold", "built": "build",
}  # fmt: skip


def _at(found: Tokens, index: int) -> str:
    return found[index] if 0 <= index < len(found) else ""
