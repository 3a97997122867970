"""Every file of a sync has one fate: new, changed, deleted or unchanged; and it is read again where it must be."""

import os
import shutil
from dataclasses import replace

from assistant.library import sync as syncing
from assistant.library.store import Library
from assistant.library.sync import Reading, remove
from assistant.readers import markdown
from assistant.text.passages import passages
from tests.assistant.library.sync.following import READING, SYNC, count_words, follow, write


def test_a_file_is_new_then_unchanged_then_changed_then_deleted(library, folder):
    path = write(folder / "a.md", "One thing.")
    assert follow(library, folder)[0] == {"a.md": "new"}
    assert follow(library, folder)[0] == {"a.md": "unchanged"}
    write(path, "Another thing.")
    os.utime(path, ns=(1, 1))
    assert follow(library, folder)[0] == {"a.md": "changed"}
    assert [p.text for p in library.passages()] == ["Another thing."]
    path.unlink()
    assert follow(library, folder)[0] == {"a.md": "deleted"}
    assert library.keys() == set()
    assert library.passages() == []
    assert follow(library, folder)[0] == {}


def test_a_touched_file_is_unchanged_and_its_new_stamp_is_kept(library, folder):
    path = write(folder / "a.md", "One thing.")
    follow(library, folder)
    os.utime(path, ns=(5, 5))
    assert follow(library, folder)[0] == {"a.md": "unchanged"}
    assert library.files()[str(path)].mtime_ns == 5


def in_secret(path, text):
    """Give a file other content of the same size, and its old time back."""
    stamp = path.stat()
    path.write_text(f"{text}\n", "utf-8")
    assert path.stat().st_size == stamp.st_size
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))


def test_other_bytes_of_the_same_size_and_time_are_read(library, folder):
    path = write(folder / "a.md", "One thing.")
    follow(library, folder)
    in_secret(path, "Two thing.")
    assert follow(library, folder)[0] == {"a.md": "changed"}
    assert [p.text for p in library.passages()] == ["Two thing."]


def test_a_folder_that_was_restored_with_its_old_times_is_read_by_its_content(library, folder):
    write(folder / "a.md", "One thing.")
    write(folder / "b.md", "Same thing.")
    copy = shutil.copytree(folder, folder.parent / "copy")  # keeps the times
    in_secret(copy / "a.md", "Two thing.")
    follow(library, folder)
    shutil.rmtree(folder)
    copy.rename(folder)
    assert follow(library, folder)[0] == {"a.md": "changed", "b.md": "unchanged"}


def test_a_check_hashes_every_file_whatever_its_stamp_says(library, folder):
    path = write(folder / "a.md", "One thing.")
    write(folder / "b.md", "Same thing.")
    follow(library, folder)
    in_secret(path, "Two thing.")
    # Some file systems keep no time of change, and then the stored one is the old one.
    library.put_file(replace(library.files()[str(path)], changed_ns=path.stat().st_ctime_ns))
    assert follow(library, folder)[0] == {"a.md": "unchanged", "b.md": "unchanged"}
    assert follow(library, folder, reading=replace(READING, every=True))[0] == {
        "a.md": "changed",
        "b.md": "unchanged",
    }


def test_an_unchanged_file_is_not_opened(library, nobody):
    folder, run = nobody
    notes = folder / "notes"
    notes.mkdir()
    write(notes / "a.md", "One thing.")
    with Library(folder / "data") as own:
        follow(own, notes)
        # Nobody can open the file from now on. That changes the file too, which is not tested here.
        (notes / "a.md").chmod(0)
        (file,) = own.files().values()
        own.put_file(replace(file, changed_ns=(notes / "a.md").stat().st_ctime_ns))
    for path in (folder / "data", *(folder / "data").iterdir()):
        path.chmod(0o777)
    said = run(SYNC)
    assert "unchanged" in said


def test_an_added_file_that_is_gone_is_deleted(library, folder):
    path = write(folder / "a.md", "One thing.")
    follow(library, path)
    path.unlink()
    assert follow(library, path)[0] == {"a.md": "deleted"}
    assert library.keys() == set()


def test_adding_one_folder_forgets_no_other(library, folder, tmp_path):
    write(folder / "a.md", "One thing.")
    follow(library, folder)
    (tmp_path / "more").mkdir()
    write(tmp_path / "more" / "b.md", "Another thing.")
    assert follow(library, tmp_path / "more", prune=False)[0] == {"b.md": "new"}
    assert library.keys() == {"a", "b"}


def test_a_removed_source_stays_removed(library, folder):
    path = write(folder / "a.md", "One thing.")
    follow(library, folder)
    remove(library, ["a"])
    write(path, "One thing more.")
    fates, reports = follow(library, folder)
    assert fates == {"a.md": "unchanged"}
    assert "inquire add" in reports["a.md"].message
    assert library.keys() == set()


def test_references_follow_their_file(library, folder):
    path = folder / "refs.bib"
    path.write_text("@misc{one, title={One}, year={2020}}\n@misc{two, title={Two}}\n")
    fates, reports = follow(library, folder)
    assert fates == {"refs.bib": "new"}
    assert reports["refs.bib"].message.startswith("2 references")
    assert [ref.key for ref in library.references()] == ["one", "two"]
    path.write_text("@misc{three, title={Three}}\n")
    assert follow(library, folder)[0] == {"refs.bib": "changed"}
    assert [ref.key for ref in library.references()] == ["three"]
    path.unlink()
    follow(library, folder)
    assert library.references() == []


def test_another_window_cuts_the_stored_texts_anew_and_opens_no_file(library, folder):
    path = write(folder / "a.md", " ".join(f"Sentence number {n} stands here." for n in range(30)))
    follow(library, folder)
    path.chmod(0)
    wider = Reading(window=80, count_tokens=count_words, tokenizer="words")
    follow(library, folder, reading=wider)
    assert library.passages() == passages("a", library.get("a"), 80, count_words)


def test_other_readers_read_every_file_again_once(library, folder, tmp_path, monkeypatch):
    (tmp_path / "more").mkdir()
    write(folder / "a.md", "One thing.<!-- a secret -->")
    write(folder / "b.md", "Another thing.")
    write(tmp_path / "more" / "c.md", "A third thing.")
    with monkeypatch.context() as older:
        # Earlier readers kept as text what a note does not show.
        older.setattr(syncing, "READERS", "1")
        older.setattr("assistant.readers.markdown.without_hidden", lambda text: (text, []))
        # The file is read in this process, which has the older reader.
        older.setattr(syncing.readers, "read", lambda path, **_: markdown.read(path))
        follow(library, folder, tmp_path / "more")
    assert "secret" in library.get("a").text
    fates, reports = follow(library, folder, prune=False)
    assert fates == {"a.md": "changed", "b.md": "unchanged"}
    assert "2 hidden words left out" in reports["a.md"].message
    assert library.get("a").text == "One thing.\n"
    # A folder that this sync did not look into is read again when a later sync looks into it.
    opened = []
    real = syncing.readers.read
    monkeypatch.setattr(
        syncing.readers,
        "read",
        lambda path, **options: opened.append(path.name) or real(path, **options),
    )
    assert set(follow(library, folder, tmp_path / "more")[0].values()) == {"unchanged"}
    assert opened == ["c.md"]
