"""Causes other than the claim that may explain an effect of layers, for the probes that check them."""

from probes.sentences import Contrast

UNTRAINED = "with untrained weights"
"""The control of that name repeats a measurement in the same architecture with random weights."""
DRAWS = "between two untrained draws"
"""The control of that name compares two draws of random weights, where one network is compared with itself later."""
FIRST = "without the first token"
"""The control of that name repeats a measurement without the first token of each text."""


def untrained_twin() -> Contrast:
    """Return the contrast with the untrained architecture, which must not show the effect."""
    return Contrast(
        where="In an untrained twin of {model} (random weights)",
        short="in an untrained twin",
        kind="foil",
        cause="the untrained architecture",
        means="what random weights show as well was not learnt",
    )


def without_first(each: str = "prompt", tokens: str = "the first token") -> Contrast:
    """Return the contrast without the first tokens of each prompt or text, which must show the effect as well."""
    return Contrast(
        where=f"On {{model}} without {tokens} of each {each}",
        short=f"without {tokens}",
        kind="twin",
        cause=tokens,
        means=f"what goes without {tokens} is the work of one huge state, not of the text",
    )
