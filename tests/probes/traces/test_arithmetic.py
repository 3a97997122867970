import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.traces.arithmetic import LARGEST_BITS, value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7 3/4", Fraction(31, 4)),
        (r"-1\frac{1}{2}", Fraction(-3, 2)),
        ("7 - 3/4", Fraction(25, 4)),
        ("2^{61}-1", 2**61 - 1),
        ("20!+1", math.factorial(20) + 1),
        (r"\frac{20!}{3}", Fraction(math.factorial(20), 3)),
        (r"5\times 10^{3}", 5000),
        ("-2^2", -4),
        ("2^3^2", 512),
        ("2^{-3}", Fraction(1, 8)),
        (r"\binom{5}{2}", 10),
        ("1e3", 1000),
        (".5", Fraction(1, 2)),
        ("033", 33),
        ("0.333...", Fraction(1, 3)),
        ("0.1666...", Fraction(1, 6)),
        (r"1.2\overline{34}", Fraction(611, 495)),
        ("101_2", 5),
        ("2A_{16}", 42),
        ("3:2", Fraction(3, 2)),
    ],
)
def test_arithmetic_is_exact(text, expected):
    assert value(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "x", "5 6", "1/0", r"\frac{0}{0}", "109_2", "0.12...", "1,2", "(1", "5)", "0^{-1}", "2^{1/2}",
     r"\sqrt{4}", "+", "3_"],
)  # fmt: skip
def test_what_is_no_arithmetic_has_no_value(text):
    assert value(text) is None


@pytest.mark.parametrize(
    "text",
    ["9^{9^{9}}", "9^{9^{9^{9}}}", "(10^{10})!", "100000!", "10!!!", "(" * 200 + "1" + ")" * 200,
     "-" * 300 + "1", "9" * 1000, "(2^{200000})*(2^{200000})*(2^{200000})"],
)  # fmt: skip
def test_what_is_too_large_is_refused(text):
    assert value(text) is None


def test_the_largest_number_is_computed():
    assert value(f"2^{{{LARGEST_BITS // 2}}}+1") == 2 ** (LARGEST_BITS // 2) + 1


_NUMBERS = st.integers(0, 99).map(lambda n: (str(n), Fraction(n)))


def _joined(parts):
    (a, x), operator, (b, y) = parts
    result = {"+": x + y, "-": x - y, "*": x * y}[operator]
    return f"({a} {operator} {b})", result


_TREES = st.recursive(
    _NUMBERS,
    lambda inner: st.tuples(inner, st.sampled_from("+-*"), inner).map(_joined),
    max_leaves=8,
)


@given(_TREES)
def test_expressions_have_the_value_of_their_tree(tree):
    text, expected = tree
    assert value(text) == expected


@given(st.text(alphabet="0123456789+-*/^!(){}.\\fracbinom_ AF", max_size=40))
def test_any_text_is_read_without_error(text):
    value(text)
