"""Write the judged questions that come with the reading list: `python training/judgements.py`, ten minutes.

They are the labelled questions on the list in `training/labels` and `tests/labels/training.jsonl`; the yardstick,
`tests/labels/questions.jsonl`, is never among them. A linear map of their vectors brings together questions that the
same sentences answer. It is learned without the held-out questions, which the weights of the blend are fitted on.
"""

import argparse
import json
import tempfile
from pathlib import Path

import numpy as np
import torch

from assistant import Assistant
from assistant.select.judgements import NAME, held_words, whole
from assistant.select.neighbours import GRADES
from training import sets

EPOCHS, BATCH, RATE = 20, 512, 1e-3
TEMPERATURE = 0.05
PENALTY = 0.01  # weight of the squared change that the map makes; .003 and .03 are as good
BRIEF = 0.5  # weight of questions that share a brief, beside those that one sentence answers both


def main() -> None:
    """Collect the questions, embed them and write them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--labels", type=Path, default=sets.LABELS)
    parser.add_argument("--own", type=Path, default=sets.OWN)
    parser.add_argument("--out", type=Path, default=Path("corpus") / NAME)
    chosen = parser.parse_args()
    rows = sets.labelled(chosen.labels, chosen.own)
    with tempfile.TemporaryDirectory() as folder:
        model = Assistant.open(folder, corpus_dir=None).embedding_model()
        vectors = np.array([model.embedder.question(row["question"]) for row in rows])
        by = learned(
            [row for row in rows if not sets.held_out(row["id"])],
            vectors[[not sets.held_out(row["id"]) for row in rows]],
        )
        write(chosen.out, rows, sentences(chosen.labels), vectors, by, model.id)
    print(f"{len(rows)} questions, {chosen.out.stat().st_size:,} bytes in {chosen.out}")


def learned(rows: list[dict], vectors: np.ndarray) -> np.ndarray:
    """Return the map under which questions that the same sentences answer are near.

    Each question picks similar ones among all others by a softmax over cosines; training starts from no map.
    """
    torch.manual_seed(0)
    told = [at for at, row in enumerate(rows) if row["opening"]]
    given = torch.tensor(vectors[told], dtype=torch.float32)
    alike = _alike([rows[at] for at in told])
    same = torch.eye(given.shape[1])
    added = torch.nn.Parameter(torch.zeros_like(same))
    descent = torch.optim.Adam([added], lr=RATE)
    for epoch in range(EPOCHS):
        order = torch.randperm(len(told))
        for at in range(0, len(told), BATCH):
            batch = order[at : at + BATCH]
            every = torch.nn.functional.normalize(given @ (same + added), dim=1)
            logits = every[batch] @ every.T / TEMPERATURE
            logits[torch.arange(len(batch)), batch] = -1e4
            wanted = alike[batch]
            known = wanted.sum(1) > 0
            shares = wanted[known] / wanted[known].sum(1, keepdim=True)
            loss = -(shares * torch.log_softmax(logits[known], 1)).sum(1).mean()
            loss = loss + PENALTY * (added**2).sum()
            descent.zero_grad()
            loss.backward()
            descent.step()
        print(f"epoch {epoch + 1}: {loss.item():.3f}", flush=True)
    return (same + added).detach().numpy()


def _alike(rows: list[dict]) -> torch.Tensor:
    """Return how alike questions are: whether one sentence answers both, and how much their briefs share."""
    places: dict[str, int] = {}
    for row in rows:
        for id in (*row["opening"], *row["brief"]):
            places.setdefault(id, len(places))
    opening, brief = torch.zeros(2, len(rows), len(places))
    for at, row in enumerate(rows):
        opening[at, [places[id] for id in row["opening"]]] = 1
        brief[at, [places[id] for id in (*row["opening"], *row["brief"])]] = 1
    brief = torch.nn.functional.normalize(brief, dim=1)
    return ((opening @ opening.T > 0).float() + BRIEF * brief @ brief.T).fill_diagonal_(0)


def sentences(labels: Path) -> dict[str, tuple[str, str]]:
    """Return source and text of each labelled sentence by its id."""
    held = json.loads((labels / "sentences.json").read_text("utf-8"))
    return {id: (row["source"], " ".join(row["text"].split())) for id, row in held.items()}


def write(
    path: Path, rows: list[dict], known: dict[str, tuple[str, str]], vectors: np.ndarray,
    by: np.ndarray, embedder: str,
) -> None:  # fmt: skip
    """Write judged questions with the grades of their sentences."""
    places = {id: at for at, id in enumerate(known)}
    offsets, sentence, bits = [0], [], []
    for row in rows:
        for id, grade in sorted(grades(row).items()):
            if id in places:
                sentence.append(places[id])
                bits.append(grade)
        offsets.append(len(sentence))
    held = held_words([row["question"] for row in rows])
    facts = {
        "vocabulary": list(held),
        "embedder": embedder,
        "questions": [row["question"] for row in rows],
        "coverage": [row["coverage"] for row in rows],
        "sentences": list(known.values()),
    }
    np.savez_compressed(
        path,
        facts=np.frombuffer(json.dumps(facts, ensure_ascii=False).encode(), np.uint8),
        vectors=whole(vectors), map=by.astype(np.float16), offsets=np.array(offsets, np.int32),
        sentence=np.array(sentence, np.uint16), bits=np.array(bits, np.uint8),
        places=np.concatenate(list(held.values())).astype(np.uint16),
        ends=np.cumsum([len(places) for places in held.values()], dtype=np.int32),
    )  # fmt: skip


def grades(row: dict) -> dict[str, int]:
    """Return the bits, in the order of GRADES, that a labelled question gives its sentences."""
    found = {
        id: sum(bit << at for at, bit in enumerate(labels))
        for id, labels in sets.labels_of(row).items()
    }
    for grade, key in (("misleads", "bad_but_tempting"), ("reserves", "caveat")):
        for id in row.get(key, ()):
            found[id] = found.get(id, 0) | 1 << GRADES.index(grade)
    return found


if __name__ == "__main__":
    main()
