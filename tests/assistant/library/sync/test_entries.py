"""Records of bibliographies are entries: found, exported, merged with their paper, and gone with their file."""

import json

import pytest

from assistant.library.bibliography import export
from assistant.library.sync import remove, take_in
from assistant.pages.paper import page
from tests.assistant.library.sync.following import follow, write
from tests.pdfs import Text, column, pdf

ABSTRACT = "We show that thirty percent of attention heads in whale transformers stay quiet."
BIB = f"""@string{{venue = "Journal of "}}
@article{{Whale2021, author={{Doe, Jane and Roe, Ann}}, title = "Quiet " # "Heads in Whale Transformers", year=2021,
  journal=venue # {{Whales}}, doi={{10.1/whale}}, abstract={{{ABSTRACT}}}}}
@book{{seal, author={{Poe, Ida}}, title={{Seals}}, year=1999}}
"""
RIS = f"""TY  - JOUR
ID  - Whale2021
TI  - Quiet Heads in Whale Transformers
AU  - Doe, Jane
AU  - Roe, Ann
PY  - 2021
T2  - Journal of Whales
DO  - 10.1/whale
AB  - {ABSTRACT}

TY  - BOOK
ID  - seal
BT  - Seals
AU  - Poe, Ida
PY  - 1999
"""
CSL = json.dumps(
    [
        {
            "id": "Whale2021", "type": "article-journal", "title": "<i>Quiet</i> Heads in Whale Transformers",
            "author": [{"family": "Doe", "given": "Jane"}, {"family": "Roe", "given": "Ann"}],
            "issued": {"date-parts": [[2021]]}, "container-title": "Journal of Whales", "DOI": "10.1/whale",
            "abstract": f"<jats:p>{ABSTRACT}</jats:p>",
        },
        {"id": "seal", "type": "book", "title": "Seals", "author": [{"literal": "Ida Poe"}], "issued": "1999"},
    ]
)  # fmt: skip
FORMS = {"refs.bib": BIB, "refs.ris": RIS, "refs.json": CSL}


@pytest.mark.parametrize("name", FORMS)
def test_a_record_is_a_source_that_is_found_and_exported(library, folder, name):
    (folder / name).write_text(FORMS[name], "utf-8")
    fates, reports = follow(library, folder)
    assert fates == {name: "new"}
    assert reports[name].message == "2 references"
    assert library.keys() == {"whale2021", "seal"}
    whale, seal = library.get("whale2021"), library.get("seal")
    assert whale.is_reference
    assert seal.is_reference
    for word in ("Jane Doe", "Ann Roe", "Quiet Heads", ABSTRACT):
        assert any(word in p.text for p in library.passages() if p.source == "whale2021")
    assert [p.text for p in library.passages() if p.source == "seal"] == [
        "Seals\n\nIda Poe\n\n1999"
    ]
    (cited,) = [p for p in library.passages() if p.section == "Abstract"]
    assert whale.text[cited.start : cited.end] == ABSTRACT
    written = export([whale], "bibtex")
    assert "@article{Whale2021," in written
    for field in (
        "{Jane Doe and Ann Roe}",
        "{2021}",
        "{Journal of Whales}",
        "{10.1/whale}",
        ABSTRACT,
    ):
        assert field in written
    assert "@book{seal," in export([seal], "bibtex")
    shown = page(library, whale)
    assert shown["abstract"]["text"] == ABSTRACT
    assert f"only its record in {name}" in shown["warning"]
    assert shown["download"] is None
    assert library.counts()["entries"] == 2
    assert follow(library, folder)[0] == {name: "unchanged"}


def paper(
    title="Quiet Heads in Whale Transformers", body="Whales are large and their heads are quiet."
):
    lines = [
        body,
        "This line goes on about the heads of whales",
        "and this one ends what is said of them.",
    ]
    return pdf([[Text(90, 740, title, 18, bold=True), *column(72, 700, lines)]])


def test_a_paper_takes_the_place_of_its_record_and_its_key_and_gives_it_back(library, folder):
    (folder / "refs.bib").write_text(BIB, "utf-8")
    follow(library, folder)
    library.remark("whale2021", "comment", "mine")
    path = folder / "download.pdf"
    path.write_bytes(paper())
    fates, reports = follow(library, folder)
    assert (fates["download.pdf"], reports["download.pdf"].source) == ("new", "whale2021")
    held = library.get("whale2021")
    assert not held.is_reference
    assert "Whales are large" in held.text
    assert (held.metadata["authors"], held.metadata["year"]) == (["Jane Doe", "Ann Roe"], 2021)
    written = export([held], "bibtex")
    assert "@article{Whale2021," in written
    assert "Journal of Whales" in written
    assert library.keys() == {"whale2021", "seal"}
    assert library.remarks("whale2021") == {"comment": "mine"}
    path.unlink()
    follow(library, folder)
    assert library.get("whale2021").is_reference


