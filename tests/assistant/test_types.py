"""A page is found by the place in the text, and progress only goes forward within its part."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.types import Citation, FileReport, Page, SyncReport, page_at, part_of

LENGTHS = st.lists(st.integers(1, 9), min_size=1, max_size=6)


@given(LENGTHS, st.data())
def test_every_place_of_the_text_is_on_its_page(lengths, data):
    ends = [sum(lengths[: at + 1]) for at in range(len(lengths))]
    pages = [
        Page(number=at + 1, start=end - n, end=end)
        for at, (n, end) in enumerate(zip(lengths, ends, strict=True))
    ]
    place = data.draw(st.integers(0, ends[-1] - 1))
    number = page_at(pages, place)
    assert pages[number - 1].start <= place < pages[number - 1].end
    assert page_at([], place) is None


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_a_part_of_the_progress_stays_within_it(one, other, share):
    begin, end = sorted((one, other))
    heard = []
    part_of(lambda _message, fraction: heard.append(fraction), begin, end)("half", share)
    assert begin - 1e-9 <= heard[0] <= end + 1e-9


@pytest.mark.parametrize(
    ("page", "last", "told"), [(None, None, ""), (3, None, "3"), (3, 3, "3"), (3, 4, "3-4")]
)
def test_a_citation_names_the_pages_it_stands_on(page, last, told):
    cited = Citation(source="s", passage="p", quote="q", page=page, start=0, end=1, last_page=last)
    assert cited.pages.endswith(told)
    assert bool(cited.pages) == bool(told)


def test_a_report_counts_the_fates_of_files():
    files = tuple(
        FileReport(path=str(n), status=status) for n, status in enumerate(("new", "new", "refused"))
    )
    report = SyncReport(files=files, index_hash="0", seconds=0.0)
    assert (report.count("new"), report.count("refused"), report.count("changed")) == (2, 1, 0)
