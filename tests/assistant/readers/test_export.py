"""Bibliographies survive a round trip, and no field of a work writes another."""

import bibtexparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
