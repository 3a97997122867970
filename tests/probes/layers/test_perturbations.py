import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.errors import ProbeError
from probes.layers.perturbations import MOST, perturb, views
from probes.texts.prompts import OWN

KINDS = ("split", "random", "keyboard")
TEXTS = st.text(alphabet=st.characters(codec="utf-8"), max_size=300)


@given(TEXTS, st.sampled_from(KINDS), st.integers(0, 2**32))
def test_any_text_survives_every_kind(text, kind, seed):
    changed = perturb(text, kind, np.random.default_rng(seed))
    assert changed == perturb(text, kind, np.random.default_rng(seed))
    if kind == "split":
        assert len(changed) - len(text) <= MOST
        assert re.sub(r"\s", "", changed) == re.sub(r"\s", "", text)
    else:
        assert re.findall(r"\s+", changed) == re.findall(r"\s+", text)


@given(st.sampled_from(OWN), st.sampled_from(("random", "keyboard")), st.integers(0, 2**32))
def test_only_some_longer_words_change_and_at_most_a_third_of_their_letters(text, kind, seed):
    changed = perturb(text, kind, np.random.default_rng(seed)).split()
    pairs = [(a, b) for a, b in zip(text.split(), changed, strict=True) if a != b]
    assert 1 <= len(pairs) <= MOST
    for before, after in pairs:
        assert len(before) == len(after) >= 4
        assert sum(a != b for a, b in zip(before, after, strict=True)) <= round(0.3 * len(before))


@given(st.sampled_from(OWN), st.integers(0, 2**32))
def test_a_typo_is_a_key_beside_the_right_one(text, seed):
    rows = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
    place = {key: (row, at) for row, keys in enumerate(rows) for at, key in enumerate(keys)}
    changed = perturb(text, "keyboard", np.random.default_rng(seed))
    for before, after in zip(text, changed, strict=True):
        if before != after:
            assert before.isupper() == after.isupper() or after.isdigit()
            (row, at), (other, beside) = place[before.lower()], place[after.lower()]
            assert abs(row - other) <= 1
            assert abs(at - beside) <= 1


@given(st.sampled_from(OWN), st.integers(1, 16), st.integers(0, 1000))
def test_views_are_distinct_seeded_and_prefix_stable(text, count, seed):
    made = views(text, count, seed=seed)
    assert len({*made, text}) == count + 1
    assert made == views(text, count, seed=seed)
    assert views(text, count + 1, seed=seed)[:count] == made


def test_seeds_give_different_views():
    assert views(OWN[0], 2, seed=0) != views(OWN[0], 2, seed=1)


@pytest.mark.parametrize("text", ["", "to be or", "a b c d e"])
def test_a_text_with_nothing_to_change_is_refused(text):
    with pytest.raises(ProbeError, match="different perturbed copies"):
        views(text, 2)
