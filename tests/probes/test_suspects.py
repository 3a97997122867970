"""Each control names the cause that it excludes, and says on what it was repeated."""

import pytest

from probes.suspects import untrained_twin, without_first


@pytest.mark.parametrize(
    "contrast", [untrained_twin(), without_first(), without_first("text", "four tokens")]
)
def test_a_contrast_names_the_model_and_its_cause(contrast):
    assert "{model}" in contrast.where
    assert contrast.cause
    assert contrast.means


def test_random_weights_must_not_show_the_effect_and_the_other_tokens_must():
    assert untrained_twin().kind == "foil"
    assert without_first().kind == "twin"
    assert "four tokens" in without_first("text", "four tokens").where
