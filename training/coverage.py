"""Fit the weights of `assistant/select/coverage.py`: `python training/coverage.py`, some minutes on two cores.

The selector was not trained on these questions: the held-out ones of `training/labels`, the pairs of `cover-*` there,
of which one question is answered and the other is not, and the yardstick. Questions that nothing answers are added:
questions on biology, asked of the bundled list, and questions on one paper, asked of another. Every figure is of
questions that its weights were not fitted on (ten folds by question).

`--beside` fits the weights that count beside judged questions. It uses only questions on the list, only judged
questions by other writers beside each, and no question of the yardstick, which measures.
"""

import argparse
import hashlib
import json
import random
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from assistant import Assistant
from assistant.select.coverage import near_signs, signs
from training import sets
from training.answers import asked, paper_libraries

CLASSES = ("answered", "partial", "absent")
FOLDS = 10
PENALTY = 0.3  # weight of squared weights; figures hardly change from .1 to 1
BARS = (0.5, 0.6, 0.65, 0.7, 0.75, 0.8)  # tried values of `_SURE` in assistant/select/coverage.py
ABSENT = 0.5  # `_SURE_OF_ABSENCE` there
FOREIGN = 60  # the number of questions on biology


@dataclass(frozen=True)
class Row:
    """A question with its signs, its class and its origin."""

    id: str
    group: str
    signs: tuple[float, ...]
    wanted: int


