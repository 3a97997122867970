"""The picture of a citation network shows the same as its table, for one work as for five hundred."""

import itertools
import math
import re

import pytest

from assistant.views.network import network, placed

SIDES = ("citing", "cited", "related")


def works(count, sides=SIDES):
    return [
        {"key": f"k{at}" if at % 3 else None, "title": f"Work {at}", "authors": [f"Ada B{at}"], "year": 2000 + at % 20,
         "side": sides[at % len(sides)], "url": "https://arxiv.org/abs/2502.02013" if at % 2 else ""}
        for at in range(count)
    ]  # fmt: skip


@pytest.mark.parametrize("count", [1, 2, 3, 7, 14, 15, 60, 173, 500])
@pytest.mark.parametrize("sides", [("cited",), ("citing", "cited"), SIDES])
def test_every_work_has_a_dot_and_a_row_and_no_two_dots_touch(count, sides):
    rows = works(count, sides)
    places, radius = placed(rows)
    assert len(places) == count
    assert all(abs(x) + radius <= 320 and abs(y) + radius <= 180 for x, y in places)
    assert all(math.dist(one, two) > 2 * radius for one, two in itertools.combinations(places, 2))
    assert all(math.hypot(*place) > 2 * radius for place in places)
    page = network("here", rows)
    assert page.count("<circle") == count + 1
    assert page.count('<th scope="row">') == count
    assert len(re.findall(r'<g class="[^"]*" data-do="paper"', page)) == sum(
        row["key"] is not None for row in rows
    )
    assert len(re.findall(r"<button[^>]*data-do=\"paper\"", page)) == sum(
        row["key"] is not None for row in rows
    )


def test_what_cites_stands_left_and_what_is_cited_right():
    rows = works(20, ("citing", "cited"))
    places, _ = placed(rows)
    for row, (x, _) in zip(rows, places, strict=True):
        assert x < 0 if row["side"] == "citing" else x > 0


def test_the_picture_is_told_in_words_and_the_table_says_each_side():
    page = network("here", works(9))
    assert 'role="img"' in page
    assert "3 works cite this source, it cites 3, 3 are related otherwise" in page
    assert page.count("cites this: ") == 3
    assert page.count("cited by this: ") == 3


def test_a_work_elsewhere_opens_as_a_web_page_or_says_that_it_is_not_here():
    page = network("here", works(9))
    assert page.count('href="https://arxiv.org/abs/2502.02013"') == 1
    assert page.count("not here") == 2


def test_no_work_is_no_picture():
    assert network("here", []) == ""
