#!/usr/bin/env python
"""Carry the labels of the notes' sentences over to the notes as they read now."""

import argparse
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from pathlib import Path

from assistant.readers import markdown
from assistant.text.prose import blocks, sentences

ROOT = Path(__file__).resolve().parents[1]

LISTS = ("opening", "brief", "good", "bad_but_tempting", "caveat")
"""The lists of a question that hold ids of sentences."""

# A sentence and its new wording share at least this part of their words.
_ALIKE = 0.2


@dataclass(frozen=True)
class Sentence:
    """A sentence of a note: `text` is `stored[start:end]`, and `section` is its heading."""

    source: str
    section: str
    start: int
    end: int
    text: str


def told(path: Path) -> list[Sentence]:
    """Return the sentences of a note, in the order of its text as the reader stores it."""
    note = markdown.read(path)
    found = []
    for block in blocks(note.text):
        if block.kind == "heading":
            continue
        section = "claim" if block.section == note.title else block.section.lower()
        found += [
            Sentence(path.stem, section, span.start, span.end, span.of(note.text))
            for span in sentences(note.text, block.span.start, block.span.end)
        ]
    return found


def carried(old: Mapping[str, Sentence], new: Sequence[Sentence]) -> dict[str, Sentence]:
    """Return the new sentences of one note under their ids, without those of sentences that are gone.

    A sentence that reads as before keeps its id wherever it stands. The rest are matched in order, by the words they
    share, or because each is alone between the same two matched neighbours; a new sentence without an old one gets the
    next number.
    """
    unmatched = dict(old)
    names: dict[int, str] = {}
    for at, sentence in enumerate(new):
        name = next((n for n, s in unmatched.items() if s.text == sentence.text), None)
        if name is not None:
            names[at] = name
            del unmatched[name]
    left = [at for at in range(len(new)) if at not in names]
    pairs = _aligned(list(unmatched.items()), [(at, new[at]) for at in left])
    names |= {at: name for name, at in pairs}
    names |= _between(list(old.items()), new, names)
    last = max(int(name.rpartition(":")[2]) for name in old)
    for at in left:
        if at not in names:
            last += 1
            names[at] = f"{new[at].source}:{last}"
    found = {names[at]: sentence for at, sentence in enumerate(new)}
    return dict(sorted(found.items(), key=lambda item: int(item[0].rpartition(":")[2])))


def _aligned(
    old: Sequence[tuple[str, Sentence]], new: Sequence[tuple[int, Sentence]]
) -> Iterator[tuple[str, int]]:
    """Return the pairs of old and new sentences, in the order of both, that have most in common together."""
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    alike = [[_alike(one, other) for _, other in new] for _, one in old]
    for i in range(len(old)):
        for j in range(len(new)):
            best[i + 1][j + 1] = max(best[i][j + 1], best[i + 1][j], best[i][j] + alike[i][j])
    i, j = len(old), len(new)
    while i and j:
        if alike[i - 1][j - 1] and best[i][j] == best[i - 1][j - 1] + alike[i - 1][j - 1]:
            i, j = i - 1, j - 1
            yield old[i][0], new[j][0]
        elif best[i][j] == best[i - 1][j]:
            i -= 1
        else:
            j -= 1


def _between(
    old: Sequence[tuple[str, Sentence]], new: Sequence[Sentence], names: Mapping[int, str]
) -> dict[int, str]:
    """Return pairs of one new and one old sentence, each alone between the same matched neighbours."""
    order = [name for name, _ in old]
    found = {}
    for at, sentence in enumerate(new):
        before = order.index(names[at - 1]) if at - 1 in names else -1
        after = order.index(names[at + 1]) if at + 1 in names else len(order)
        if at not in names and after - before == 2 and order[before + 1] not in names.values():
            name, one = old[before + 1]
            if one.section == sentence.section:
                found[at] = name
    return found


def _alike(one: Sentence, other: Sentence) -> float:
    """Return the share of their words that two sentences have in the same order; 0 below the least share."""
    ratio = SequenceMatcher(None, _words(one.text), _words(other.text), autojunk=False).ratio() * (
        1.0 if one.section == other.section else 0.8
    )
    return ratio if ratio >= _ALIKE else 0.0


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.lower())


def relabelled(
    question: Mapping[str, object], known: Mapping[str, Sentence], merged: Mapping[str, str]
) -> dict[str, object]:
    """Return a question without the ids that are gone; another note's sentence that says the same takes their place.

    None takes a place under `bad_but_tempting`, nor where the question already names it there.
    """
    tempting = question["bad_but_tempting"]
    assert isinstance(tempting, list)
    new = dict(question)
    for part in LISTS:
        held = question[part]
        assert isinstance(held, list)
        stand = {} if part == "bad_but_tempting" else merged
        ids = [stand.get(name, name) if name not in known else name for name in held]
        new[part] = [
            name
            for name in dict.fromkeys(ids)
            if name in known and (name in held or name not in tempting)
        ]
    return new


def main(argv: Sequence[str] | None = None) -> None:
    """Rewrite sentences, questions and training questions of a folder of labels."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--labels", type=Path, default=ROOT / "tests" / "labels")
    parser.add_argument("--corpus", type=Path, default=ROOT / "corpus")
    given = parser.parse_args(argv)
    stored = json.loads((given.labels / "sentences.json").read_text("utf-8"))
    old: dict[str, dict[str, Sentence]] = {}
    for name, fields in stored.items():
        old.setdefault(fields["source"], {})[name] = Sentence(**fields)
    known: dict[str, Sentence] = {}
    for source, held in old.items():
        known |= carried(held, told(given.corpus / f"{source}.md"))
    _write(given.labels / "sentences.json", known)
    merged = json.loads((given.labels / "merged.json").read_text("utf-8"))
    for name in ("questions.jsonl", "training.jsonl"):
        path = given.labels / name
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        lines = [json.dumps(relabelled(q, known, merged), ensure_ascii=False) for q in rows]
        path.write_text("\n".join(lines) + "\n", "utf-8")
    before = {name: sentence for held in old.values() for name, sentence in held.items()}
    print(f"{sum(n in before and before[n].text != s.text for n, s in known.items())} reworded")
    print(f"{len(before.keys() - known.keys())} gone: {' '.join(sorted(before.keys() - known))}")
    print(f"{len(known.keys() - before.keys())} new: {' '.join(sorted(known.keys() - before))}")


def _write(path: Path, known: Mapping[str, Sentence]) -> None:
    """Write one sentence per line, so that a change shows as one line."""
    rows = [
        f"{json.dumps(name)}: {json.dumps(asdict(s), ensure_ascii=False)}"
        for name, s in known.items()
    ]
    path.write_text("{\n" + ",\n".join(rows) + "\n}\n", "utf-8")


if __name__ == "__main__":
    main()
