"""How well closeness tells a question of the list from one of another field; calibrates assistant.coverage.

    python benchmarks/coverage.py ../shared [--fit]

Of the list: every bundled note's own question, the lines of inquiring_lines.json that the list answers
or half answers (asked in other words than the notes'), and the public inquiring lines. Not of it:
questions on biology, the lines that are about language models and not about anything the list holds,
and, told apart because they are neither, questions on other papers of machine learning. Baseline in
the same run: the best passage's cosine alone, at the threshold that calls as many questions of the list
absent.

Then QASA's unanswerable questions beside the passages of their papers: right topic, missing fact. Each comes
with a sentence on what the paper lacks. How many are not called answered; how often the words of a question
that the gaps name stand in that sentence, against those that they do not name (naming all of them is the
baseline); and for how many questions the gaps have a content word of it.

`--fit` prints the weights of a logistic model over the four signs, and how it does on the fold of questions
that it was not fitted to.
"""

import json
import random
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from assistant import Assistant
from assistant.aspects import aspects, terms
from assistant.coverage import FLOOR, assess, signs
from assistant.evaluation.closed import opened
from assistant.evaluation.sets import qasa
from assistant.evaluation.tables import tables
from assistant.retrieval import search
from assistant.selection import witnesses

FOLDS = 5
# How much a question of each group counts in the fit: a note's own title is the easiest there is.
GROUPS = {
    "title": 0.3,
    "answered": 2.0,
    "partial": 1.0,
    "public": 2.0,
    "absent": 2.0,
    "biology": 0.5,
}
HOME = ("title", "answered", "partial", "public")


@dataclass(frozen=True)
class Judged:
    """A question with its signs, its best passage's cosine and what was decided."""

    group: str
    signs: tuple[float, ...]
    cosine: float
    coverage: str


def main() -> None:
    arguments = [a for a in sys.argv[1:] if not a.startswith("--")]
    shared = Path(arguments[0] if arguments else "../shared")
    biology = shared / "eval" / "scholarqabench" / "bio_questions.jsonl"
    if not biology.is_file():
        sys.exit(f"{biology} is not there; name the folder that holds eval/ as the argument.")
    with tempfile.TemporaryDirectory() as folder:
        desk = Assistant.open(folder).desk()
        found = [
            judged(desk, group, question)
            for group, questions in asked(shared, desk).items()
            for question in questions
        ]
        missed = near_misses(folder, shared / "eval" / "qasa")
    print(f"FLOOR = {FLOOR}")
    for group in dict.fromkeys(row.group for row in found):
        rows = [row for row in found if row.group == group]
        shares = Counter(row.coverage for row in rows)
        told = ", ".join(
            f"{shares[c] / len(rows):.3f} {c}" for c in ("answered", "partial", "absent")
        )
        print(f"{group:10} {len(rows):4} questions: {told}")
    home = [row for row in found if row.group in HOME]
    away = [row for row in found if row.group == "biology"]
    lost = sum(row.coverage == "absent" for row in home) / len(home)
    floor = float(np.quantile([row.cosine for row in home], lost))
    baseline = sum(row.cosine < floor for row in away) / len(away)
    print(
        f"absent of the list {lost:.3f} (goal <= .05); of biology "
        f"{sum(row.coverage == 'absent' for row in away) / len(away):.3f} (goal >= .95)"
    )
    print(f"baseline, cosine alone at the same loss: absent of biology {baseline:.3f}")
    report_near_misses(missed)
    if "--fit" in sys.argv:
        report_fit([row for row in found if row.group in GROUPS])


def asked(shared: Path, desk) -> dict[str, list[str]]:
    own = json.loads((Path(__file__).parent / "inquiring_lines.json").read_text("utf-8"))
    public = json.loads((shared / "facts" / "inquiring_lines_public.json").read_text("utf-8"))
    biology = (shared / "eval" / "scholarqabench" / "bio_questions.jsonl").read_text("utf-8")
    papers = json.loads((shared / "eval" / "qasa" / "unanswerable_public.json").read_text("utf-8"))
    away = [json.loads(line)["input"] for line in biology.splitlines()]
    return {
        "title": [source.title for source in desk.library.sources()],
        "public": [row["question"] for row in public],
        **{
            group: [row["question"] for row in own if row["expected"] == group]
            for group in ("answered", "partial", "absent")
        },
        "biology": random.Random(0).sample(away, 300),
        "papers": [row["question"] for row in papers],
    }


