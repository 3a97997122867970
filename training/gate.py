"""Fit `assistant/verify/stack.py`: `python training/gate.py --data DATA/eval`, a minute.

The signs are weighed without the judge on the pairs that the judge was trained on, because its scores of those pairs
are worth nothing. The judge's weight beside the signs, and the bar, come from the pairs that the judge never saw
(`held_out` of `training/judge.py`); their figures are of pairs that the weights were not fitted on (ten folds by
evidence). The pairs of `verification/pairs.jsonl` are not read.
"""

import argparse
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from assistant.verify.evidence import Claim
from assistant.verify.judge import WEIGHTS, Judge
from assistant.verify.signs import NAMES, signs
from assistant.verify.vetoes import vetoed
from training.judge import Pair, as_pairs, held_out, own_rows

FOLDS, PENALTY = 10, 2.0
# At most this share of the false pairs (some 730) may pass; other pairs would move the bar by half a hundredth.
FALSE = 0.02


@dataclass(frozen=True)
class Seen:
    """Pairs as the stack sees them: signs, logits, labels, and whether a rule already refuses each."""

    signs: np.ndarray
    logits: np.ndarray
    good: np.ndarray
    refused: np.ndarray
    folds: np.ndarray


def main() -> None:
    """Fit, cross-validate, and print what to paste."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--labels", type=Path, default=Path(__file__).parent / "labels")
    parser.add_argument("--judge", type=Path, default=WEIGHTS)
    chosen = parser.parse_args()
    rows = own_rows(chosen.data, chosen.labels)
    pairs = as_pairs(rows, chosen.labels)
    trained = [at for at, pair in enumerate(pairs) if not held_out(pair)]
    kept = [at for at, pair in enumerate(pairs) if held_out(pair)]
    claims = [claim_of(row, pair) for row, pair in zip(rows, pairs, strict=True)]
    seen = look(pairs, claims, kept, Judge(chosen.judge))
    x = np.array([signs(c.sentence, c.texts, c.titles) for c in claims])
    y = np.array([pair.supported for pair in pairs])
    of_signs = fit(x[trained], y[trained])
    said = crossed(seen, of_signs)
    report("judge and signs", said, seen)
    report("judge alone", seen.logits, seen)
    report("signs alone", seen.signs @ of_signs[1:], seen)
    bias, logit, share = joined(seen, of_signs, np.ones(len(kept), bool))
    weights = dict(zip(NAMES, np.round(share * of_signs[1:], 3).tolist(), strict=True))
    print(
        f"BIAS, LOGIT = {bias:.3f}, {logit:.3f}\nSIGNS = {weights!r}\nBAR = {bar(said, seen):.3f}"
    )


def claim_of(row: dict, pair: Pair) -> Claim:
    """Return a labelled row as a claim; what the judge reads before the quotes becomes its titles."""
    texts = tuple(" ".join(text.split()) for text in row["evidence"])
    return Claim(pair.sentence, texts, (pair.evidence.removesuffix(" ".join(texts)).rstrip(": "),))


def look(pairs: Sequence[Pair], claims: Sequence[Claim], kept: Sequence[int], judge: Judge) -> Seen:
    logits = []
    for at in kept:
        logit = judge.logit(claims[at])
        logits.append(-10.0 if logit is None else logit)
    few = [claims[at] for at in kept]
    return Seen(
        signs=np.array([signs(c.sentence, c.texts, c.titles) for c in few]),
        logits=np.array(logits),
        good=np.array([pairs[at].supported for at in kept]),
        refused=np.array([bool(vetoed(claim)) for claim in few]),
        folds=np.array([fold(pairs[at].evidence) for at in kept]),
    )


def fold(evidence: str) -> int:
    return int(hashlib.sha1(f"fold {evidence}".encode()).hexdigest(), 16) % FOLDS


def crossed(seen: Seen, of_signs: np.ndarray) -> np.ndarray:
    """Return the stack's probability for each pair, fitted on the other folds."""
    said = np.zeros(len(seen.logits))
    for number in range(FOLDS):
        here = seen.folds == number
        bias, logit, share = joined(seen, of_signs, ~here)
        said[here] = bias + logit * seen.logits[here] + share * (seen.signs[here] @ of_signs[1:])
    return said


def joined(seen: Seen, of_signs: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Return the bias and the weights of the logit and of the signs' joint score."""
    x = np.stack([seen.logits, seen.signs @ of_signs[1:]], axis=1)
    return fit(x[rows], seen.good[rows], 0.1)


def fit(x: np.ndarray, y: np.ndarray, penalty: float = PENALTY) -> np.ndarray:
    """Return the weights of a logistic model, the bias first."""
    every = np.c_[np.ones(len(x)), x]

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        logits, free = every @ weights, np.r_[0.0, weights[1:]]
        cost = np.logaddexp(0, logits).sum() - y @ logits + penalty * (free**2).sum()
        return float(cost), every.T @ (1 / (1 + np.exp(-logits)) - y) + 2 * penalty * free

    return minimize(loss, np.zeros(every.shape[1]), jac=True, method="L-BFGS-B").x


def bar(said: np.ndarray, seen: Seen) -> float:
    """Return the probability above which FALSE of the false pairs pass; pairs that a rule refuses count too."""
    false = np.where(seen.refused, -1e9, said)[~seen.good]
    return float(1 / (1 + np.exp(-np.quantile(false, 1 - FALSE))))


def report(name: str, said: np.ndarray, seen: Seen) -> None:
    """Print the area under the curve, and the honest pairs that pass at given shares of false ones, rules included."""
    said = np.where(seen.refused, -1e9, said)
    good, false = said[seen.good], said[~seen.good]
    area = np.mean(good[:, None] > false[None]) + np.mean(good[:, None] == false[None]) / 2
    passed = [f"{np.mean(good > np.quantile(false, 1 - part)):.3f}" for part in (0.02, 0.05, 0.1)]
    print(
        f"{name}: area {area:.3f}, honest passed at 2, 5, 10 % false: {' '.join(passed)} ({len(said)})"
    )


if __name__ == "__main__":
    main()
