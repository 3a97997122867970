"""How well a sentence's stance is told on SciFact dev: SUPPORT from CONTRADICT, its rationale given.

    python benchmarks/stance.py ../shared

Baseline in the same run: everything supports. A pair contests where more than half of its rationale
sentences do.
"""

import ast
import csv
import io
import re
import sys
import zipfile
from pathlib import Path

from assistant.stance import stance

LABELS = ("SUPPORT", "CONTRADICT")


def main() -> None:
    shared = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared")
    archive = shared / "eval" / "scifact" / "scifact.zip"
    if not archive.is_file():
        sys.exit(f"{archive} is not there; name the folder that holds eval/ as the argument.")
    pairs = read(archive)
    gold = [label for _, _, label in pairs]
    told = [judged(claim, rationale) for claim, rationale, _ in pairs]
    print(f"SciFact dev, {len(pairs)} claims with their rationale")
    print(f"stance              macro-F1 {macro_f1(gold, told):.3f}")
    print(f"everything supports macro-F1 {macro_f1(gold, ['SUPPORT'] * len(gold)):.3f}")


def judged(claim: str, rationale: list[str]) -> str:
    against = sum(stance(claim, sentence) == "contests" for sentence in rationale)
    return "CONTRADICT" if 2 * against > len(rationale) else "SUPPORT"


def macro_f1(gold: list[str], told: list[str]) -> float:
    scores = []
    for label in LABELS:
        both = sum(g == t == label for g, t in zip(gold, told, strict=True))
        either = gold.count(label) + told.count(label)
        scores.append(2 * both / either if either else 0.0)
    return sum(scores) / len(scores)


def read(archive: Path) -> list[tuple[str, list[str], str]]:
    csv.field_size_limit(2**27)
    with zipfile.ZipFile(archive) as held:
        corpus, claims = (
            list(csv.DictReader(io.StringIO(held.read(name).decode())))
            for name in ("corpus_train.csv", "claims_validation.csv")
        )
    abstracts = {row["doc_id"]: sentences(row["abstract"]) for row in corpus}
    pairs = []
    for row in claims:
        abstract = abstracts.get(row["evidence_doc_id"].split(".")[0], [])
        wanted = map(int, re.findall(r"\d+", row["evidence_sentences"]))
        rationale = [abstract[at] for at in wanted if at < len(abstract)]
        if rationale:
            pairs.append((row["claim"], rationale, row["evidence_label"]))
    return pairs


def sentences(cell: str) -> list[str]:
    """The sentences of an abstract, printed as an array of strings without commas."""
    quoted = re.findall(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"", cell)
    return [ast.literal_eval(text) for text in quoted]


if __name__ == "__main__":
    main()
