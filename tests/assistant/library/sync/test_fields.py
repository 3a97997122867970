"""Whatever the fields of one note hold, its library can be listed, shown, exported and searched."""

import pytest
import yaml

from assistant.answering.answer import _entries
from assistant.library.bibliography import FORMS, export
from assistant.pages.paper import page
from assistant.question.catalogue import named_sources
from tests.assistant.library.sync.following import follow, write

# These are all fields that anything reads, and those that only this program writes.
FIELDS = (
    "title claim authors year doi arxiv url venue abstract relations probes tags paper facts code licence"
    " authors_complete venue_verified date kind sections references text_here own reference pages sentences origin"
).split()  # fmt: skip
VALUES = [
    5, -1.5, 9e300, True, None, "", "x" * 3_000, "a\0b", "\"' %s {} <b>", "\u202e", [], {}, [1], [None], [[1]], [{}],
    [["a", "b"]], ["a", 5, None, {"x": 1}], [{"to": None}], [{"to": ["a"], "kind": ["x"]}], [{"to": {"a": 1}}],
    {"a": {"b": [1]}}, {"to": "good", "kind": "extends"}, [{"start": "x", "title": 3}], float("nan"), float("inf"),
    10**400,
]  # fmt: skip


@pytest.fixture
def followed(library, folder):
    """A library of a good note and a bibliography, which follows a folder."""
    write(folder / "good.md", "Good notes say things.", key="good", title="What is good?", authors="[Ada Lovelace]",
          relations="[{to: bad, kind: extends}]")  # fmt: skip
    (folder / "refs.bib").write_text(
        "@article{zz, title={Heads of Whales}, author={Doe, Jane}, year=2000}"
    )
    return library


def looked_at(library):
    """Everything that looks at more than one source."""
    assert len(library.records()) == len(library.keys())
    assert [each.key for each in named_sources("What does Lovelace say?", _entries(library))] == [
        "good"
    ]
    for source in library.sources():
        assert page(library, source)["key"] == source.key
        for form in FORMS:
            assert export([source], form)


@pytest.mark.parametrize("value", VALUES, ids=lambda value: repr(value)[:24])
def test_any_value_in_every_field_breaks_nothing(followed, folder, value):
    fields = yaml.safe_dump(dict.fromkeys(FIELDS, value), allow_unicode=True)
    (folder / "bad.md").write_text(
        f"---\n{fields}---\n# Bad\n\nThis note has strange fields.\n", "utf-8"
    )
    fates, _ = follow(followed, folder)
    assert fates == {"good.md": "new", "refs.bib": "new", "bad.md": "new"}
    looked_at(followed)


@pytest.mark.parametrize("field", FIELDS)
def test_any_field_may_be_a_number_or_a_list_of_lists(followed, folder, field):
    for name, value in (("one", 5), ("two", [["a"], {"to": 3}])):
        (folder / f"{name}.md").write_text(
            f"---\n{yaml.safe_dump({field: value})}---\n# {name}\n\nThis note has a strange field.\n"
        )
    assert set(follow(followed, folder)[0].values()) == {"new"}
    looked_at(followed)
