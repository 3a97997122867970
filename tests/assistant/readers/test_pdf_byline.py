"""Authors are read from the byline of page 1, and from nothing else."""

import pytest

from assistant.readers.pdf_byline import authors
from assistant.readers.pdf_glyphs import Token
from assistant.readers.pdf_order import Line

TITLE = "Quiet Heads in Whale Transformers"


def line(text, *, height=10.0, bold=False, left=50.0, bottom=0.0):
    """A line of type; two spaces stand for a wide gap."""
    tokens, at = [], left
    for word in text.split(" "):
        if not word:
            at += height
            continue
        tokens.append(Token(word, at, bottom, at + 5.0 * len(word), bottom + height))
        at += 5.0 * len(word) + 0.3 * height
    return Line(tokens=tokens, left=left, bottom=bottom, right=at, top=bottom + height, bold=bold)


def read(*lines):
    return authors([line(TITLE, height=14.0), *map(line, lines)], TITLE)


@pytest.mark.parametrize(
    ("byline", "expected"),
    [
        ("Hanna Eight, Ivo Nine, and Jane van den Berg", ["Hanna Eight", "Ivo Nine", "Jane van den Berg"]),
        ("Hanna Eight  Ivo Nine  Li Wei", ["Hanna Eight", "Ivo Nine", "Li Wei"]),
        ("Hanna Eight∗† Ivo J. Nine♠ Wen-tau Yih♢", ["Hanna Eight", "Ivo J. Nine", "Wen-tau Yih"]),
        ("Hanna Eight1,2, Ivo Nine3", ["Hanna Eight", "Ivo Nine"]),
        ("by Hanna Eight & Ivo Nine", ["Hanna Eight", "Ivo Nine"]),
        ("J.-P. Serre and Barlas Oğuz", ["J.-P. Serre", "Barlas Oğuz"]),
        ("Seán O’Brien, Émile de la Tour", ["Seán O’Brien", "Émile de la Tour"]),
        ("Hanna Eight1☯*, Ivo Nine2☯", ["Hanna Eight", "Ivo Nine"]),
        ("Hanna Eight, MD, PhD; Ivo Nine, MSc", ["Hanna Eight", "Ivo Nine"]),
        ("Hanna Eight, Member, IEEE, and Ivo Nine, Senior Member, IEEE", ["Hanna Eight", "Ivo Nine"]),
        ("Hanna Eight a,b,∗, Ivo Nine b", ["Hanna Eight", "Ivo Nine"]),
        ("HANNA EIGHT, IVO NINE, AND JANE VAN DEN BERG", ["Hanna Eight", "Ivo Nine", "Jane van den Berg"]),
        ("BY HANNA EIGHT AND IVO NINE1", ["Hanna Eight", "Ivo Nine"]),
        ("Hanna Eight*, Ivo Nine, on behalf of the Whale Study Group", ["Hanna Eight", "Ivo Nine"]),
        ("María José Ortega y Gasset, Li Wei", ["María José Ortega y Gasset", "Li Wei"]),
        ("Joel Israel, Larry Page, Lin Ai and Xu China", ["Joel Israel", "Larry Page", "Lin Ai", "Xu China"]),
        ("James March1, Tyra Bank2 & Rose Hospital1", ["James March", "Tyra Bank", "Rose Hospital"]),
        ("Hanna Eight (University of the Sea) and Ivo Nine (Old Harbour)", ["Hanna Eight", "Ivo Nine"]),
        ("Robert (Bob) Nine and Hanna Eight", ["Robert Bob Nine", "Hanna Eight"]),
        ("Hanna Eight, M.D., Ph.D., and Ivo Nine, M.P.H.", ["Hanna Eight", "Ivo Nine"]),
        ("H. Eight,1 I. J. Nine,2 and J. van den Berg1,*", ["H. Eight", "I. J. Nine", "J. van den Berg"]),
    ],
)  # fmt: skip
def test_names_are_told_apart_by_commas_gaps_and_marks(byline, expected):
    assert read(byline, "University of the North Sea", "Abstract", "We show that.") == expected


def test_a_name_may_run_over_the_end_of_a_line():
    found = read("Hanna Eight, Benjamin Charles Germain", "Lee, Ivo Nine", "Abstract")
    assert found == ["Hanna Eight", "Benjamin Charles Germain Lee", "Ivo Nine"]


def test_places_addresses_and_text_are_no_names():
    assert read(
        "Hanna Eight", "North Sea University", "hanna@sea.edu", "Abstract", "Loud Heads"
    ) == ["Hanna Eight"]
    for other in (
        "A Report on Heads",
        "Quiet Conference Proceedings",
        "March 2021",
        "Google DeepMind",
    ):
        assert read(other, "Abstract") == []


