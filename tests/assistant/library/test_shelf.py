"""Works are found by what a reference can call them, and two works are one only for a reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.library.shelf import folded_title, shelf, work, work_ids
from assistant.types import Source

TITLE = "Quiet Heads of Large Whales"


def paper(key, title=TITLE, **metadata):
    return Source(
        key=key, kind="paper", title=title, claim="", text="", content_hash="0", metadata=metadata
    )


@pytest.mark.parametrize(
    "printed",
    [
        "J. Doe. Quiet heads of large whales. 2021.",
        "Doe (2021), see arXiv:2104.12345v2.",
        "Doe (2021), https://doi.org/10.1234/Quiet.",
        "Doe (2021), https://doi.org/10.48550/arXiv.2104.12345",
    ],
)
def test_a_printed_reference_finds_its_work(printed):
    known = shelf([paper("w", doi="10.1234/quiet", arxiv="2104.12345"), paper("x", "Loud tails")])
    assert known.find(printed) == {"w"}


@pytest.mark.parametrize(
    "printed", ["Quiet heads", "Heads of large whales", "arXiv:2104.99999", ""]
)
def test_a_part_of_a_title_finds_nothing(printed):
    assert shelf([paper("w", arxiv="2104.12345")]).find(printed) == set()


def test_a_preprint_and_its_proceedings_are_one_work_and_a_later_namesake_is_not():
    preprint, printed = paper("a", year=2020), paper("b", year=2021)
    namesake = paper("c", year=2024)
    known = shelf([preprint, printed, namesake])
    assert known.same_work(preprint) == {"a", "b"}
    assert known.same_work(namesake) == {"c"}


def test_a_short_title_needs_an_author():
    short = (["Deep learning"], ["Ann Roe"], 2015, "", "")
    assert work(*short).is_same(work(["Deep Learning"], ["A. Roe"], 2015, None, None))
    assert not work(*short).is_same(work(["Deep learning"], ["Bo Ek"], 2015, None, None))


@given(st.from_regex(r"\d{4}\.\d{5}", fullmatch=True), st.integers(1, 9))
def test_an_arxiv_id_is_the_same_with_prefix_version_and_as_its_doi(number, version):
    same = work_ids("", number)
    assert work_ids("", f"arXiv:{number}v{version}") == same
    assert work_ids(f"10.48550/arXiv.{number}v{version}", "") == same


@given(st.text())
def test_a_folded_title_is_folded(text):
    assert folded_title(folded_title(text)) == folded_title(text)
