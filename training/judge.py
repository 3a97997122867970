"""Train the judge: `python training/judge.py --data DATA/eval --out assistant/verify/judge.onnx`.

Training has three stages and takes some hours on two cores: open entailment sets; sentences of open passages against
small falsifications of themselves (`edits`); then pairs written for this project, whose honest sentences are falsified
anew in each pass, beside a share of the first two. The judge starts from the selector, which has learned to read two
texts together. The pairs of `verification/pairs.jsonl` are only measured on, never trained on.
"""

import argparse
import gzip
import hashlib
import json
import random
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import groupby
from pathlib import Path

import numpy as np
import torch

from training import edits, network, sets

LONGEST = 256  # word pieces of evidence and sentence together; longer evidence is cut
TOKENS = 2560  # word pieces in one step
COPIED = 2_500  # sentences of open passages that are falsified in the second stage
EDITS = 1  # falsifications of an honest sentence in a pass
RANKED = 0.5  # weight of the loss that puts a supported sentence above a false one
WORDS = 1.0  # weight of the loss of single words
RATES = (4e-5, 3e-5, 2e-5, 1e-5)  # learning rates of the passes over own pairs
ALIKE = 0.6  # a false sentence with at least this share of common words is an edit of an honest one


@dataclass(frozen=True)
class Pair:
    """A sentence with the evidence it is said to rest on, and whether the evidence supports it."""

    evidence: str
    sentence: str
    supported: bool
    set: str
    id: str = ""
    kind: str = ""
    honest: str = ""  # the honest sentence that a false one is a small edit of


# Open sets: the most pairs taken of each. Sets that word overlap nearly solves, and long or dirty ones, get a small
# share.
OPEN: dict[str, int] = {
    "check_covid": 1300,
    "clapnq_answers": 150,
    "entailmentbank_steps": 500,
    "evidence_inference": 1500,
    "factcheck_gpt": 400,
    "fever_symmetric": 1200,
    "summedits": 500,
    "wice": 1003,
}


def open_pairs(folder: Path, seed: int) -> list[Pair]:
    """Return the open pairs of the part for training; sentences on one evidence stay together."""
    found = []
    for name, most in OPEN.items():
        with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            rows = [row for row in map(json.loads, lines) if row["split"] == "train"]
        rows = [row for row in rows if len(row["evidence"].split()) <= LONGEST]
        groups: dict[str, list[dict]] = {}
        for row in rows:
            groups.setdefault(row["evidence"], []).append(row)
        order = list(groups.values())
        random.Random(seed).shuffle(order)
        kept = [row for group in order for row in group][:most]
        found += [
            Pair(row["evidence"], row["sentence"], row["label"] == "supported", name)
            for row in kept
        ]
    return found


def copied_pairs(folder: Path, count: int, seed: int) -> list[Pair]:
    """Return sentences of open passages as their own evidence, each beside a falsification of it."""
    draw = random.Random(seed)
    passages = [asked.passages[0] for asked in sets.open_sets(folder, seed)]
    found: list[Pair] = []
    for passage in draw.choices(passages, k=count):
        at = draw.randrange(len(passage.sentences))
        sentence = passage.sentences[at]
        if not 8 <= len(sentence.split()) <= 60:
            continue
        first = max(0, at - draw.randrange(2))
        titles = [passage.heading] if passage.heading and draw.random() < 0.5 else []
        evidence = presented(titles, passage.sentences[first : at + 1 + draw.randrange(2)])
        others = draw.choice(passages).sentences
        honest = Pair(evidence, sentence, True, "copied")
        false = falsified([honest], draw, others, 1)
        found += [honest, *false] if false else []
    return found


def falsified(
    pairs: Sequence[Pair], draw: random.Random, others: Sequence[str], most: int
) -> list[Pair]:
    """Return at most `most` falsifications of each honest pair."""
    return [
        Pair(pair.evidence, edited, False, "edited", pair.id, kind, pair.sentence)
        for pair in pairs
        if pair.supported
        for kind, edited in edits.falsified(pair.sentence, draw, others, most)
    ]


