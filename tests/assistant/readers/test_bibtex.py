"""BibTeX is read as people write it, and a broken entry loses only itself."""

import pytest

from assistant.readers import bibtex
from tests.assistant.readers.bibs import bib


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


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("family=Berg, given=Hanna, prefix=van den, useprefix=true and Shaz, Nora",
         ("Hanna van den Berg", "Nora Shaz")),
        ("given=Hanna, given-i=H, family={van Berg, Sons}", ("Hanna van Berg, Sons",)),
        ('family="Cohen, Jr", given={\\\'E}mile', ("Émile Cohen, Jr",)),
        ("given = Ada , family = Lovelace, suffix = III and others", ("Ada Lovelace III",)),
        ("Familyman, Jo", ("Jo Familyman",)),
    ],
)  # fmt: skip
def test_extended_names_are_names(tmp_path, written, names):
    found = bib(tmp_path, f"@article{{a, title = {{T}}, author = {{{written}}}}}")
    assert found.references[0].authors == names


def test_a_year_is_where_it_is_given_and_a_field_named_twice_costs_nothing(tmp_path):
    found = bib(
        tmp_path,
        """@article{a, title={A}, year = {forthcoming}, date = {2024}}
        @article{b, title={B}, keywords={x}, keywords={y}, year=2020}
        @article{c, title={C}, date={2017-06-12/2018}}
        @article{b, title={B again}}""",
    )
    assert [(work.key, work.year) for work in found.references] == [
        ("a", 2024),
        ("b", 2020),
        ("c", 2017),
    ]
    assert len(found.warnings) == 1


@pytest.mark.parametrize(
    ("written", "names"),
    [
        (r"Erd\H{o}s, P{\'a}l and \O{}rsted, {\AA}sa", ("Pál Erdős", "Åsa Ørsted")),
        (r"Doe, Jane AND \L{}ucka, Jo", ("Jane Doe", "Jo Łucka")),
        ("{Sons and Daughters} and Roe, Ann", ("Sons and Daughters", "Ann Roe")),
        ("Sand, Anders and Andersen, Sandy", ("Anders Sand", "Sandy Andersen")),
        ("Doe, Jane and and Roe, Ann and", ("Jane Doe", "Ann Roe")),
    ],
)
def test_names_are_told_apart_by_the_word_and_outside_braces(tmp_path, written, names):
    found = bib(tmp_path, f"@article{{a, title = {{T}}, author = {{{written}}}}}")
    assert found.references[0].authors == names


@pytest.mark.parametrize(
    "fields",
    ["journal={arXiv preprint arXiv:2301.12345}", "howpublished={arXiv:2301.12345v2}", "note={See arXiv: 2301.12345.}",
     "eprint={2301.12345}", "url={https://arxiv.org/abs/2301.12345}", "doi={10.48550/arXiv.2301.12345}"],
)  # fmt: skip
def test_an_arxiv_id_is_found_wherever_it_is_told(tmp_path, fields):
    assert bib(tmp_path, f"@misc{{a, title={{A}}, {fields}}}").references[0].arxiv == "2301.12345"
    other = bib(tmp_path, "@misc{a, title={A}, note={In 2301 and 12345 ways}, eprint={x}}")
    assert other.references[0].arxiv == ""


def test_a_subtitle_is_part_of_the_title(tmp_path):
    found = bib(tmp_path, "@book{a, title={Whales}, subtitle={Their {Heads}}}")
    assert found.references[0].title == "Whales: Their Heads"
