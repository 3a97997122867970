"""The labelled sets that the selector is trained and measured on, as questions with passages of sentences."""

import gzip
import hashlib
import json
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Passage:
    """A passage of sentences, each with one label per head (1, 0, or -1 where the set has none)."""

    heading: str
    sentences: tuple[str, ...]
    labels: tuple[tuple[int, int, int], ...]
    ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Asked:
    """A question with the passages that are read for it; `set` names its origin."""

    question: str
    passages: tuple[Passage, ...]
    set: str
    id: str = ""


# Open sets: the most passages taken of each, and whether one positive sentence alone answers. Noisy or distant ones
# (citing sentences, shuffled facts, templates) get a small share.
OPEN: dict[str, tuple[int, bool]] = {
    "argscichat": (200, False),
    "check_covid_claims": (500, False),
    "cl_scisumm": (150, False),
    "clapnq": (500, False),
    "covid_qa": (800, True),
    "csabstruct_templates": (300, False),
    "entailmentbank_facts": (150, False),
    "evidence_inference": (600, True),
    "qed": (700, True),
    "selqa": (1200, True),
    "wice_claims": (400, False),
    "xquad_en": (800, True),
}


def open_sets(folder: Path, seed: int, split: str = "train") -> Iterator[Asked]:
    """Yield the open questions, a seventh of them with a passage that was written for another question."""
    draw = random.Random(seed)
    for name, (most, answers) in OPEN.items():
        with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            rows = [row for row in map(json.loads, lines) if row["split"] == split]
        draw.shuffle(rows)
        rows = rows[:most] if split == "train" else rows[: most // 8]
        for at, row in enumerate(rows):
            labels = tuple((y, -1, y if answers or not y else -1) for y in row["labels"])
            own = Passage(row["title"], tuple(row["sentences"]), labels)
            yield Asked(row["question"], (own,), name)
            if at % 7 == 0:
                other = rows[(at + len(rows) // 2) % len(rows)]
                if other["title"] != row["title"]:
                    none = tuple((0, 0, 0) for _ in other["sentences"])
                    foreign = Passage(other["title"], tuple(other["sentences"]), none)
                    yield Asked(row["question"], (foreign,), name)


def read_jsonl(path: Path) -> list[dict]:
    """Return the objects of a file with one object per line."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


@dataclass(frozen=True)
class Shelf:
    """The labelled sentences of a collection, cut into passages of one source and section."""

    passages: tuple[tuple[str, str, tuple[str, ...]], ...]  # source, section, ids
    texts: dict[str, str]
    headings: dict[str, str]

    def passage(self, at: int, labels: dict[str, tuple[int, int, int]]) -> Passage:
        """Return passage number `at` with these labels; a sentence without a label gets zeros."""
        source, _, ids = self.passages[at]
        return Passage(
            heading=self.headings.get(source, source.replace("-", " ")),
            sentences=tuple(self.texts[id] for id in ids),
            labels=tuple(labels.get(id, (0, 0, 0)) for id in ids),
            ids=ids,
        )


def shelf(sentences: Path, headings: dict[str, str], words: int = 150) -> Shelf:
    """Cut labelled sentences into passages of at most about `words` words."""
    rows = json.loads(sentences.read_text("utf-8"))
    passages: list[tuple[str, str, tuple[str, ...]]] = []
    current: list[str] = []
    place, length = ("", ""), 0
    for id, row in rows.items():
        text = row["text"].split()
        here = (row["source"], row.get("section", ""))
        if current and (here != place or length + len(text) > words):
            passages.append((*place, tuple(current)))
            current, length = [], 0
        place = here
        current.append(id)
        length += len(text)
    passages.append((*place, tuple(current)))
    texts = {id: " ".join(row["text"].split()) for id, row in rows.items()}
    return Shelf(tuple(passages), texts, headings)


def labels_of(row: dict) -> dict[str, tuple[int, int, int]]:
    """Return the labels (helps, brief, answers) of the sentences that a question names."""
    found: dict[str, tuple[int, int, int]] = {}
    for key in ("good", "caveat", "brief", "opening"):
        for id in row.get(key, ()):
            old = found.get(id, (0, 0, 0))
            brief = int(key in ("brief", "opening") or (key == "caveat")) or old[1]
            found[id] = (1, brief, int(key == "opening") or old[2])
    return found


SHORT = ("list-o", "list-p")
"""Label files that name the sentences of a short answer and few others that help: they train the selector, and no
measure of how much helps is fitted to them."""


def held_out(id: str) -> bool:
    """Return whether a question is kept from training, for thresholds: one in eight is, by its id."""
    return int(hashlib.sha1(id.encode()).hexdigest(), 16) % 8 == 0


LABELS, OWN = Path("tests/labels"), Path(__file__).parent / "labels"
"""Where the labelled questions are: those of the tests, and those that only train."""


def labelled(labels: Path = LABELS, own: Path = OWN) -> list[dict]:
    """Return the labelled questions of the list that may teach, each once, with the `set` it belongs to.

    The yardstick, `questions.jsonl` of the tests, is never among them.
    """
    files = (labels / "training.jsonl", *sorted(own.glob("list-*.jsonl")), own / "cover-list.jsonl")
    rows = [{**row, "set": path.stem} for path in files for row in read_jsonl(path)]
    return list({row["question"].strip().lower(): row for row in rows}.values())


def asked(
    rows: Iterable[dict],
    shelf: Shelf,
    ranking: Sequence[Sequence[int]],
    name: str,
    most: int,
    seed: int,
) -> list[Asked]:
    """Return questions with the passages that hold a label and the best ranked of the others.

    Args:
        rows: The labelled questions.
        shelf: The passages.
        ranking: The numbers of passages for each question, best first.
        name: Name of the set.
        most: The number of passages read for a question.
        seed: The seed of the two passages drawn at random.
    """
    found = []
    for row, ranked in zip(rows, ranking, strict=True):
        draw = random.Random(f"{seed}{row['id']}")
        labels = labels_of(row)
        tempting = set(row.get("bad_but_tempting", ()))
        own = row.get("source")
        pool = [at for at in ranked if own is None or shelf.passages[at][0] == own]
        helping = [at for at in pool if labels.keys() & set(shelf.passages[at][2])]
        luring = [at for at in pool if tempting & set(shelf.passages[at][2])]
        kept = list(dict.fromkeys([*helping[: most - 3], *luring]))[: most - 2]
        rest = [at for at in pool if at not in kept]
        kept += rest[: max(1, most - len(kept) - 1)] + draw.sample(rest, min(1, len(rest)))
        found.append(
            Asked(
                row["question"],
                tuple(shelf.passage(at, labels) for at in dict.fromkeys(kept)),
                name,
                row["id"],
            )
        )
    return found
