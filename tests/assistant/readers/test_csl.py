"""CSL-JSON is read whoever wrote it, and a broken item loses only itself."""

import json

import pytest

from assistant.readers import csl


def test_a_broken_csl_item_is_reported_and_the_others_stand(tmp_path):
    path = tmp_path / "a.json"
    items = [{"id": 1, "title": ["T"], "issued": {"raw": "May 2020"}}, 7, {"id": "x"}, None]
    path.write_text(json.dumps(items))
    found = csl.read(path)
    assert [(work.key, work.title, work.year) for work in found.references] == [("1", "T", 2020)]
    assert len(found.warnings) == 3


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
