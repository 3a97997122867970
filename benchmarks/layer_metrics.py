"""Compare the CPU time of all layer metrics with plain loops written from the formulas.

Run with `OMP_NUM_THREADS=1 python benchmarks/layer_metrics.py`. The workload is a metric pass over
layers x prompts x tokens x dims of made-up states: within prompts S_1, S_2, effective rank,
curvature and TwoNN, each with and without the first token; across prompts data set entropy,
InfoNCE, DiME and LiDAR over 16 views. The loops are timed on `--sample` prompts and one layer and
scaled linearly; both sides must give the same numbers.
"""

# Matrices are named as in the formulas.
# ruff: noqa: N803, N806

import argparse
import sys
import time
from collections.abc import Callable

import numpy as np
import scipy.linalg

from probes import metrics

GOAL = 0.1
AGREEMENT = 1e-8


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--layers", type=int, default=31)
    parser.add_argument("--prompts", type=int, default=64)
    parser.add_argument("--tokens", type=int, default=128)
    parser.add_argument("--dims", type=int, default=576)
    parser.add_argument("--views", type=int, default=16)
    parser.add_argument(
        "--sample", type=int, default=4, help="prompts the plain loops are timed on"
    )
    options = parser.parse_args()
    shape = (options.prompts, options.tokens, options.dims)

    fast_within = fast_across = 0.0
    for layer in range(options.layers):
        H, V = states(shape, options.views, seed=layer)
        within, seconds = timed(lambda H=H: [fast_prompt(X) for X in H])
        fast_within += seconds
        across, seconds = timed(lambda H=H, V=V: fast_layer(H, V))
        fast_across += seconds

    sample = min(options.sample, options.prompts)
    plain_prompts, seconds = timed(lambda: [plain_prompt(X) for X in H[:sample]])
    plain_within = seconds / sample * options.prompts * options.layers
    plain_layers, seconds = timed(lambda: plain_layer(H, V))
    plain_across = seconds * options.layers

    difference = max(
        np.abs(np.array(within[:sample]) - np.array(plain_prompts)).max(),
        np.abs(np.array(across) - np.array(plain_layers)).max(),
    )
    fast, plain = fast_within + fast_across, plain_within + plain_across
    print(f"{options.layers} layers x {' x '.join(map(str, shape))}, {options.views} views")
    print(f"within prompts: {fast_within:8.2f} s, plain loops {plain_within:9.1f} s (scaled)")
    print(f"across prompts: {fast_across:8.2f} s, plain loops {plain_across:9.1f} s (scaled)")
    print(f"all:            {fast:8.2f} s, plain loops {plain:9.1f} s")
    print(
        f"ratio 1/{plain / fast:.1f} (goal 1/{1 / GOAL:.0f}); largest difference {difference:.1e}"
    )
    return 0 if fast <= GOAL * plain and difference <= AGREEMENT else 1


def timed(work: Callable[[], list]) -> tuple[list, float]:
    start = time.process_time()
    result = work()
    return result, time.process_time() - start