def edited(own: Sequence[Pair], draw: random.Random) -> list[Pair]:
    """Return falsifications of this project's honest sentences, with names and clauses from other sentences."""
    others = [pair.evidence for pair in draw.sample(list(own), min(len(own), 40))]
    return falsified(own, draw, others, EDITS)


def own_rows(data: Path, labels: Path) -> list[dict]:
    """Return this project's labelled rows for training, each with the text of its evidence."""
    texts = json.loads((data / "answers" / "sentences.json").read_text("utf-8"))
    texts |= json.loads((data / "answers_papers" / "sentences.json").read_text("utf-8"))
    rows = sets.read_jsonl(data / "verification" / "training.jsonl")
    for path in sorted(labels.glob("pairs-*.jsonl")):
        rows += [
            {**row, "evidence": [texts[id]["text"] for id in row["where"]]}
            for row in sets.read_jsonl(path)
        ]
    return rows


def as_pairs(rows: Sequence[dict], labels: Path) -> list[Pair]:
    """Return labelled rows as pairs, with their evidence under the title of its source, its key, or nothing.

    A title does not always name the method that a sentence names, and a user may give none, so the judge sees all three
    forms. The same evidence always gets the same form.
    """
    titles = {
        row["key"]: row["title"] for row in json.loads((labels / "titles.json").read_text("utf-8"))
    }
    found = []
    for row in rows:
        keys = dict.fromkeys(re.split(r":\d+$| p\. ", place)[0] for place in row["where"])
        draw = random.Random("".join(row["evidence"])).random()
        names = [key.replace("-", " ").removesuffix(".pdf") for key in keys]
        if draw < 0.5:
            names = [titles.get(key, name) for key, name in zip(keys, names, strict=True)]
        evidence = presented([] if draw > 0.8 else names, row["evidence"])
        supported = row["label"] == "supported"
        found.append(Pair(evidence, row["sentence"], supported, "own", row["id"], row["kind"]))
    honest: dict[str, list[str]] = {}
    for pair in found:
        if pair.supported:
            honest.setdefault(pair.evidence, []).append(pair.sentence)
    return [replace(pair, honest=nearest(pair, honest.get(pair.evidence, []))) for pair in found]


def nearest(pair: Pair, there: Sequence[str]) -> str:
    """Return the honest sentence on its evidence that a false one is a small edit of, or nothing."""
    if pair.supported:
        return ""
    alike = [
        (
            SequenceMatcher(None, pair.sentence.split(), honest.split(), autojunk=False).ratio(),
            honest,
        )
        for honest in there
    ]
    share, honest = max(alike, default=(0.0, ""))
    return honest if share >= ALIKE else ""


def presented(titles: Sequence[str], texts: Sequence[str]) -> str:
    """Return evidence as the judge reads it: the titles of its sources, then its quotes."""
    quotes = " ".join(" ".join(text.split()) for text in texts)
    return f"{'; '.join(titles)}: {quotes}" if titles else quotes


def held_out(pair: Pair) -> bool:
    """Return whether a pair is kept from training, for the operating point: one in eight is, by its evidence."""
    return int(hashlib.sha1(pair.evidence.encode()).hexdigest(), 16) % 8 == 0


