"""Compare one layer with another, with the output, and with a task."""

# Matrices are named as in the formulas.
# ruff: noqa: N803, N806

from typing import Literal

import numpy as np
import scipy
from jaxtyping import Bool

from probes.metrics.gram import rounding
from probes.metrics.states import Array, Estimate, States, as_array, mean_estimate

Direction = Literal["final_to_layer", "layer_to_final"]


def block_influence(entering: States, leaving: States) -> Estimate:
    """Return Block Influence: 1 minus the mean cosine between a block's input and output, token by token.

    Range [0, 2], without unit; 0 for a block that only rescales. Men et al. 2024 (arXiv
    2403.03853).

    Args:
        entering: states before the block, [tokens, D].
        leaving: states after it, [tokens, D].

    Returns:
        The mean; a token with a zero state on either side has no cosine and is missing.
    """
    A, B = _same_rows(entering, leaving)
    products = np.linalg.norm(A, axis=1) * np.linalg.norm(B, axis=1)
    defined = products > 0
    cosines = np.einsum("td,td->t", A[defined], B[defined]) / products[defined]
    return mean_estimate(1.0 - np.clip(cosines, -1.0, 1.0), total=len(A))


def _same_rows(X: States, Y: States) -> tuple[Array, Array]:
    X, Y = as_array(X, 2), as_array(Y, 2)
    if len(X) != len(Y):
        raise ValueError(f"Both sides need the same rows, got shapes {X.shape} and {Y.shape}.")
    return X, Y


def cka(X: States, Y: States) -> float | None:
    """Return the linear centred kernel alignment between two layers' states of the same tokens.

    norm_F(Y^T X)^2 / (norm_F(X^T X) norm_F(Y^T Y)) after centring the columns. Range [0, 1],
    without unit; 1 when one is a rotation, scaling and shift of the other. With fewer rows than
    dimensions it is biased towards 1. Kornblith et al. 2019 (arXiv 1905.00414), linear CKA.

    Args:
        X: states, [N, D1].
        Y: states of the same N tokens or prompts, [N, D2].

    Returns:
        The alignment; None where either side does not vary.
    """
    X, Y = _same_rows(X, Y)
    centred = [Z - Z.mean(axis=0) for Z in (X, Y)]
    for Z, Zc in zip((X, Y), centred, strict=True):
        if np.linalg.norm(Zc) <= rounding(len(Z)) * np.linalg.norm(Z):
            return None
    A, B = (Z / np.linalg.norm(Z) for Z in centred)
    if len(X) <= min(X.shape[1], Y.shape[1]):
        K, L = A @ A.T, B @ B.T
        return float(np.sum(K * L) / (np.linalg.norm(K) * np.linalg.norm(L)))
    cross = float(np.sum((B.T @ A) ** 2))
    return cross / float(np.linalg.norm(A.T @ A) * np.linalg.norm(B.T @ B))


def logit_lens_kl(
    layer_logits: States, final_logits: States, direction: Direction = "final_to_layer"
) -> float:
    """Return the divergence between the model's next-token distribution and the one read from a layer.

    Mean over tokens of KL(final || layer) in nats, at least 0; 0 where the layer already says
    what the model will say. The layer's logits are the unembedding (after the final norm) of its
    states: nostalgebraist 2020, "logit lens"; Belrose et al. 2023 (arXiv 2303.08112).

    Args:
        layer_logits: [tokens, vocabulary].
        final_logits: [tokens, vocabulary], of the last layer.
        direction: `layer_to_final` gives KL(layer || final) instead.
    """
    layer, final = as_array(layer_logits, 2), as_array(final_logits, 2)
    if layer.shape != final.shape:
        raise ValueError(f"Logits must match, got shapes {layer.shape} and {final.shape}.")
    log_q, log_p = (scipy.special.log_softmax(x, axis=1) for x in (layer, final))
    if direction == "layer_to_final":
        log_q, log_p = log_p, log_q
    return max(float(np.mean(np.sum(np.exp(log_p) * (log_p - log_q), axis=1))), 0.0)


def linear_probe(
    X: States, labels: States, *, folds: int = 5, ridge: float = 1.0, seed: int = 0
) -> Bool[np.ndarray, " N"]:
    """Return which items a linear classifier labels correctly when it has not seen them.

    One-against-all ridge regression on standardised features, cross-validated over seeded folds
    that keep the proportions of the labels. Alain and Bengio 2016 (arXiv 1610.01644).

    Args:
        X: features, one row per item, [N, D].
        labels: one label per item, of any kind that sorts.
        folds: at most this many; fewer when there are fewer items.
        ridge: penalty, as a multiple of D, the mean squared length of a standardised item.
        seed: of the assignment to folds.

    Returns:
        One truth value per item, [N]; their mean is the accuracy, their spread its interval.

    Raises:
        ValueError: there are fewer than two items, or the labels do not match the rows.
    """
    X = as_array(X, 2)
    _, y = np.unique(np.asarray(labels), return_inverse=True)
    if len(y) != len(X) or len(X) < 2:
        raise ValueError(f"{len(X)} rows and {len(y)} labels: a probe needs pairs, at least two.")
    fold = _stratified_folds(y, min(folds, len(X)), np.random.default_rng(seed))
    correct = np.zeros(len(X), dtype=bool)
    for held_out in (fold == f for f in np.unique(fold)):
        scores = _ridge_scores(X[~held_out], y[~held_out], X[held_out], ridge)
        correct[held_out] = scores.argmax(axis=1) == y[held_out]
    return correct


def linear_probe_accuracy(
    X: States, labels: States, *, folds: int = 5, ridge: float = 1.0, seed: int = 0
) -> float:
    """Return the share of items that `linear_probe` labels correctly, range [0, 1]."""
    return float(linear_probe(X, labels, folds=folds, ridge=ridge, seed=seed).mean())


def _stratified_folds(y: np.ndarray, folds: int, rng: np.random.Generator) -> np.ndarray:
    shuffled = rng.permutation(len(y))
    by_label = shuffled[np.argsort(y[shuffled], kind="stable")]
    fold = np.empty(len(y), dtype=np.int64)
    fold[by_label] = np.arange(len(y)) % folds
    return fold


def _ridge_scores(seen: Array, y: np.ndarray, unseen: Array, ridge: float) -> Array:
    """Return scores of every label for the `unseen` rows; a label not seen in training never wins."""
    mean, sd = seen.mean(axis=0), seen.std(axis=0)
    sd = np.where(sd > rounding(len(seen)) * np.abs(mean), sd, np.inf)
    A, B = (seen - mean) / sd, (unseen - mean) / sd
    targets = np.eye(int(y.max()) + 1)[y]
    prior = targets.mean(axis=0)
    N, D = A.shape
    if N <= D:
        scores = B @ A.T @ np.linalg.solve(A @ A.T + ridge * D * np.eye(N), targets - prior)
    else:
        scores = B @ np.linalg.solve(A.T @ A + ridge * D * np.eye(D), A.T @ (targets - prior))
    return np.where(prior > 0, scores + prior, -np.inf)
