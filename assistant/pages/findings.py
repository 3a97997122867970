"""Sort a source's own sentences by cue words into method, results, limits and so on."""

import re
from collections.abc import Sequence

from assistant.pages.statements import Statement
from assistant.question.cues import (
    AIMING,
    CONCLUDING,
    CONDITIONS,
    FIGURE,
    FRAGILE,
    LABEL,
    MEASURED,
    NUMERAL,
    OTHERS,
    OWN,
    PROPOSING,
    SOUGHT,
    SWEEPING,
    Sought,
)
from assistant.question.terms import terms

SECTIONS = (
    "methodology", "key_results", "significance", "technical_contribution", "novelty",
    "limitations", "future_work",
)  # fmt: skip

# A sentence with a number must reach this score: the number itself, and signs of what it was
# measured on.
_TOLD = 3.5


def findings(said: Sequence[Statement]) -> dict[str, list[Statement]]:
    """Return the sentences of a source under the seven headings of `SECTIONS`, in the order of the text.

    Each sentence stands only under the heading that it fits best. No text is written that is not in
    the source; a heading may stay empty.
    """
    offered: dict[str, list[tuple[float, Statement]]] = {name: [] for name in SECTIONS}
    for statement in said:
        scores = {name: _score(statement, SOUGHT[name]) for name in SECTIONS}
        best = max(SECTIONS, key=lambda name: scores[name])
        if scores[best] > 0:
            offered[best].append((scores[best], statement))
    found = {}
    for name, scored in offered.items():
        sought = SOUGHT[name]
        owned = [pair for pair in scored if pair[1].part in sought.alone]
        ranked = sorted(owned or scored, key=lambda pair: (-pair[0], pair[1].start))
        chosen = unlike([statement for _, statement in ranked], sought.most, sought.alike)
        found[name] = sorted(chosen, key=lambda s: s.start)
    return found


def lead(said: Sequence[Statement], most: int = 3) -> list[Statement]:
    """Return the sentences that say at once what a source is about and what it found.

    For a note this is its claim. For an abstract these are the sentences that announce and that
    conclude; if it has neither, the first that can stand alone.
    """
    claims = [s for s in said if s.part == "claim"]
    if claims:
        return claims[:most]
    opening = [s for s in said if s.part == "abstract"] or [s for s in said if s.part != "remark"][
        :12
    ]
    chosen: list[Statement] = []
    for cue in (PROPOSING, CONCLUDING, AIMING):
        best = _best([s for s in opening if s not in chosen], cue)
        chosen += [best] if best else []
    chosen = chosen or opening[:1]
    return sorted(chosen[:most], key=lambda s: s.start)


def strongest(said: Sequence[Statement]) -> Statement | None:
    """Return the result that claims most: the widest in scope, preferably with a number."""
    return max(said, key=lambda s: (_weight(s.text, SWEEPING), -s.start), default=None)


def weakest(said: Sequence[Statement]) -> Statement | None:
    """Return the most important reservation of a source: an assumption, a narrow base."""
    return max(said, key=lambda s: (_weight(s.text, FRAGILE), -s.start), default=None)


def is_reserved(statement: Statement) -> bool:
    """Return whether a sentence expresses more reservation than result."""
    return _weight(statement.text, FRAGILE) >= 1


def numeric(
    said: Sequence[Statement], most: int, beside: Sequence[Statement] = ()
) -> list[Statement]:
    """Return the statements that give a number with its conditions, best first, none similar to those `beside`."""
    scored = [(_measured(s.text), s) for s in said if s not in beside and not OTHERS.match(s.text)]
    ranked = sorted(scored, key=lambda pair: (-pair[0], pair[1].start))
    return unlike([s for score, s in ranked if score >= _TOLD], most, beside=beside)


def limits(said: Sequence[Statement], most: int) -> list[Statement]:
    """Return the reservations that a source states itself, the most important first.

    Those under a heading for limitations come before those found by their words; of the latter,
    only those about the work itself are taken.
    """
    owned = [s for s in said if s.part in ("caveat", "limitations")]
    ranked = sorted(owned, key=lambda s: (-_weight(s.text, FRAGILE), s.start))
    if not ranked:
        ranked = [s for s in findings(said)["limitations"] if _speaks_of_itself(s)]
    if not ranked:
        ranked = [s for s in said if s.part == "claim" and _weight(s.text, FRAGILE) >= 1]
    if not ranked:
        ranked = [
            s
            for s in said
            if s.part in ("abstract", "conclusion")
            and _weight(s.text, FRAGILE) >= 1
            and SOUGHT["limitations"].cue.search(s.text)
            and _speaks_of_itself(s)
        ]
    return unlike(ranked, most)


def unlike(
    ranked: Sequence[Statement], most: int, alike: float = 0.6, beside: Sequence[Statement] = ()
) -> list[Statement]:
    """Return the first `most` that share less than `alike` of their terms with each other and with `beside`."""
    kept: list[Statement] = []
    for statement in ranked:
        if len(kept) == most:
            break
        if all(_overlap(statement, other) < alike for other in (*beside, *kept)):
            kept.append(statement)
    return kept


def _speaks_of_itself(statement: Statement) -> bool:
    """Return whether a paper's sentence is about its own work; a note's always is."""
    noted = statement.part in ("claim", "fact", "caveat", "control")
    return noted or (OWN.search(statement.text) is not None and not OTHERS.match(statement.text))


# ── scoring ──────────────────────────────────────────────────────────────────────────────────────


def _score(statement: Statement, sought: Sought) -> float:
    if statement.part not in sought.parts:
        return 0.0
    cues = {match.group().lower() for match in sought.cue.finditer(statement.text)}
    if not cues and statement.part not in sought.own:
        return 0.0
    figures = sought.number if FIGURE.search(statement.text) else 0.0
    # What the authors say they did outweighs a word that merely occurs.
    spoken = 0.5 * any(cue.startswith(("we ", "our ")) for cue in cues)
    rambling = 1.0 if len(statement.text.split()) > 55 else 0.0
    return max(
        0.01, sought.parts[statement.part] + 0.5 * min(len(cues), 3) + spoken + figures - rambling
    )


def _measured(text: str) -> float:
    """Return how well a text gives a number with its conditions; 0 if it has no number of its own."""
    bare = LABEL.sub(" ", text)
    if not FIGURE.search(bare):
        return 0.0
    crowded = len(NUMERAL.findall(text)) > 9 or len(text.split()) > 50
    return _weight(bare, MEASURED) + _weight(text, CONDITIONS) - 3.0 * crowded


def _weight(text: str, cues: Sequence[tuple[float, re.Pattern[str]]]) -> float:
    return sum(weight for weight, cue in cues if cue.search(text))


def _best(said: Sequence[Statement], cue: re.Pattern[str]) -> Statement | None:
    """Return the first statement with most cues, if any has one."""
    scored = [(len(cue.findall(s.text)), -s.start, s) for s in said]
    score, _, best = max(scored, key=lambda row: row[:2], default=(0, 0, None))
    return best if score else None


def _overlap(one: Statement, other: Statement) -> float:
    mine, theirs = terms(one.text), terms(other.text)
    smaller = min(len(mine), len(theirs))
    return len(mine & theirs) / smaller if smaller else 1.0
