"""Bibliographies survive a round trip, and a broken entry loses only itself."""

import json

import bibtexparser
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


HOSTILE = st.lists(
    st.sampled_from(
        ["}", "{", "\\", ",", "=", '"', "%", "#", "@book{x, title={own}}", "a", " ", "\n", "}\n}\n@misc{y,", "é"]
    )
).map("".join)  # fmt: skip


FIELDS = ("key", "title", "venue", "doi", "arxiv", "url", "abstract", "type")


@settings(deadline=None)
@given(said=st.fixed_dictionaries(dict.fromkeys(FIELDS, HOSTILE)), author=HOSTILE)
def test_no_field_of_a_work_writes_an_entry_or_a_field_of_its_own(tmp_path_factory, said, author):
    folded = {name: " ".join(text.split()) for name, text in said.items()}
    work = references.Reference(**folded, authors=(" ".join(author.split()),))
    path = tmp_path_factory.mktemp("bib") / "x.bib"
    path.write_text(export.to_bibtex([work]), encoding="utf-8")
    found = bibtexparser.parse_file(str(path))
    assert len(found.entries) == len(found.blocks) == 1
    fields = [field.key for field in found.entries[0].fields]
    assert set(fields) <= {
        "title", "author", "journal", "booktitle", "school", "institution", "publisher", "doi", "eprint",
        "archiveprefix", "url", "abstract",
    }  # fmt: skip
    assert len(fields) == len(set(fields))


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


def bib(tmp_path, text):
    path = tmp_path / "a.bib"
    path.write_text(text, "utf-8")
    return bibtex.read(path)


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ('first # "Heads"', "Quiet Heads"),
        ('"Heads " # {of } # "Whales"', "Heads of Whales"),
        ("FIRST # second # {!}", "Quiet Quiet and loud!"),
        ("{A # B} # { C}", "A # B C"),
        ("unknown # {x}", "unknownx"),
        ("2021", "2021"),
    ],
)
def test_values_are_put_together_from_their_parts(tmp_path, written, title):
    strings = '@string{first = "Quiet "}\n@string(second = first # "and loud")\n'
    found = bib(tmp_path, f"{strings}@article{{a, title = {written}, year = 2020}}")
    assert found.references[0].title.replace("\\", "") == title


@pytest.mark.parametrize("title", ["{Quiet = Heads}", '"Quiet = Heads"'])
@pytest.mark.parametrize("comma", [",", " ", "\n"])
def test_a_forgotten_comma_costs_no_field(tmp_path, title, comma):
    rest = comma.join(["year = 2020", "author = {Doe, Jane}", "journal = {Whales}"])
    found = bib(tmp_path, f"@article{{a, title = {title}{comma}{rest}}}").references[0]
    assert (found.title, found.authors, found.venue, found.year) == (
        "Quiet = Heads",
        ("Jane Doe",),
        "Whales",
        2020,
    )


def test_an_entry_takes_what_it_lacks_from_its_parents_and_not_what_is_theirs_alone(tmp_path):
    found = bib(
        tmp_path,
        """@inproceedings{child, crossref = {PARENT}, author = {Roe, Ann}, title = {A Child}, xdata = {more,most}}
        @proceedings{Parent, title = {Proceedings of Parents}, editor = {Doe, Jane}, year = 2019, doi = {10.1/volume},
          abstract = {All papers.}}
        @xdata{more, publisher = {Press}, xdata = {most}}
        @xdata{most, url = {https://example.org}, publisher = {Other}}
        @incollection{chapter, crossref = {book}, title = {A Chapter}, author = {Poe, Ida}, year = 2001}
        @book{book, title = {A Book}, booktitle = {A Book of Chapters}, year = 2000}
        @article{lost, crossref = {nowhere}, title = {Alone}}""",
    )
    works = {work.key: work for work in found.references}
    assert sorted(works) == ["Parent", "book", "chapter", "child", "lost"]
    assert works["child"].venue == "Press"
    assert (works["child"].year, works["child"].doi, works["child"].abstract) == (2019, "", "")
    assert works["child"].authors == ("Ann Roe",)
    assert works["child"].url == "https://example.org"
    assert (works["chapter"].venue, works["chapter"].year) == ("A Book of Chapters", 2001)
    assert works["lost"].title == "Alone"


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


