"""A sentence is shown only on quotes that stand in their source, and cites those it rests on."""

import pytest

from assistant.library.store import Library
from assistant.select.quotes import Quote
from assistant.verify.grounds import Grounds, called

WORDS = "No frontier model is measured in the study of middle layers."


@pytest.fixture
def grounds(own_library):
    with Library(own_library) as library:
        yield Grounds(library=library, unjudged="There is no judge.", note=notes.append)
    notes.clear()


notes = []


def quote(library, start=None):
    stored = library.get("middle-layers").text
    at = stored.index(WORDS) if start is None else start
    return Quote(
        source="middle-layers",
        passage="p",
        text=WORDS,
        page=None,
        start=at,
        end=at + len(WORDS),
        role="fact",
    )


def test_a_quote_cites_itself_and_one_that_stands_elsewhere_cites_nothing(grounds):
    whole = quote(grounds.library)
    (citation,), reason = grounds.judged(whole.plain(), [whole])
    assert (citation.quote, reason) == (whole.text, "")
    assert grounds.exists(whole)
    moved = quote(grounds.library, whole.start + 1)
    assert not grounds.exists(moved)
    cited, reason = grounds.judged(moved.plain(), [moved])
    assert not cited
    assert reason
    assert grounds.echoed(moved.plain(), moved) is None


def test_other_words_are_not_shown_without_a_judge_and_the_reader_is_told(grounds):
    whole = quote(grounds.library)
    cited, reason = grounds.judged(
        "The study of middle layers leaves every frontier model out.", [whole]
    )
    assert not cited
    assert reason
    assert notes == ["There is no judge."]


def test_a_source_that_is_gone_bears_nothing(grounds):
    gone = Quote(source="gone", passage="p", text="Words.", page=None, start=0, end=6, role="fact")
    assert not grounds.exists(gone)
    assert grounds.judged("Words.", [gone])[0] == ()


def test_a_source_is_called_by_its_key_and_by_its_record():
    said = {"authors": ["Ann Roe", "Bo Ek"], "year": 2020, "venue": "", "title": "T"}
    assert list(called("quiet-heads", said)) == ["quiet heads", "Ann Roe", "Bo Ek", "2020"]
