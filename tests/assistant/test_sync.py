"""Every file of a sync has one fate, and nothing that was read is lost by it."""

import os
import random
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import sync as syncing
from assistant.library import Library
from assistant.passages import passages
from assistant.sync import Reading, remove, slug


def count_words(texts):
    return [len(text.split()) for text in texts]


READING = Reading(window=40, count_tokens=count_words, tokenizer="words")


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "notes").mkdir()
    return tmp_path / "notes"


@pytest.fixture
def library(tmp_path):
    with Library(tmp_path / "data") as opened:
        yield opened


def write(path, body, **front):
    fields = "".join(f"{name}: {value}\n" for name, value in front.items())
    path.write_text(f"---\n{fields}---\n{body}\n" if front else f"{body}\n", "utf-8")
    return path


def follow(library, *roots, prune=True, reading=READING):
    reports = syncing.sync(library, list(roots), reading, lambda *_: None, prune=prune)
    fates = {Path(report.path).name: report.status for report in reports}
    return fates, {Path(report.path).name: report for report in reports}


def contents(library):
    return library.fingerprint(), [(p.id, p.text) for p in library.passages()]


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


def test_an_unchanged_file_is_not_opened(library, nobody):
    folder, run = nobody
    notes = folder / "notes"
    notes.mkdir()
    write(notes / "a.md", "One thing.")
    with Library(folder / "data") as own:
        follow(own, notes)
    (notes / "a.md").chmod(0)
    for path in (folder / "data", *(folder / "data").iterdir()):
        path.chmod(0o777)
    said = run(SYNC)
    assert "unchanged" in said


SYNC = """
from assistant import readers, sync
from assistant.library import Library
readers.suffixes()
drop()
reading = sync.Reading(window=40, count_tokens=lambda texts: [len(t.split()) for t in texts], tokenizer="words")
with Library(folder / "data") as library:
    for report in sync.sync(library, [folder / "notes"], reading, lambda *_: None):
        print(report.status, report.message)
    print(sorted(library.keys()))
"""


def test_a_moved_file_keeps_its_source(library, folder):
    path = write(folder / "a.md", "One thing.")
    follow(library, folder)
    library.remark("a", "comment", "mine")
    (folder / "sub").mkdir()
    path.rename(folder / "sub" / "b.md")
    fates, reports = follow(library, folder)
    assert fates == {"b.md": "unchanged"}
    assert str(path) in reports["b.md"].message
    assert library.keys() == {"a"}
    assert library.get("a").path == str(folder / "sub" / "b.md")
    assert follow(library, folder)[1]["b.md"].message == ""


def test_the_same_text_under_two_names_is_one_source(library, folder):
    write(folder / "a.md", "One thing.")
    write(folder / "b.md", "One thing.")
    fates, reports = follow(library, folder)
    assert fates == {"a.md": "new", "b.md": "duplicate"}
    assert "a" in reports["b.md"].message
    assert follow(library, folder)[0] == {"a.md": "unchanged", "b.md": "duplicate"}
    assert library.keys() == {"a"}


def test_a_copy_takes_the_place_of_a_deleted_original_at_once(library, folder):
    write(folder / "a.md", "One thing.")
    write(folder / "b.md", "One thing.")
    follow(library, folder)
    (folder / "a.md").unlink()
    fates, _ = follow(library, folder)
    assert fates == {"a.md": "deleted", "b.md": "new"}
    assert [p.text for p in library.passages()] == ["One thing."]


@pytest.mark.parametrize("edited", ["a.md", "b.md"])
def test_a_copy_that_is_none_any_more_becomes_a_source(library, folder, edited):
    write(folder / "a.md", "One thing.")
    write(folder / "b.md", "One thing.")
    follow(library, folder)
    write(folder / edited, "Another thing altogether.")
    follow(library, folder)
    assert sorted(p.text for p in library.passages()) == ["Another thing altogether.", "One thing."]
    assert {source.path for source in library.sources()} == {
        str(folder / "a.md"), str(folder / "b.md"),
    }  # fmt: skip


def test_a_key_that_another_file_holds_is_refused(library, folder):
    write(folder / "a.md", "One thing.", key="same")
    write(folder / "b.md", "Another thing.", key="same")
    fates, reports = follow(library, folder)
    assert fates == {"a.md": "new", "b.md": "refused"}
    assert "'same' is already taken by" in reports["b.md"].message
    assert library.get("same").text == "One thing.\n"


def test_a_new_key_in_the_front_matter_replaces_the_old_one(library, folder):
    path = write(folder / "a.md", "One thing.", key="old")
    follow(library, folder)
    write(path, "One thing.", key="newer")
    assert follow(library, folder)[0] == {"a.md": "changed"}
    assert library.keys() == {"newer"}


