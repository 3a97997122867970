"""Authors, year and venue are found on first pages where only type, position and order mark them."""

import pytest

from assistant.readers import read
from tests.pdfs import Line, Text, column, pdf

TITLE = "Quiet heads in whale transformers"
PROSE = [
    "We removed heads one by one and looked at what was lost in each layer of the",
    "model of 1998, whose press coverage in 2003 was broad and which was published in",
    "2001 by a group. The pressure of 1995 is expressed in units of 1994, as in Bank",
    "of Norway, New York, and as it was in Israel and in China in the years before.",
    "All of this is prose and no imprint, and it goes on for a few lines in the same",
    "type so that it makes one paragraph of more than four hundred letters in all.",
]  # fmt: skip


def marked(x, y, *pieces, size=10.0):
    """A line in which every second piece is small and raised."""
    levels = [(0.0, 1.0), (4.0, 0.65)]
    return Line(x, y, [(text, *levels[n % 2]) for n, text in enumerate(pieces)], size)


PAGES = {
    "economics": (
        [
            Text(72, 760, "The Whale Journal, 118 (April), 1-28. \xa9 The Author(s) 2008.", 7),
            Text(72, 690, "Chris China and Dana Page", 11),
            Text(72, 60, "* Corresponding author: Dana Page, Department of Economics, University of the Sea.", 7),
        ],
        ["Chris China", "Dana Page"], 2008, "The Whale Journal",
    ),
    "months as surnames": (
        [
            Text(72, 760, "American Whale Review 101 (April 2011): 1-34", 7),
            Text(72, 690, "By Chris China, Dana Page, and Jo March*", 11),
        ],
        ["Chris China", "Dana Page", "Jo March"], 2011, "American Whale Review",
    ),
    "medicine": (
        [
            Text(72, 690, "Hanna Eight, Ivo Nine, Peter Bank, on behalf of the Whale Group"),
            Text(72, 660, "Summary", bold=True),
            Text(420, 60, "Whalet 2020; 395: 1054-62", 7),
            Text(420, 50, "Published Online March 9, 2019", 7),
        ],
        ["Hanna Eight", "Ivo Nine", "Peter Bank"], 2020, "Whalet",
    ),
    "physics": (
        [
            Text(72, 770, "Received: January 3, 2019", 8),
            Text(72, 760, "Published: May 20, 2020", 8),
            marked(72, 690, "Hanna Eight,", "a", " Ivo Nine", "a,b", " and Joel Israel", "b"),
            marked(72, 676, "", "a", "Department of Physics, University of the Sea", size=8),
            marked(72, 666, "", "b", "Stony Brook, New York", size=8),
        ],
        ["Hanna Eight", "Ivo Nine", "Joel Israel"], 2020, None,
    ),
    "biology": (
        [
            marked(72, 690, "Hanna Eight,", "1,2", " Sam Church,", "3", " and Jane van den Berg", "1,*"),
            marked(72, 676, "", "1", "Department of Biology, University of the Sea", size=8),
            marked(72, 666, "", "2", "Stony Brook", size=8),
            Text(72, 40, "Whale 184, 1-15, March 4, 2021 \xa9 2021 North Sea Inc.", 7),
        ],
        ["Hanna Eight", "Sam Church", "Jane van den Berg"], 2021, "Whale",
    ),
    "surnames in capitals": (
        [Text(72, 690, "Hanna EIGHT, Ivo NINE, Wei LI"), Text(72, 676, "North Sea University", 8)],
        ["Hanna EIGHT", "Ivo NINE", "Wei LI"], None, None,
    ),
    "columns": (
        [
            Text(120, 690, "Hanna Eight", 11), Text(330, 690, "Ivo Nine", 11),
            Text(120, 676, "North Sea University", 11), Text(330, 676, "Stony Brook", 11),
            Text(250, 655, "May 3, 2019", 11), Text(280, 620, "Abstract", bold=True),
        ],
        ["Hanna Eight", "Ivo Nine"], 2019, None,
    ),
    "an author below the other": (
        [
            Text(120, 690, "Hanna Eight"), Text(120, 678, "University of the Sea, Bergen", 8),
            Text(120, 664, "and", 8),
            Text(120, 650, "Ivo Nine"), Text(120, 638, "Old Harbour, Whaletown", 8),
        ],
        ["Hanna Eight", "Ivo Nine"], None, None,
    ),
    "a pair beside another author": (
        [
            Text(120, 680, "Hanna Eight and Ivo Nine"), Text(120, 668, "University of the Sea", 9),
            Text(360, 680, "Paul Lab"), Text(360, 668, "Old Harbour", 9),
            Text(72, 770, "Journal of Whales: General", 8), Text(72, 760, "2018, Vol. 147, No. 4, 500-520", 8),
        ],
        ["Hanna Eight", "Ivo Nine", "Paul Lab"], 2018, "Journal of Whales: General",
    ),
    "a working paper": (
        [
            Text(230, 694, "Hanna Eight", 12), Text(230, 680, "Bank of Norway", 12),
            Text(230, 656, "Jane May", 12), Text(230, 642, "Old Harbour", 12),
            Text(230, 620, "This version: October 2021"), Text(280, 600, "Abstract", bold=True),
        ],
        ["Hanna Eight", "Jane May"], 2021, None,
    ),
    "notes and captions": (
        [
            Text(72, 690, "Hanna Eight* and Ivo Nine**", 11),
            Text(72, 660, "Abstract", bold=True),
            Text(72, 90, "Figure 1: Whale Biology 12 (1999), 3-5, gives the counts.", 8),
            Text(72, 70, "* Stanford (1998-2004). Published in part as Whale Biology 12 (1999) 3-5.", 7),
            Text(72, 50, "Source: Annals of Whales 170 (2009), 1-50, and own counts.", 7),
        ],
        ["Hanna Eight", "Ivo Nine"], None, None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_a_byline_and_an_imprint_are_told_by_form(tmp_path, page):
    items, authors, year, venue = PAGES[page]
    body = [Text(72, 720, TITLE, 18, bold=True), *column(72, 580, PROSE * 4)]
    (tmp_path / "page.pdf").write_bytes(pdf([[*items, *body]]))
    found = read(tmp_path / "page.pdf").metadata
    assert (found.get("authors"), found.get("year"), found.get("venue")) == (authors, year, venue)
