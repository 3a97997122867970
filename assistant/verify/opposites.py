"""List words with opposite meanings in texts on models and measurements."""

from collections.abc import Mapping

from assistant.verify.wording import tokens

# Words on one side of the bar mean the opposite of the words on the other side.
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
        one, other = (
            frozenset(token for word in side.split() for token in tokens(word))
            for side in line.split("|")
        )
        for here, there in ((one, other), (other, one)):
            for word in here - there:
                found.setdefault(word, set()).update(there - here)
    return {word: frozenset(words) for word, words in found.items()}


OPPOSITES = _opposites()
"""For each canonical word its opposites; a table of signs, which alone decides nothing."""
