"""Measure what the gate passes and refuses, and its cost: lies, labelled pairs, essays and a hostile twin.

    python benchmarks/verification.py ../shared

The lies are 1,000 that the tests' hostile writer plants over the bundled notes, and those written by hand; 1,000
sentences over the same notes are faithful. The labelled pairs are `eval/verification/pairs.jsonl`, which nothing was
fitted to. The essays are the claims of `eval/essays/public.jsonl` with the quotes they rest on, as a server would send
them; the hostile twin falsifies one claim in three. SciFact tests claims of another field against rationale sentences
of abstracts.
"""

import csv
import io
import json
import random
import re
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from assistant.errors import Mendable
from assistant.question.terms import share, terms
from assistant.readers import Document, read
from assistant.verify.decision import Ruling, decide_all
from assistant.verify.evidence import Claim, Judges
from assistant.verify.grounds import called
from assistant.verify.judge import Judge
from assistant.verify.vetoes import (
    attribution,
    copied,
    crossed,
    names,
    negation,
    numbers,
    scope,
    strength,
)
from tests.assistant.verify.edits import Edit
from tests.assistant.verify.hard_lies import HARD_LIES
from tests.assistant.verify.planting import honest, lies
from tests.assistant.verify.quotes import CORPUS, corpus
from tests.assistant.verify.twins import FALSIFIED

Pair = tuple[str, str, bool]  # claim, quote, whether the quote supports it
LABELS = Path(__file__).resolve().parents[1] / "training" / "labels"


def main() -> None:
    shared = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared")
    if not (shared / "eval" / "verification" / "pairs.jsonl").is_file():
        sys.exit(f"{shared} holds no eval/verification; name the folder that does as the argument.")
    try:
        judge: Judges | None = Judge()
    except Mendable as error:
        print(error)
        judge = None
    planted(judge)
    labelled(shared / "eval", judge)
    essays(shared / "eval", judge)
    scifact(shared / "eval" / "scifact" / "scifact.zip", judge)


# ── planted lies ─────────────────────────────────────────────────────────────────────────────────


def planted(judge: Judges | None) -> None:
    quotes = corpus()
    false = [(row.family, Claim(row.text, (row.cited.quote,))) for row in lies(quotes, 1000, 7)]
    by_hand = [
        ("by hand", Claim(lie, (at.quote,))) for mark, lie in HARD_LIES for at in quotes if mark in at.plain
    ]  # fmt: skip
    true = [(row.family, Claim(row.text, (row.cited.quote,))) for row in honest(quotes, 1000, 7)]
    for name, rows in (("planted lies", false), ("lies by hand", by_hand), ("honest edits", true)):
        for judging, by in (("rules", None), ("rules and judge", judge)):
            rulings = decide_all([claim for _, claim in rows], by)
            passed = Counter(f for (f, _), r in zip(rows, rulings, strict=True) if r.supported)
            shown = f"; {dict(passed)}" if rows is not true and passed else ""
            print(f"{name}, {judging}: {sum(passed.values())} of {len(rows)} pass{shown}")


# ── labelled pairs ───────────────────────────────────────────────────────────────────────────────


def labelled(folder: Path, judge: Judges | None) -> None:
    titles = {row["key"]: row["title"] for row in json.loads((LABELS / "titles.json").read_text())}
    rows = lines(folder / "verification" / "pairs.jsonl")
    claims = [Claim(r["sentence"], tuple(r["evidence"]), entitled(r, titles)) for r in rows]
    started = time.process_time()
    rulings = decide_all(claims, judge)
    cost = (time.process_time() - started) / len(rows)
    good = np.array([row["label"] == "supported" for row in rows])
    passed = np.array([ruling.supported for ruling in rulings])
    print(
        f"\npairs: {passed[good].mean():.3f} of the honest pass, {passed[~good].mean():.3f} of the false; "
        f"{cost:.4f} CPU-s a sentence; macro F1 {macro_f1(list(zip(passed, good, strict=True)))[0]:.3f}"
    )
    curve(rulings, good)
    kinds(rows, passed)
    vetoes(claims, good)


def curve(rulings: Sequence[Ruling], good: np.ndarray) -> None:
    """Print the share of honest pairs that pass where a given share of the false ones passes."""
    said = np.array([ruling.probability for ruling in rulings])
    for share_ in (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3):
        bar = np.quantile(said[~good], 1 - share_)
        print(
            f"  false passed {np.mean(said[~good] > bar):.3f}: honest passed {np.mean(said[good] > bar):.3f}"
        )
    area = (
        np.mean(said[good][:, None] > said[~good][None])
        + np.mean(said[good][:, None] == said[~good][None]) / 2
    )
    print(f"  area under the curve {area:.3f}")


def kinds(rows: Sequence[Mapping[str, Any]], passed: np.ndarray) -> None:
    for label in ("supported", "not_supported"):
        found: dict[str, list[bool]] = {}
        for row, through in zip(rows, passed, strict=True):
            if row["label"] == label:
                found.setdefault(row["kind"], []).append(bool(through))
        print(
            f"  {label}: " + ", ".join(f"{k} {sum(v)}/{len(v)}" for k, v in sorted(found.items()))
        )


