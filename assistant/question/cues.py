"""These words show that a sentence speaks of method, results, limits and so on."""

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Sought:
    """The marks of a sentence of one finding: its cue words, and the weight of each part.

    Sentences of parts in `own` need no cue, because the source itself put them under that heading.
    If it has sentences in parts of `alone`, those of other parts are ignored. Of sentences that
    share `alike` or more of their terms only one is kept.
    """

    cue: re.Pattern[str]
    parts: Mapping[str, float]
    own: frozenset[str] = frozenset()
    most: int = 3
    number: float = 0.0
    alike: float = 0.6
    alone: frozenset[str] = frozenset()


def _cue(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{words})", re.IGNORECASE)


FIGURE = re.compile(
    r"(?<![\w.])[-+−]?\d+(?:[.,]\d+)*\s?(?:%|percent|points?|times|x\b)|(?<![\w.-])\d+\.\d+(?![\w-])"
)
PROPOSING = _cue(
    r"we (?:propose|present|introduce|release|develop)|this (?:paper|work|study|article) (?:presents|proposes|"
    r"introduces)|is a (?:new|novel)"
)
AIMING = _cue(
    r"we (?:aim|study|investigate|describe|ask)|this (?:paper|work|study|article) (?:studies|describes)|"
    r"in this "
    r"(?:paper|work)"
)
CONCLUDING = _cue(
    r"we (?:find|show|demonstrate|observe)|our (?:experiments|results)|outperform|achiev|demonstrat|"
    r"show that|reveal"
)

SOUGHT: Mapping[str, Sought] = {
    "limitations": Sought(
        cue=_cue(
            r"limit(?:ed|ation)|only (?:on|in|for|one|a)\b|cannot|can not|do(?:es)? not (?:cover|consider|address|"
            r""
            r"explore|account|measure|include|guarantee)|beyond (?:the|our) scope|expensive|(?:is|are) restricted|"
            r"caution|"
            r"fail to|imperfect|may not|not (?:evaluate|test|explore|measure)|room for improvement"
        ),
        parts={"caveat": 9, "limitations": 3, "discussion": 1, "conclusion": 1, "results": 0.2},
        own=frozenset({"caveat", "limitations"}),
        alone=frozenset({"caveat", "limitations"}),
        most=12,
        alike=0.85,
    ),
    "future_work": Sought(
        cue=_cue(
            r"(?<!help )(?<!helps )(?<!support )(?<!facilitate )(?<!enable )(?<!encourage )(?<!inspire )future|"
            r"remains? (?:open|unclear|to be|a challenge|an open)|left open|open question|"
            r"promising direction|"
            r"leave .{0,60}\bfor\b|(?<!foster )further (?:work|research|study)|would be interesting|plan to"
        ),
        parts={"open": 9, "future": 3, "conclusion": 2.5, "discussion": 1.5, "limitations": 4, "abstract": 2.5},
        own=frozenset({"open", "future"}),
        most=6,
        alike=0.85,
    ),
    "key_results": Sought(
        cue=_cue(
            r"we (?:find|found|observe|show)|shows? that|find(?:s|ings?) that|outperform|achiev|improve(?:s|d|"
            r"ment)|"
            r"demonstrat|reveal|beats?|lead to|exceed|increas|decreas|rises?|falls?|"
            r"grows?|recovers?|overlap|correlat|updates?|nearly|gain|cut(?:s|ting)|loses?"
        ),
        parts={"claim": 2.5, "abstract": 2.5, "fact": 1.5, "conclusion": 1.5, "results": 1, "introduction": 0.7,
               "discussion": 0.8, "body": 0.3},
        own=frozenset({"claim"}),
        most=5,
        number=1.0,
    ),
    "novelty": Sought(
        cue=_cue(
            r"(?:is|are|be|as) the first|the first (?:to|benchmark|work|study|method|paper|large|open|dataset|"
            r"time)|"
            r"novel\b|unlike (?:previous|prior|existing|earlier|other)|to (?:the best of )?our knowledge|"
            r"existing (?:work|method|approach)|"
            r"(?:previous|prior|earlier) (?:work|stud|method|approach|account|view)|in contrast (?:to|with)|"
            r"different from (?:previous|prior|existing)|conventional|no (?:previous|prior|earlier)|differs? from|"
            r"new (?:benchmark|method|dataset|metric|framework)"
        ),
        parts={"claim": 1, "abstract": 2, "fact": 1, "introduction": 1.5, "related": 1, "conclusion": 1},
        most=3,
    ),
    "technical_contribution": Sought(
        cue=_cue(
            r"we (?:propose|introduce|present|release|develop|design|contribute|build|provide|construct)|"
            r"contribut|"
            r"defin(?:es?|ed) |introduces|proposes|(?:published|metric) code|repository|open-?sourc|our (?:method|"
            r"model|"
            r"framework|approach|metric|benchmark|system)|states the bound|is a (?:new|simple) "
        ),
        parts={"claim": 1, "abstract": 2, "fact": 1.5, "introduction": 1.5, "method": 1.2, "conclusion": 1,
               "body": 0.5},
    ),
    "methodology": Sought(
        cue=_cue(
            r"we (?:use|train|evaluate|measure|collect|compute|compare|adopt|sample|apply|follow|annotate|conduct|"
            r""
            r"prompt|ask|test|fine-?tune)|(?:is|are) (?:measured|computed|trained|scored|obtained|sampled|"
            r"collected|evaluated)|uses?\b|measures?\b|scores? (?:the|each|every)|compar(?:es|ing)|asks? for|"
            r"trains?\b|covers?|views per|over \d+|induces?|estimat|samples\b|comparing|before and after|"
            r"collects?\b|requires\b|combines?\b|consists? of|each (?:layer|prompt|model)"
        ),
        parts={"method": 1.5, "fact": 1.5, "abstract": 2, "introduction": 1.6, "claim": 0.5, "results": 0.7,
               "body": 0.5},
        most=4,
    ),
    "significance": Sought(
        cue=_cue(
            r"important|implication|implies|impl(?:y|ying) that|challeng|crucial|critical|essential|enabl|"
            r"significan|support for|support the view|open(?:s|ing)? (?:up|new)|potential|suggests? that|"
            r"evidence (?:for|that)|"
            r"explain|highlight|need for|matter|towards?|room for|is connected|connects|argues?|prone to|reliab"
        ),
        parts={"claim": 1, "abstract": 2, "fact": 0.8, "introduction": 1.5, "conclusion": 1.5, "discussion": 1.2},
        most=3,
    ),
}  # fmt: skip

