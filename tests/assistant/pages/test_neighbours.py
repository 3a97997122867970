"""The authors of a printed reference are read name by name."""

import pytest

from assistant.pages.citations import Link
from assistant.pages.neighbours import neighbours


@pytest.mark.parametrize(
    ("printed", "authors", "year", "url"),
    [
        ("Zhengbao Jiang, Frank F Xu, and Graham Neubig. 2023. A title of a work. arXiv:2305.06983.",
         ["Zhengbao Jiang", "Frank F Xu", "Graham Neubig"], 2023, "https://arxiv.org/abs/2305.06983"),
        ("Smith, J., & Doe, A. (2019). A title of a work. doi:10.1000/xyz123.",
         ["Smith, J.", "Doe, A."], 2019, "https://doi.org/10.1000/xyz123"),
        ("Smith, J., Doe, A. B., Roe, C. (2019). A title of a work.",
         ["Smith, J.", "Doe, A. B.", "Roe, C."], 2019, ""),
        ("[3] J. Smith, A. Doe. A title of a work. ACL, 2019.", ["J. Smith", "A. Doe"], 2019, ""),
        ("A title of a work", [], None, ""),
    ],
)  # fmt: skip
def test_a_work_outside_the_library_has_authors_year_and_address(printed, authors, year, url):
    link = Link(
        origin="me", target="", kind="reference", title="A title of a work", printed=printed
    )
    (row,) = neighbours("me", [link, link], {}, {"citing": (), "cited": (), "related": ()})
    assert (row["authors"], row["year"], row["url"]) == (authors, year, url)
    assert (row["key"], row["side"]) == (None, "cited")
