"""A file that cannot be read is named and stops nothing, and its earlier text is kept."""

import json
import os
import subprocess

import pytest

from assistant import readers
from assistant.errors import Mendable
from assistant.library.rows import dump
from assistant.library.store import Library
from assistant.library.sync import existing, remove, sync
from tests.assistant.library.sync.following import READING, SYNC, contents, follow, write
from tests.assistant.readers.damage import HOSTILE


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


def test_hostile_files_are_each_told_and_stop_no_sync(library, folder):
    for name, content in HOSTILE.items():
        (folder / name).write_bytes(content)
    write(folder / "good.md", "One thing.")
    fates, reports = follow(library, folder)
    assert set(fates) == {*HOSTILE, "good.md"}
    assert fates["good.md"] == "new"
    refused = {name for name, fate in fates.items() if fate == "refused"}
    assert refused == {"self.md", "nested.md", "bomb.md", "nested.json", "empty.ris"}
    for name in refused:
        assert str(folder / name) in reports[name].message
        assert "\n" not in reports[name].message
    # SQLite cannot read such a value as JSON, which would make every search fail.
    assert {record.key for record in library.records()} == library.keys()
    assert all(
        json.loads(dump(source.metadata), parse_constant=pytest.fail)
        for source in library.sources()
    )
    before = contents(library)
    again, _ = follow(library, folder)
    assert set(again.values()) == {"unchanged", "refused"}
    assert {name for name, fate in again.items() if fate == "refused"} == refused
    write(folder / "later.md", "Another thing.")
    assert follow(library, folder)[0]["later.md"] == "new"
    assert set(before[0]) < set(contents(library)[0])


@pytest.mark.parametrize(
    "target",
    [
        "/dev/zero",
        "/dev/null",
        "/proc/self/mem",
        "/etc/passwd",
        "/proc/kmsg",
        "../outside.md",
        "../pipe.md",
    ],
)
def test_a_link_that_leads_out_of_the_folder_is_refused_and_named(library, folder, target):
    write(folder.parent / "outside.md", "A secret.")
    os.mkfifo(folder.parent / "pipe.md")
    (folder / "link.md").symlink_to(target)
    (folder / "sub").mkdir()
    (folder / "sub" / "link.md").symlink_to(folder / "link.md")
    write(folder / "a.md", "One thing.")
    reports = sync(library, [folder], READING, lambda *_: None)
    told = {report.path: report for report in reports}
    assert told[str(folder / "a.md")].status == "new"
    for link in (folder / "link.md", folder / "sub" / "link.md"):
        assert told[str(link)].status == "refused"
        assert f"{link}: it is a link that leads out" in told[str(link)].message
    assert library.keys() == {"a"}


def test_a_link_to_a_folder_outside_is_named_and_not_entered(library, folder):
    (folder.parent / "other").mkdir()
    write(folder.parent / "other" / "b.md", "A secret.")
    (folder / "link").symlink_to(folder.parent / "other")
    fates, reports = follow(library, folder)
    assert fates == {"link": "refused"}
    assert str(folder.parent / "other") in reports["link"].message


def test_links_within_the_folder_and_links_that_were_added_are_followed(library, folder):
    write(folder / "a.md", "One thing.")
    (folder / "b.md").symlink_to("a.md")
    write(folder.parent / "outside.md", "Another thing.")
    (folder.parent / "named.md").symlink_to("outside.md")
    assert follow(library, folder)[0] == {"a.md": "new", "b.md": "duplicate"}
    assert follow(library, folder.parent / "named.md", prune=False)[0] == {"named.md": "new"}
    shelf = folder.parent / "shelf"
    shelf.symlink_to(folder)
    assert "refused" not in follow(library, shelf, prune=False)[0].values()


def test_what_a_link_brought_before_it_was_refused_stays(library, folder):
    path = write(folder / "a.md", "One thing.")
    follow(library, folder)
    path.rename(folder.parent / "outside.md")
    path.symlink_to(folder.parent / "outside.md")
    fates, reports = follow(library, folder)
    assert fates == {"a.md": "refused"}
    assert "what was read from it before stays" in reports["a.md"].message
    assert library.keys() == {"a"}


