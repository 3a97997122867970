"""Bibliographies survive a round trip, and a broken entry costs only itself."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import Refused
from assistant.readers import Bibliography, bibtex, csl, export, references, ris

TYPES = sorted(set(ris.TYPES.values()))
WORDS = st.text(
    st.characters(
        codec="utf-8", categories=("L", "N", "P", "S"), exclude_characters="\ue000\ue001"
    ),
    min_size=1,
    max_size=12,
)
LINES = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)
NAMES = st.lists(
    st.text(st.characters(categories=("Lu", "Ll"), codec="utf-8"), min_size=1, max_size=9).filter(
        lambda word: word.lower() not in ("and", "others")
    ),
    min_size=1,
    max_size=3,
).map(" ".join)
REFERENCES = st.builds(
    references.reference,
    key=st.from_regex(r"[a-z][a-z0-9:-]{0,15}", fullmatch=True),
    title=LINES,
    authors=st.lists(NAMES, max_size=3),
    year=st.one_of(st.just(""), st.integers(1000, 9999)),
    venue=st.one_of(st.just(""), LINES),
    doi=st.from_regex(r"(10\.\d{4}/[a-z0-9.()_-]{1,10})?", fullmatch=True),
    arxiv=st.from_regex(r"([0-9]{4}\.[0-9]{5})?", fullmatch=True),
    url=st.from_regex(r"(https://[a-z]{1,9}\.org/[a-z0-9_%~#-]{0,9})?", fullmatch=True),
    abstract=st.one_of(st.just(""), LINES),
    type=st.sampled_from(TYPES),
)
FORMATS = [
    (export.to_bibtex, bibtex.read, "x.bib"),
    (export.to_ris, ris.read, "x.ris"),
    (export.to_csl, csl.read, "x.json"),
]


def read_back(write, read, name, works, folder) -> Bibliography:
    path = folder / name
    path.write_text(write(works), encoding="utf-8")
    return read(path)


@pytest.mark.parametrize(("write", "read", "name"), FORMATS)
@settings(deadline=None)
@given(works=st.lists(REFERENCES, min_size=1, max_size=3, unique_by=lambda work: work.key))
def test_what_is_written_is_read_back(tmp_path_factory, write, read, name, works):
    found = read_back(write, read, name, works, tmp_path_factory.mktemp("bib"))
    assert found == Bibliography(references=tuple(works))


def test_latex_accents_and_names_become_letters(tmp_path):
    path = tmp_path / "a.bib"
    path.write_text(
        r"""@inproceedings{godel, title = {{\"U}ber 50% of {GPT}'s $x^2$}, year = 1931,
        author = {G{\"o}del, Kurt and van der Maaten, Laurens and {Team, {The} GPT} and others},
        booktitle = "Proc. \& Co", eprint={2502.02013v2}, archivePrefix={arXiv},
        doi = {https://doi.org/10.1/A_b}, url = {https://a.org/b%20c}}"""
    )
    (work,) = bibtex.read(path).references
    assert work.title == "Über 50% of GPT's $x^2$"
    assert work.authors == ("Kurt Gödel", "Laurens van der Maaten", "Team, The GPT")
    assert (work.year, work.venue, work.arxiv) == (1931, "Proc. & Co", "2502.02013")
    assert (work.doi, work.url) == ("10.1/A_b", "https://a.org/b%20c")


def test_a_broken_bibtex_entry_is_reported_and_the_others_stand(tmp_path):
    path = tmp_path / "a.bib"
    path.write_text(
        "@misc{a, title={A}}\n@book{b title={B}}\n@misc{a, title={C}}\n@misc{d, title={D}}"
    )
    found = bibtex.read(path)
    assert [work.key for work in found.references] == ["a", "d"]
    assert len(found.warnings) == 2
    assert any("line 2" in warning and "broken" in warning for warning in found.warnings)
    assert any("line 3" in warning and "'a'" in warning for warning in found.warnings)


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


def test_a_broken_csl_item_is_reported_and_the_others_stand(tmp_path):
    path = tmp_path / "a.json"
    items = [{"id": 1, "title": ["T"], "issued": {"raw": "May 2020"}}, 7, {"id": "x"}, None]
    path.write_text(json.dumps(items))
    found = csl.read(path)
    assert [(work.key, work.title, work.year) for work in found.references] == [("1", "T", 2020)]
    assert len(found.warnings) == 3


@pytest.mark.parametrize(
    ("read", "content"),
    [
        (bibtex.read, "no entry here"),
        (ris.read, "no record here"),
        (csl.read, "{not json"),
        (csl.read, "[1, 2]"),
        (csl.read, "3"),
    ],
)
def test_a_file_without_any_entry_is_refused_in_one_line(tmp_path, read, content):
    path = tmp_path / "x"
    path.write_text(content)
    with pytest.raises(Refused, match=";") as refusal:
        read(path)
    assert "\n" not in str(refusal.value)