def test_an_entry_without_a_key_lends_nothing_to_the_others(tmp_path):
    found = bib(
        tmp_path,
        "@article{a, title={A}}\n@article{, title={No key}, author={Doe, Jane}, year=2020, doi={10.1/x}}",
    )
    alone, keyless = found.references
    assert (alone.key, alone.authors, alone.year, alone.venue, alone.doi) == ("a", (), None, "", "")
    assert (keyless.key, keyless.authors) == ("doe2020", ("Jane Doe",))


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


def test_strings_that_double_themselves_and_circles_of_entries_end(tmp_path):
    doubling = "".join(f"@string{{a{n} = a{n - 1} # a{n - 1}}}\n" for n in range(1, 80))
    found = bib(
        tmp_path,
        f'@string{{a0 = "x"}}\n{doubling}@article{{a, title = a79, crossref = {{b}}, xdata={{a}}}}\n'
        "@article{b, title={B}, crossref={a}, xdata={b}}",
    )
    assert len(found.references[0].title) == 5_000


@pytest.mark.parametrize(
    ("item", "year"),
    [
        ({"issued": {"date-parts": [[2020, 5, 1], [2021]]}}, 2020),
        ({"issued": {"date-parts": [["2020"]]}}, 2020),
        ({"issued": {"date-parts": [2020, 5]}}, 2020),
        ({"issued": "2020-05"}, 2020),
        ({"issued": 2020}, 2020),
        ({"issued": {"raw": "5 May 2020"}}, 2020),
        ({"issued": {"literal": "circa 2020"}}, 2020),
        ({"issued": {"date-parts": [[None]], "literal": "2020?"}}, 2020),
        ({"issued": {"date-parts": [[]]}, "published-print": {"date-parts": [[2020]]}}, 2020),
        ({"published-online": {"date-parts": [[2020, 1]]}}, 2020),
        ({"issued": {"date-parts": [[-2020]]}}, None),
        ({"issued": {"date-parts": "x"}}, None),
        ({}, None),
    ],
)
def test_the_dates_of_csl_have_a_year(tmp_path, item, year):
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"title": "T", **item}))
    assert csl.read(path).references[0].year == year


def test_the_names_and_the_markup_of_csl_are_plain(tmp_path):
    path = tmp_path / "a.json"
    people = [
        {"family": "Berg", "given": "Hanna", "non-dropping-particle": "van den"},
        {"family": "Cohen", "given": "<i>Ann</i>", "suffix": "Jr"}, {"literal": "A &amp; B"}, {"name": "Team"},
        "Poe, Ida", 7, {},
    ]  # fmt: skip
    item = {"title": "<i>Quiet</i> heads &amp; H<sub>2</sub>O", "author": people,
            "abstract": "<jats:p>We <b>show</b> x &lt; y.</jats:p>"}  # fmt: skip
    path.write_text(json.dumps([item]))
    (work,) = csl.read(path).references
    assert work.title == "Quiet heads & H₂O"
    assert work.authors == ("Hanna van den Berg", "Ann Cohen Jr", "A & B", "Team", "Ida Poe", "7")
    assert work.abstract == "We show x < y."


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("Doe, Jane; Roe, Ann", ("Jane Doe", "Ann Roe")),
        ("Jane Doe", ("Jane Doe",)),
        (" ; ", ()),
        ("Doe, J. and Roe, R.", ("J. Doe", "R. Roe")),
        ("Barnes and Noble", ("Barnes and Noble",)),
        ({"family": "Doe"}, ("Doe",)),
        (7, ()),
    ],
)
def test_authors_of_csl_may_be_one_text(tmp_path, written, names):
    path = tmp_path / "a.json"
    path.write_text(json.dumps([{"title": "T", "author": written}]))
    assert csl.read(path).references[0].authors == names


def test_numbers_that_json_does_not_have_are_text(tmp_path):
    path = tmp_path / "a.json"
    path.write_text('[{"title": "T", "id": ' + "9" * 5_000 + ', "DOI": NaN, "issued": Infinity}]')
    (work,) = csl.read(path).references
    assert (work.key, work.doi, work.year) == ("9" * 5_000, "NaN", None)