class Reader:
    """A reader turns pairs into tensors."""

    def __init__(self, folder: Path) -> None:
        self.tokenizer = network.tokenizer(folder)
        self.tokenizer.enable_truncation(LONGEST, strategy="only_first")

    def tensors(self, pairs: Sequence[Pair]) -> tuple[torch.Tensor, ...]:
        """Return ids, mask and types."""
        read = [self.tokenizer.encode(pair.evidence, pair.sentence) for pair in pairs]
        longest = max(len(one.ids) for one in read)
        arrays = np.zeros((3, len(read), longest), np.int64)
        for row, one in enumerate(read):
            arrays[0, row, : len(one.ids)] = one.ids
            arrays[1, row, : len(one.ids)] = 1
            arrays[2, row, : len(one.ids)] = one.type_ids
        return tuple(torch.from_numpy(array) for array in arrays)

    def words(self, pairs: Sequence[Pair]) -> tuple[torch.Tensor, torch.Tensor]:
        """Return which tokens a false sentence changed (1) or not (0), and for which tokens that is known.

        Both have the shape (pairs, tokens). In an honest sentence every token is known to be right; in a false one the
        tokens are known only where it is an edit of an honest one. Where words were left out, the tokens on both sides
        of the gap count as changed.
        """
        read = [self.tokenizer.encode(pair.evidence, pair.sentence) for pair in pairs]
        changed, known = np.zeros((2, len(read), max(len(one.ids) for one in read)), np.float32)
        for row, (one, pair) in enumerate(zip(read, pairs, strict=True)):
            at = [place for place, kind in enumerate(one.type_ids) if kind][:-1]
            if not at or not (pair.supported or pair.honest):
                continue
            known[row, at] = 1.0
            if pair.supported:
                continue
            honest = self.tokenizer.encode(pair.honest, add_special_tokens=False).ids
            said = [one.ids[place] for place in at]
            for what, _, _, start, end in SequenceMatcher(
                None, honest, said, autojunk=False
            ).get_opcodes():
                if what != "equal":
                    first, last = (start, end) if end > start else (max(0, start - 1), start + 1)
                    changed[row, at[first:last]] = 1.0
        return torch.from_numpy(changed), torch.from_numpy(known)

    def length(self, pair: Pair) -> int:
        """Return the number of word pieces of a pair."""
        return len(self.tokenizer.encode(pair.evidence, pair.sentence).ids)


def steps(pairs: Sequence[Pair], reader: Reader, draw: random.Random) -> Iterator[list[Pair]]:
    """Yield the pairs of one pass in steps of at most TOKENS word pieces; pairs on one evidence stay together."""
    ordered = sorted(pairs, key=lambda pair: pair.evidence)
    groups = [list(group) for _, group in groupby(ordered, key=lambda pair: pair.evidence)]
    draw.shuffle(groups)
    step: list[Pair] = []
    longest = 0
    for group in groups:
        most = max(reader.length(pair) for pair in group)
        if step and max(longest, most) * (len(step) + len(group)) > TOKENS:
            yield step
            step, longest = [], 0
        step += group
        longest = max(longest, most)
    if step:
        yield step