SWEEPING = (
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
    (0.5, FIGURE),
    (-1.5, _cue(r"according to|may\b|might|could|suggest|reportedly|secondary source")),
)
FRAGILE = (
    (3.0, _cue(r"assum(?:e|ption|es|ing)")),
    (2.0, _cue(r"rests? on|depends? (?:on|entirely)|relies|generalis|generaliz|confounded|cannot say|proxy")),
    (1.5, _cue(r"one (?:model|pair|task|dataset|benchmark)\b|single|only\b|no (?:closed|frontier|control|causal)|"
               r"up to|limited|a few|few ")),
    (1.0, _cue(r"not (?:measured|tested|verified|shown|defined|recorded|explored|evaluated)|does not|do not|no ")),
    (-0.5, _cue(r"it would be wrong")),
    (-1.0, re.compile(r"^According to a secondary source")),
)  # fmt: skip
MEASURED = (
    (2.0, FIGURE),
    (1.0, re.compile(r"%|\bpoints\b|\btimes\b")),
    (1.0, SOUGHT["key_results"].cue),
    (-2.0, re.compile(r"§|\bSee\b|^\d+\.\d|\bcode\b|temperature|licen[cs]e")),
    (-4.0, re.compile(r"\bsqrt|\blambda\d|\^\d|\bmax\(|\beta =")),
)
CONDITIONS = (
    (
        1.0,
        _cue(
            r"(?:on|over|across|in|for|of|with|at|from|between) (?:the |a |all |\w+ ){0,2}[A-Z\d]"
        ),
    ),
    (1.0, _cue(r"models?|tasks?|benchmarks?|datasets?|layers?|seeds?|prompts?")),
    (0.7, _cue(r"against|than|from .{1,20} to |average|mean")),
    (-1.5, _cue(r"according to a secondary source")),
)
# A number that names something measures nothing: "Figure 1.9", "Llama 3.1".
LABEL = re.compile(
    r"\b(?:[A-Z]\w*|lemma|theorem|section|equation|version)\.? \d+(?:\.\d+)*\b(?!\s?%)"
)
# One pattern is for a sentence about the work of others ("Tkaczyk et al. (2018) report ..."), one
# for a sentence about the work itself.
OTHERS = re.compile(
    r"(?:According to |As |In )?[A-Z][\w’'-]+(?: et al\.?,?| and [A-Z][\w’'-]+| & [A-Z][\w’'-]+)?,? \((?:19|20)\d\d"
)
OWN = re.compile(
    r"\b(?:we|our|ours|us|this (?:paper|work|study|article|survey|benchmark|evaluation|analysis|approach|method)|"
    r"the (?:present|current|proposed) \w+)\b",
    re.IGNORECASE,
)
NUMERAL = re.compile(r"\d+(?:\.\d+)?")
