"""A source is told as a bibliographic record: the note stands for its paper."""

import pytest

from assistant.errors import UsageError
from assistant.library.bibliography import FORMS, apa, export
from assistant.types import Source


def source(key="k", kind="paper", title="Quiet heads", **metadata):
    return Source(
        key=key, kind=kind, title=title, claim="", text="", content_hash="0", metadata=metadata
    )


@pytest.mark.parametrize("form", FORMS)
def test_a_note_is_exported_as_the_paper_it_is_about(form):
    note = source(kind="note", title="Are heads quiet?", paper="Quiet heads", authors=["Ann Roe"])
    told = export([note], form)
    assert "Quiet heads" in told
    assert "Are heads quiet?" not in told


def test_an_unknown_form_is_refused_with_those_there_are():
    with pytest.raises(UsageError) as caught:
        export([source()], "endnote")
    assert all(form in str(caught.value) for form in FORMS)


def test_an_incomplete_author_list_says_so():
    part = source(authors=["Ann Roe"], authors_complete=False)
    assert "author = {Ann Roe and others}" in export([part], "bibtex")
    assert apa(part).startswith("Roe, A., et al. (n.d.).")


@pytest.mark.parametrize(
    ("metadata", "told"),
    [
        ({"authors": ["Ann Roe", "Jean-Luc Ek"], "year": 2020, "venue": "Proc. Sea"},
         "Roe, A., & Ek, J.-L. (2020). Quiet heads. Proc. Sea."),
        ({"doi": "10.1/x"}, "Quiet heads. (n.d.). https://doi.org/10.1/x"),
        ({"authors": ["Plato"], "url": "https://a.org"}, "Plato (n.d.). Quiet heads. https://a.org"),
    ],
)  # fmt: skip
def test_a_reference_in_the_style_of_apa_has_the_parts_that_are_known(metadata, told):
    assert apa(source(**metadata)) == told


def test_more_than_twenty_authors_are_cut_before_the_last():
    names = [f"A{chr(97 + n)} Name{chr(97 + n)}" for n in range(22)]
    told = apa(source(authors=names))
    assert "Names, A., … Namev, A." in told
