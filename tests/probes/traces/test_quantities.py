from fractions import Fraction

import pytest

from probes.traces.quantities import Unit, clock, split_unit


@pytest.mark.parametrize(
    ("text", "number", "dimension"),
    [
        ("18 cm", "18", "length"),
        ("18 cm^2", "18", "length^2"),
        ("18 square meters", "18", "length^2"),
        (r"18\text{ apples}", r"18\text{ apples}", None),
        ("$18", "18", "dollars"),
        ("-$18", "-18", "dollars"),
        (r"50\%", "50", "percent"),
        (r"90^\circ", "90", "degrees"),
        (r"\frac{1}{2} hour", r"\frac{1}{2}", "time"),
        ("5 km/h", "5", "length/time"),
        ("5x", "5x", None),
        ("m", "m", None),
        ("yes", "yes", None),
    ],
)
def test_a_unit_is_told_from_its_number(text, number, dimension):
    found, unit = split_unit(text)
    assert found == number
    assert (unit.dimension if unit else None) == dimension


@pytest.mark.parametrize(
    "text", ["25 ° C", "5^{\\circ", "5^{ \\circ }", "5 KM", "5 Kg", "5 GIGABYTES"]
)
def test_a_unit_is_known_in_its_usual_spellings(text):
    assert split_unit(text)[1] is not None


def test_a_letter_that_tells_two_units_apart_keeps_its_case():
    assert split_unit("5 MW")[1] == Unit("power", Fraction(10**6))
    assert split_unit("5 mW")[1] == Unit("power", Fraction(1, 1000))
    assert split_unit("5 mw")[1] is None


def test_units_convert_exactly():
    assert split_unit("1 inch")[1] == Unit("length", Fraction(254, 10_000))
    assert split_unit("3 cubic cm")[1] == Unit("volume", Fraction(1, 1_000_000))


@pytest.mark.parametrize("text", ["3:2", "24:61", "13:00 pm", "10", "1:2:3"])
def test_what_is_no_time_of_day_is_none(text):
    assert clock(text) is None


def test_a_time_says_which_half_of_the_day_or_leaves_it_open():
    assert clock("10:30 pm") == (22 * 3600 + 30 * 60, True)
    assert clock("22:30") == (22 * 3600 + 30 * 60, True)
    assert clock("10:30") == (10 * 3600 + 30 * 60, False)


@pytest.mark.parametrize("text", ["5 m\u0130n", "5 m\u0131n", "5 \u017fec", "5 \u212ag"])
def test_a_letter_that_only_resembles_one_of_a_unit_makes_none(text):
    assert split_unit(text) == (text, None)
