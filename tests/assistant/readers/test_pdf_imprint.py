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
        ("Whale 585, 357-362 (2020)", "Whale", 2020),
        ("J. Whale Perspect. 12(3), 1998, pp. 1-20", "J. Whale Perspect", 1998),
        ("Journal of Whale Studies, Vol. 3, No. 2", "Journal of Whale Studies", None),
        ("Trends in Whales Vol.23 No.1", "Trends in Whales", None),
        ("Proc. W. Soc. B 281: 20132450. 2014", "Proc. W. Soc. B", 2014),
        ("Journal of Whales—Volume 12, Number 3—Summer 1998—Pages 1–20", "Journal of Whales", 1998),
        ("W&W 641, A6 (2020)", "W&W", 2020),
        ("J. Whales A: Sea Theor. 53 (2020) 123456 (20pp)", "J. Whales A: Sea Theor", 2020),
        ("PWAS | May 12, 2020 | vol. 117 | no. 19 | 10123–10131", "PWAS", 2020),
        ("436 | WHALE | VOL 521 | 28 MAY 2015", "WHALE", 2015),
        ("Biowhalika (2003), 90, 1, pp. 1–20", "Biowhalika", 2003),
        ("The Whale Journal, 118 (April), 1-28. © The Authors 2008.", "The Whale Journal", 2008),
        ("Cite this as: WMJ 2020;368:m1091", "WMJ", 2020),
        ("Cite This: J. Whale Chem. Soc. 2019, 141, 1234-1241", "J. Whale Chem. Soc", 2019),
        ("Citation: Eight, H.; Nine, I. Quiet Heads. Whales 2021, 21, 1234.", "Whales", 2021),
        ("Cite this article: Eight H. 2014 Quiet heads. Proc. W. Soc. B 281: 20132450.", "Proc. W. Soc. B", 2014),
        ("34th Conference on Whales (CoW 2020), Bergen, Norway.", "34th Conference on Whales (CoW 2020)", 2020),
        ("Published as a conference paper at WCLR 2021", "Published as a conference paper at WCLR 2021", 2021),
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


@pytest.mark.parametrize(
    ("lines", "where", "when"),
    [
        (["Whale Bulletin © 2012 North Sea Society", "2012, Vol. 138, No. 1, 1–10"], "Whale Bulletin", 2012),
        (["Whale Science", "22(11) 1359–1366", "© The Author(s) 2011"], "Whale Science", 2011),
        (["Citation:", "Eight H (2021) Quiet heads.", "Front. Whale. 12:651234."], "Front. Whale", 2021),
    ],
)  # fmt: skip
def test_an_imprint_may_take_several_lines(lines, where, when):
    assert (venue(lines), year(lines)) == (where, when)


@pytest.mark.parametrize(
    "line",
    [
        "© 2012 North Sea Ltd. All rights reserved.",
        "Copyright 2012 by the author(s).",
        "Published: June 5, 2012",
        "(Received 21 January 2011; published 11 February 2012)",
        "Available online 9 January 2012",
        "This version: March 2012",
        "March 14, 2012",
        "2012-03-14",
        "Volume 12, Number 3, 2012",
        "Vol. 12, No. 3 (Spring 2012), pp. 1–20",
    ],
)
def test_a_date_of_the_paper_gives_its_year(line):
    assert (venue([line]), year([line])) == ("", 2012)


def test_the_year_of_publication_comes_before_that_of_receipt():
    assert year(["Received 12 December 2019; accepted 3 May 2020; published 9 June 2020"]) == 2020


@pytest.mark.parametrize(
    "line",
    [
        "Smith, J. Quiet heads. Whale Biology 12 (1999) 3–5.",
        "In 1999 (12 of 38 whales) nothing was measured, see Whale Biology 12 (1999) 3.",
        "[3] Eight, H. Loud heads. Whale Biology (2020) 38:1203.",
        "We saw 12, 345 whales in 2018.",
        "A model that was published in 1998 and the press of 2003 said so.",
        "published in 1998, it was expressed as a pressure in 2001.",
        "Findings of the study in 2019 show this.",
        "Presented at the annual meeting of 2019.",
        "Copyright law changed in 1998.",
        "Figure 1. Whale counts (2003), after Whale Biology 12 (1999) 3–5.",
        "Table 2, 2003 (12), 4",
        "Whale Biology (2020) 38:1203, from which the data came, lists 12 species.",
        "Source: Annals of Whales 170 (2009), 1-50, and own counts.",
        "Sweden 2010 3.4 5.6",
        "Whale 2019 12 13",
        "Received 3 May 2010; accepted 1 June 2011",
        "Supported by NSF grants 12345 (2019) and 12-15.",
        "Tel. 555, 1234 (2019)",
        "Volume 12 of 1998 has more on this.",
    ],
)
def test_a_reference_to_another_work_is_no_imprint(line):
    assert venue([line]) == ""
    assert year([line]) is None
