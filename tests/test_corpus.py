"""The bundled notes keep their marks: they state nothing unverified, and every mark stands in the text."""

import re
from pathlib import Path

import bibtexparser
import pytest
import yaml

from assistant.readers.relations import unknown_kinds
from assistant.text.prose import blocks, sentences

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
NOTES = sorted(CORPUS.glob("*.md"))


def parts(path: Path) -> tuple[dict, str]:
    _, front, body = path.read_text("utf-8").split("---\n", 2)
    return yaml.safe_load(front), body


def test_there_are_sixty_two_notes_with_as_many_references():
    assert len(NOTES) == 62
    library = bibtexparser.parse_file(str(CORPUS / "references.bib"))
    assert not library.failed_blocks
    assert {entry.key for entry in library.entries} == {path.stem for path in NOTES}


@pytest.mark.parametrize("path", NOTES, ids=lambda path: path.stem)
def test_a_note_is_whole(path):
    front, body = parts(path)
    assert front["key"] == path.stem
    assert front["title"].endswith("?")
    assert {relation["to"] for relation in front["relations"]} <= {note.stem for note in NOTES}
    assert not unknown_kinds(front)
    sections = [line for line in body.splitlines() if line.startswith("#")]
    assert sections == [f"# {front['title']}", "## Facts", "## Caveats", "## Open points"]


@pytest.mark.parametrize("path", NOTES, ids=lambda path: path.stem)
def test_nothing_unverified_stands_in_the_body(path):
    front, body = parts(path)
    folded = " ".join(body.lower().split())
    for fact in front.get("unverified", ()):
        said = " ".join(str(fact).lower().split()).rstrip(".")
        assert len(said.split()) < 4 or said not in folded


@pytest.mark.parametrize("path", NOTES, ids=lambda path: path.stem)
def test_every_sentence_of_a_note_can_stand_alone(path):
    _, body = parts(path)
    leaning = re.compile(
        r"(?!It (?:is|would be) \w+ (?:to|that)\b)(?:It|They|This|These|He|She)\b"
        r"(?! (?:paper|work|study|note|collection)\b)"
    )
    itself = re.compile(
        r"\b(?:this|the) (?:note|collection|corpus|reading list)\b|\bthis (?:paper|study)\b|"
        r"\b(?:held|known|recorded|collected) here\b|^The (?:paper|study|authors) (?!Layer by Layer|of )"
    )
    for block in blocks(body):
        if block.kind == "heading":
            continue
        for span in sentences(body, block.span.start, block.span.end):
            text = span.of(body)
            assert text[-1] in ".!?", text
            assert text[0].isupper() or text[0].isdigit() or text.startswith(("alpha", "o1")), text
            assert not leaning.match(text), text
            assert not itself.search(text), text
