"""Words are found in every page of a paper, in order and around its end, and the count says which place is shown."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.text.anchors import occurrences
from assistant.types import Page, Source
from assistant.views import finding

TEXT = "Bees hum. The ﬁlter hears bees.\n\nBEES sleep at night, and no bee is heard then."


def source(text=TEXT, breaks=(33,)):
    ends = [*breaks, len(text)]
    pages = tuple(
        Page(number=at + 1, start=([0, *ends])[at], end=end) for at, end in enumerate(ends)
    )
    return Source(
        key="k", kind="paper", title="T", claim="", text=text, content_hash="0", pages=pages
    )


def test_every_place_is_found_whatever_its_case_and_ligatures():
    assert [place.of(TEXT) for place in occurrences("bees", TEXT)] == ["Bees", "bees", "BEES"]
    assert [place.of(TEXT) for place in occurrences("Filter  hears", TEXT)] == ["ﬁlter hears"]
    assert occurrences("wasps", TEXT) == occurrences("  ", TEXT) == []


@given(st.text("ab AB-\n", max_size=60), st.text("abAB", min_size=1, max_size=3))
def test_places_are_in_order_apart_and_say_the_words(text, words):
    places = occurrences(words, text)
    assert all(one.end <= other.start for one, other in pairwise(places))
    assert all(re.sub(r"[-\s]", "", place.of(text)).lower() == words.lower() for place in places)
    plain = re.sub(r"[-\s]", "", text).lower()
    assert bool(places) or words.lower() not in text.lower() or words.lower() not in plain


def test_the_next_place_follows_and_behind_the_last_comes_the_first():
    paper, seen, begin = source(), [], 0
    for _ in range(4):
        found = finding.find(paper, "bees", begin, 0 if not seen else 1)
        seen.append(found.at)
        begin = found.now.start
    assert seen == [0, 1, 2, 0]
    assert finding.find(paper, "bees", 0, -1).at == 2
    assert finding.find(paper, "bees", paper.pages[1].start, 0).at == 2  # from the page on


@pytest.mark.parametrize(
    ("words", "told"),
    [("bees", "1 of 3, page 1: …"), ("night", "1 of 1, page 2: …"), ("wasps", "Nowhere in this paper: “wasps”"),
     ("", "")],
)  # fmt: skip
def test_the_field_tells_count_page_and_words_around(words, told):
    paper = source()
    shown = finding.field(paper, paper.pages[0], (0, 0), finding.find(paper, words, 0, 0))
    status = re.search(r'role="status"[^>]*>(.*?)</span>', shown, re.DOTALL)[1]
    assert status.startswith(told)
    assert bool(status) == bool(told)
    assert ("disabled" in shown) == (words == "wasps")


def test_what_is_searched_for_is_shown_as_text():
    paper = source()
    found = finding.find(paper, "<b>'\"" + "x" * 500, 0, 1)
    shown = finding.field(paper, paper.pages[0], (0, 0), found)
    assert "<b>" not in shown
    assert len(found.words) <= finding.LONGEST
