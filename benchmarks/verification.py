"""What the gate lets through and what it refuses; prints the curve kept in verification.calibration.

    python benchmarks/verification.py ../shared

Lies: 1,000 planted by the hostile writer of the tests over the bundled notes, and those written by
hand. Honest: 1,000 faithful sentences over the same. SciFact: claims against rationale sentences,
train for the curve, validation for the report; a claim without evidence is paired with the sentence
of its abstract that shares most with it. Baselines in the same run: exact words only, and a content
share of .55 alone. A model that agrees with everything shows how far the rules carry without one.
"""

import csv
import io
import re
import sys
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from assistant.verification import verify
from assistant.verification.calibration import COVERED
from assistant.verification.facts import facts
from assistant.verification.readings import readings
from assistant.verification.rules import PLACES, WORDS, broken, covered
from assistant.verification.wording import plain, tokens
from tests.assistant.verify.hard_lies import HARD_LIES
from tests.assistant.verify.planting import Planted, honest, lies
from tests.assistant.verify.quotes import corpus

Judge = Callable[[str, str], bool]
Pair = tuple[str, str, bool]  # claim, quote, whether the quote supports it


def main() -> None:
    shared = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared")
    archive = shared / "eval" / "scifact" / "scifact.zip"
    if not archive.is_file():
        sys.exit(f"{archive} is not there; name the folder that holds eval/ as the argument.")
    quotes = corpus()
    planted, faithful = lies(quotes, 1000, 7), honest(quotes, 1000, 7)
    by_hand = [
        Planted("by hand", lie, at) for mark, lie in HARD_LIES for at in quotes if mark in at.plain
    ]
    train, report = (pairs(archive, part) for part in ("train", "validation"))
    judges: dict[str, Judge] = {
        "the gate": gate,
        "the gate, any model agreeing": agreeable,
        "baseline: exact words": exact,
        "baseline: content share .55": loose,
    }
    print(
        f"{'':30} lies   by hand  honest refused  SciFact macro-F1 (recall of supported)   us/sentence"
    )
    for name, judge in judges.items():
        started = time.process_time()
        passed = sum(judge(row.text, row.cited.quote) for row in planted)
        refused = sum(not judge(row.text, row.cited.quote) for row in faithful)
        cost = (time.process_time() - started) / (len(planted) + len(faithful))
        hard = sum(judge(row.text, row.cited.quote) for row in by_hand)
        f1, recall = macro_f1([(judge(claim, quote), true) for claim, quote, true in report])
        print(
            f"{name:30} {passed:4}   {hard:2}/{len(by_hand)}    {refused / len(faithful):6.1%}"
            f"          {f1:.3f} ({recall:.3f})                           {1e6 * cost:7.0f}"
        )
        forget()
    print(f"\nfamilies of lies {len({row.family for row in planted})}, of honest edits "
          f"{len({row.family for row in faithful})}; SciFact pairs: "
          f"train {len(train)}, validation {len(report)}")  # fmt: skip
    print(
        "\ncontent share   macro-F1 on SciFact train: share alone, with the rules; "
        "lies passed of 1,000, with the rules"
    )
    kept = [keeps_rules(claim, quote) for claim, quote, _ in train]
    shares = [share(claim, quote) for claim, quote, _ in train]
    lied = [
        share(row.text, row.cited.quote)
        for row in planted
        if keeps_rules(row.text, row.cited.quote)
    ]
    for floor in [step / 20 for step in range(8, 21)]:
        alone, _ = macro_f1([(s >= floor, t) for s, (_, _, t) in zip(shares, train, strict=True)])
        ruled, _ = macro_f1(
            [(k and s >= floor, t) for k, s, (_, _, t) in zip(kept, shares, train, strict=True)]
        )
        print(f"    ({floor:.2f}, {alone:.3f}, {ruled:.3f}, {sum(s >= floor for s in lied)}),"
              + ("   <- COVERED" if floor == COVERED else ""))  # fmt: skip


def gate(sentence: str, quote: str) -> bool:
    return verify(sentence, quote, quote, 0, len(quote)).passes


def agreeable(sentence: str, quote: str) -> bool:
    return verify(sentence, quote, quote, 0, len(quote), lambda *_: 1.0).passes


def exact(sentence: str, quote: str) -> bool:
    return plain(sentence) == plain(quote)


def loose(sentence: str, quote: str) -> bool:
    return share(sentence, quote) >= 0.55


def share(sentence: str, quote: str) -> float:
    return covered(facts(sentence), facts(quote))


def keeps_rules(sentence: str, quote: str) -> bool:
    return not broken((*WORDS, *PLACES), facts(sentence), facts(quote))


def forget() -> None:
    """Every judge starts with empty caches."""
    for cached in (facts, readings, tokens):
        cached.cache_clear()


def macro_f1(rows: Sequence[tuple[bool, bool]]) -> tuple[float, float]:
    """Macro-F1 over supported and not supported, and the recall of supported."""
    scores = []
    for wanted in (True, False):
        both = sum(said == true == wanted for said, true in rows)
        either = sum(said == wanted for said, _ in rows) + sum(true == wanted for _, true in rows)
        scores.append(2 * both / either if either else 0.0)
    supported = [said for said, true in rows if true]
    return sum(scores) / 2, sum(supported) / len(supported)


def pairs(archive: Path, part: str) -> list[Pair]:
    """Claims of SciFact with the rationale that supports or contradicts them, or the nearest sentence."""
    with zipfile.ZipFile(archive) as files:
        abstracts = {
            row["doc_id"]: sentences(row["abstract"]) for row in table(files, "corpus_train.csv")
        }
        rows = list(table(files, f"claims_{part}.csv"))
    found = []
    for row in rows:
        if row["evidence_label"]:
            lines = abstracts[row["evidence_doc_id"].split(".")[0]]
            quote = " ".join(lines[int(at)] for at in re.findall(r"\d+", row["evidence_sentences"]))
            found.append((row["claim"], quote, row["evidence_label"] == "SUPPORT"))
            continue
        cited = re.findall(r"\d+", row["cited_doc_ids"])
        near = [line for key in cited for line in abstracts.get(key, ())]
        if near:
            found.append((row["claim"], max(near, key=lambda s: share(row["claim"], s)), False))
    return found


def table(files: zipfile.ZipFile, name: str) -> Iterator[dict[str, str]]:
    csv.field_size_limit(10_000_000)
    yield from csv.DictReader(io.TextIOWrapper(files.open(name), "utf-8"))


def sentences(printed: str) -> list[str]:
    """The sentences of an abstract, which is stored as a printed array of strings."""
    found = re.findall(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"", printed)
    return [(one or other).strip() for one, other in found]


if __name__ == "__main__":
    main()
