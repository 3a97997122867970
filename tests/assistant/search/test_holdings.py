"""The library's table has a row for every source and every refused file, with filters, order, tags, collections."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import UsageError
from assistant.library.labels import Change, label
from assistant.library.store import Library
from assistant.search.holdings import COLUMNS, STATUSES, Holding, holdings, ordered
from assistant.search.query import parse
from assistant.search.scope import within
from tests.assistant.library.sync.following import follow, write
from tests.pdfs import encrypted, paper, pdf

BIB = "@book{seal, author={Poe, Ida}, title={Seals of the North}, year=1999}"


@pytest.fixture
def library(tmp_path):
    folder = tmp_path / "readings"
    folder.mkdir()
    write(folder / "whale.md", "Whales sing.", key="whale", title="Whales sing", year=2021, authors="[Jane Doe]",
          tags="[sea, mammals]")  # fmt: skip
    write(
        folder / "robin.md",
        "Robins sing.",
        key="robin",
        title="Robins sing",
        year=2019,
        authors="[Ann Roe]",
    )
    (folder / "refs.bib").write_text(BIB)
    (folder / "scan.pdf").write_bytes(pdf([[]]))
    (folder / "secret.pdf").write_bytes(encrypted(paper(), user="x", owner="y"))
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 nothing")
    with Library(tmp_path / "data") as opened:
        follow(opened, folder)
        yield opened


def keys(rows):
    return [row.key for row in rows if row.key]


def test_every_source_and_every_refused_file_is_a_row(library):
    rows = {row.key or row.title: row for row in holdings(library)}
    assert {name: row.status for name, row in rows.items()} == {
        "whale": "indexed", "robin": "indexed", "seal": "reference only", "scan.pdf": "needs OCR",
        "secret.pdf": "password", "broken.pdf": "refused",
    }  # fmt: skip
    assert {row.status for row in rows.values()} == set(STATUSES)
    assert all(rows[name].why for name in ("scan.pdf", "secret.pdf", "broken.pdf"))
    assert rows["whale"].tags == ("sea", "mammals")
    assert rows["whale"].authors == ("Jane Doe",)
    assert len(rows["whale"].added) == len("2026-11-30")
    json.dumps([row.as_json() for row in rows.values()])


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("", ["robin", "seal", "whale"]), ("tag:sea", ["whale"]), ("year:>=2020", ["whale"]), ("kind:paper", ["seal"]),
        ("sing", ["robin", "whale"]), ("sing jane", ["whale"]), ("-whales sing", ["robin"]),
        ("-source:whale", ["robin", "seal"]), ("DOE", ["whale"]), ('"seals of"', ["seal"]), ("penguin", []),
        ("kind:evidence", []),
    ],
)  # fmt: skip
def test_a_filter_leaves_what_it_says(library, query, left):
    assert keys(holdings(library, query)) == left


def test_a_status_leaves_its_rows(library):
    for status in STATUSES:
        assert {row.status for row in holdings(library, status=status)} == {status}


@pytest.mark.parametrize(
    "wrong", [{"query": "tag:none"}, {"query": "collection:none"}, {"query": "source:none"}, {"query": "year:soon"},
              {"status": "fine"}],
)  # fmt: skip
def test_what_there_is_not_is_said(library, wrong):
    with pytest.raises(UsageError):
        holdings(library, **wrong)


rows = st.lists(
    st.builds(
        Holding, key=st.text(max_size=4), title=st.text(max_size=4), kind=st.just("note"),
        status=st.sampled_from(STATUSES), year=st.none() | st.integers(0, 3000),
        authors=st.lists(st.text(max_size=4), max_size=2).map(tuple),
    )
)  # fmt: skip


@given(rows, st.sampled_from(COLUMNS), st.booleans())
def test_an_order_loses_nothing_and_puts_what_is_missing_last(found, by, backwards):
    told = ordered(found, by, backwards=backwards)
    assert sorted(map(repr, told)) == sorted(map(repr, found))
    empty = [getattr(row, by) in ("", None, ()) for row in told]
    assert empty == sorted(empty)


def test_an_order_is_that_of_the_column(library):
    assert keys(ordered(holdings(library), "year")) == ["seal", "robin", "whale"]
    assert keys(ordered(holdings(library), "authors")) == ["whale", "seal", "robin"]
    assert keys(ordered(holdings(library), "year", backwards=True)) == ["whale", "robin", "seal"]
    with pytest.raises(UsageError, match="no column"):
        ordered([], "colour")


def test_a_reader_gives_and_takes_tags_and_collections_of_any_source(library, tmp_path):
    label(
        library, ["whale", "seal"], [Change("tag", " to  read "), Change("collection", "Sea/North")]
    )
    label(library, ["whale"], [Change("tag", "sea", present=False)])
    assert keys(holdings(library, 'tag:"to read"')) == ["seal", "whale"]
    assert keys(holdings(library, "collection:sea")) == ["seal", "whale"]
    with pytest.raises(UsageError, match="tag:sea"):
        holdings(library, "tag:sea")
    # A file that is read anew keeps its tags, and a question's filter finds them.
    write(
        tmp_path / "readings" / "whale.md",
        "Whales sing loudly.",
        key="whale",
        title="Whales",
        tags="[sea]",
    )
    follow(library, tmp_path / "readings")
    records = {record.key: record for record in library.records()}
    assert records["whale"].tags == ("to read",)
    assert within(records, parse('why tag:"TO READ" collection:sea/north').filters) == {
        "seal",
        "whale",
    }
    label(library, ["whale"], [Change("tag", "sea")])
    assert {record.key: record for record in library.records()}["whale"].tags == ("sea", "to read")


@pytest.mark.parametrize("name", ["", "  ", 'a "b"', "x" * 101])
def test_a_name_that_no_filter_holds_is_refused(library, name):
    with pytest.raises(UsageError, match="is no tag"):
        label(library, ["whale"], [Change("tag", name)])