def train(
    model: network.PairScorer,
    reader: Reader,
    pairs: Sequence[Pair],
    rate: float,
    seed: int,
    name: str,
) -> None:
    """Make one pass over the pairs."""
    model.train()
    parts = list(steps(pairs, reader, random.Random(seed)))
    warmup = max(1, len(parts) // 15)
    optimiser, schedule = network.descent(model, rate, len(parts), warmup)
    started, losses = time.time(), []
    for at, part in enumerate(parts):
        optimiser.zero_grad()
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits, words = model.read(*reader.tensors(part))
        loss = loss_of(logits.float(), part) + WORDS * loss_of_words(words.float(), part, reader)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        losses.append(float(loss.detach()))
        if at % 50 == 49:
            minutes = (time.time() - started) / 60
            print(
                f"{name}: step {at + 1} of {len(parts)}, loss {np.mean(losses[-50:]):.3f}, {minutes:.1f} min",
                flush=True,
            )


def loss_of(logits: torch.Tensor, part: Sequence[Pair]) -> torch.Tensor:
    """Return the binary loss, and the loss of false sentences that score above true ones on the same evidence."""
    labels = torch.tensor([float(pair.supported) for pair in part])
    total = torch.nn.functional.binary_cross_entropy_with_logits(logits, labels)
    same = torch.tensor([[one.evidence == other.evidence for other in part] for one in part])
    apart = same & (labels[:, None] > labels[None, :])
    if apart.any():
        margins = (logits[:, None] - logits[None, :])[apart]
        total = total + RANKED * torch.nn.functional.softplus(1.0 - margins).mean()
    return total


def loss_of_words(logits: torch.Tensor, part: Sequence[Pair], reader: Reader) -> torch.Tensor:
    """Return the binary loss of the tokens that are known to make a sentence false or not to.

    Few tokens are changed among many, so the losses of changed and unchanged tokens get the same weight.
    """
    changed, known = reader.words(part)
    each = torch.nn.functional.binary_cross_entropy_with_logits(logits, changed, reduction="none")
    right = known * (1 - changed)
    return (each * changed).sum() / changed.sum().clamp(min=1) + (
        each * right
    ).sum() / right.sum().clamp(min=1)


def scores(model: network.PairScorer, reader: Reader, pairs: Sequence[Pair]) -> np.ndarray:
    """Return the logit of each pair."""
    model.eval()
    parts = [pairs[at : at + 16] for at in range(0, len(pairs), 16)]
    with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
        return np.concatenate([model(*reader.tensors(part)).float().numpy() for part in parts])


def measure(model: network.PairScorer, reader: Reader, pairs: Sequence[Pair], name: str) -> None:
    """Print the area under the curve, and the share of honest pairs that pass with 2, 5 and 10 % of false ones."""
    logits = scores(model, reader, pairs)
    labels = np.array([pair.supported for pair in pairs])
    honest, false = logits[labels], logits[~labels]
    area = np.mean(honest[:, None] > false[None, :])
    passed = [
        f"{np.mean(honest > np.quantile(false, 1 - share)):.3f}" for share in (0.02, 0.05, 0.1)
    ]
    print(
        f"{name}: area {area:.3f}, honest passed at 2, 5, 10 % false: {' '.join(passed)} ({len(pairs)})",
        flush=True,
    )


def main() -> None:
    """Train, measure and write the judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--labels", type=Path, default=Path(__file__).parent / "labels")
    parser.add_argument("--start", type=Path, default=Path("assistant/select/selector.onnx"))
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rates", type=float, nargs="*", default=RATES, help="one a pass")
    parser.add_argument(
        "--further", action="store_true", help="start from a judge: no open sets, no copies first"
    )
    chosen = parser.parse_args()
    torch.set_num_threads(chosen.threads)
    torch.manual_seed(chosen.seed)
    folder = network.bundled()
    model = network.PairScorer(network.load(folder, len(network.HEADS)).encoder)
    if chosen.start.suffix == ".pt":
        model.load_state_dict(torch.load(chosen.start))
    else:
        network.resume(model, chosen.start)
    reader = Reader(folder)
    opened = open_pairs(chosen.data / "training" / "entailment", chosen.seed)
    copied = copied_pairs(chosen.data / "training" / "selection", COPIED, chosen.seed)
    own = as_pairs(own_rows(chosen.data, chosen.labels), chosen.labels)
    kept = [pair for pair in own if held_out(pair)]
    own = [pair for pair in own if not held_out(pair)]
    yard = as_pairs(sets.read_jsonl(chosen.data / "verification" / "pairs.jsonl"), chosen.labels)
    print(
        f"{len(opened)} open pairs, {len(own)} own ones, {len(kept)} held out, {len(yard)} of the yardstick"
    )
    if not chosen.further:
        train(model, reader, opened, 4e-5, chosen.seed, "open")
        draw = random.Random(chosen.seed)
        train(model, reader, [*copied, *own, *edited(own, draw)], 4e-5, chosen.seed, "copied")
        measure(model, reader, kept, "held out after copied")
    for epoch, rate in enumerate(chosen.rates):
        draw = random.Random(chosen.seed + epoch)
        beside = [*draw.sample(opened, len(own) // 8), *draw.sample(copied, len(own) // 8)]
        mixed = [*own, *edited(own, draw), *beside]
        train(model, reader, mixed, rate, chosen.seed + epoch, f"own {epoch + 1}")
        measure(model, reader, kept, f"held out after own {epoch + 1}")
        measure(model, reader, yard, f"yardstick after own {epoch + 1}")
        torch.save(model.state_dict(), chosen.out.with_suffix(f".own{epoch + 1}.pt"))
    facts = {
        "longest": LONGEST,
        "seed": chosen.seed,
        "tokenizer": (folder / "tokenizer.json").read_text("utf-8"),
    }
    network.export(model, chosen.out, facts)
    print(chosen.out, chosen.out.stat().st_size)


if __name__ == "__main__":
    main()
