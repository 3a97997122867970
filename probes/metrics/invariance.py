"""Measure how much of a prompt survives perturbation: InfoNCE, DiME and LiDAR over views of prompts."""

# Matrices are named as in the formulas.
# ruff: noqa: N803, N806

from dataclasses import dataclass
from typing import Literal

import numpy as np
import scipy

from probes.metrics.entropy import Normalisation, normalise_entropy, renyi_entropy
from probes.metrics.gram import Side, gram, proportions, spectrum
from probes.metrics.states import Array, States, Variant, as_array

ContrastiveVariant = Literal["definition", "reference", "reference_2024"]

# Eigenvalues below this share of the largest count as zero (as in the golden values).
_EIGENVALUE_FLOOR = 1e-12


@dataclass(frozen=True, kw_only=True)
class InfoNCE:
    """A contrastive loss over paired views."""

    loss: float
    """Mean cross-entropy in nats, at least 0; ln N when pairs look like strangers."""
    bound: float
    """1 - loss / ln N: at most 1, 0 at chance; the bound on mutual information over ln N."""


def infonce(
    A: States, B: States, temperature: float = 0.1, *, variant: ContrastiveVariant = "definition"
) -> InfoNCE:
    """Return how well each row of `A` picks its own partner among the rows of `B`.

    Mean cross-entropy of row i of A B^T / t against target i, in nats. Oord et al. 2018 (arXiv
    1807.03748); "Layer by Layer" (arXiv 2502.02013).

    Args:
        A: one view of every prompt, [N, D].
        B: another view of the same prompts, [N, D].
        temperature: t, above 0.
        variant: `definition` scales rows to unit norm and averages both directions; `reference`
            takes rows as given, from A to B only; `reference_2024` is the two-sided NT-Xent over
            2N rows without the self term, whose chance level is ln(2N - 1).

    Returns:
        Loss and bound. With N = 1 there is nothing to confuse: loss 0, bound 1 by definition (the
        reference divides by ln 1).
    """
    A, B = _views(A, B, variant == "definition")
    N = len(A)
    if variant == "reference_2024":
        loss = _nt_xent(np.concatenate([A, B]), temperature)
        return InfoNCE(loss=loss, bound=_bound(loss, 2 * N - 1))
    if variant == "definition":
        A, B = _unit(A), _unit(B)
    logits = A @ B.T / temperature
    loss = _cross_entropy(logits)
    if variant == "definition":
        loss = (loss + _cross_entropy(logits.T)) / 2
    return InfoNCE(loss=loss, bound=_bound(loss, N))


def _views(A: States, B: States, finite: bool) -> tuple[Array, Array]:
    A, B = as_array(A, 2, finite=finite), as_array(B, 2, finite=finite)
    if A.shape != B.shape:
        raise ValueError(f"Views must pair up row by row, got shapes {A.shape} and {B.shape}.")
    return A, B


def _unit(X: Array) -> Array:
    norms = np.linalg.norm(X, axis=1, keepdims=True)
    return np.asarray(X / np.where(norms > 0, norms, 1.0))


def _cross_entropy(logits: Array) -> float:
    return float(np.mean(scipy.special.logsumexp(logits, axis=1) - np.diagonal(logits)))