def test_a_record_lends_to_a_paper_that_was_there_before_and_takes_it_back(library, folder):
    path = folder / "download.pdf"
    path.write_bytes(paper())
    follow(library, folder)
    (key,) = library.keys()
    before = library.get(key)
    references = folder / "refs.bib"
    references.write_text(BIB, "utf-8")
    follow(library, folder)
    assert library.keys() == {key, "seal"}
    assert library.get(key).metadata["venue"] == "Journal of Whales"
    follow(library, folder)
    assert library.get(key).metadata["venue"] == "Journal of Whales"
    references.unlink()
    follow(library, folder)
    assert library.keys() == {key}
    assert library.get(key) == before


def test_another_paper_is_not_taken_for_the_record(library, folder):
    (folder / "refs.bib").write_text(BIB, "utf-8")
    (folder / "seal.pdf").write_bytes(paper(title="Seals"))
    follow(library, folder)
    # The title is one word, without author and year, so it may be any work of that title.
    assert sum(key.startswith("seal") for key in library.keys()) == 2  # noqa: SIM118


def test_a_note_on_the_work_speaks_for_a_record_that_has_nothing_to_quote(library, folder):
    write(
        folder / "n.md",
        "They bark.",
        key="seal",
        title="Do seals bark?",
        paper="Seals",
        authors="[Ida Poe]",
    )
    write(folder / "w.md", "They sing.", title="Do whales sing?", doi="10.1/WHALE")
    (folder / "refs.bib").write_text(BIB, "utf-8")
    follow(library, folder)
    assert library.keys() == {"seal", "w", "whale2021"}
    assert library.get("seal").kind == "note"
    assert library.get("whale2021").is_reference


def test_a_note_with_the_key_of_a_record_of_another_work_moves_the_record(library, folder):
    (folder / "refs.bib").write_text(BIB, "utf-8")
    follow(library, folder)
    write(folder / "n.md", "They bark.", key="seal", title="What is it that lies on the ice?")
    fates, _ = follow(library, folder)
    assert fates["n.md"] == "new"
    assert library.get("seal").kind == "note"
    assert library.get("seal-2").title == "Seals"


def test_a_work_in_two_bibliographies_is_one_entry(library, folder):
    (folder / "a.bib").write_text(BIB, "utf-8")
    (folder / "b.json").write_text(CSL, "utf-8")
    follow(library, folder)
    assert library.keys() == {"whale2021", "seal"}
    (folder / "a.bib").unlink()
    follow(library, folder)
    assert library.keys() == {"whale2021", "seal"}


def test_entries_follow_their_file_where_it_changes_moves_and_goes(library, folder):
    path = folder / "refs.bib"
    path.write_text(BIB, "utf-8")
    follow(library, folder)
    path.write_text(BIB.replace("Seals", "Sea Lions"), "utf-8")
    follow(library, folder)
    assert library.get("seal").title == "Sea Lions"
    path.rename(folder / "other.bib")
    follow(library, folder)
    assert library.keys() == {"whale2021", "seal"}
    assert library.get("seal").metadata["reference"]["origin"] == str(folder / "other.bib")
    (folder / "other.bib").unlink()
    follow(library, folder)
    assert library.keys() == set()
    assert library.passages() == []


def test_a_removed_entry_stays_removed_until_its_file_is_added_again(library, folder):
    path = folder / "refs.bib"
    path.write_text(BIB, "utf-8")
    follow(library, folder)
    remove(library, ["seal"])
    path.write_text(BIB + "\n", "utf-8")
    follow(library, folder)
    assert library.keys() == {"whale2021"}
    take_in(library, [folder])
    follow(library, folder)
    assert library.keys() == {"whale2021", "seal"}


def test_works_of_one_key_are_two_entries(library, folder):
    (folder / "a.bib").write_text("@misc{same, title={One Thing}}")
    (folder / "b.bib").write_text("@misc{same, title={Another Thing}}")
    follow(library, folder)
    assert library.keys() == {"same", "same-2"}
