"""The words by which a sentence says how far it holds: hedges, limits, quantities, causes, directions.

All lists are of canonical tokens (see `wording`): "almost" stands for "nearly" as well.
"""

import re
from collections.abc import Mapping

from assistant.verification.wording import tokens


def _set(words: str) -> frozenset[str]:
    return frozenset(token for word in words.split() for token in tokens(word))


NEGATIONS = _set(
    "no not never none neither nor without nothing nobody nowhere hardly barely rarely seldom scarcely fail fails "
    "failed failing lack lacks lacked lacking absent wrong false untrue incorrect unable impossible"
)

HEDGES = _set(
    "may might could can should would perhaps possibly probably presumably apparently likely unlikely seemingly "
    "suggest suggests suggested seem seems seemed appear appears appeared indicate indicates tend tends "
    "about nearly often sometimes occasionally usually generally mostly partly partially largely mainly somewhat "
    "reportedly allegedly supposedly conjecture conjectured conjectures hypothesis hypothesize believe believes "
    "expect expected approximate loosely informal informally merely claim claims claimed reported reports "
    "tentative preliminary potential potentially interpretation"
)

LIMITS = _set(
    "only within except excluding unless until most least up under below above hand single few little alone some "
    "several certain many selected particular specific tested given open small early late maximum minimum "
    "average mean median"
)

CONDITIONS = _set(
    "if when whenever unless until provided assuming given after before once during while where"
)

UNIVERSALS = _set(
    "all every each always any any everything everyone entire universally invariably completely fully entirely "
    "consistently everywhere generally general both most never none no"
)

STRENGTHS = _set(
    "prove proves proved proven proof demonstrate demonstrates demonstrated confirm confirms confirmed establish "
    "establishes established certain certainly definitely definitive definitively clearly undoubtedly obviously must "
    "will always guarantee guarantees guaranteed ensure ensures conclusive conclusively show shows shown showed reveal "
    "reveals significantly substantially dramatically far highly extremely vastly strongly strong very"
)

CAUSES = _set(
    "because cause causes caused causing therefore thus hence explain explains explained responsible reason reasons "
    "lead leads led drive drives driven produce produces produced thanks owing consequently so result results "
    "resulting trigger triggers triggered induce induces induced makes make making since why"
)

ATTRIBUTIONS = (
    "according to", "own remark", "own calculation", "the author suggest", "the authors suggest",
    "the authors argue", "the authors claim", "the authors believe", "the authors read",
    "the authors call", "the authors state", "the authors say", "by its own account", "reading",
)  # fmt: skip

SCOPES = _set(
    "in on for within under across among over at during after before with of from against between beyond per by "
    "through without"
)

FUNCTION = SCOPES | CONDITIONS | _set(
    "a the this that these those it its they their them he she his her we our you your i who whom whose which what "
    "is are was were be been being am do does did done has have had having and or but nor so yet as than to into "
    "onto upon if then there here also too both either neither not no more less most least such same other another "
    "very much many will would shall should can could may might must how why where while although only just even "
    "still about up out off down one"
)  # fmt: skip

# Words of one row mean the opposite of the words across the bar.
_OPPOSED = """
increase increases increased increasing rose grew gain gains gained raise higher up more upward larger greater |
  decrease decreases decreased decreasing fell dropped drop drops cut cuts lose loses lost loss losses lower
  down less fewer downward smaller
improve improves improved improving improvement better best help helps helped benefit benefits superior
  strengthen strengthens | worsen worsens worsened degrade degrades degraded worse worst hurt hurts harm harms
  harmed damage inferior weaken weakens impair impairs
beats beat beaten beating exceed exceeds win wins won | trail trails underperform underperforms underperformed
  underperforming
high highest higher | low lowest lower
large larger largest big | small smaller smallest
many most majority | few fewest minority
early earlier earliest first initial shallow shallower | late later latest last deep deeper deepest
before prior preceding | after following subsequent
above over exceeding | below under beneath
strong stronger strongest strongly | weak weaker weakest weakly
supervised | unsupervised
encoder encoders bidirectional | decoder decoders autoregressive unidirectional
closed proprietary frontier commercial | open
positive positively | negative negatively
correct right true truthful faithful | incorrect wrong false unfaithful
maximize maximizes maximized maximum maximal upper most | minimize minimizes minimized minimum minimal lower
  least
accept accepts accepted support supports supported confirm confirms confirmed | reject rejects rejected refute
  refutes refuted contradict contradicts contradicted contest contests
sparse sparser sparsity | dense denser density
local locally | global globally
linear linearly | nonlinear nonlinearly
always | never sometimes rarely
all every | none no some few
with | without
same equal identical similar | different unequal distinct
easy easier easiest simple simpler simplest | hard harder hardest difficult complex
long longer longest | short shorter shortest
fast faster fastest | slow slower slowest slows
known verified tested measured | unknown unverified untested unmeasured
possible able | impossible unable
solve solves solved succeed succeeds | fail fails failed
include includes included | exclude excludes excluded
keep keeps kept | remove removes removed
trained finetuned | untrained
offline | online
input inputs | output outputs
compress compresses compressed | expand expands expanded
steep steeper | flat flatter
deletion delete deletes | alteration alter alters insertion
rises rise | falls fall
narrow narrows | widen widens broad
old older previous earlier | new newer later
"""


def _opposites() -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in _OPPOSED.replace("\n  ", " ").strip().splitlines():
        one, other = (_set(side) for side in line.split("|"))
        for here, there in ((one, other), (other, one)):
            for word in here - there:
                found.setdefault(word, set()).update(there - here)
    return {word: frozenset(words) for word, words in found.items()}


OPPOSITES = _opposites()

# A name is written with a capital, a digit or a capital inside, wherever it stands.
NAME = re.compile(r"[A-Za-z][\w.@-]*")