def test_without_abstract_address_or_place_words_under_a_title_are_no_byline():
    assert read("Hanna Eight, Ivo Nine", "Some words follow here.") == []
    assert read("Hanna Eight, Ivo Nine", "Institute of Whales", "Some words follow here.")


def test_names_in_columns_are_read_where_they_are_bold():
    lines = [line(TITLE, height=14.0)]
    for name in ("Hanna Eight", "Ivo Nine"):
        lines += [line(name, bold=True), line("Whale Lab"), line("a@whale.org")]
    assert authors([*lines, line("Stony Brook"), line("Abstract")], TITLE) == [
        "Hanna Eight",
        "Ivo Nine",
    ]


def test_names_side_by_side_are_read_though_addresses_stand_between_them():
    lines = [line(TITLE, height=14.0, bottom=700)]
    for left, name in ((50, "Hanna Eight"), (250, "Ivo Nine"), (450, "Jane van den Berg")):
        lines += [line(name, left=left, bottom=650), line("Whale Lab", left=left, bottom=638)]
        lines += [line("Stony Brook", left=left, bottom=626)]
    assert authors([*lines, line("Abstract", bottom=600)], TITLE) == [
        "Hanna Eight",
        "Ivo Nine",
        "Jane van den Berg",
    ]


def test_a_name_may_stand_before_its_place_on_one_line():
    lines = ("Hanna Eight, North Sea University", "Ivo Nine, Old Harbour", "December 2015")
    assert read(*lines, "Abstract") == ["Hanna Eight", "Ivo Nine"]


def test_a_byline_that_says_by_needs_no_abstract_and_no_place():
    assert read("By Hanna Eight and Ivo Nine", "We removed heads one", "by one and looked.") == [
        "Hanna Eight",
        "Ivo Nine",
    ]
    assert read("We removed heads one", "by one and looked.") == []


def test_what_follows_a_list_with_commas_is_no_part_of_its_last_name():
    assert read("Hanna Eight, Ivo Nine", "Correspondence", "ivo@whale.org") == [
        "Hanna Eight",
        "Ivo Nine",
    ]
    assert read("Hanna Eight, Ivo Nine", "whales attend to few tokens", "Abstract") == [
        "Hanna Eight",
        "Ivo Nine",
    ]


@pytest.mark.parametrize(
    "byline",
    [
        "Hanna Eight, University of the Sea, and Ivo Nine, Whale Institute",
        "Hanna Eight, University of the Sea and Ivo Nine, Whale Institute",
        "Hanna Eight, Department of Ecology and Evolutionary Biology, Sea University; Ivo Nine, Old College",
        "Hanna Eight, PhD, Whale Institute, Bergen, and Ivo Nine, MD, Sea College, New York",
    ],
)
def test_each_name_with_its_place_in_one_run(byline):
    assert read(byline, "Abstract") == ["Hanna Eight", "Ivo Nine"]


@pytest.mark.parametrize(
    "place", ["Stony Brook", "Princeton", "New York and Bergen", "1 Stony Brook"]
)
@pytest.mark.parametrize("byline", ["Hanna Eight, Ivo Nine", "Hanna Eight and Ivo Nine"])
def test_a_place_under_a_list_that_has_ended_is_no_part_of_it(byline, place):
    body = "Whales attend to few tokens and to fewer of them when they sing at night."
    names = read(byline, place, "Abstract", body)
    assert names[:2] == ["Hanna Eight", "Ivo Nine"]
    assert place not in " ".join(names) or place == "New York and Bergen"


def test_a_name_and_an_address_of_mail_may_share_a_line():
    lines = (
        "Hanna Eight  hanna@sea.edu",
        "Ivo Nine  ivo@sea.edu",
        "Sea Laboratory",
        "Jo March  jo@sea.edu",
        "Stony Brook",
    )
    assert read(*lines, "Abstract") == ["Hanna Eight", "Ivo Nine", "Jo March"]


def test_authors_with_smaller_addresses_between_them_are_all_read():
    lines = [line(TITLE, height=14.0)]
    for name, place in (("Hanna Eight", "Old Harbour"), ("Ivo Nine", "University of the Sea")):
        lines += [line(name), line(place, height=8.0)]
    assert authors([*lines, line("Abstract")], TITLE) == ["Hanna Eight", "Ivo Nine"]


def test_names_that_come_again_on_the_page_need_no_other_evidence():
    page = ("James March and Joel China", "We removed heads.", "James March is at the Sea.")
    assert read(*page) == ["James March", "Joel China"]


def test_a_title_that_is_not_on_the_page_has_no_byline():
    assert authors([line("Hanna Eight"), line("Abstract")], TITLE) == []
