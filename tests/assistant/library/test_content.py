"""The stored text of a source is checked against its content hash."""

from dataclasses import replace

import pytest

from assistant import Assistant
from assistant.library.content import content_hash, is_as_read
from assistant.library.store import File
from assistant.types import Source

QUESTION = "Do middle layers give better features than the last layer?"


def source(kind="note", text="One. Two.", stem="a", **metadata):
    return Source(
        key="a", kind=kind, title="A", claim="", text=text, path=f"/notes/{stem}.md",
        content_hash=content_hash(kind, text, metadata, stem), metadata=metadata,
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["note", "paper"])
def test_another_text_is_seen_and_another_name_of_the_file_is_none(kind):
    made = source(kind, title="a", tags=["b", "a"], year=2024, venue="Elsewhere")
    assert is_as_read(made)
    assert is_as_read(replace(made, path="/moved/there.md"))
    assert not is_as_read(replace(made, text=made.text.replace("Two", "Ten")))
    assert not is_as_read(replace(made, content_hash=made.content_hash[::-1]))


def test_the_front_matter_of_a_note_is_part_of_what_was_read():
    made = source(year=2024)
    assert not is_as_read(replace(made, metadata={"year": 2025}))


def test_what_json_alters_is_hashed_as_it_is_read_back():
    odd = {"numbers": {10: "ten", 9: "nine"}, "half": "\ud800", "pair": (1, 2)}
    assert content_hash("note", "", odd, "a") == content_hash(
        "note", "", {"numbers": {"10": "ten", "9": "nine"}, "half": "?", "pair": [1, 2]}, "a"
    )


@pytest.fixture
def assistant(own_library, own_corpus):
    opened = Assistant.open(own_library, corpus_dir=own_corpus)
    opened.sync()
    return opened


def alter(assistant, key="middle-layers"):
    with assistant.library._write() as db:
        query = "UPDATE sources SET text = replace(text, '16 points', '61 points') WHERE key = ?"
        db.execute(query, (key,))


def test_every_text_of_a_library_is_as_it_was_read(assistant, own_corpus):
    (own_corpus / "logit-lens.md").rename(own_corpus / "another-name.md")
    assistant.sync()
    assert assistant.library.altered(assistant.library.keys()) == []


def test_an_altered_text_is_neither_found_nor_quoted_and_that_is_said(assistant, caplog):
    assert "middle-layers" in {hit.passage.source for hit in assistant.search(QUESTION)}
    alter(assistant)
    assert "middle-layers" not in {hit.passage.source for hit in assistant.search(QUESTION)}
    assert "stored text of middle-layers is not the one" in caplog.text
    answer = assistant.ask(QUESTION)
    cited = {c.source for sentence in answer.sentences for c in sentence.citations}
    assert "middle-layers" not in cited
    assert any("middle-layers" in line for line in answer.notices)


def test_a_repair_reads_an_altered_text_again(assistant):
    before = assistant.source("middle-layers")
    alter(assistant)
    assistant.repair()
    assert assistant.source("middle-layers") == before
    (file,) = (f for f in assistant.library.files().values() if f.source == "middle-layers")
    assert isinstance(file, File)
    assert file.size > 0
