"""A number that names something measures nothing."""

import pytest

from assistant.pages.statements import Statement
from assistant.pages.wanted import FIGURES, FINDING, LIMITS, METHOD, measures


def said(text, part="fact", start=0):
    return Statement(text=text, start=start, end=start + len(text), page=None, part=part)


@pytest.mark.parametrize("text", ["It gains 16 points.", "It is 3.5 here.", "It rises by 12 %."])
def test_a_measured_number_counts(text):
    assert measures(said(text))


@pytest.mark.parametrize(
    "text", ["Llama 3.1 is large.", "See Section 4.2 for more.", "It has many layers."]
)
def test_a_name_with_a_number_does_not(text):
    assert not measures(said(text))


def test_without_a_selector_a_claim_is_the_finding_and_a_caveat_the_limit():
    claim, fact = said("It gains 16 points.", "claim"), said("Layers are compared.", "fact", 40)
    caveat = said("Only one model was tested.", "caveat", 80)
    everything = [claim, fact, caveat]
    assert FINDING.plainly(everything) == [claim]
    assert METHOD.plainly(everything)[0] == fact
    assert LIMITS.plainly(everything) == [caveat]
    assert all(map(FIGURES.fits, FIGURES.plainly(everything)))