def vetoes(claims: Sequence[Claim], good: np.ndarray) -> None:
    """Print for each rule how many honest pairs it refuses and how many false ones it catches."""
    for rule in (numbers, names, negation, strength, attribution, scope, crossed):
        titled = rule in (numbers, names)
        said = np.array(
            [
                bool(rule.veto(c.sentence, "\n".join((*c.texts, *(c.titles if titled else ())))))
                for c in claims
            ]
        )
        print(
            f"  veto {rule.__name__.rsplit('.', 1)[1]}: honest {said[good].sum()}, false {said[~good].sum()}"
        )

    said = np.array([bool(copied.veto(claim.sentence, claim.texts)) for claim in claims])
    print(f"  veto copied: honest {said[good].sum()}, false {said[~good].sum()}")


def entitled(row: Mapping[str, Any], titles: Mapping[str, str]) -> tuple[str, ...]:
    """Return the titles of a pair's sources: the title of a note, the name of a paper."""
    keys = dict.fromkeys(re.split(r":\d+$| p\. ", place)[0] for place in row["where"])
    return tuple(titles.get(key, re.sub(r"[-_]", " ", key.removesuffix(".pdf"))) for key in keys)


# ── essays and their hostile twin ────────────────────────────────────────────────────────────────


def essays(folder: Path, judge: Judges | None) -> None:
    texts = json.loads((folder / "answers" / "sentences.json").read_text("utf-8"))
    notes = {path.stem: read(path) for path in sorted(CORPUS.glob("*.md"))}
    claims = [
        resting(sentence["text"], [texts[id] for id in sentence["rests_on"]], notes)
        for essay in lines(folder / "essays" / "public.jsonl")
        for paragraph in essay["paragraphs"]
        for sentence in paragraph["sentences"]
        if sentence["role"] == "claim"
    ]
    kept = decide_all(claims, judge)
    print(f"\nessays: {sum(r.supported for r in kept)} of {len(kept)} claims shown")
    print(
        "  refused: "
        + str(Counter(re.sub(r"[\d%'].*", "", r.reason) for r in kept if not r.supported))
    )
    false = list(twins(claims))
    shown = decide_all([claim for _, claim in false], judge)
    passed = Counter(f for (f, _), r in zip(false, shown, strict=True) if r.supported)
    print(
        f"hostile twin: {sum(passed.values())} of {len(false)} falsehoods shown {dict(passed) or ''}"
    )
    for (family, claim), ruling in zip(false, shown, strict=True):
        if ruling.supported:
            print(
                f"  {family} ({ruling.probability:.2f}): {claim.sentence}\n    {' / '.join(claim.texts)}"
            )


def resting(text: str, rows: Sequence[Mapping[str, str]], notes: Mapping[str, Any]) -> Claim:
    sources = [notes[row["source"]] for row in rows]
    assert all(isinstance(source, Document) for source in sources)
    return Claim(
        text, tuple(" ".join(row["text"].split()) for row in rows), tuple(s.title for s in sources),
        tuple(n for row, s in zip(rows, sources, strict=True) for n in called(row["source"], s.metadata)),
    )  # fmt: skip


def twins(claims: Sequence[Claim], seed: int = 7) -> Iterator[tuple[str, Claim]]:
    """Yield one falsified claim for every third claim; the ways of falsifying take turns."""
    rng, quotes = random.Random(seed), corpus()
    ways: list[Edit] = list(FALSIFIED)
    for claim in claims[::3]:
        for way in ways:
            text = way(claim.sentence, rng, quotes)
            if text and text != claim.sentence:
                ways.remove(way)
                ways.append(way)
                yield way.__name__, Claim(text, claim.texts, claim.titles, claim.names)
                break


# ── another field ────────────────────────────────────────────────────────────────────────────────


def scifact(archive: Path, judge: Judges | None) -> None:
    if not archive.is_file():
        return
    rows = pairs(archive, "validation")
    rulings = decide_all([Claim(claim, (quote,)) for claim, quote, _ in rows], judge)
    for name, said in (
        ("the gate", [r.supported for r in rulings]),
        ("the probability at .5", [r.probability >= 0.5 for r in rulings]),
        ("half of the words", [share(terms(claim), terms(quote)) >= 0.55 for claim, quote, _ in rows]),
    ):  # fmt: skip
        f1, recall = macro_f1([(s, row[2]) for s, row in zip(said, rows, strict=True)])
        print(
            f"SciFact validation, {name}: macro F1 {f1:.3f}, recall of supported {recall:.3f} ({len(rows)})"
        )


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def macro_f1(rows: Sequence[tuple[bool, bool]]) -> tuple[float, float]:
    """Return macro-F1 over supported and not supported, and the recall of supported."""
    scores = []
    for wanted in (True, False):
        both = sum(said == true == wanted for said, true in rows)
        either = sum(said == wanted for said, _ in rows) + sum(true == wanted for _, true in rows)
        scores.append(2 * both / either if either else 0.0)
    supported = [said for said, true in rows if true]
    return sum(scores) / 2, sum(supported) / len(supported)


def pairs(archive: Path, part: str) -> list[Pair]:
    """Yield claims of SciFact with the rationale that supports or contradicts them, or with the nearest sentence."""
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
            found.append(
                (row["claim"], max(near, key=lambda s: share(terms(row["claim"]), terms(s))), False)
            )
    return found


def table(files: zipfile.ZipFile, name: str) -> Iterator[dict[str, str]]:
    csv.field_size_limit(10_000_000)
    yield from csv.DictReader(io.TextIOWrapper(files.open(name), "utf-8"))


def sentences(printed: str) -> list[str]:
    """Return the sentences of an abstract, which is stored as a printed array of strings."""
    found = re.findall(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"", printed)
    return [(one or other).strip() for one, other in found]


if __name__ == "__main__":
    main()