def states(shape: tuple[int, int, int], views: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return wandering prompts with an offset and a huge first token, and noisy copies of their means."""
    rng = np.random.default_rng(seed)
    prompts, _, dims = shape
    H = rng.standard_normal(shape) * np.linspace(1.0, 0.05, dims)
    H = np.cumsum(H, axis=1) * 0.3 + rng.standard_normal(shape) + rng.standard_normal(dims)
    H[:, 0, :3] += 300.0
    noise = rng.standard_normal((prompts, views, dims)) * 0.1
    return H.astype(np.float32), (H.mean(axis=1)[:, None] + noise).astype(np.float32)


def fast_prompt(X: np.ndarray) -> list[float]:
    both = metrics.layer_metrics(X)
    return [
        value
        for part in (both.whole, both.without_first)
        for value in (
            part.s1,
            part.s2,
            part.effective_rank,
            part.curvature.value,
            part.dimension.value,
        )
    ]


def fast_layer(H: np.ndarray, V: np.ndarray) -> list[float]:
    views = np.stack([metrics.centre_and_unit(V[:, j]) for j in range(V.shape[1])], axis=1)
    return [
        metrics.dataset_entropy(metrics.pool(H)),
        metrics.infonce(views[:, 0], views[:, 1]).loss,
        metrics.dime(views[:, 0], views[:, 1]).value,
        metrics.lidar(views).entropy,
    ]


def plain_prompt(X: np.ndarray) -> list[float]:
    X = X.astype(np.float64)
    return [*plain_tokens(X), *plain_tokens(X[1:])]


def plain_tokens(X: np.ndarray) -> list[float]:
    rows = plain_unit(X)
    p = plain_probabilities(plain_gram(rows))
    s = np.linalg.svd(rows, compute_uv=False)
    s = s[s > 1e-12 * s.max()] / s.sum()
    return [
        -sum(q * np.log(q) for q in p),
        -np.log(sum(q * q for q in p)),
        np.exp(-sum(q * np.log(q) for q in s)),
        plain_curvature(X),
        plain_twonn(X),
    ]


def plain_unit(X: np.ndarray) -> np.ndarray:
    mean = sum(X) / len(X)
    return np.array([(x - mean) / np.linalg.norm(x - mean) for x in X])


def plain_gram(rows: np.ndarray) -> np.ndarray:
    return np.array([[np.dot(x, y) for y in rows] for x in rows])


def plain_probabilities(K: np.ndarray) -> np.ndarray:
    eigenvalues = np.linalg.eigvalsh(K)
    eigenvalues = eigenvalues[eigenvalues > 1e-14 * eigenvalues.max()]
    return eigenvalues / eigenvalues.sum()


def plain_entropy(K: np.ndarray) -> float:
    return -sum(q * np.log(q) for q in plain_probabilities(K))


def plain_curvature(X: np.ndarray) -> float:
    angles = []
    for before, here, after in zip(X, X[1:], X[2:], strict=False):
        v, w = here - before, after - here
        angles.append(np.arccos(np.dot(v, w) / (np.linalg.norm(v) * np.linalg.norm(w))))
    return sum(angles) / len(angles)


def plain_twonn(X: np.ndarray) -> float:
    log_mu = []
    for i, x in enumerate(X):
        r = sorted(np.linalg.norm(x - y) for j, y in enumerate(X) if j != i)
        log_mu.append(np.log(r[1] / r[0]))
    N = len(X)
    kept = sorted(log_mu)[: int(0.9 * N)]
    target = [-np.log(1 - i / N) for i in range(1, len(kept) + 1)]
    return sum(x * y for x, y in zip(kept, target, strict=True)) / sum(x * x for x in kept)


def plain_layer(H: np.ndarray, V: np.ndarray) -> list[float]:
    H, V = H.astype(np.float64), V.astype(np.float64)
    _, q, D = V.shape
    pooled = plain_unit(np.array([sum(X) / len(X) for X in H]))
    views = np.stack([plain_unit(V[:, j]) for j in range(q)], axis=1)
    A, B = views[:, 0], views[:, 1]
    return [
        plain_entropy(plain_gram(pooled)) / min(np.log(len(H)), np.log(D)),
        (plain_infonce(A, B) + plain_infonce(B, A)) / 2,
        plain_dime(A, B),
        plain_lidar(views),
    ]


def plain_infonce(A: np.ndarray, B: np.ndarray) -> float:
    losses = []
    for i, a in enumerate(A):
        logits = [np.dot(a, b) / 0.1 for b in B]
        losses.append(np.log(sum(np.exp(x) for x in logits)) - logits[i])
    return sum(losses) / len(losses)


def plain_dime(A: np.ndarray, B: np.ndarray) -> float:
    K_A, K_B = plain_gram(A), plain_gram(B)
    rng = np.random.default_rng(0)
    orders = [rng.permutation(len(A)) for _ in range(10)]
    shuffled = [
        plain_entropy(K_A * np.array([[K_B[i, j] for j in order] for i in order]))
        for order in orders
    ]
    return sum(shuffled) / len(shuffled) - plain_entropy(K_A * K_B)


def plain_lidar(V: np.ndarray) -> float:
    N, q, D = V.shape
    means = [sum(views) / q for views in V]
    mean = sum(means) / N
    S_b, S_w = np.zeros((D, D)), 1e-4 * np.eye(D)
    for mu, views in zip(means, V, strict=True):
        S_b += np.outer(mu - mean, mu - mean) / N
        for x in views:
            S_w += np.outer(x - mu, x - mu) / (N * q)
    p = scipy.linalg.eigh(S_b, S_w, eigvals_only=True)
    p = p[p > 1e-12 * p.max()]
    p = p / p.sum()
    return -sum(x * np.log(x) for x in p)


if __name__ == "__main__":
    sys.exit(main())
