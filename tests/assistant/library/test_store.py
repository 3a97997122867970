"""The library returns what was put into it."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.library.store import File, Library
from assistant.readers.references import Reference
from assistant.types import Page, Passage, Source, Word

names = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | names,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)
places = st.integers(0, 2**32 - 1)
points = st.floats(width=32, allow_nan=False)
word_boxes = st.builds(
    Word, start=places, end=places, left=points, bottom=points, right=points, top=points
)
pages = st.builds(
    Page, number=st.integers(1, 9999), start=places, end=places, width=points, height=points,
    words=st.lists(word_boxes, max_size=4).map(tuple),
)  # fmt: skip
sources = st.builds(
    Source, key=names, kind=st.sampled_from(["note", "paper", "evidence"]), title=names, claim=names,
    text=names, content_hash=names, path=names, metadata=st.dictionaries(names, json_values, max_size=4),
    pages=st.lists(pages, max_size=3).map(tuple),
)  # fmt: skip
references = st.builds(
    Reference, key=names, title=names, authors=st.lists(names, max_size=3).map(tuple),
    year=st.none() | st.integers(0, 3000), venue=names, doi=names, arxiv=names, url=names,
    abstract=names, type=names,
)  # fmt: skip
files = st.builds(
    File, path=names, size=places, mtime_ns=st.integers(0, 2**62), sha256=names,
    source=st.none() | names, status=st.sampled_from(["new", "refused", "duplicate"]), message=names,
)  # fmt: skip


@pytest.fixture
def library(tmp_path):
    with Library(tmp_path / "data") as opened:
        yield opened


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    with Library(tmp_path_factory.mktemp("data")) as opened:
        yield opened


def note(key="a", text="One. Two.", **fields):
    given = {"kind": "note", "title": key, "claim": "", "content_hash": text, "path": f"/{key}.md"}
    return Source(key=key, text=text, **{**given, **fields})


def passage(source, start, end):
    return Passage(
        id=f"{source.key}:{start}-{end}",
        source=source.key,
        text=source.text[start:end],
        start=start,
        end=end,
    )


def test_a_number_that_is_none_is_text_and_breaks_no_row(library):
    fields = {
        "a": float("nan"),
        "b": [float("inf"), {"c": -float("inf")}],
        "d": 'NaN "Infinity" \\',
    }
    library.put(note("a", metadata=fields), [])
    assert library.get("a").metadata == {**fields, "a": "nan"}
    assert [record.key for record in library.records()] == ["a"]


@given(sources)
def test_a_source_comes_back_as_it_went_in(shared, source):
    shared.put(source, [])
    assert shared.get(source.key, words=True) == source
    shared.remove([source.key])
    assert shared.get(source.key) is None


@given(names, st.data())
def test_passages_come_back_with_their_words(shared, text, data):
    source = note("p", text)
    cuts = data.draw(st.lists(st.integers(0, len(text)), max_size=6).map(lambda c: sorted(set(c))))
    spans = list(pairwise(cuts))
    cut = [passage(source, a, b) for a, b in spans]
    shared.put(source, cut)
    assert shared.passages() == cut
    assert shared.passages([p.id for p in reversed(cut)]) == cut[::-1]
    shared.remove(["p"])


def test_a_text_is_read_once_however_many_passages_it_has(library):
    source = note("a", "One. " * 200)
    library.put(source, [passage(source, at, at + 4) for at in range(0, 1_000, 5)])
    asked = []
    library._db.set_trace_callback(asked.append)
    assert {p.text for p in library.passages()} == {"One."}
    assert sum("text FROM sources" in statement for statement in asked) == 1
    # SQLite's own substr would count from the beginning of the text for every passage.
    assert not any("substr" in statement for statement in asked)


@given(st.lists(references, max_size=4))
def test_references_come_back_in_order(shared, given):
    shared.put_references("list.bib", given)
    assert shared.references() == given


@given(files)
def test_a_file_comes_back_as_it_was_seen(shared, file):
    shared.put_file(file)
    assert shared.files()[file.path] == file
    shared.forget_files([file.path])


def test_half_a_surrogate_pair_in_metadata_is_replaced(library):
    library.put(note(metadata={"venue": "broken \ud800"}), [])
    assert library.get("a").metadata == {"venue": "broken ?"}


def test_ten_thousand_passages_are_asked_for_at_once(library):
    source = note(text="x" * 50_000)
    cut = [passage(source, at, at + 1) for at in range(0, 50_000)]
    library.put(source, cut)
    assert library.passages([p.id for p in cut]) == cut


def test_a_new_key_for_the_same_file_replaces_the_old_one(library):
    library.put(note("old"), [passage(note("old"), 0, 4)])
    library.put(note("new"), [passage(note("new"), 0, 4)], replaces="old")
    assert library.keys() == {"new"}
    assert [p.source for p in library.passages()] == ["new"]


def test_remarks_survive_a_new_reading(library):
    library.put(note(), [])
    library.remark("a", "comment", "read again")
    library.put(note(text="Changed."), [])
    assert library.remarks("a") == {"comment": "read again"}
    library.remark("a", "comment", "")
    assert library.remarks("a") == {}


def test_identifiers_are_found_in_any_case(library):
    library.put(note("p", kind="paper", title="T", metadata={"doi": "10.1/AbC"}), [])
    assert library.find_identifier("doi", "10.1/aBc") == [("p", "T")]
    assert library.find_identifier("arxiv", "10.1/abc") == []


def test_counts_add_up(library):
    library.put(note("a"), [passage(note("a"), 0, 4)])
    library.put(note("b", kind="paper", text="x"), [])
    library.put_file(File(path="/x", size=0, mtime_ns=0, sha256="", source=None, status="refused"))
    assert library.counts() == {"note": 1, "paper": 1, "passages": 1, "references": 0, "refused": 1}
