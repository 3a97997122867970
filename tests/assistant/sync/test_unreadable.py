"""What cannot be read is named and stops nothing, and what was read before is kept."""

import os

import pytest

from assistant.library import Library
from tests.assistant.sync.following import SYNC, contents, follow, write


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