def _nt_xent(rows: Array, temperature: float) -> float:
    logits = rows @ rows.T / temperature
    np.fill_diagonal(logits, -np.inf)
    partner = np.roll(np.arange(len(rows)), len(rows) // 2)
    own = logits[np.arange(len(rows)), partner]
    return float(np.mean(scipy.special.logsumexp(logits, axis=1) - own))


def _bound(loss: float, choices: int) -> float:
    return 1.0 - loss / float(np.log(choices)) if choices > 1 else 1.0


@dataclass(frozen=True, kw_only=True)
class DiME:
    """A difference of matrix entropies and its two parts, in nats."""

    value: float
    """`permuted` - `joint`: 0 when pairing carries nothing, larger the more it does."""
    joint: float
    """Entropy of K_A o K_B, the pairs as they are."""
    permuted: float
    """Mean entropy of K_A o P K_B P^T over the permutations P, the pairs torn apart."""
    permuted_sd: float
    """Standard deviation of that entropy over the permutations."""


def dime(
    A: States,
    B: States,
    alpha: float = 1.0,
    *,
    permutations: int = 10,
    seed: int = 0,
    indices: States | None = None,
    variant: Variant = "definition",
) -> DiME:
    """Return the difference of matrix entropies between shuffled and true pairs of views.

    The mean over permutations P of S_alpha(K_A o P K_B P^T), minus S_alpha(K_A o K_B), with o the
    elementwise product and K the N x N Gram matrix of each view. Skean et al. 2023 (arXiv
    2301.08164); "Layer by Layer" (arXiv 2502.02013). Usually positive;
    sampling noise can make it slightly negative. Apply `centre_and_unit` to each view for the
    paper's value.

    Args:
        A: one view of every prompt, [N, D].
        B: another view of the same prompts, [N, D].
        alpha: the order of the entropy.
        permutations: the number of random permutations.
        seed: the seed of their generator.
        indices: the permutations themselves, [P, m], instead of random ones; a row `idx` gives
            K_B[idx][:, idx].
        variant: `reference` takes D x D matrices when N > D, which is no joint entropy of samples,
            and for alpha = 2 divides the squared Frobenius norm by m^2, right only for a diagonal
            of ones.

    Returns:
        The difference and its parts; 0 for one prompt or for states that are all zero.
    """
    A, B = _views(A, B, True)
    side: Side = "smaller" if variant == "reference" else "tokens"
    K_A, K_B = gram(A, side), gram(B, side)
    if indices is None:
        rng = np.random.default_rng(seed)
        indices = np.stack([rng.permutation(len(K_B)) for _ in range(permutations)])
    orders = np.asarray(indices, dtype=np.int64)
    joint = _joint_entropy(K_A * K_B, alpha, variant)
    shuffled = [
        _joint_entropy(K_A * K_B[order[:, None], order[None, :]], alpha, variant)
        for order in orders
    ]
    permuted = float(np.mean(shuffled))
    return DiME(
        value=permuted - joint,
        joint=joint,
        permuted=permuted,
        permuted_sd=float(np.std(shuffled)),
    )


def _joint_entropy(K: Array, alpha: float, variant: Variant) -> float:
    if variant == "reference" and alpha == 2:
        return float(-np.log(np.sum(K**2) / len(K) ** 2))
    return renyi_entropy(spectrum(K), alpha)


@dataclass(frozen=True, kw_only=True)
class LiDAR:
    """Entropy of a linear discriminant spectrum and the scatter it compares."""

    entropy: float
    """In nats, range [0, min(ln(N - 1), ln D)]."""
    trace_between: float
    """Trace of the scatter of class means."""
    trace_within: float
    """Trace of the scatter inside classes, with the ridge."""
    classes: int
    dims: int

    @property
    def rank(self) -> float:
        """Return the exponential of the entropy, in dimensions: the form of the LiDAR paper."""
        return float(np.exp(self.entropy))

    def normalised(self, normalisation: Normalisation = "maxEntropy") -> float:
        """Return the entropy as a share; see `probes.metrics.normalise_entropy`."""
        return normalise_entropy(self.entropy, self.classes, self.dims, normalisation)


def lidar(
    V: States, delta: float = 1e-4, alpha: float = 1.0, *, variant: Variant = "definition"
) -> LiDAR:
    """Return how many directions tell prompts apart against the noise of their perturbed views.

    Entropy of the eigenvalues of S_w^-1/2 S_b S_w^-1/2 over their sum; S_b = mean_i (mu_i - mu)
    (mu_i - mu)^T over class means, S_w = mean_ij (x_ij - mu_i)(x_ij - mu_i)^T + delta I. Thilak et
    al. 2023 (arXiv 2312.04000); "Layer by Layer" (arXiv 2502.02013). The
    paper's 16 views are centred and scaled per view (`centre_and_unit`) first.

    Args:
        V: states, [N prompts, q views, D].
        delta: the ridge on S_w, above 0.
        alpha: the order of the entropy.
        variant: `reference` accumulates the scatter in float32.

    Returns:
        The entropy and traces; entropy 0 where all class means are equal or there is one prompt.
    """
    V = as_array(V, 3)
    if delta <= 0:
        raise ValueError(f"The ridge delta must be above 0, got {delta}.")
    if variant == "reference":
        return _lidar_float32(V, delta, alpha)
    N, q, D = V.shape
    means = V.mean(axis=1)
    between = means - means.mean(axis=0)
    within = (V - means[:, None]).reshape(-1, D)
    S_w = within.T @ within / (N * q) + delta * np.eye(D)
    whitened = scipy.linalg.solve_triangular(np.linalg.cholesky(S_w), between.T, lower=True)
    eigenvalues = np.linalg.eigvalsh(gram(whitened) / N)
    trace_between = float(np.sum(between**2) / N)
    # Equal class means leave rounding noise, whose spectrum would look like a rich one.
    noise = (8 * np.finfo(np.float64).eps) ** 2 * float(np.mean(np.sum(V**2, axis=2)))
    p = proportions(eigenvalues, _EIGENVALUE_FLOOR) if trace_between > noise else np.zeros(0)
    return LiDAR(
        entropy=renyi_entropy(p, alpha),
        trace_between=trace_between,
        trace_within=float(np.trace(S_w)),
        classes=N,
        dims=D,
    )


def _lidar_float32(V: Array, delta: float, alpha: float) -> LiDAR:
    W = V.astype(np.float32)
    N, q, D = W.shape
    means = W.mean(axis=1)
    between = means - means.mean(axis=0)
    within = (W - means[:, None]).reshape(-1, D)
    S_b = between.T @ between / np.float32(N)
    S_w = within.T @ within / np.float32(N * q) + np.float32(delta) * np.eye(D, dtype=np.float32)
    values, vectors = np.linalg.eigh(S_w)
    root = (vectors * values**-0.5) @ vectors.T
    eigenvalues = np.linalg.eigvalsh(root @ S_b @ root).astype(np.float64)
    return LiDAR(
        entropy=renyi_entropy(proportions(eigenvalues), alpha),
        trace_between=float(np.trace(S_b)),
        trace_within=float(np.trace(S_w)),
        classes=N,
        dims=D,
    )
