"""The records of RIS files end where they should, and their fields are read as the format means them."""

import pytest

from assistant.readers import ris


def test_a_broken_ris_record_is_reported_and_the_others_stand(tmp_path):
    path = tmp_path / "a.ris"
    path.write_text(
        "TY  - JOUR\nAU  - Lovelace, Ada\nTI  - Notes\nPY  - 1843/09//\nER  - \n\n"
        "nonsense\nER  - \n"
        "TY  - GEN\nT1  - Layers\nUR  - https://arxiv.org/abs/2502.02013v1\nER  - \n"
    )
    found = ris.read(path)
    assert [work.title for work in found.references] == ["Notes", "Layers"]
    assert found.references[0].authors == ("Ada Lovelace",)
    assert (found.references[0].key, found.references[0].year) == ("lovelace1843", 1843)
    assert found.references[1].arxiv == "2502.02013"
    assert len(found.warnings) == 1
    assert "line 7" in found.warnings[0]


def test_the_book_of_a_chapter_in_ris_is_its_venue(tmp_path):
    path = tmp_path / "a.ris"
    path.write_text(
        "TY  - CHAP\nTI  - Quiet heads\nBT  - Book of Heads\nPB  - Press\nER  - \n"
        "TY  - BOOK\nBT  - Loud heads\nPB  - Press\nER  - \n"
    )
    assert [(work.title, work.venue) for work in ris.read(path).references] == [
        ("Quiet heads", "Book of Heads"),
        ("Loud heads", "Press"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "TY  - JOUR\nTI  - Quiet heads\nAU  - Eight, Hanna\n\nTY  - JOUR\nTI  - Loud heads\nAU  - Nine, Ivo\nER  - \n",
        "TY  - JOUR\nTI  - Quiet heads\nAU  - Eight, Hanna\nER  -\nTY  - JOUR\nTI  - Loud heads\nAU  - Nine, Ivo",
        "TY - JOUR\nTI - Quiet heads\nAU - Eight, Hanna\nER -\n\nTY - BOOK\nBT - Loud heads\nAU - Nine, Ivo\n",
        "1.\r\nTY  - JOUR\r\nT1  - Quiet heads\r\nA1  - Eight, Hanna\r\n2.\r\nTY  - CHAP\r\nT1  - Loud heads\r\n"
        "A1  - Nine, Ivo\r\nER  - \r\n",
        "  TY  - JOUR\n  TI  - Quiet heads\n  AU  - Eight, Hanna\n  TY  - JOUR\n  TI  - Loud heads\n"
        "  AU  - Nine, Ivo\n",
    ],
)  # fmt: skip
def test_a_ris_record_ends_where_the_next_begins(tmp_path, text):
    path = tmp_path / "a.ris"
    path.write_bytes(text.encode())
    found = ris.read(path)
    assert [work.title for work in found.references] == ["Quiet heads", "Loud heads"]
    assert [work.authors for work in found.references] == [("Hanna Eight",), ("Ivo Nine",)]
    assert found.warnings == ()


def test_a_line_of_an_abstract_that_looks_like_a_tag_is_none(tmp_path):
    path = tmp_path / "a.ris"
    path.write_text("TY  - JOUR\nTI  - T\nAB  - We use\nAI - based heads.\nER  - \n")
    (work,) = ris.read(path).references
    assert "AI - based heads." in work.abstract


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        ("AU  - King, Martin Luther, Jr.\n", ("Martin Luther King Jr.",)),
        ("A1  - Doe, Jane\nAU  - Roe, Ann\n", ("Jane Doe", "Ann Roe")),
        ("A1  - Doe, Jane\nAU  - Doe, Jane\n", ("Jane Doe",)),
        ("AU  - World Health Organization\n", ("World Health Organization",)),
    ],
)
def test_the_names_of_ris_are_in_reading_order(tmp_path, lines, names):
    path = tmp_path / "a.ris"
    path.write_text(f"TY  - JOUR\nTI  - T\n{lines}ER  - \n")
    assert ris.read(path).references[0].authors == names


def test_the_markup_of_ris_is_plain(tmp_path):
    path = tmp_path / "a.ris"
    path.write_text(
        "TY  - JOUR\nTI  - Quiet <i>heads</i> &amp; H<sub>2</sub>O\nT2  - J. &amp; K.\n"
        "AB  - <p>We show x &lt; y.</p>\nER  - \n"
    )
    (work,) = ris.read(path).references
    assert (work.title, work.venue) == ("Quiet heads & H₂O", "J. & K.")
    assert work.abstract == "We show x < y."