def judged(desk, group: str, question: str) -> Judged:
    wanted = aspects(question)
    found = search(desk.library, desk.index, desk.encoder, question, 100)
    speaking = witnesses(desk.library, desk.index, found, wanted)
    assessment = assess(desk.index, desk.encoder, found, speaking, wanted)
    return Judged(
        group,
        signs(found, speaking, wanted, len(desk.index)),
        max((item.cosine for item in found.found), default=0.0),
        assessment.coverage,
    )


@dataclass(frozen=True)
class NearMiss:
    """A question on what its documents lack: what was decided, and the terms of each part."""

    coverage: str
    asked: frozenset[str]
    named: frozenset[str]
    lack: frozenset[str]


def near_misses(folder: str, qasa_folder: Path) -> list[NearMiss]:
    """Every QASA question with the terms of the question, of its gaps and of the stated lack."""
    near = qasa.read(tables(qasa_folder))[0]
    library = opened(Assistant.open(folder), near, lambda *_: None)
    found = []
    for case in near.cases:
        answer = library.ask(case.question)
        named = frozenset[str]().union(*(terms(gap.aspect) for gap in answer.gaps))
        found.append(NearMiss(answer.coverage, terms(case.question), named, terms(case.lack)))
    return found


def report_near_misses(rows: list[NearMiss]) -> None:
    told = [row for row in rows if row.lack]

    def lacking(part) -> float:
        shares = [len(part(r) & r.lack) / len(part(r)) for r in told if part(r)]
        return sum(shares) / len(shares)

    unanswered = sum(row.coverage != "answered" for row in rows)
    print(f"near misses of QASA not called answered: {unanswered} of {len(rows)} (goal >= .85)")
    print(
        f"words of a question in the stated lack: named by a gap {lacking(lambda r: r.asked & r.named):.3f}, "
        f"not named {lacking(lambda r: r.asked - r.named):.3f}, baseline of all {lacking(lambda r: r.asked):.3f}"
    )
    hit = sum(bool(row.named & row.lack) for row in told)
    print(f"questions whose gaps have a word of the stated lack: {hit} of {len(told)}")


def report_fit(rows: list[Judged]) -> None:
    signs = np.array([row.signs for row in rows])
    home = np.array([row.group in HOME for row in rows])
    counts = np.array([GROUPS[row.group] for row in rows])
    fold = np.random.default_rng(0).permutation(len(rows)) % FOLDS
    unseen = np.zeros(len(rows))
    for held in range(FOLDS):
        bias, weights = fit(signs[fold != held], home[fold != held], counts[fold != held])
        unseen[fold == held] = signs[fold == held] @ weights + bias
    bias, weights = fit(signs, home, counts)
    print(f"fitted: bias {bias:.1f}, weights {', '.join(f'{w:.1f}' for w in weights)}")
    for floor in (0.15, 0.2, 0.25, 0.3, 0.35):
        absent = 1 / (1 + np.exp(-unseen)) < floor
        told = ", ".join(
            f"{group} {absent[[row.group == group for row in rows]].mean():.3f}" for group in GROUPS
        )
        print(f"  unseen questions absent at floor {floor}: {told}")


def fit(signs: np.ndarray, home: np.ndarray, counts: np.ndarray) -> tuple[float, np.ndarray]:
    """Weighted logistic regression with a weak ridge."""
    label = np.where(home, 1.0, -1.0)

    def loss(parameters: np.ndarray) -> float:
        logit = signs @ parameters[1:] + parameters[0]
        return float(
            (counts * np.logaddexp(0, -label * logit)).sum() + 0.02 * (parameters[1:] ** 2).sum()
        )

    found = minimize(loss, np.zeros(signs.shape[1] + 1)).x
    return float(found[0]), found[1:]


if __name__ == "__main__":
    main()