def main() -> None:
    """Fit, cross-validate, and print the weights to paste."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared"))
    parser.add_argument("--labels", type=Path, default=Path("tests/labels"))
    parser.add_argument("--own", type=Path, default=Path(__file__).parent / "labels")
    parser.add_argument(
        "--beside", action="store_true", help="fit the weights beside judged questions"
    )
    parser.add_argument("--memory", type=Path, help="keeps scores of the selector for another time")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = _of_list(chosen, Path(folder) / "list")
        if not chosen.beside:
            rows += _of_papers(chosen, Path(folder))
    x = np.array([[1.0, *row.signs] for row in rows])
    y = np.array([row.wanted for row in rows])
    folds = np.array([int(hashlib.sha1(r.id.encode()).hexdigest(), 16) % FOLDS for r in rows])
    fitted = np.array([not chosen.beside or row.group != "yardstick" for row in rows])
    shares = np.zeros((len(y), len(CLASSES)))
    for fold in range(FOLDS):
        inside = (folds != fold) & fitted
        shares[~inside] = np.exp(x[~inside] @ fit(x[inside], y[inside]).T)
    weights = fit(x[fitted], y[fitted])
    if chosen.beside:
        shares[~fitted] = np.exp(x[~fitted] @ weights.T)
    for bar in BARS:
        print(f"answered from {bar} of answered and partial together on")
        report(rows, y, called(shares, bar))
    print(repr(np.round(weights, 2).tolist()))


def called(shares: np.ndarray, bar: float) -> np.ndarray:
    """Return the classes: absent from one half on; of the others, answered from the bar on."""
    sure = shares[:, 0] >= bar * (shares[:, 0] + shares[:, 1])
    absent = shares[:, 2] >= ABSENT * shares.sum(axis=1)
    return np.where(absent, 2, np.where(sure, 0, 1))


def report(rows: list[Row], y: np.ndarray, said: np.ndarray) -> None:
    """Print the figures of each group of questions."""
    for group in ("all", *dict.fromkeys(row.group for row in rows)):
        part = np.array([group in ("all", row.group) for row in rows])
        held, other = part & (y != 2), part & (y != 0)
        print(
            f"{group}: {part.sum()} questions, label right {np.mean(said[part] == y[part]):.3f}, false absent "
            f"{np.mean(said[held] == 2) if held.any() else 0:.3f}, false answered "
            f"{np.mean(said[other] == 0) if other.any() else 0:.3f}"
        )


def _of_list(chosen: argparse.Namespace, folder: Path) -> list[Row]:
    rows = [
        {**row, "group": "yardstick"} for row in sets.read_jsonl(chosen.labels / "questions.jsonl")
    ]
    for row in sets.labelled(chosen.labels, chosen.own):
        if row["set"].startswith("cover"):
            rows.append({**row, "group": "pairs"})
        elif sets.held_out(row["id"]) and row["set"] not in sets.SHORT:
            rows.append({**row, "group": "held out"})
    biology = chosen.data / "eval" / "scholarqabench" / "bio_questions.jsonl"
    away = [json.loads(line)["input"] for line in biology.read_text("utf-8").splitlines()]
    measured = set(random.Random(0).sample(away, 300))  # the same as in benchmarks/coverage.py
    rest = [question for question in away if question not in measured]
    rows += [
        {"id": f"bio-{at}", "question": question, "coverage": "absent", "group": "biology"}
        for at, question in enumerate(random.Random(1).sample(rest, FOREIGN))
    ]
    library = Assistant.open(folder)
    found = asked(
        library, rows, chosen.labels / "sentences.json", chosen.memory, judged=chosen.beside
    )
    held = [each for each in found if each.matter.quotes]
    if not chosen.beside:
        return [_row(each.row, each.matter) for each in held]
    return [
        _row(each.row, each.matter, near_signs(each.matter.seen))
        for each in held
        if each.matter.near.trust_in_coverage(each.matter.quotes)
    ]


def _of_papers(chosen: argparse.Namespace, folder: Path) -> list[Row]:
    """Return held-out questions on papers, each asked of its own paper and of two others."""
    libraries = paper_libraries(chosen.data / "pdfs" / "open_licence", folder / "papers")
    labelled = chosen.data / "eval" / "answers_papers"
    rows = sets.read_jsonl(labelled / "questions.jsonl")
    for path in sorted(chosen.own.glob("papers-*.jsonl")):
        rows += sets.read_jsonl(path)
    found = []
    for row in sets.read_jsonl(chosen.own / "cover-papers.jsonl"):
        made = {**row, "group": f"papers, pairs, {row['coverage']}"}
        (each,) = asked(libraries[row["source"]], [made], labelled / "sentences.json")
        found += [_row(each.row, each.matter)] if each.matter.quotes else []
    for row in rows:
        if not sets.held_out(row["id"]) or row["source"] not in libraries:
            continue
        others = random.Random(row["id"]).sample(sorted(set(libraries) - {row["source"]}), 2)
        for key in (row["source"], *others):
            coverage = "answered" if key == row["source"] else "absent"
            made = {**row, "id": row["id"], "coverage": coverage, "group": f"papers, {coverage}"}
            (each,) = asked(libraries[key], [made], labelled / "sentences.json")
            # Without a quote the answer is absent, whatever the weights.
            found += [_row(each.row, each.matter)] if each.matter.quotes else []
    return found


def _row(row, matter, more: tuple[float, ...] = ()) -> Row:
    return Row(
        row["id"], row["group"], (*signs(matter.seen), *more), CLASSES.index(row["coverage"])
    )


def fit(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the weights (classes, signs) of a penalised logistic model of three classes."""
    wanted = np.eye(len(CLASSES))[y]

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        weights = flat.reshape(len(CLASSES), -1)
        logits = x @ weights.T
        logits -= logits.max(axis=1, keepdims=True)
        shares = np.exp(logits)
        shares /= shares.sum(axis=1, keepdims=True)
        free = weights.copy()
        free[:, 0] = 0.0
        cost = (
            -np.log(np.maximum(shares[np.arange(len(y)), y], 1e-12)).sum()
            + PENALTY * (free**2).sum()
        )
        slope = (shares - wanted).T @ x + 2 * PENALTY * free
        return float(cost), slope.ravel()

    start = np.zeros(len(CLASSES) * x.shape[1])
    found = minimize(loss, start, jac=True, method="L-BFGS-B")
    return found.x.reshape(len(CLASSES), -1)


if __name__ == "__main__":
    main()