def test_a_file_that_cannot_be_read_any_more_keeps_what_was_read(library, folder):
    path = write(folder / "a.md", "One thing.")
    follow(library, folder)
    before = contents(library)
    path.write_bytes(b"\xff\xfe broken")
    fates, reports = follow(library, folder)
    assert fates == {"a.md": "refused"}
    assert "what was read from it before stays" in reports["a.md"].message
    assert contents(library) == before
    assert follow(library, folder)[1]["a.md"] == reports["a.md"]
    write(path, "Mended now.")
    assert follow(library, folder)[0] == {"a.md": "changed"}
    assert [p.text for p in library.passages()] == ["Mended now."]


def test_one_bad_file_stops_no_other(library, folder):
    (folder / "a.md").write_bytes(b"")
    (folder / "b.md").write_text("---\n: [\n---\nx\n")
    (folder / "c.pdf").write_bytes(b"%PDF-1.4 and no more")
    (folder / "d.md").symlink_to(folder / "nowhere.md")
    write(folder / "e.md", "One thing.")
    fates, reports = follow(library, folder)
    assert [fates[name] for name in sorted(fates)] == ["refused"] * 4 + ["new"]
    assert all(
        "\n" not in r.message and str(folder) in r.message
        for r in reports.values()
        if r.status == "refused"
    )
    assert follow(library, folder)[0] == {**fates, "e.md": "unchanged"}


@pytest.mark.parametrize(
    "name", ["with space.md", 'it\'s "quoted".md', "日本語 é.md", "a\nb.md", "%s;--.md", "A.MD"]
)
def test_any_name_is_followed(library, folder, name):
    path = write(folder / name, "One thing.")
    assert follow(library, folder)[0] == {name: "new"}
    assert follow(library, folder)[0] == {name: "unchanged"}
    path.unlink()
    assert follow(library, folder)[0] == {name: "deleted"}


def test_a_name_that_is_not_utf8_is_refused_in_plain_letters(library, folder):
    (folder / os.fsdecode(b"caf\xe9.md")).write_bytes(b"One thing.")
    write(folder / "b.md", "Another thing.")
    fates, reports = follow(library, folder)
    assert fates == {"b.md": "new", "caf\\udce9.md": "refused"}
    reports["caf\\udce9.md"].message.encode("utf-8")


def test_hidden_files_pipes_and_unknown_endings_are_passed_over(library, folder):
    write(folder / ".hidden.md", "One thing.")
    (folder / ".git").mkdir()
    write(folder / ".git" / "a.md", "One thing.")
    os.mkfifo(folder / "pipe.md")
    write(folder / "a.docx", "One thing.")
    assert follow(library, folder)[0] == {}


def test_links_that_lead_in_a_circle_end(library, folder):
    write(folder / "a.md", "One thing.")
    (folder / "loop").symlink_to(folder)
    (folder / "self.md").symlink_to(folder / "self.md")
    assert follow(library, folder)[0] == {"a.md": "new", "self.md": "refused"}


def test_a_folder_that_may_not_be_entered_keeps_what_was_read(nobody):
    folder, run = nobody
    shut = folder / "notes" / "shut"
    shut.mkdir(parents=True)
    write(shut / "a.md", "One thing.")
    write(folder / "notes" / "b.md", "Another thing.")
    with Library(folder / "data") as own:
        follow(own, folder / "notes")
    shut.chmod(0)
    for path in (folder / "data", *(folder / "data").iterdir()):
        path.chmod(0o777)
    said = run(SYNC)
    assert "refused" in said
    assert "shut: Permission denied" in said
    assert "['a', 'b']" in said


def test_a_folder_that_is_gone_keeps_what_was_read_from_it(library, folder):
    write(folder / "a.md", "One thing.")
    follow(library, folder)
    folder.rename(folder.with_name("away"))
    fates, reports = follow(library, folder)
    assert fates == {"notes": "refused"}
    assert "No such file" in reports["notes"].message
    assert library.keys() == {"a"}
    folder.with_name("away").rename(folder)
    assert follow(library, folder)[0] == {"a.md": "unchanged"}


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
        # As the readers before kept them: what a note does not show was part of its text.
        older.setattr(syncing, "READERS", "1")
        older.setattr("assistant.readers.markdown.without_hidden", lambda text: (text, []))
        follow(library, folder, tmp_path / "more")
    assert "secret" in library.get("a").text
    fates, reports = follow(library, folder, prune=False)
    assert fates == {"a.md": "changed", "b.md": "unchanged"}
    assert "2 hidden words left out" in reports["a.md"].message
    assert library.get("a").text == "One thing.\n"
    # A folder that this sync did not look into is read again when it is looked into.
    opened = []
    real = syncing.readers.read
    monkeypatch.setattr(
        syncing.readers,
        "read",
        lambda path, **options: opened.append(path.name) or real(path, **options),
    )
    assert set(follow(library, folder, tmp_path / "more")[0].values()) == {"unchanged"}
    assert opened == ["c.md"]


