"""A followed Zotero folder gives papers with tags and collections, notes and highlights, and every change of them."""

import pytest

from assistant.library.bibliography import export
from assistant.library.sync import followed, remove
from assistant.search.query import parse
from assistant.search.scope import within
from tests.assistant.library.sync.following import contents, follow
from tests.zotero import ABSTRACT, MARKED, NOTE, filled


@pytest.fixture
def zotero(tmp_path):
    made, known = filled(tmp_path / "Zotero")
    yield made, known
    made.close()


def one(library, start):
    return next(library.get(key) for key in sorted(library.keys()) if key.startswith(start))


def records(library):
    return {record.key: record for record in library.records()}


def test_a_folder_of_zotero_is_papers_entries_and_notes(library, zotero):
    made, _ = zotero
    (made.folder / "locate").mkdir()
    (made.folder / "locate" / "engines.json").write_text("[]")
    fates, _ = follow(library, made.folder)
    assert fates == {"zotero.sqlite": "new", "Doe 2021.pdf": "new"}
    papers = {
        key
        for key, record in records(library).items()
        if record.kind == "paper" and record.text_here
    }
    entries = {record.title for record in records(library).values() if not record.text_here}
    notes = {key for key, record in records(library).items() if record.kind == "note"}
    assert papers == {"quiet-heads-in-whale-transformers"}
    assert entries == {"Seals", "The Sea of the Group"}
    assert notes == {"doequietheads2021-notes"}


def test_a_paper_has_what_zotero_says_of_it(library, zotero):
    made, _ = zotero
    follow(library, made.folder)
    paper = one(library, "quiet")
    assert paper.metadata["authors"] == ["Jane Doe", "Ann van der Roe"]
    assert paper.metadata["highlights"][0] == {"text": MARKED, "comment": "So few?", "page": "1"}
    record = records(library)[paper.key]
    assert (record.tags, record.collections) == (("mammals", "to read"), ("Sea/Whales-Dolphins",))
    assert "{doeQuietHeads2021," in export([paper], "bibtex")
    notes = library.get("doequietheads2021-notes")
    assert export([notes, paper], "bibtex") == export([paper], "bibtex")
    assert "Quiet Heads" in export([notes], "ris")
    kept = within(records(library), parse("x collection:sea tag:mammals").filters)
    assert kept == {paper.key, "doequietheads2021-notes"}
    assert within(records(library), parse("x collection:sea").filters) == {*kept, "poe1999"}


def test_what_the_reader_wrote_and_marked_can_be_quoted(library, zotero):
    made, _ = zotero
    follow(library, made.folder)
    note = library.get("doequietheads2021-notes")
    for said in (NOTE, "Ask Ida.", MARKED, "So few?"):
        assert f"\n\n{said}\n" in note.text
        assert any(
            said in passage.text for passage in library.passages() if passage.source == note.key
        )
    assert library.altered([note.key]) == []
    assert (note.metadata["doi"], note.metadata["paper"]) == (
        "10.1/whale",
        "Quiet Heads in Whale Transformers",
    )
    assert ABSTRACT in library.get("poe1999").text


def test_nothing_changed_is_nothing_done_and_a_change_is_followed(library, zotero):
    made, known = zotero
    follow(library, made.folder)
    before = contents(library)
    fates, _ = follow(library, made.folder)
    assert set(fates.values()) == {"unchanged"}
    assert contents(library) == before
    made.set(known["seals"], "title", "Seals of the North")
    made.db.execute("DELETE FROM itemTags WHERE itemID = ?", (known["paper"],))
    made.note(known["seals"], "NOTESEAL", "<p>Seals bark in the north wind every morning.</p>")
    made.db.execute("UPDATE itemAnnotations SET comment = 'Few indeed.' WHERE comment != ''")
    made.db.commit()
    fates, _ = follow(library, made.folder)
    assert fates == {"zotero.sqlite": "changed", "Doe 2021.pdf": "unchanged"}
    assert library.get("poe1999").title == "Seals of the North"
    assert records(library)[one(library, "quiet").key].tags == ()
    assert "Few indeed." in library.get("doequietheads2021-notes").text
    assert "north wind" in library.get("poe1999-notes").text


def test_a_change_in_the_log_of_a_library_that_is_open_is_followed(library, zotero):
    made, known = zotero
    made.db.execute("PRAGMA journal_mode = WAL")
    follow(library, made.folder)
    made.set(known["seals"], "title", "Seals in the Log")
    made.db.commit()
    assert (made.folder / "zotero.sqlite-wal").stat().st_size
    fates, _ = follow(library, made.folder)
    assert fates["zotero.sqlite"] == "changed"
    assert library.get("poe1999").title == "Seals in the Log"


def test_what_is_gone_there_is_gone_here(library, zotero):
    made, known = zotero
    follow(library, made.folder)
    made.db.execute("DELETE FROM itemNotes")
    made.db.execute("DELETE FROM itemAnnotations")
    made.insert("deletedItems", itemID=known["seals"])
    made.db.commit()
    follow(library, made.folder)
    assert not {"doequietheads2021-notes", "poe1999"} & library.keys()
    assert "highlights" not in one(library, "quiet").metadata


def test_the_database_alone_brings_its_attachments_along(library, zotero):
    made, _ = zotero
    assert followed(made.path) == [made.path, made.folder / "storage"]
    fates, _ = follow(library, *followed(made.path))
    assert set(fates) == {"zotero.sqlite", "Doe 2021.pdf"}
    assert followed(made.folder) == [made.folder]


def test_an_attachment_of_another_title_is_still_the_work_of_its_item(library, zotero):
    made, known = zotero
    made.set(known["paper"], "title", "A Title That the Printed Page Does Not Have")
    made.set(known["paper"], "DOI", "10.1/another")
    made.db.commit()
    follow(library, made.folder)
    assert records(library)[one(library, "quiet").key].tags == ("mammals", "to read")
    assert not any(
        key.startswith("doequiet") and not key.endswith("-notes") for key in sorted(library.keys())
    )


def test_other_databases_in_a_folder_are_no_reading(library, folder):
    (folder / "places.sqlite").write_bytes(b"SQLite format 3\0")
    assert follow(library, folder)[0] == {}


def test_notes_that_were_removed_stay_away(library, zotero):
    made, _ = zotero
    follow(library, made.folder)
    remove(library, ["doequietheads2021-notes"])
    follow(library, made.folder)
    assert not library.has("doequietheads2021-notes")
