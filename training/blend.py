"""Fit the weights of `assistant/select/blend.py`: `python training/blend.py`, some minutes on two cores.

The questions are those that the selector was not trained on: the held-out ones of `training/labels`, and the
yardstick. Every figure is of questions that the weights at hand were not fitted on (ten folds by question). Beside it
stand the selector alone, plain cosine and shared words (rarity-weighted), over the same sentences.
"""

import argparse
import hashlib
import tempfile
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from assistant import Assistant
from assistant.select import blend
from training import sets
from training.answers import Labelled, asked

FOLDS, PENALTY = 10, 1.0


def main() -> None:
    """Fit, cross-validate, and print the weights to paste."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--labels", type=Path, default=Path("tests/labels"))
    parser.add_argument("--own", type=Path, default=Path(__file__).parent / "labels")
    chosen = parser.parse_args()
    rows = sets.read_jsonl(chosen.labels / "questions.jsonl")
    yard = {row["id"] for row in rows}
    for path in (chosen.labels / "training.jsonl", *sorted(chosen.own.glob("list-*.jsonl"))):
        if path.stem not in sets.SHORT:
            rows += [row for row in sets.read_jsonl(path) if sets.held_out(row["id"])]
    blend.WEIGHTS = None
    with tempfile.TemporaryDirectory() as folder:
        library = Assistant.open(folder)
        found = [
            each
            for each in asked(library, rows, chosen.labels / "sentences.json")
            if each.wanted("opening") and each.matter.quotes
        ]
        x = [signs(each, library.index().rarity) for each in found]
    y = [targets(each) for each in found]
    folds = [int(hashlib.sha1(str(e.row["id"]).encode()).hexdigest(), 16) % FOLDS for e in found]
    said = [np.zeros_like(part) for part in y]
    for fold in range(FOLDS):
        inside = [at for at, f in enumerate(folds) if f != fold]
        weights = fit([x[at] for at in inside], [y[at] for at in inside])
        for at, f in enumerate(folds):
            if f == fold:
                said[at] = x[at] @ weights.T
    for name, kept in (
        ("all", range(len(found))),
        ("yardstick", [at for at, e in enumerate(found) if e.row["id"] in yard]),
    ):
        for system, scores in (
            ("blend", said), ("selector", [part[:, 1:4] for part in x]),
            ("cosine", [part[:, [7, 7, 7]] for part in x]), ("shared words", [part[:, [9, 9, 9]] for part in x]),
        ):  # fmt: skip
            print(
                name,
                len(kept),
                system,
                figures([scores[at] for at in kept], [y[at] for at in kept]),
            )
    print(repr(np.round(fit(x, y), 3).tolist()))


def signs(each: Labelled, rarity) -> np.ndarray:
    scores = {item.passage.id: item.score for item in each.matter.read}
    return blend.signs(each.matter.quotes, str(each.row["question"]), rarity, scores)


def targets(each: Labelled) -> np.ndarray:
    """Return whether each quote helps, belongs in a brief, and answers."""
    wanted = (
        each.wanted("brief", "good", "caveat", "opening"), each.wanted("brief", "opening", "caveat"),
        each.wanted("opening"),
    )  # fmt: skip
    return np.array(
        [
            [float(bool(set(each.ids.get(q, ())) & ids)) for ids in wanted]
            for q in each.matter.quotes
        ]
    )


def figures(scores, labels) -> str:
    """Return how often the best sentence answers, how many of five help, and the share of the brief in six."""
    first = [y[int(np.argmax(s[:, 2])), 2] for s, y in zip(scores, labels, strict=True)]
    orders = [np.argsort(-(s[:, 0] + s[:, 1])) for s in scores]
    helpful = [y[o[:5], 0].mean() for o, y in zip(orders, labels, strict=True)]
    brief = [y[o[:6], 1].sum() / max(1, y[:, 1].sum()) for o, y in zip(orders, labels, strict=True)]
    return f"opens {np.mean(first):.3f}, helpful of five {np.mean(helpful):.3f}, brief in six {np.mean(brief):.3f}"


def fit(x: list[np.ndarray], y: list[np.ndarray]) -> np.ndarray:
    """Return the weights (heads, signs): logistic models, the last one over the sentences of each question."""
    every, labels = np.concatenate(x), np.concatenate(y)
    heads = [_logistic(every, labels[:, head]) for head in range(2)]
    return np.stack([*heads, _conditional(x, [part[:, 2] for part in y])])


def _logistic(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        logits = x @ weights
        free = weights.copy()
        free[0] = 0.0
        cost = np.logaddexp(0, logits).sum() - y @ logits + PENALTY * (free**2).sum()
        return float(cost), x.T @ (1 / (1 + np.exp(-logits)) - y) + 2 * PENALTY * free

    return minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B").x


def _conditional(x: list[np.ndarray], y: list[np.ndarray]) -> np.ndarray:
    """A softmax over the sentences of a question, any that answers being right; the bias makes it a probability."""
    pairs = [(a, b) for a, b in zip(x, y, strict=True) if b.any()]

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        cost, slope = PENALTY * float(weights @ weights), 2 * PENALTY * weights
        for part, label in pairs:
            logits = part @ weights
            raised = np.exp(logits - logits.max())
            shares = raised / raised.sum()
            right = shares * label
            cost -= float(np.log(max(right.sum(), 1e-12)))
            slope = slope + part.T @ (shares - right / max(right.sum(), 1e-12))
        return cost, slope

    weights = minimize(loss, np.zeros(x[0].shape[1]), jac=True, method="L-BFGS-B").x
    weights[0] = 0.0
    # The best sentence of a question is to score as often as it is right.
    best = np.array([(part @ weights).max() for part, _ in pairs])
    right = np.mean([label[int(np.argmax(part @ weights))] for part, label in pairs])
    weights[0] = float(np.log(right / (1 - right)) - best.mean())
    return weights


if __name__ == "__main__":
    main()
