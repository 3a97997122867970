"""Train the sentence selector: `python training/selector.py --data DATA/eval --out assistant/select/selector.onnx`.

Training has two stages and takes about an hour on two cores that do nothing else: first open question-and-passage sets,
then questions on reading lists and papers labelled for this project, beside a share of the first. The 80 questions of
`answers/questions.jsonl` are only measured on, never trained on.
"""

import argparse
import json
import random
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from training import network, sets
from training.sets import Asked, Passage

LONGEST = 384  # word pieces of question, heading and passage together
QUESTION, HEADING = 64, 32  # most word pieces of the question and of the heading
TOKENS = 2560  # word pieces in one step; a question with more passages takes several
HEAD_WEIGHTS = (1.0, 0.7, 0.7)  # of the binary losses of the heads helps, brief and answers
AGAIN = 0.2  # the share of already seen questions that stands beside new ones
LISTWISE = 0.5  # weight of the loss that picks the answering sentence among all of a question


def main() -> None:
    """Train, measure and write the selector."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--labels", type=Path, default=Path(__file__).parent / "labels")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--open-epochs", type=float, default=0.8)
    parser.add_argument("--own-epochs", type=int, default=2)
    parser.add_argument("--from-stage-one", type=Path)
    parser.add_argument(
        "--start", type=Path, help="shipped weights to go on from, without stage one"
    )
    parser.add_argument(
        "--new",
        nargs="*",
        default=(),
        help="label files that those have not seen; a fifth of the rest stands beside",
    )
    parser.add_argument("--passages", type=int, default=8, help="read for a question on the list")
    parser.add_argument("--threads", type=int, default=3)
    chosen = parser.parse_args()
    torch.set_num_threads(chosen.threads)
    torch.manual_seed(chosen.seed)
    folder = network.bundled()
    model = network.load(folder, len(network.HEADS))
    reader = Reader(folder)
    opened = list(sets.open_sets(chosen.data / "training" / "selection", chosen.seed))
    stage = chosen.out.with_suffix(".stage1.pt")
    if chosen.start:
        network.resume(model, chosen.start)
    elif chosen.from_stage_one:
        model.load_state_dict(torch.load(chosen.from_stage_one))
    else:
        draw = random.Random(chosen.seed)
        draw.shuffle(opened)
        train(model, reader, opened[: int(len(opened) * chosen.open_epochs)], 5e-5, "open")
        chosen.out.parent.mkdir(parents=True, exist_ok=True)
        torch.save(model.state_dict(), stage)
    own, kept, yard = own_sets(chosen.data, chosen.labels, folder, chosen.seed, chosen.passages)
    new = {
        row["id"] for name in chosen.new for row in sets.read_jsonl(chosen.labels / f"{name}.jsonl")
    }
    print(
        f"own questions: {len(own)} to train on, {len(kept)} held out, {len(yard)} of the yardstick"
    )
    for epoch in range(chosen.own_epochs):
        draw = random.Random(chosen.seed + epoch)
        part = [asked for asked in own if not new or asked.id in new or draw.random() < AGAIN]
        mixed = [*part, *draw.sample(opened, min(len(opened), len(part) // 4))]
        draw.shuffle(mixed)
        rates = (4e-5, 3e-5, 1.5e-5)
        train(model, reader, mixed, rates[min(epoch, 2)], f"own {epoch + 1}", warm=epoch == 0)
        measure(model, reader, kept, f"held out after epoch {epoch + 1}")
        measure(model, reader, yard, f"yardstick after epoch {epoch + 1}")
        torch.save(model.state_dict(), chosen.out.with_suffix(f".epoch{epoch + 1}.pt"))
    network.export(
        model,
        chosen.out,
        {
            "heads": network.HEADS,
            "longest": LONGEST,
            "seed": chosen.seed,
            "tokenizer": (folder / "tokenizer.json").read_text("utf-8"),
        },
    )
    print(chosen.out, chosen.out.stat().st_size)


class Reader:
    """A reader turns questions with passages into tensors."""

    def __init__(self, folder: Path) -> None:
        self.tokenizer = network.tokenizer(folder)

    def ids(self, text: str) -> list[int]:
        """Return the word pieces of a text, without special tokens."""
        return self.tokenizer.encode(text, add_special_tokens=False).ids

    def pair(self, question: list[int], passage: Passage) -> tuple[list[int], list[int], list[int]]:
        """Return word pieces, their types and the sentence of each for a question and a passage."""
        begin, end = 101, 102
        tokens = [begin, *question[:QUESTION], end]
        types = [0] * len(tokens)
        owner = [-1] * len(tokens)
        heading = self.ids(passage.heading)[:HEADING]
        tokens += [*heading, end]
        owner += [-1] * (len(heading) + 1)
        for at, sentence in enumerate(passage.sentences):
            pieces = self.ids(sentence)[: LONGEST - 1 - len(tokens)]
            tokens += pieces
            owner += [at] * len(pieces)
        tokens.append(end)
        owner.append(-1)
        types += [1] * (len(tokens) - len(types))
        return tokens, types, owner

    def batches(self, group: Sequence[Asked]):
        """Yield tensors for all passages of these questions, with at most TOKENS word pieces at once."""
        pairs = sorted(
            (
                (self.pair(self.ids(asked.question), passage), passage)
                for asked in group
                for passage in asked.passages
            ),
            key=lambda pair: -len(pair[0][0]),
        )
        while pairs:
            longest = len(pairs[0][0][0])
            count = max(1, TOKENS // longest)
            part, pairs = pairs[:count], pairs[count:]
            yield tensors([pair for pair, _ in part], [passage for _, passage in part])


def tensors(pairs: Sequence[tuple[list[int], list[int], list[int]]], passages: Sequence[Passage]):
    """Return the network's inputs and the labels (pairs, sentences, heads), -1 where there is no label."""
    longest = max(len(tokens) for tokens, _, _ in pairs)
    most = max(len(passage.sentences) for passage in passages)
    ids = np.zeros((len(pairs), longest), np.int64)
    types, mask = ids.copy(), ids.copy()
    labels = np.full((len(pairs), most, len(network.HEADS)), -1, np.float32)
    for row, ((tokens, kinds, owner), passage) in enumerate(zip(pairs, passages, strict=True)):
        ids[row, : len(tokens)], types[row, : len(tokens)], mask[row, : len(tokens)] = (
            tokens,
            kinds,
            1,
        )
        read = set(owner)
        for at, label in enumerate(passage.labels):
            if at in read:
                labels[row, at] = label
    pool = network.pool_matrix([owner for _, _, owner in pairs], most, longest)
    arrays = (ids, mask, types, pool, labels)
    return tuple(torch.from_numpy(array) for array in arrays)


