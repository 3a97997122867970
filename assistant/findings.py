"""What a source says of its method, results, limits and so on: its own sentences, sorted by cue."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.aspects import terms
from assistant.statements import Statement
from assistant.text import STOPWORDS, stem

SECTIONS = (
    "methodology", "key_results", "significance", "technical_contribution", "novelty",
    "limitations", "future_work",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class _Sought:
    """What marks a sentence of one finding: its cue words, and how much each part counts for.

    Sentences of parts in `own` need no cue: the source itself put them under that heading. Where
    it has sentences in parts of `alone`, those of other parts are not looked at. Of sentences
    that share `alike` or more of their terms one is kept.
    """

    cue: re.Pattern[str]
    parts: Mapping[str, float]
    own: frozenset[str] = frozenset()
    most: int = 3
    number: float = 0.0
    alike: float = 0.6
    alone: frozenset[str] = frozenset()


def findings(said: Sequence[Statement]) -> dict[str, list[Statement]]:
    """The sentences of a source under the seven headings of `SECTIONS`, in the order of the text.

    A sentence stands under one heading only, the one it speaks of most. Nothing is written that
    is not in the source; a heading may stay empty.
    """
    offered: dict[str, list[tuple[float, Statement]]] = {name: [] for name in SECTIONS}
    for statement in said:
        scores = {name: _score(statement, _SOUGHT[name]) for name in SECTIONS}
        best = max(SECTIONS, key=lambda name: scores[name])
        if scores[best] > 0:
            offered[best].append((scores[best], statement))
    found = {}
    for name, scored in offered.items():
        sought = _SOUGHT[name]
        owned = [pair for pair in scored if pair[1].part in sought.alone]
        ranked = sorted(owned or scored, key=lambda pair: (-pair[0], pair[1].start))
        chosen = unlike([statement for _, statement in ranked], sought.most, sought.alike)
        found[name] = sorted(chosen, key=lambda s: s.start)
    return found


def lead(said: Sequence[Statement], most: int = 3) -> list[Statement]:
    """The sentences that say at once what a source is about and what it found.

    A note opens with its claim. Of an abstract, the sentences that announce and that conclude;
    failing both, the first that can stand alone.
    """
    claims = [s for s in said if s.part == "claim"]
    if claims:
        return claims[:most]
    opening = [s for s in said if s.part == "abstract"] or [s for s in said if s.part != "remark"][
        :12
    ]
    chosen: list[Statement] = []
    for cue in (_PROPOSING, _CONCLUDING, _AIMING):
        best = _best([s for s in opening if s not in chosen], cue)
        chosen += [best] if best else []
    chosen = chosen or opening[:1]
    return sorted(chosen, key=lambda s: s.start)[:most]


def strongest(said: Sequence[Statement]) -> Statement | None:
    """The result that claims most: the widest in scope, with a number rather than without."""
    return max(said, key=lambda s: (_weight(s.text, _SWEEPING), -s.start), default=None)


def weakest(said: Sequence[Statement]) -> Statement | None:
    """The reservation that most of a source hangs on: an assumption, a narrow base."""
    return max(said, key=lambda s: (_weight(s.text, _FRAGILE), -s.start), default=None)


def numeric(said: Sequence[Statement], most: int) -> list[Statement]:
    """The statements that give a number with its conditions, best first."""
    scored = [(_weight(s.text, _MEASURED), s) for s in said if _FIGURE.search(s.text)]
    ranked = sorted(scored, key=lambda pair: (-pair[0], pair[1].start))
    return unlike([s for score, s in ranked if score >= 2], most)


def limits(said: Sequence[Statement], most: int) -> list[Statement]:
    """The reservations a source states itself, those that most depends on first.

    Those it puts under a heading for them come before those told by their words.
    """
    owned = [s for s in said if s.part in ("caveat", "limitations")]
    ranked = sorted(owned, key=lambda s: (-_weight(s.text, _FRAGILE), s.start))
    if not ranked:
        ranked = findings(said)["limitations"]
    if not ranked:
        ranked = [
            s
            for s in said
            if s.part in ("claim", "abstract", "conclusion") and _weight(s.text, _FRAGILE) >= 1
        ]
    return unlike(ranked, most)


def unlike(ranked: Sequence[Statement], most: int, alike: float = 0.6) -> list[Statement]:
    """The first `most` of which no two share `alike` or more of their terms."""
    kept: list[Statement] = []
    for statement in ranked:
        if len(kept) == most:
            break
        if all(_overlap(statement, other) < alike for other in kept):
            kept.append(statement)
    return kept


def key_terms(said: Sequence[Statement], most: int = 12) -> list[str]:
    """The phrases a source keeps using, most used first: runs of two or three content words.

    Names in capitals count as phrases. A phrase that stands only inside a longer one is left out
    (after the C-value of Frantzi and Ananiadou, 1996).
    """
    counts: Counter[str] = Counter()
    shown: dict[str, Counter[str]] = {}
    for statement in said:
        for run in _runs(statement.plain()):
            for phrase in _phrases(run):
                root = " ".join(stem(word.lower()) for word in phrase)
                counts[root] += 1
                shown.setdefault(root, Counter())[" ".join(phrase)] += 1
    value = {
        root: count * (1.0 + 0.5 * root.count(" ")) - _inside(root, counts)
        for root, count in counts.items()
        if count >= 2
    }
    ranked = sorted((r for r in value if value[r] > 1), key=lambda r: (-value[r], r))
    chosen: list[str] = []
    for root in ranked:
        if not any(f" {root} " in f" {other} " or f" {other} " in f" {root} " for other in chosen):
            chosen.append(root)
    return [min(shown[r], key=lambda p: (-shown[r][p], p)) for r in chosen[:most]]


# ── scoring ──────────────────────────────────────────────────────────────────────────────────────


def _score(statement: Statement, sought: _Sought) -> float:
    if statement.part not in sought.parts:
        return 0.0
    cues = {match.group().lower() for match in sought.cue.finditer(statement.text)}
    if not cues and statement.part not in sought.own:
        return 0.0
    figures = sought.number if _FIGURE.search(statement.text) else 0.0
    # What the authors say they did outweighs a word that merely occurs.
    spoken = 0.5 * any(cue.startswith(("we ", "our ")) for cue in cues)
    rambling = 1.0 if len(statement.text.split()) > 55 else 0.0
    return max(
        0.01, sought.parts[statement.part] + 0.5 * min(len(cues), 3) + spoken + figures - rambling
    )


def _weight(text: str, cues: Sequence[tuple[float, re.Pattern[str]]]) -> float:
    return sum(weight for weight, cue in cues if cue.search(text))


def _best(said: Sequence[Statement], cue: re.Pattern[str]) -> Statement | None:
    """The first with most cues, if any has one."""
    scored = [(len(cue.findall(s.text)), -s.start, s) for s in said]
    score, _, best = max(scored, key=lambda row: row[:2], default=(0, 0, None))
    return best if score else None


def _overlap(one: Statement, other: Statement) -> float:
    mine, theirs = terms(one.text), terms(other.text)
    smaller = min(len(mine), len(theirs))
    return len(mine & theirs) / smaller if smaller else 1.0


def _cue(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{words})", re.IGNORECASE)


_FIGURE = re.compile(
    r"(?<![\w.])[-+−]?\d+(?:[.,]\d+)*\s?(?:%|percent|points?|times|x\b)|(?<![\w.])\d+\.\d+"
)
_PROPOSING = _cue(
    r"we (?:propose|present|introduce|release|develop)|this (?:paper|work|study|article) (?:presents|proposes|"
    r"introduces)|is a (?:new|novel)"
)
_AIMING = _cue(
    r"we (?:aim|study|investigate|describe|ask)|this (?:paper|work|study|article) (?:studies|describes)|in this "
    r"(?:paper|work)"
)
_CONCLUDING = _cue(
    r"we (?:find|show|demonstrate|observe)|our (?:experiments|results)|outperform|achiev|demonstrat|show that|reveal"
)

_SOUGHT: Mapping[str, _Sought] = {
    "limitations": _Sought(
        cue=_cue(
            r"limit(?:ed|ation)|only (?:on|in|for|one|a)\b|cannot|can not|do(?:es)? not (?:cover|consider|address|"
            r"explore|account|measure|include|guarantee)|beyond (?:the|our) scope|expensive|(?:is|are) restricted|caution|"
            r"fail to|imperfect|may not|not (?:evaluate|test|explore|measure)|room for improvement"
        ),
        parts={"caveat": 9, "limitations": 3, "discussion": 1, "conclusion": 1, "results": 0.2},
        own=frozenset({"caveat", "limitations"}),
        alone=frozenset({"caveat", "limitations"}),
        most=12,
        alike=0.85,
    ),
    "future_work": _Sought(
        cue=_cue(
            r"future|remains? (?:open|unclear|to be|a challenge|an open)|left open|open question|promising direction|"
            r"leave .{0,60}\bfor\b|(?<!foster )further (?:work|research|study)|would be interesting|plan to"
        ),
        parts={"open": 9, "future": 3, "conclusion": 2.5, "discussion": 1.5, "limitations": 4, "abstract": 2.5},
        own=frozenset({"open", "future"}),
        most=6,
        alike=0.85,
    ),
    "key_results": _Sought(
        cue=_cue(
            r"we (?:find|found|observe|show)|shows? that|find(?:s|ings?) that|outperform|achiev|improve(?:s|d|ment)|"
            r"demonstrat|reveal|beats?|lead to|exceed|increas|decreas|rises?|falls?|"
            r"grows?|recovers?|overlap|correlat|updates?|nearly|gain|cut(?:s|ting)|loses?"
        ),
        parts={"claim": 2.5, "abstract": 2.5, "fact": 1.5, "conclusion": 1.5, "results": 1, "introduction": 0.7,
               "discussion": 0.8, "body": 0.3},
        own=frozenset({"claim"}),
        most=5,
        number=1.0,
    ),
    "novelty": _Sought(
        cue=_cue(
            r"(?:is|are|be|as) the first|the first (?:to|benchmark|work|study|method|paper|large|open|dataset|time)|"
            r"novel\b|unlike (?:previous|prior|existing|earlier|other)|to (?:the best of )?our knowledge|existing (?:work|method|approach)|"
            r"(?:previous|prior|earlier) (?:work|stud|method|approach|account|view)|in contrast (?:to|with)|"
            r"different from (?:previous|prior|existing)|conventional|no (?:previous|prior|earlier)|differs? from|new (?:benchmark|method|dataset|metric|framework)"
        ),
        parts={"claim": 1, "abstract": 2, "fact": 1, "introduction": 1.5, "related": 1, "conclusion": 1},
        most=3,
    ),
    "technical_contribution": _Sought(
        cue=_cue(
            r"we (?:propose|introduce|present|release|develop|design|contribute|build|provide|construct)|contribut|"
            r"defin(?:es?|ed) |introduces|proposes|(?:published|metric) code|repository|open-?sourc|our (?:method|model|"
            r"framework|approach|metric|benchmark|system)|states the bound|is a (?:new|simple) "
        ),
        parts={"claim": 1, "abstract": 2, "fact": 1.5, "introduction": 1.5, "method": 1.2, "conclusion": 1,
               "body": 0.5},
    ),
    "methodology": _Sought(
        cue=_cue(
            r"we (?:use|train|evaluate|measure|collect|compute|compare|adopt|sample|apply|follow|annotate|conduct|"
            r"prompt|ask|test|fine-?tune)|(?:is|are) (?:measured|computed|trained|scored|obtained|sampled|"
            r"collected|evaluated)|uses?\b|measures?\b|scores? (?:the|each|every)|compar(?:es|ing)|asks? for|"
            r"trains?\b|covers?|views per|over \d+|induces?|estimat|samples\b|comparing|before and after|each (?:layer|prompt|model)"
        ),
        parts={"method": 2, "fact": 1.5, "abstract": 1.5, "introduction": 1, "claim": 0.5, "results": 0.7,
               "body": 0.5},
        most=4,
    ),
    "significance": _Sought(
        cue=_cue(
            r"important|implication|implies|impl(?:y|ying) that|challeng|crucial|critical|essential|enabl|"
            r"significan|support for|support the view|open(?:s|ing)? (?:up|new)|potential|suggests? that|evidence (?:for|that)|"
            r"explain|highlight|need for|matter|towards?|room for|is connected|connects|argues?|prone to|reliab"
        ),
        parts={"claim": 1, "abstract": 2, "fact": 0.8, "introduction": 1.5, "conclusion": 1.5, "discussion": 1.2},
        most=3,
    ),
}  # fmt: skip

_SWEEPING = (
    (2.0, re.compile(r"%|\bpercent\b|\bpoints\b")),
    (
        1.5,
        _cue(
            r"all\b|every\b|always|consistently|nearly (?:all|every|any)|any\b|substantial|significant|far\b"
        ),
    ),
    (
        1.0,
        _cue(
            r"outperform|beats?|exceed|surpass|state-of-the-art|best|strong|recovers|improves?|rises?|cutting"
        ),
    ),
    (0.5, _FIGURE),
    (-1.5, _cue(r"according to|may\b|might|could|suggest|reportedly|secondary source")),
)
_FRAGILE = (
    (3.0, _cue(r"assum(?:e|ption|es|ing)")),
    (2.0, _cue(r"rests? on|depends? (?:on|entirely)|relies|generalis|generaliz|confounded|cannot say|proxy")),
    (1.5, _cue(r"one (?:model|pair|task|dataset|benchmark)\b|single|only\b|no (?:closed|frontier|control|causal)|"
               r"up to|limited|a few|few ")),
    (1.0, _cue(r"not (?:measured|tested|verified|shown|defined|recorded|explored|evaluated)|does not|do not|no ")),
    (-0.5, _cue(r"it would be wrong")),
    (-1.0, re.compile(r"^According to a secondary source")),
)  # fmt: skip
_MEASURED = (
    (2.0, _FIGURE),
    (1.0, re.compile(r"%|\bpoints\b|\btimes\b")),
    (1.0, _cue(r"(?:on|over|across|in|for|of|with|at|from|between) (?:the |a |all |\w+ ){0,2}[A-Z\d]")),
    (1.0, _cue(r"models?|tasks?|benchmarks?|datasets?|layers?|seeds?|prompts?")),
    (0.7, _cue(r"against|than|from .{1,20} to |average|mean")),
    (-1.5, _cue(r"according to a secondary source")),
    (-1.5, re.compile(r"\d[^.;]*\d[^.;]*\d[^.;]*\d[^.;]*\d[^.;]*\d")),
)  # fmt: skip


# ── key terms ────────────────────────────────────────────────────────────────────────────────────


def _runs(text: str) -> list[list[str]]:
    """Runs of content words between function words and marks."""
    runs: list[list[str]] = [[]]
    for token in re.findall(r"[^\W_]+(?:[-'’][^\W_]+)*|[^\w\s]", text):
        if token[0].isalpha() and len(token) > 1 and token.lower() not in _NO_TERM:
            runs[-1].append(token)
        else:
            runs.append([])
    return [run for run in runs if run]


def _phrases(run: Sequence[str]) -> list[tuple[str, ...]]:
    wide = [tuple(run[i : i + n]) for n in (2, 3) for i in range(len(run) - n + 1)]
    names = [(word,) for word in run if sum(letter.isupper() for letter in word) >= 2]
    return [phrase for phrase in wide if phrase[-1].lower() not in _NO_END] + names


def _inside(root: str, counts: Counter[str]) -> float:
    """How often a phrase stands inside longer ones, on average over them."""
    if root.count(" ") > 1:
        return 0.0
    longer = [
        n for other, n in counts.items() if n > 1 and other != root and f" {root} " in f" {other} "
    ]
    return sum(longer) / len(longer) if longer else 0.0


_NO_END = frozenset("more less than based given using across".split())
_NO_TERM = STOPWORDS | frozenset(
    """according secondary source remark wrong question work works result results method methods figure table section
    one two three four five six seven eight nine ten first last open left paper papers study recorded reported reports
    show shows shown use used uses using based et al see following different several various respectively significantly
    better worse higher lower best well many much also however moreover without whether like e.g i.e new given number
    become becomes collection""".split()
)
