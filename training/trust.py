"""Fit how far judged questions are trusted: `python training/trust.py --data DATA`, two minutes.

A logistic model says whether a question is one on the bundled list, from the nearness of the nearest judged one.
Questions on the list are the held-out ones, each beside judged ones by other writers; the others are on biology, and on
papers of language technology that are not on the list. Both sides weigh the same. With twice the weight on the list,
.03 of its questions instead of .05 are falsely called absent, and .21 of those on other papers of the field instead of
.16 are called answered. Every figure is of questions that its model was not fitted on (ten folds by question); the
yardstick is never fitted on.
"""

import argparse
import hashlib
import json
import random
import tempfile
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from assistant import Assistant
from training import sets
from training.answers import without_own_set

FOLDS = 10
PENALTY = 1e-4
BIOLOGY = 600


def main() -> None:
    """Fit, cross-validate, and print the slope and the point where the odds are even."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared"))
    chosen = parser.parse_args()
    rows = [("list", row) for row in sets.labelled() if sets.held_out(row["id"])]
    rows += [("yardstick", row) for row in sets.read_jsonl(sets.LABELS / "questions.jsonl")]
    evaluation = chosen.data / "eval"
    biology = (evaluation / "scholarqabench" / "bio_questions.jsonl").read_text("utf-8")
    away = [json.loads(line)["input"] for line in biology.splitlines()]
    rows += [("biology", {"question": q}) for q in random.Random(3).sample(away, BIOLOGY)]
    papers = (evaluation / "answers_papers" / "questions.jsonl", *sorted(sets.OWN.glob("papers-*")))
    rows += [("papers", row) for path in papers for row in sets.read_jsonl(path)]
    with tempfile.TemporaryDirectory() as folder:
        desk = Assistant.open(folder).desk()
        beside = without_own_set(desk.judged)
        near = np.array(
            [
                beside(row).near(row["question"], desk.encoder.question(row["question"])).familiar
                for _, row in rows
            ]
        )
    group = np.array([name for name, _ in rows])
    on = np.isin(group, ["list", "yardstick"])
    fitted = group != "yardstick"
    folds = np.array([_fold(row["question"]) for _, row in rows])
    trust = np.zeros(len(rows))
    for fold in range(FOLDS):
        inside = fitted & (folds != fold)
        slope, even = fit(near[inside], on[inside])
        told = (folds == fold) | ~fitted
        trust[told] = 1 / (1 + np.exp(-slope * (near[told] - even)))
    for name in dict.fromkeys(group):
        of = trust[group == name]
        print(
            f"{name}: {len(of)} questions, mean trust {of.mean():.3f}, at even odds or more {np.mean(of >= 0.5):.3f}"
        )
    print("slope {:.1f}, even at {:.3f}".format(*fit(near[fitted], on[fitted])))


def fit(near: np.ndarray, on: np.ndarray) -> tuple[float, float]:
    """Return the slope of a logistic model and the point where its odds are even; both sides weigh the same."""
    weight = np.where(on, 1 / on.sum(), 1 / (~on).sum())

    def loss(free: np.ndarray) -> float:
        logits = free[0] * (near - free[1])
        return float(weight @ (np.logaddexp(0, logits) - on * logits) + PENALTY * free[0] ** 2)

    slope, even = minimize(loss, np.array([10.0, 0.5]), method="L-BFGS-B").x
    return float(slope), float(even)


def _fold(question: str) -> int:
    return int(hashlib.sha1(question.encode()).hexdigest(), 16) % FOLDS


if __name__ == "__main__":
    main()
