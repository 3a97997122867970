"""Measure how well a sentence's stance is told on SciFact dev: SUPPORT from CONTRADICT, with its rationale given.

    python benchmarks/stance.py ../shared

The baseline in the same run calls everything support. A pair contests where more than half of its rationale sentences
do. Where only clear stances are counted, a pair gets the stance of its clear sentences. The lists of words and the
limits were chosen on the training claims, which `--train` measures.
"""

import ast
import csv
import io
import re
import sys
import zipfile
from pathlib import Path

from assistant.verify.stance import clear_stance, stance

LABELS = ("SUPPORT", "CONTRADICT")


def main() -> None:
    named = [argument for argument in sys.argv[1:] if argument != "--train"]
    split = "train" if "--train" in sys.argv else "validation"
    shared = Path(named[0] if named else "../shared")
    archive = shared / "eval" / "scifact" / "scifact.zip"
    if not archive.is_file():
        sys.exit(f"{archive} is not there; name the folder that holds eval/ as the argument.")
    pairs = read(archive, split)
    gold = [label for _, _, label in pairs]
    told = [judged(claim, rationale) for claim, rationale, _ in pairs]
    print(f"SciFact {split}, {len(pairs)} claims with their rationale")
    print(f"stance of each       macro-F1 {macro_f1(gold, told):.3f}")
    print(f"everything supports  macro-F1 {macro_f1(gold, ['SUPPORT'] * len(gold)):.3f}")
    sides = [clear(claim, rationale) for claim, rationale, _ in pairs]
    kept = [(label, side) for label, side in zip(gold, sides, strict=True) if side]
    so, said = [label for label, _ in kept], [side for _, side in kept]
    right = sum(label == side for label, side in kept)
    print(
        f"where it is clear, {len(kept)} of them ({so.count('CONTRADICT')} contradict), {right} right"
    )
    print(f"stance               macro-F1 {macro_f1(so, said):.3f}")
    print(f"everything supports  macro-F1 {macro_f1(so, ['SUPPORT'] * len(so)):.3f}")


def judged(claim: str, rationale: list[str]) -> str:
    against = sum(stance(claim, sentence) == "contests" for sentence in rationale)
    return "CONTRADICT" if 2 * against > len(rationale) else "SUPPORT"


def clear(claim: str, rationale: list[str]) -> str:
    """Return what the sentences with a clear stance say of the claim; empty where they say nothing, or both."""
    told = {clear_stance(claim, sentence) for sentence in rationale} - {None}
    names = {"supports": "SUPPORT", "contests": "CONTRADICT"}
    return names[told.pop() or "supports"] if len(told) == 1 else ""


def macro_f1(gold: list[str], told: list[str]) -> float:
    scores = []
    for label in LABELS:
        both = sum(g == t == label for g, t in zip(gold, told, strict=True))
        either = gold.count(label) + told.count(label)
        scores.append(2 * both / either if either else 0.0)
    return sum(scores) / len(scores)


def read(archive: Path, split: str = "validation") -> list[tuple[str, list[str], str]]:
    csv.field_size_limit(2**27)
    with zipfile.ZipFile(archive) as held:
        corpus, claims = (
            list(csv.DictReader(io.StringIO(held.read(name).decode())))
            for name in ("corpus_train.csv", f"claims_{split}.csv")
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
    """Return the sentences of an abstract, which is printed as an array of strings without commas."""
    quoted = re.findall(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"", cell)
    return [ast.literal_eval(text) for text in quoted]


if __name__ == "__main__":
    main()