@given(st.text(max_size=90))
def test_slugs_are_short_lower_case_ascii(name):
    made = slug(name)
    assert made.isascii()
    assert made == made.lower()
    assert len(made) <= 60
    assert slug(made) == made


edits = st.lists(
    st.tuples(
        st.sampled_from(["write", "delete", "move", "break", "touch"]),
        st.sampled_from("abcd"), st.sampled_from("abcd"), st.integers(0, 3),
    ),
    max_size=8,
)  # fmt: skip


def test_a_copy_of_what_became_a_copy_itself_takes_its_place(tmp_path):
    folder = tmp_path / "notes"
    folder.mkdir()
    with Library(tmp_path / "data") as library:
        for name, text in (("a", 2), ("b", 0), ("c", 0)):
            _edit(folder, "write", name, name, text)
        follow(library, folder)
        _edit(folder, "write", "b", "b", 2)
        os.utime(folder / "b.md", ns=(1, 1))
        follow(library, folder)
        assert len(library.keys()) == 2


@given(st.lists(edits, min_size=1, max_size=4))
def test_however_a_folder_got_there_its_passages_are_those_of_a_clean_sync(
    tmp_path_factory, rounds
):
    base = tmp_path_factory.mktemp("edits")
    folder = base / "notes"
    folder.mkdir()
    with Library(base / "data") as library, Library(base / "clean") as clean:
        for changes in rounds:
            for n, (what, name, other, text) in enumerate(changes):
                _edit(folder, what, name, other, text)
                for path in folder.iterdir():
                    os.utime(path, ns=(n, hash((n, path.name)) % 10**6))
            follow(library, folder)
        broken = [path for path in folder.iterdir() if path.read_bytes().startswith(b"\xff")]
        for path in broken:
            path.unlink()
        follow(library, folder)
        follow(clean, folder)
        assert sorted(p.text for p in library.passages()) == sorted(
            p.text for p in clean.passages()
        )
        assert len(library.keys()) == len(clean.keys())
    shutil.rmtree(base)


def _edit(folder, what, name, other, text):
    path = folder / f"{name}.md"
    if what == "write":
        path.write_text(f"Text {text} stands in this note.\n" * (text + 1))
    elif what == "break":
        path.write_bytes(b"\xff broken")
    elif not path.exists():
        return
    elif what == "delete":
        path.unlink()
    elif what == "move":
        path.rename(folder / f"{other}.md")


KILLED = textwrap.dedent("""
    import sys
    from assistant import Assistant

    def report(message, fraction):
        print(message, flush=True)

    Assistant.open(sys.argv[1], corpus_dir=sys.argv[2]).sync(progress=report)
    print("done", flush=True)
""")


def test_a_kill_at_any_moment_loses_nothing_that_was_done(small_library, small_corpus, tmp_path):
    from assistant import Assistant

    corpus = shutil.copytree(small_corpus, tmp_path / "corpus")
    for n in range(12):
        body = "\n\n".join(f"Passage {i} of note {n} tells of layer {i * n}." for i in range(20))
        write(corpus / f"extra-{n}.md", body, title=f"What does note {n} tell?")
    clean = Assistant.open(tmp_path / "clean", corpus_dir=corpus)
    expected = clean.sync().index_hash
    question = "Do middle layers give better features than the last layer?"
    random.seed(7)
    data = shutil.copytree(small_library, tmp_path / "data")
    before = Library(data).keys()
    for moment in (4, 13, 17, 18):
        with subprocess.Popen(
            [sys.executable, "-c", KILLED, str(data), str(corpus)],
            stdout=subprocess.PIPE,
            text=True,
        ) as running:
            lines = [line for line in (running.stdout.readline() for _ in range(moment)) if line]
            time.sleep(random.uniform(0, 0.2))
            running.send_signal(signal.SIGKILL)
        read = {
            Path(line.split()[1]).stem for line in lines[:-1] if line.startswith("reading extra")
        }
        with Library(data) as library:
            assert before | read <= library.keys()
            stored = library.passages()
            assert all(library.get(p.source).text[p.start : p.end] == p.text for p in stored)
    again = Assistant.open(data, corpus_dir=corpus)
    assert again.sync().index_hash == expected
    assert contents(again.library) == contents(clean.library)
    assert again.ask(question).sentences == clean.ask(question).sentences
    assert [hit.passage for hit in again.search("layer 33", 30)] == [
        hit.passage for hit in clean.search("layer 33", 30)
    ]
