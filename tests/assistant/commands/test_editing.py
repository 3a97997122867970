"""`inquire edit` corrects the record of a paper; the edit wins over its file, a record and a later sync."""

import pytest

from tests.assistant.command_line import one_line
from tests.pdfs import paper

TITLE = "Counting Bees in Orchards"


@pytest.fixture
def bees(inquire, own_corpus, tmp_path):
    """A paper of one's own, and `inquire` on its library."""
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "bees.pdf").write_bytes(paper())
    data = tmp_path / "library"

    def run(*arguments):
        return inquire(*arguments, data=data, corpus=own_corpus)

    added = run("add", str(folder), "--json")
    assert added.code == 0
    (key,) = [file["source"] for file in added.document["files"] if "bees" in file["path"]]
    return key, run, folder


def test_an_edit_is_shown_searched_and_taken_back(bees):
    key, run, _ = bees
    assert run("sync").code == 0
    before = run("status", "--json").document["index_hash"]
    told = run("edit", key, "--title", "Walrus heads", "--year", "1999", "--json")
    assert told.code == 0
    assert (told.document["title"], told.document["year"]) == ("Walrus heads", 1999)
    assert told.document["as_read"] == {"title": TITLE, "year": None}
    assert run("paper", key, "--json").document["title"] == "Walrus heads"
    assert "Walrus heads" in run("export", key, "--format", "bibtex").out
    assert run("status", "--json").document["index_hash"] != before
    back = run("edit", key, "--title", "", "--year", "", "--json").document
    assert (back["title"], back["year"], back["as_read"]) == (TITLE, None, {})
    assert run("status", "--json").document["index_hash"] == before


def test_an_edit_wins_over_a_sync_and_over_a_record(bees):
    key, run, folder = bees
    run("edit", key, "--authors", "Hanna van den Berg; Ivo Nine", "--venue", "Whale Days")
    # The file has other bytes, so it is read again.
    path = folder / "bees.pdf"
    path.write_bytes(path.read_bytes() + b"\n% again\n")
    (folder / "refs.bib").write_text(
        f"@inproceedings{{gao, title = {{{TITLE}}}, author = {{Gao, Tianyu}}, year = 2023, booktitle = {{EMNLP}}}}"
    )
    assert run("sync").code == 0
    shown = run("edit", key, "--year", "2024", "--json").document
    assert shown["authors"] == ["Hanna van den Berg", "Ivo Nine"]
    assert (shown["venue"], shown["year"]) == ("Whale Days", 2024)
    # When an edit is taken back, the record of the bibliography counts, which is surer than the page.
    back = run("edit", key, "--authors", "", "--venue", "", "--json").document
    assert back["authors"] == ["Tianyu Gao"]
    assert back["venue"] == "EMNLP"
    again = run("sync", "--json").document
    assert again["counts"]["changed"] == 0


def test_what_cannot_be_edited_is_one_line(bees):
    key, run, _ = bees
    assert run("sync").code == 0
    for arguments, code, said in (
        (("edit", "no-such"), 2, "Say what is to be changed"),
        (("edit", "no-such", "--year", "2020"), 2, "There is no source"),
        (("edit", key, "--year", "20"), 2, "A year is four digits"),
        (("edit", "logit-lens", "--year", "2020"), 3, "front matter"),
    ):
        ran = run(*arguments)
        assert ran.code == code
        assert said in ran.err
        assert one_line(ran.err)
