"""Fit the weights of `assistant/select/blend.py`: `python training/blend.py`, a quarter of an hour on two cores.

The questions are the held-out ones of `training/labels`, which neither the selector nor the map of
`training/judgements.py` was trained on; only judged questions by other writers stand beside one. Every figure is of
questions that its weights were not fitted on (ten folds by question); those of the yardstick are of weights fitted on
all of the held-out questions and on no question of the yardstick. The baselines, with judged questions and without, are
the selector alone, plain cosine and shared words (rarity-weighted), over the same sentences.
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
WORKS = 100  # sentences are read and judged before the works that may be quoted are chosen


def main() -> None:
    """Fit, cross-validate, and print the weights to paste."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--labels", type=Path, default=Path("tests/labels"))
    parser.add_argument("--own", type=Path, default=Path(__file__).parent / "labels")
    parser.add_argument("--memory", type=Path, help="keeps scores of the selector for another time")
    chosen = parser.parse_args()
    yard = sets.read_jsonl(chosen.labels / "questions.jsonl")
    rows = [
        row for row in sets.labelled(chosen.labels, chosen.own)
        if sets.held_out(row["id"]) and row["set"] not in sets.SHORT and not row["set"].startswith("cover")
    ]  # fmt: skip
    blend.WEIGHTS = None
    with tempfile.TemporaryDirectory() as folder:
        library = Assistant.open(folder)
        found = [
            each
            for each in asked(
                library, [*rows, *yard], chosen.labels / "sentences.json", chosen.memory, WORKS
            )
            if each.wanted("opening") and each.matter.quotes
        ]
        own = [signs(each, library.index().rarity) for each in found]
    near = [each.matter.near.signs(each.matter.quotes) for each in found]
    y = [targets(each) for each in found]
    fitted = [at for at, each in enumerate(found) if "set" in each.row]
    measured = [at for at, each in enumerate(found) if "set" not in each.row]
    folds = [int(hashlib.sha1(str(e.row["id"]).encode()).hexdigest(), 16) % FOLDS for e in found]
    systems = {
        "selector": [part[:, [1, 2, 3, 12]] for part in own],
        "cosine": [part[:, [7] * 4] for part in own],
        "shared words": [part[:, [9] * 4] for part in own],
    }
    beside = [np.hstack(pair) for pair in zip(own, near, strict=True)]
    for name, x in (("blend", own), ("blend beside judged questions", beside)):
        said = [np.zeros_like(part) for part in y]
        for fold in range(FOLDS):
            inside = [at for at in fitted if folds[at] != fold]
            weights = fit([x[at] for at in inside], [y[at] for at in inside])
            for at in fitted:
                if folds[at] == fold:
                    said[at] = x[at] @ weights.T
        weights = fit([x[at] for at in fitted], [y[at] for at in fitted])
        for at in measured:
            said[at] = x[at] @ weights.T
        systems[name] = said
        print(name, repr(np.round(weights, 3).tolist()))
    for name, kept in (("held out", fitted), ("yardstick", measured)):
        for system, scores in systems.items():
            print(
                name,
                len(kept),
                system,
                figures([scores[at] for at in kept], [y[at] for at in kept]),
            )


def signs(each: Labelled, rarity) -> np.ndarray:
    scores = {item.passage.id: item.score for item in each.matter.read}
    return blend.signs(each.matter.quotes, str(each.row["question"]), rarity, scores)


def targets(each: Labelled) -> np.ndarray:
    """Return whether each quote helps, belongs in a brief, answers, and is the caveat that must not be missed."""
    wanted = (
        each.wanted("brief", "good", "caveat", "opening"), each.wanted("brief", "opening", "caveat"),
        each.wanted("opening"), each.wanted("caveat"),
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
    caveat = [
        y[int(np.argmax(s[:, 3])), 3] for s, y in zip(scores, labels, strict=True) if y[:, 3].any()
    ]
    return (
        f"opens {np.mean(first):.3f}, helpful of five {np.mean(helpful):.3f}, brief in six {np.mean(brief):.3f}, "
        f"first caveat {np.mean(caveat):.3f}"
    )


def fit(x: list[np.ndarray], y: list[np.ndarray]) -> np.ndarray:
    """Return the weights (heads, signs): logistic models, the last one over the sentences of each question."""
    every, labels = np.concatenate(x), np.concatenate(y)
    helps, brief = (_logistic(every, labels[:, head]) for head in range(2))
    answers = _conditional(x, [part[:, 2] for part in y])
    with_caveat = np.concatenate([np.full(len(part), part[:, 3].any()) for part in y])
    reserves = _logistic(every[with_caveat], labels[with_caveat, 3])
    return np.stack([helps, brief, answers, reserves])


def _logistic(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        logits = x @ weights
        free = weights.copy()
        free[0] = 0.0
        cost = np.logaddexp(0, logits).sum() - y @ logits + PENALTY * (free**2).sum()
        return float(cost), x.T @ (1 / (1 + np.exp(-logits)) - y) + 2 * PENALTY * free

    return minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B").x


def _conditional(x: list[np.ndarray], y: list[np.ndarray]) -> np.ndarray:
    """Return a softmax over a question's sentences, any that answers being right; the bias makes it a probability."""
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
    # Scale the scores so that the best sentence of a question scores, on average, as often as it is right.
    best = np.array([(part @ weights).max() for part, _ in pairs])
    right = np.mean([label[int(np.argmax(part @ weights))] for part, label in pairs])
    weights[0] = float(np.log(right / (1 - right)) - best.mean())
    return weights


if __name__ == "__main__":
    main()
