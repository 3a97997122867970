"""Bylines are read from first pages in the layouts of several fields, typeset here as PDF."""

import pytest
import typst

from assistant.readers import read
from tests.assistant.readers.first_pages import BODY, HEAD, PAGES, SUMMARY, TITLE

THREE = ["Hanna Eight", "Ivo Nine", "Jane van den Berg"]
PLACES = r"""#text(8pt)[#super[1]Department of Biology, University of the North Sea, Bergen, Norway \
#super[2]Institute of Whales, Basel, Switzerland]"""

MORE = {
    "biology": (
        rf"""#text(8pt)[RESEARCH ARTICLE]

{HEAD}

#text(weight: "bold")[Hanna Eight#super[1☯]\*, Ivo Nine#super[2☯], Jane van den Berg#super[1]]

{PLACES}

== Abstract
{SUMMARY}

#text(8pt)[*Citation:* Eight H, Nine I (2021) Quiet heads. PWoS ONE 16(3): e0247123.]""",
        THREE,
        2021,
        "PWoS ONE",
    ),
    "without a heading of the abstract": (
        rf"""{HEAD}

#text(11pt)[Hanna Eight #super[1], Ivo Nine #super[2,3] & Jane van den Berg #super[1✉]]

{SUMMARY}

{PLACES}

#text(7pt)[WHALE COMMUNICATIONS | (2021) 12:345 | https://doi.org/10.1038/s41467-021-1]""",
        THREE,
        2021,
        "WHALE COMMUNICATIONS",
    ),
    "medicine": (
        rf"""{HEAD}

#text(9pt)[Hanna Eight, MD, PhD; Ivo Nine, MSc; Jane van den Berg, MD, MPH]

#text(10pt)[*IMPORTANCE* {SUMMARY}]

#text(8pt)[*Author Affiliations:* University of the North Sea, Bergen, Norway.]

#text(7pt)[WAMA. 2020;323(5):432-443. doi:10.1001/wama.2019.22241]""",
        THREE,
        2020,
        "WAMA",
    ),
    "economics": (
        rf"""#text(9pt, style: "italic")[American Whale Review 2019, 109(4): 1245–1289]

#align(center)[{HEAD}

By Hanna Eight, Ivo Nine, and Jane van den Berg#super[\*]]

#text(style: "italic")[{SUMMARY}]""",
        THREE,
        2019,
        "American Whale Review",
    ),
    "economics in capitals": (
        rf"""#text(8pt)[_Whalometrica_, Vol. 73, No. 4 (July, 2005), 1001–1050]

#align(center)[#text(14pt)[{TITLE.upper()}]

BY HANNA EIGHT AND IVO NINE#super[1]]

{SUMMARY}""",
        THREE[:2],
        2005,
        "Whalometrica",
    ),
    "letters for places": (
        rf"""#align(center)[#text(8pt)[Journal of Whale Economics 112 (2021) 103–121]]

{HEAD}

#text(12pt)[Hanna Eight #super[a,b,∗], Ivo Nine #super[b], Jane van den Berg #super[c]]

#text(7pt)[#super[a] _Department of Economics, University of the North Sea, Bergen_]

#text(8pt)[A B S T R A C T]

{SUMMARY}""",
        THREE,
        2021,
        "Journal of Whale Economics",
    ),
    "engineering": (
        rf"""#text(7pt)[IEEE TRANSACTIONS ON WHALES, VOL. 12, NO. 3, MARCH 2018]

#align(center)[{HEAD}

#text(11pt)[Hanna Eight, _Member, IEEE_, and Ivo Nine, _Senior Member, IEEE_]]

*_Abstract_—{SUMMARY}*""",
        THREE[:2],
        2018,
        "IEEE TRANSACTIONS ON WHALES",
    ),
    "columns": (
        rf"""#align(center)[{HEAD}

#grid(columns: (1fr, 1fr, 1fr), [Hanna Eight \ _University of the North Sea_ \ hanna\@sea.edu],
[Ivo Nine \ _Institute of Whales_ \ ivo\@whale.org],
[Jane van den Berg \ _Bank of Norway_ \ jane\@bank.no])

March 14, 2022

*Abstract*]

{SUMMARY}""",
        THREE,
        2022,
        None,
    ),
}


@pytest.mark.parametrize("page", PAGES | MORE)
def test_authors_year_and_venue_are_those_that_are_printed(tmp_path, page):
    source, authors, year, venue = (PAGES | MORE)[page]
    sheet = f'#set page(paper: "a4", margin: 2cm)\n#set text(10pt)\n#set super(typographic: false)\n{source}\n\n{BODY}'
    (tmp_path / "page.typ").write_text(sheet, "utf-8")
    typst.compile(str(tmp_path / "page.typ"), output=str(tmp_path / "page.pdf"))
    found = read(tmp_path / "page.pdf").metadata
    assert (found.get("authors"), found.get("year"), found.get("venue")) == (authors, year, venue)
