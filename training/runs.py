"""Fit the weights of `assistant/experiments/bearing.py`: `python training/runs.py`, some minutes.

`labels/runs.jsonl` says for questions which of the bundled runs bear on them (1) and which answer them, wholly or in
part (2). Every figure is of questions that its weights were not fitted on (ten folds by question).
"""

import argparse
import hashlib
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from assistant import Assistant
from assistant.compose.brief import surer
from assistant.experiments.bearing import CITES, SIGNS, signs
from assistant.experiments.matching import matcher
from assistant.experiments.stored import stored_runs
from training import sets
from training.answers import asked
from training.gate import fit as logistic

FOLDS, PENALTY = 10, 0.3


def main() -> None:
    """Fit, cross-validate, and print the weights to paste."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--labels", type=Path, default=Path("tests/labels"))
    parser.add_argument("--own", type=Path, default=Path(__file__).parent / "labels")
    chosen = parser.parse_args()
    rows = sets.read_jsonl(chosen.own / "runs.jsonl")
    with tempfile.TemporaryDirectory() as folder:
        library = Assistant.open(folder)
        found = asked(library, rows, chosen.labels / "sentences.json")
        runs = stored_runs(library.library)
        desk = library.desk()
        x, y, best = [], [], []
        for each in found:
            question = str(each.row["question"])
            match = matcher(desk.index, desk.encoder, question, runs)
            read, seen = signs(match, question, runs, each.matter.leading(), desk.scores)
            x.append(seen)
            y.append(grades(each.row, read))
            best.append(max((quote.answers for quote in each.matter.quotes), default=0.0))
    every = np.array([grades(each.row, runs) for each in found])
    x, y = np.array(x), np.array(y)
    folds = np.array([fold(str(each.row["id"])) for each in found])
    said = np.zeros((*y.shape, 2))
    for number in range(FOLDS):
        here = folds == number
        said[here] = 1 / (1 + np.exp(-x[here] @ fitted(x[~here], y[~here]).T))
    report("learned", said, y, every)
    print(f"the runs that open an answer have the grades {opening(said, y, best)}")
    half = x[:, :, 1:7].reshape(*y.shape, 3, 2).mean(axis=3).max(axis=2)
    report("half meaning, half terms, from .45 on", np.stack([half + 0.05, half], axis=2), y, every)
    print(dict(zip(SIGNS, np.round(fitted(x, y), 2).T.tolist(), strict=True)))
    print(np.round(fitted(x, y), 2).tolist())


def grades(row: dict, runs) -> list[int]:
    """Return the grade of every run: 2 where it answers, 1 where it bears on the question, else 0."""
    told = {(one["probe"], one["model"]): one["grade"] for one in row["runs"]}
    return [told.get((run.metadata["probe"], model(run)), 0) for run in runs]


def model(run) -> str:
    name = str(run.metadata["model"])
    return "SmolLM2" if "SmolLM2" in name else "MiniLM" if "MiniLM" in name else "own"


def fold(id: str) -> int:
    return int(hashlib.sha1(id.encode()).hexdigest(), 16) % FOLDS


def fitted(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the weights (2, signs) for bearing and for answering."""
    every, labels = x.reshape(-1, x.shape[2]), y.ravel()
    return np.stack([logistic(every[:, 1:], labels >= grade, PENALTY) for grade in (1, 2)])


def opening(said: np.ndarray, y: np.ndarray, best: Sequence[float]) -> dict[int, int]:
    """Return how many of the runs that open an answer have each grade; `best` are the sentences beside them."""
    first = [int(np.argmax(one[:, 0])) for one in said]
    opens = [
        int(labels[at])
        for one, labels, at, sentence in zip(said, y, first, best, strict=True)
        if one[at, 0] >= CITES and surer(one[at, 1], sentence)
    ]
    return dict(sorted(Counter(opens).items(), reverse=True))


def report(name: str, said: np.ndarray, y: np.ndarray, every: np.ndarray) -> None:
    """Print how often cited runs (two at most) bear on the question, and whether the best cited run answers."""
    precise, found, opened = [], [], []
    for one, labels, all_ in zip(said, y, every, strict=True):
        order = [at for at in np.argsort(-one[:, 0]) if one[at, 0] >= CITES][:2]
        precise += [labels[at] > 0 for at in order]
        if (all_ > 0).any():
            found.append(any(labels[at] > 0 for at in order))
        best = int(np.argmax(one[:, 1]))
        if one[best, 1] >= 0.5:
            opened.append(labels[best] == 2)
    print(
        f"{name}: of the runs cited {np.mean(precise):.3f} bear ({len(precise)}), of the questions on which "
        f"one bears {np.mean(found):.3f} cite one ({len(found)}), of those said to answer "
        f"{np.mean(opened or [0]):.3f} do ({len(opened)})"
    )


if __name__ == "__main__":
    main()
