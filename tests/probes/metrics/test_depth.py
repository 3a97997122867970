# Matrices are named as in the formulas.
# ruff: noqa: N806

import math

import numpy as np
import pytest

from probes.metrics import (
    block_influence,
    cka,
    linear_probe,
    linear_probe_accuracy,
    logit_lens_kl,
)


def test_a_block_that_rescales_has_no_influence_and_one_that_negates_has_two(rng):
    X = rng.normal(size=(6, 4))
    assert block_influence(X, 3 * X).value == pytest.approx(0)
    assert block_influence(X, -X).value == pytest.approx(2)
    assert block_influence(np.eye(4), np.roll(np.eye(4), 1, axis=1)).value == pytest.approx(1)


def test_a_zero_state_has_no_influence_to_average():
    X = np.array([[1.0, 0.0], [0.0, 0.0]])
    estimate = block_influence(X, X)
    assert (estimate.value, estimate.n, estimate.missing) == (0.0, 1, 1)
    assert block_influence(np.zeros((2, 2)), np.ones((2, 2))).value is None


@pytest.mark.parametrize("shape", [(10, 30), (30, 10)])
def test_cka_ignores_rotation_scale_and_shift(shape, rng):
    X = rng.normal(size=shape)
    rotation = np.linalg.qr(rng.normal(size=(shape[1], shape[1])))[0]
    assert cka(X, 4 * X @ rotation + 7) == pytest.approx(1)


def test_cka_is_symmetric_bounded_and_small_for_strangers(rng):
    X, Y = rng.normal(size=(2000, 5)), rng.normal(size=(2000, 8))
    assert cka(X, Y) == pytest.approx(cka(Y, X))
    assert 0 <= cka(X, Y) < 0.01


def test_cka_agrees_on_both_sides(rng):
    X, Y = rng.normal(size=(12, 12)), rng.normal(size=(12, 20))
    padded = np.concatenate([X, np.zeros((12, 9))], axis=1)
    narrow = cka(X[:, :11], Y[:, :11])
    wide = cka(np.pad(X[:, :11], ((0, 0), (0, 9))), np.pad(Y[:, :11], ((0, 0), (0, 9))))
    assert narrow == pytest.approx(wide)
    assert cka(padded, Y) == pytest.approx(cka(X, Y))


@pytest.mark.parametrize("flat", [np.full((5, 3), 0.1), np.zeros((5, 3))])
def test_cka_with_states_that_do_not_vary_is_undefined(flat, rng):
    assert cka(flat, rng.normal(size=(5, 4))) is None


def test_equal_logits_do_not_diverge_and_shifts_do_not_matter(rng):
    logits = rng.normal(size=(5, 9))
    assert logit_lens_kl(logits, logits + 3) == pytest.approx(0, abs=1e-12)


def test_divergence_has_its_closed_form_and_its_direction():
    p, q = np.array([[0.5, 0.5]]), np.array([[0.9, 0.1]])
    forward = 0.5 * math.log(0.5 / 0.9) + 0.5 * math.log(0.5 / 0.1)
    backward = 0.9 * math.log(0.9 / 0.5) + 0.1 * math.log(0.1 / 0.5)
    assert logit_lens_kl(np.log(q), np.log(p)) == pytest.approx(forward)
    assert logit_lens_kl(np.log(q), np.log(p), "layer_to_final") == pytest.approx(backward)


@pytest.mark.parametrize("shape", [(90, 4), (60, 200)])
def test_a_linear_probe_finds_what_is_linear_and_nothing_in_noise(shape, rng):
    labels = np.repeat(["a", "b", "c"], shape[0] // 3)
    noise = rng.normal(size=shape)
    signal = noise + np.repeat(3 * rng.normal(size=(3, shape[1])), shape[0] // 3, axis=0)
    assert linear_probe_accuracy(signal, labels) > 0.9
    assert 0.05 < linear_probe_accuracy(noise, labels) < 0.6


def test_a_linear_probe_is_seeded_and_answers_for_every_item(rng):
    X, labels = rng.normal(size=(31, 5)), rng.integers(0, 3, 31)
    correct = linear_probe(X, labels)
    assert correct.shape == (31,)
    assert (correct == linear_probe(X, labels)).all()
    assert linear_probe_accuracy(X, labels) == correct.mean()


def test_features_that_do_not_vary_do_no_harm():
    labels = np.arange(20) % 2
    X = np.stack([labels, np.full(20, 0.1)], axis=1)
    assert linear_probe_accuracy(X, labels) == 1


def test_a_label_seen_once_is_never_guessed_right():
    assert linear_probe_accuracy(np.eye(3), ["a", "b", "c"]) == 0


def test_sides_that_do_not_match_are_refused():
    with pytest.raises(ValueError, match="rows"):
        cka(np.ones((3, 2)), np.ones((4, 2)))
    with pytest.raises(ValueError, match="pairs"):
        linear_probe(np.ones((3, 2)), [0, 1])
    with pytest.raises(ValueError, match="match"):
        logit_lens_kl(np.ones((3, 2)), np.ones((3, 4)))
