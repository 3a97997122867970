"""This veto refuses a sentence that turns a limit on a number into its opposite, in any context."""

from assistant.verify.figures import figures
from assistant.verify.vetoes.negation import difference


def veto(sentence: str, evidence: str) -> str:
    """Return which limit was reversed, as one line for the reader, or "" if none was.

    "At most 150" is not "at least 150" in any context; "over 280" may be rounded down if the
    sentence says so.
    """
    if difference(sentence, evidence):
        return ""  # "none has more than 8" is "at most 8"
    there = figures(evidence)
    for said in figures(sentence):
        bounds = {f.bound for f in there if f.value == said.value and f.unit == said.unit}
        if said.bound and bounds and "" not in bounds and said.bound not in bounds:
            return f"it reverses the limit on {said.shown}"
    return ""
