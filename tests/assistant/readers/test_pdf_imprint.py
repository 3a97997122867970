"""Year and venue are those of the paper itself, as journals, series and preprint servers print them."""

import pytest

from assistant.readers.pdf_imprint import venue, year


@pytest.mark.parametrize(
    ("line", "where", "when"),
    [
        ("Whale Biology (2020) 38:1203–1217", "Whale Biology", 2020),
        ("WHALE COMMUNICATIONS | (2021) 12:345 | https://doi.org/10.1/a", "WHALE COMMUNICATIONS", 2021),
        ("American Whale Review 2019, 109(4): 1245–1289", "American Whale Review", 2019),
        ("WAMA. 2020;323(5):432-443. doi:10.1/a", "WAMA", 2020),
        ("Whalet 2020; 395: 1054–62", "Whalet", 2020),
        ("Int. J. Whale Sci. 2021, 18, 1234. https://doi.org/10.1/a", "Int. J. Whale Sci", 2021),
        ("Journal of Whale Economics 112 (2021) 103–121", "Journal of Whale Economics", 2021),
        ("Whale Rev. Lett. 90, 123456 (2003)", "Whale Rev. Lett", 2003),
        ("Whale 184, 1–15, March 4, 2021 © 2021 North Sea Inc.", "Whale", 2021),
        ("Eight et al., Whales 371, 1234–1240 (2021)", "Whales", 2021),
        ("Eight et al. eWhale 2021;10:e12345.", "eWhale", 2021),
        ("IEEE TRANSACTIONS ON WHALES, VOL. 12, NO. 3, MARCH 2018", "IEEE TRANSACTIONS ON WHALES", 2018),
        ("Whalometrica, Vol. 73, No. 4 (July, 2005), 1001–1050", "Whalometrica", 2005),
        (
            "Citation: Eight H, Nine I (2021) Quiet heads in whales. PWoS ONE 16(3): e0247123.",
            "PWoS ONE",
            2021,
        ),
        ("Proceedings of the Whale Conference, pages 1–9, May 2018", "Proceedings of the Whale Conference", 2018),
        ("bioRxiv preprint doi: https://doi.org/10.1/a; this version posted March 5, 2021.", "bioRxiv", 2021),
    ],
)  # fmt: skip
def test_a_citation_of_the_paper_itself_names_its_venue_and_year(line, where, when):
    page = ["Quiet Heads in Whale Transformers", line, "We removed heads one by one."]
    assert (venue(page), year(page)) == (where, when)


def test_a_masthead_stands_above_its_volume():
    page = ["THE QUARTERLY JOURNAL OF WHALES", "Vol. CXX  May 2005  Issue 2"]
    assert (venue(page), year(page)) == ("THE QUARTERLY JOURNAL OF WHALES", 2005)


def test_a_series_of_working_papers_is_a_venue():
    assert venue(["NORTH SEA WORKING PAPER SERIES"]) == "NORTH SEA WORKING PAPER SERIES"
    assert venue(["Whale Research Working Paper 9876"]) == "Whale Research Working Paper"


def test_the_year_of_publication_comes_before_that_of_receipt():
    assert year(["Received 12 December 2019; accepted 3 May 2020; published 9 June 2020"]) == 2020


@pytest.mark.parametrize(
    "line",
    [
        "Smith, J. Quiet heads. Whale Biology 12 (1999) 3–5.",
        "In 1999 (12 of 38 whales) nothing was measured, see Whale Biology 12 (1999) 3.",
        "[3] Eight, H. Loud heads. Whale Biology (2020) 38:1203.",
        "We saw 12, 345 whales in 2018.",
    ],
)
def test_a_reference_to_another_work_is_no_imprint(line):
    assert venue([line]) == ""
    assert year([line]) is None
