"""Scope: a limit on a number is not turned into its opposite, and "only" is not taken from what it restricts."""

from assistant.verify.figures import figures


def veto(sentence: str, evidence: str) -> str:
    """Return which limit was turned round, as one line for the reader; "" where none was.

    "At most 150" is not "at least 150", whatever stands around it; "over 280" may be rounded down and said so.
    """
    there = figures(evidence)
    for said in figures(sentence):
        bounds = {f.bound for f in there if f.value == said.value and f.unit == said.unit}
        if said.bound and bounds and "" not in bounds and said.bound not in bounds:
            return f"it turns the limit on {said.shown} round"
    return ""
