"""Fit which rows of tables answer a question: `python training/rows.py --data DATA`, two minutes.

Two logistic models over the rows of all tables of a paper: the first, from shared words, chooses the rows that the
selector reads; the second gives the probability that a row answers. The labels are 57 questions that a row answers
(training/labels/tables.jsonl, with the beginning of the row) and the labelled questions that sentences of the same
papers answer, for which every row is wrong. Every figure is of questions that its models were not fitted on (ten folds
by question). The yardstick, `pdf_questions`, asks for other rows and is never fitted on.
"""

import argparse
import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from assistant import Assistant
from assistant.select import rows
from assistant.select.reading import Read
from assistant.select.selector import Scores
from training import sets

FOLDS = 10
PENALTY = 0.1
BARS = (0.05, 0.1, 0.15, 0.2, 0.3)


def main() -> None:
    """Fit, cross-validate, and print the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared"))
    asked = list(questions(parser.parse_args().data))
    fold = np.array([_fold(each.question) for each in asked])
    told, others, read = [], [], []
    for out in range(FOLDS):
        first, second = fit([each for each, at in zip(asked, fold, strict=True) if at != out])
        for each in (each for each, at in zip(asked, fold, strict=True) if at == out):
            kept = each.read(first)
            likely = 1 / (1 + np.exp(-(each.signs(kept) @ second)))
            top = int(np.argmax(likely))
            if each.right.any():
                read.append(each.right[kept].any())
                told.append((likely[top], each.right[kept][top]))
            else:
                others.append(likely[top])
    likely, right = np.array(told).T
    print(
        f"{len(told)} questions that a row answers: "
        f"it is read in {np.mean(read):.3f}, likeliest in {right.mean():.3f}"
    )
    for bar in BARS:
        opens = likely >= bar
        print(
            f"from {bar}: the right row {np.mean(opens & (right > 0)):.3f}, a wrong one "
            f"{np.mean(opens & (right == 0)):.3f}; of {len(others)} others {np.mean(np.array(others) >= bar):.3f}"
        )
    for name, weights in zip(("SHARED", "WEIGHTS"), fit(asked), strict=True):
        print(name, [round(float(weight), 2) for weight in weights])


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question with all rows of its paper: what each shares with it, and whether it answers."""

    question: str
    found: Sequence[rows.Cell]
    shared: np.ndarray
    right: np.ndarray
    scores: Scores
    known: dict[tuple[int, ...], np.ndarray] = field(default_factory=dict)

    def read(self, weights: np.ndarray) -> np.ndarray:
        """Return the places of the rows that the selector reads."""
        return np.argsort(-(self.shared @ weights), kind="stable")[: rows.READ]

    def signs(self, places: np.ndarray) -> np.ndarray:
        """Return the signs of rows; each choice of rows is read once."""
        key = tuple(places)
        if key not in self.known:
            found = [self.found[at] for at in places]
            self.known[key] = rows.signs(found, self.shared[places], self.question, self.scores)
        return self.known[key]


def questions(data: Path) -> Iterator[Asked]:
    """Yield each labelled question with the rows of its paper."""
    of_rows = sets.read_jsonl(sets.OWN / "tables.jsonl")
    others = (
        data / "eval" / "answers_papers" / "questions.jsonl",
        *sorted(sets.OWN.glob("papers-*")), sets.OWN / "cover-papers.jsonl",
    )  # fmt: skip
    asked = [*of_rows, *(row for path in others for row in sets.read_jsonl(path))]
    files = dict.fromkeys(row["file"] for row in of_rows)
    with tempfile.TemporaryDirectory() as folder:
        assistant = Assistant.open(folder, corpus_dir=None)
        assistant.add([data / "pdfs" / "open_licence" / file for file in files])
        desk, library = assistant.desk(), assistant.library
        for path, file in library.files().items():
            (source,) = library.get_all([file.source])
            passages = library.passages([library.sections([source.key])[0][0]])
            found = rows.cells([Read(source=source, passage=passages[0], score=0.0)])
            for row in asked:
                if Path(path).name != row.get("file") and source.key != row.get("source"):
                    continue
                right = [
                    cell.text.startswith(row["row"]) if "row" in row else False for cell in found
                ]
                if "row" in row and not any(right):
                    raise SystemExit(f"{row['id']}: no row begins with {row['row']!r}")
                yield Asked(
                    question=row["question"], found=found, right=np.array(right), scores=desk.scores,
                    shared=rows.overlaps(found, row["question"], desk.index.rarity),
                )  # fmt: skip


def fit(asked: Sequence[Asked]) -> tuple[np.ndarray, np.ndarray]:
    """Return the weights of the overlaps and of the signs."""
    first = logistic([each.shared for each in asked], [each.right for each in asked])[1:]
    read = [each.read(first) for each in asked]
    second = logistic(
        [each.signs(at)[:, 1:] for each, at in zip(asked, read, strict=True)],
        [each.right[at] for each, at in zip(asked, read, strict=True)],
    )
    return first, second


def logistic(signs: Sequence[np.ndarray], right: Sequence[np.ndarray]) -> np.ndarray:
    """Return bias and weights of a logistic model; the bias is not penalised."""
    table = np.vstack(signs)
    table = np.column_stack([np.ones(len(table)), table])
    is_right = np.concatenate(right).astype(float)

    def loss(free: np.ndarray) -> tuple[float, np.ndarray]:
        logits = table @ free
        penalised = np.concatenate([[0.0], free[1:]])
        missed = 1 / (1 + np.exp(-logits)) - is_right
        value = (
            np.logaddexp(0, logits) - is_right * logits
        ).sum() + PENALTY * penalised @ penalised
        return float(value), table.T @ missed + 2 * PENALTY * penalised

    return minimize(loss, np.zeros(table.shape[1]), jac=True, method="L-BFGS-B").x


def _fold(question: str) -> int:
    return int(hashlib.sha256(question.encode()).hexdigest(), 16) % FOLDS


if __name__ == "__main__":
    main()