def loss_of(logits: torch.Tensor, labels: torch.Tensor, *, together: bool) -> torch.Tensor:
    """Return the binary losses of all heads, and the listwise loss of the sentence that answers.

    If the passages stand `together`, they belong to one question; else each has a question of its own.
    """
    known = labels >= 0
    raw = torch.nn.functional.binary_cross_entropy_with_logits(
        logits, labels.clamp(min=0), reduction="none", pos_weight=torch.tensor([2.0, 3.0, 4.0])
    )
    total = logits.new_zeros(())
    for head, weight in enumerate(HEAD_WEIGHTS):
        if known[..., head].any():
            total = total + weight * raw[..., head][known[..., head]].mean()
    wanted = (labels[..., 2] > 0).float()
    scores = logits[..., 2].masked_fill(labels[..., 0] < 0, -1e4)
    if together:
        wanted, scores = wanted.reshape(1, -1), scores.reshape(1, -1)
    counts = wanted.sum(1)
    if (counts > 0).any():
        each = (torch.log_softmax(scores, 1) * wanted).sum(1)[counts > 0] / counts[counts > 0]
        total = total - LISTWISE * each.mean()
    return total


def train(
    model: network.SentenceScorer,
    reader: Reader,
    questions: Sequence[Asked],
    rate: float,
    name: str,
    warm: bool = True,
) -> None:
    """Make one pass over the questions; small questions share a step."""
    model.train()
    groups = grouped(questions)
    warmup = max(1, len(groups) // 15) if warm else 1
    optimiser, schedule = network.descent(model, rate, len(groups), warmup)
    started, losses = time.time(), []
    for step, group in enumerate(groups):
        optimiser.zero_grad()
        parts = list(reader.batches(group))
        for ids, mask, types, pool, labels in parts:
            with torch.autocast("cpu", dtype=torch.bfloat16):
                logits = model(ids, mask, types, pool)
            loss = loss_of(logits.float(), labels, together=len(group) == 1) / len(parts)
            loss.backward()
            losses.append(float(loss.detach()) * len(parts))
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        if step % 50 == 49:
            minutes = (time.time() - started) / 60
            print(
                f"{name}: step {step + 1} of {len(groups)}, loss {np.mean(losses[-100:]):.3f}, {minutes:.1f} min",
                flush=True,
            )


def grouped(questions: Sequence[Asked]) -> list[list[Asked]]:
    """Return questions in steps: one with many passages alone, the others twelve together."""
    groups: list[list[Asked]] = []
    waiting: list[Asked] = []
    for asked in questions:
        if len(asked.passages) > 1:
            groups.append([asked])
            continue
        waiting.append(asked)
        if len(waiting) == 12:
            groups.append(waiting)
            waiting = []
    return [*groups, waiting] if waiting else groups


def scores(model: network.SentenceScorer, reader: Reader, asked: Asked) -> dict[str, np.ndarray]:
    """Return the logits of every sentence of a question by its id."""
    model.eval()
    found: dict[str, np.ndarray] = {}
    question = reader.ids(asked.question)
    for passage in asked.passages:
        pair = reader.pair(question, passage)
        ids, mask, types, pool, _ = tensors([pair], [passage])
        with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
            logits = model(ids, mask, types, pool)[0].float().numpy()
        found |= {id: logits[at] for at, id in enumerate(passage.ids)}
    return found


def measure(
    model: network.SentenceScorer, reader: Reader, questions: Sequence[Asked], name: str
) -> None:
    """Print how often the first sentence answers, and how many of the first five help."""
    first, helpful, brief = [], [], []
    for asked in questions:
        labels = {
            id: label for p in asked.passages for id, label in zip(p.ids, p.labels, strict=True)
        }
        if not any(label[2] > 0 for label in labels.values()):
            continue
        logits = scores(model, reader, asked)
        best = max(logits, key=lambda id: logits[id][2])
        order = sorted(logits, key=lambda id: -(logits[id][0] + logits[id][1]))
        first.append(labels[best][2] > 0)
        helpful.append(np.mean([labels[id][0] > 0 for id in order[:5]]))
        wanted = [id for id, label in labels.items() if label[1] > 0]
        brief.append(np.mean([id in order[:6] for id in wanted]))
    print(
        f"{name}: opens {np.mean(first):.3f}, helpful of five {np.mean(helpful):.3f}, brief in six "
        f"{np.mean(brief):.3f} ({len(first)})",
        flush=True,
    )


def own_sets(
    data: Path, labels: Path, folder: Path, seed: int, most: int = 8
) -> tuple[list[Asked], list[Asked], list[Asked]]:
    """Return this project's questions: those to train on, those held out for thresholds, and the yardstick."""
    titles = {
        row["key"]: row["title"] for row in json.loads((labels / "titles.json").read_text("utf-8"))
    }
    notes = sets.shelf(data / "answers" / "sentences.json", titles)
    papers = sets.shelf(data / "answers_papers" / "sentences.json", {}, words=150)
    rows = sets.read_jsonl(data / "answers" / "training.jsonl")
    for path in sorted(labels.glob("list-*.jsonl")):
        rows += sets.read_jsonl(path)
    of_papers = sets.read_jsonl(data / "answers_papers" / "questions.jsonl")
    for path in sorted(labels.glob("papers-*.jsonl")):
        of_papers += sets.read_jsonl(path)
    yard = sets.read_jsonl(data / "answers" / "questions.jsonl")
    rank = Ranking(folder)
    everything = sets.asked(rows, notes, rank(rows, notes), "list", most, seed)
    everything += sets.asked(
        of_papers, papers, rank(of_papers, papers), "papers", min(most, 6), seed
    )
    kept = [asked for asked in everything if sets.held_out(asked.id)]
    own = [asked for asked in everything if not sets.held_out(asked.id)]
    return own, kept, sets.asked(yard, notes, rank(yard, notes), "yardstick", 16, seed)


class Ranking:
    """A ranking of passages by the cosine of their vectors with a question's, both from the bundled embedder."""

    def __init__(self, folder: Path) -> None:
        self.tokenizer = network.tokenizer(folder)
        self.tokenizer.enable_truncation(256)
        self.encoder = network.load(folder, 1).encoder.eval()
        self._known: dict[int, np.ndarray] = {}

    def vectors(self, texts: Sequence[str]) -> np.ndarray:
        """Return one unit vector per text."""
        found = []
        for text in texts:
            ids = torch.tensor([self.tokenizer.encode(text).ids])
            with torch.inference_mode():
                state = self.encoder(input_ids=ids).last_hidden_state[0].mean(0).numpy()
            found.append(state / np.linalg.norm(state))
        return np.stack(found)

    def __call__(self, rows: Sequence[dict], shelf: sets.Shelf) -> list[list[int]]:
        """Return for each question the numbers of all passages, best first."""
        if id(shelf) not in self._known:
            self._known[id(shelf)] = self.vectors(
                [
                    f"{shelf.headings.get(source, source)}. {' '.join(shelf.texts[i] for i in ids)}"
                    for source, _, ids in shelf.passages
                ]
            )
        cosines = self.vectors([row["question"] for row in rows]) @ self._known[id(shelf)].T
        return [list(np.argsort(-row)) for row in cosines]


if __name__ == "__main__":
    main()
