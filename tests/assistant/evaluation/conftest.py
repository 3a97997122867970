"""Labels for the four notes of the small library, written as a reader would write them."""

import json

import pytest

from assistant import Assistant
from assistant.search.index import passage_sentences

QUESTIONS = [
    {
        "id": "Q1", "question": "Do middle layers give better features than the last layer?",
        "coverage": "answered", "opening": ["middle-layers:0"],
        "brief": ["middle-layers:0", "middle-layers:3"], "good": ["middle-layers:2"],
        "bad_but_tempting": ["logit-lens:0"], "caveat": ["middle-layers:3"],
    },
    {
        "id": "Q2", "question": "Why do middle layers gain over the last one?",
        "coverage": "partial", "opening": ["middle-layers:1"], "brief": ["middle-layers:1"],
        "good": [], "bad_but_tempting": ["self-consistency:0"], "caveat": [],
    },
    {
        "id": "Q3", "question": "Which yeast leavens pizza dough?", "coverage": "absent",
        "opening": [], "brief": [], "good": [], "bad_but_tempting": [], "caveat": [],
    },
]  # fmt: skip


def sentences_of(library):
    """Every sentence of a library under the name `key:number`, as `sentences.json` holds it."""
    found = {}
    for source in library.sources():
        passages = [p for p in library.passages() if p.source == source.key]
        spans = sorted(
            (p.start + s.start, p.start + s.end)
            for p in passages
            for s in passage_sentences(p.text)
        )
        for number, (start, end) in enumerate(spans):
            found[f"{source.key}:{number}"] = {
                "source": source.key, "start": start, "end": end, "text": source.text[start:end],
            }  # fmt: skip
    return found


@pytest.fixture
def reader(own_library, own_corpus):
    """The small library, to ask and to keep runs in."""
    return Assistant.open(own_library, corpus_dir=own_corpus)


@pytest.fixture
def labelled(reader, tmp_path):
    """A folder of labelled questions to the small library."""
    folder = tmp_path / "labelled"
    folder.mkdir()
    lines = "\n".join(map(json.dumps, QUESTIONS))
    (folder / "questions.jsonl").write_text(lines, "utf-8")
    (folder / "sentences.json").write_text(json.dumps(sentences_of(reader.library)), "utf-8")
    return folder