@pytest.mark.parametrize("suffix", [".md", ".bib", ".ris", ".json", ".pdf"])
def test_a_file_larger_than_its_kind_is_refused_unread(library, folder, suffix):
    path = folder / f"sparse{suffix}"
    with path.open("wb") as file:
        file.truncate(2 * 2**30)
    fates, reports = follow(library, folder)
    assert fates == {path.name: "refused"}
    assert "2,147,483,648 bytes" in reports[path.name].message


def test_others_write_while_a_file_is_read(library, folder, monkeypatch):
    write(folder / "a.md", "One thing.")
    written = []

    def read(path, **options):
        # Another process would report that the library is in use.
        with Library(library.data_dir) as other, other.alone():
            other.set_fact("written", path.name)
        written.append(path.name)
        return reading(path, **options)

    reading = readers.read
    monkeypatch.setattr(readers, "read", read)
    assert follow(library, folder)[0] == {"a.md": "new"}
    assert written == ["a.md"]
    assert library.fact("written") == "a.md"


def test_two_syncs_at_once_keep_a_file_once(library, folder, monkeypatch):
    write(folder / "a.md", "One thing.")
    reading = readers.read

    def read(path, **options):
        monkeypatch.setattr(readers, "read", reading)
        with Library(library.data_dir) as other:
            assert follow(other, folder)[0] == {"a.md": "new"}
        return reading(path, **options)

    monkeypatch.setattr(readers, "read", read)
    assert follow(library, folder)[0] == {"a.md": "unchanged"}
    assert library.keys() == {"a"}


def test_what_is_removed_while_it_is_read_stays_removed(library, folder, monkeypatch):
    path = write(folder / "a.md", "One thing.")
    follow(library, folder)
    write(path, "One thing more.")
    reading = readers.read

    def read(path, **options):
        with Library(library.data_dir) as other, other.alone():
            remove(other, ["a"])
        return reading(path, **options)

    monkeypatch.setattr(readers, "read", read)
    assert follow(library, folder)[0] == {"a.md": "unchanged"}
    assert library.keys() == set()


def test_folders_in_one_another_more_deeply_than_functions_call_themselves_are_followed(
    library, folder
):
    place = os.open(folder, os.O_RDONLY)
    for _ in range(1_200):
        os.mkdir("d", dir_fd=place)
        inner = os.open("d", os.O_RDONLY, dir_fd=place)
        os.close(place)
        place = inner
    file = os.open("a.md", os.O_CREAT | os.O_WRONLY, dir_fd=place)
    os.write(file, b"One thing.")
    os.close(file)
    os.close(place)
    try:
        assert follow(library, folder)[0] == {"a.md": "new"}
    finally:  # Python's own removal of folders calls itself
        subprocess.run(["rm", "-rf", str(folder)], check=True)


def test_every_file_that_is_refused_is_counted_until_it_is_mended(library, folder, tmp_path):
    """What a sync reports and what the library counts are the same files."""
    (folder / "empty.md").write_bytes(b"")
    (folder / os.fsdecode(b"caf\xe9.md")).write_bytes(b"One thing.")
    (folder / "broken.md").symlink_to(folder / "nowhere.md")
    outside = write(tmp_path / "outside.md", "Another thing.")
    (folder / "leaves.md").symlink_to(outside)
    write(folder / "good.md", "A third thing.")
    for _ in range(2):
        fates, _ = follow(library, folder)
        assert list(fates.values()).count("refused") == library.counts()["refused"] == 4
    for name in ("empty.md", "broken.md", "leaves.md"):
        (folder / name).unlink()
        write(folder / name, f"Mended as {name}.")
    (folder / os.fsdecode(b"caf\xe9.md")).unlink()
    fates, _ = follow(library, folder)
    assert sorted(fates.values()) == ["deleted", "new", "new", "new", "unchanged"]
    assert library.counts()["refused"] == 0


@pytest.mark.parametrize("name", ["/dev/zero", "/dev/null", "pipe"])
def test_what_is_no_file_is_never_followed(library, folder, name):
    path = folder / name
    if name == "pipe":
        os.mkfifo(path)
    with pytest.raises(Mendable, match="which is not read"):
        existing(path)
    library.add_root(str(path))  # an earlier version did this
    fates, reports = follow(library, path)
    assert list(fates.values()) == ["refused"]
    assert "which is not read" in reports[path.name].message
