import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from probes.traces.equality import close, equal, normalise, number, representatives


@pytest.fixture(autouse=True, scope="module")
def _worker():
    yield
    close()


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (r"\dfrac{1}{2}", "0.5"),
        ("1,234", "1234"),
        ("7 p.m.", "19:00"),
        ("7 pm", "7"),
        ("3,5", "3.5"),
        ("-3{,}50", "-3.5"),
        ("3,5", "3, 5"),
        ("3,5 cm", "3.5 cm"),
        ("0,125", "1/8"),
        ("1.234,56", "1234.56"),
        ("1 234,5", "1234.5"),
        ("3,5 or 4", "3.5 or 4"),
        (r"10{,}000", r"10\,000"),
        ("7 3/4", r"\frac{31}{4}"),
        ("-3/4", r"-\frac34"),
        ("1e3", "1000"),
        (r"\boxed{\text{Yes}}.", "yes"),
        (r"18\text{ cm}^2", "18"),
        ("18 dollars", r"\$18"),
        (r"50\%", "50"),
        (r"90^\circ", "90"),
        ("(A)", r"\text{(A)}"),
        ("x=5", "5"),
        ("٣", "3"),
        ("٣٫٥", "3.5"),
        ("१२", "12"),
        ("１０：３０", "10:30"),
        ("−2", "-2"),
        # Characters of Unicode.
        ("10½", "10.5"),
        ("10²", "100"),
        ("3√2", r"3\sqrt{2}"),
        ("101₂", "5"),
        # Times of day and ratios.
        ("09:30", "9:30"),
        ("10:30", "10:30 a.m."),
        ("10:30 PM", "22:30"),
        ("3:2", "6:4"),
        # Units convert; an answer without a unit takes the other's.
        ("18 square meters", "18 m^2"),
        ("1 m", "100 cm"),
        ("60 minutes", "1 hour"),
        ("50 cents", "$0.50"),
        (r"12\text{ cm}", "12 centimeters"),
        (r"5\text{ apples}", "5"),
        ("2 hours and 30 minutes", "2.5 hours"),
        ("1 foot 6 inches", "18 inches"),
        (r"5\,\mathrm{cm}^{2}", "5 square cm"),
        # Numbers with groups, and computed numbers.
        ("12 000", "12000"),
        ("2^10", "1024"),
        ("5 x 10^3", "5000"),
        ("7 - 3 = 4", "4"),
        (r"101_{\text{two}}", "101_2"),
        ("101_{two}", "5"),
        (r"12_\text{eight}", "10"),
        ("1A_{sixteen}", "26"),
        ("ff_{16}", "255"),
        ("(101)_2", "101_{(2)}"),
        ("101 in base two", "5"),
        ("101 (binary)", "5"),
        ("2a_1+3b_2", "3b_2+2a_1"),
        ("5 (base 8)", "5_8"),
        # Ranges and lists.
        ("5-10", "between 5 and 10"),
        ("5 to 10", "5–10"),
        ("5 or 6", "6, 5"),
        ("5 or 6", r"\{5,6\}"),
        ("x=5 or x=6", "5, 6"),
        ("1, 2, and 3", "1,2,3"),
        # Ellipses.
        ("0.333...", "1/3"),
        (r"0.\overline{3}", "1/3"),
        (r".\overline 3", "1/3"),
        ("0.(3)", "1/3"),
        ("-1.2(3)", "-37/30"),
        ("0,(3)", "1/3"),
        (r"0.1\dot6", "1/6"),
        (r"0.\dot{1}4285\dot{7}", "1/7"),
        ("0.2\u03057\u0305", "3/11"),
        (r"1,2,\ldots,10", "1, 2, ..., 10"),
        (r"\{1,2,\dots\}", "{1, 2, ...}"),
        ("1, 2, ..., n", "1,2,...,n"),
        ("5...", "5"),
        # Symbolic expressions.
        (r"0.1\sqrt{2}", r"\frac{\sqrt{2}}{10}"),
        (r"\sin^2 x+\cos^2 x", "1"),
        ("y=2x+3", "y = 3 + 2x"),
        ("x<5", "5>x"),
        (r"[0,\sqrt{4}]", "[0,2]"),
        (r"\begin{pmatrix}1\\2\end{pmatrix}", r"\begin{pmatrix}1\\\frac42\end{pmatrix}"),
        (r"\sqrt{12}", r"2\sqrt{3}"),
        ("2^{10}", "1024"),
        ("x^2+2x+1", "(x+1)^2"),
        (r"\{1,2\}", r"\{2,1\}"),
        (r"\left( 3, \frac{\pi}{2} \right)", r"(3,\frac{\pi}{2})"),
        ("4 - pi", r"4-\pi"),
        ("5 USD", "$5"),
        ("0x1F", "31"),
        ("0xff", "FF_{16}"),
        ("10x5", "50"),
        ("0b101", "5"),
        ("0o17", "15"),
        ("8 mod 5", "3"),
        ("3 (mod 5)", r"3 \pmod{5}"),
        ("C(10, 3)", "120"),
        ("x == 5", "5"),
        ("x >= 3", r"x \ge 3"),
        ("10! = 3628800", "3,628,800"),
        # Groups of digits, as they are written elsewhere.
        ("1.000.000", "1000000"),
        ("1'000'000", "1,000,000"),
        ("1_000", "1000"),
        ("12,34,567", "1234567"),
        ("1⁄2", "0.5"),
        # Times and amounts in words and in short.
        ("12 pm", "noon"),
        ("midnight", "0:00"),
        ("10:30 o'clock", "10:30"),
        ("9.05 pm", "21:05"),
        ("2h 30min", "2.5 hours"),
        ("5 ft 6 in", "66 inches"),
        ("1 lb", "16 oz"),
        ("1 gallon", "4 quarts"),
        ("1 MHz", "1000 kHz"),
        ("1 kWh", "3600 kJ"),
        ("5 kilojoules", "5000 joules"),
        ("1 GB", "1000 MB"),
        ("2 gigabytes", "2000 MB"),
        ("1 GiB", "1024 MiB"),
        ("1 byte", "8 bits"),
        ("5 Mbps", "5 Mbit/s"),
        ("1000 ms", "1 s"),
        ("5 µm", "0.005 mm"),
        ("5 kW", "5000 watts"),
        ("500 mL", "500 cc"),
        ("72 km/h", "20 m/s"),
        ("60 mph", "1 mile per minute"),
        ("9.8 m/s^2", r"980\text{ cm/s}^2"),
        ("2 mi", "2 miles"),
        ("1 yd", "3 ft"),
        ("12 in", "1 foot"),
        ("5¢", "5 cents"),
        ("5 per cent", "5%"),
        ("5 cm to 10 cm", "5-10 cm"),
        ("5 cm or 10 cm", "10 cm or 5 cm"),
        ("1 century", "10 decades"),
        ("5 pounds", "£5"),
        ("5 pounds", "5 lb"),
        ("5 apples", r"5\text{ apple}"),
        # An angle in degrees inside a function.
        (r"\sin 30^\circ", "0.5"),
        (r"\tan(45°)", "1"),
    ],
)
def test_the_same_written_differently(a, b):
    assert equal(a, b)
    assert equal(b, a)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("17", "-17"),
        ("1,234", "234"),
        ("[0,1)", "(0,1)"),
        ("(1,2)", "(2,1)"),
        ("50%", "0.5"),
        ("1/3", "0.333333"),
        (r"\pi", "3.14159265"),
        ("nose", "ones"),
        ("1 million", "1"),
        ("100, 200", "100200"),
        ("5x", "5"),
        ("1/0", "0"),
        (r"\frac{0}{0}", "1"),
        ("10²", "102"),
        ("10½", "101/2"),
        ("10:30", "10:45"),
        ("10:30 am", "10:30 pm"),
        ("7 am", "7 pm"),
        ("7 pm", "8"),
        ("5 cm", "5 m"),
        ("18 cm^2", "18 cm"),
        ("3 hours", "3 minutes"),
        ("$5", "5%"),
        ("$5", "€5"),
        ("5 USD", "5 EUR"),
        ("0x1F", "1"),
        ("3, 5", "3.5"),
        ("(3,5)", "3.5"),
        ("0,125", "125"),
        ("1,234", "1.234"),
        ("3,5", "3.6"),
        ("1.234,5", "12345"),
        (r"12\text{ cm}", r"12\text{ m}"),
        ("25 °C", "25 °F"),
        ("2 and 3", "between 2 and 3"),
        ("101_2", "101"),
        ("101_2", "101_3"),
        ("101_{two}", "101"),
        ("101_{two}", "101_{three}"),
        ("101_{n}", "101"),
        ("0.(3)", "0.3"),
        ("3(2)", "3.2"),
        ("0.(3)", "0.33"),
        ("0.1(6)", "0.16"),
        ("0.(3)", "0.(33)4"),
        ("1, 2, ..., n", "1, 2, ..., m"),
        ("1,2,...", "1,2"),
        ("1,2,...,10", "1,2,10"),
        ("0.333...", "0.333"),
        ("5-10", "-5"),
        ("5 or 6", "5 or 7"),
        ("5 or 6", "5"),
        ("1 million", "1000000"),
        ("fifteen", "15"),
        ("6th", "7th"),
        ("2^{61}", "2^{61}-1"),
        ("20!", "20!+1"),
        ("(2^{61},1)", "(2^{61}-1,1)"),
        (r"\frac{2^{100}}{3}", r"\frac{2^{100}+1}{3}"),
        ("x^2+2^{61}", "x^2+2^{61}-1"),
        ("(2^{61},x)", "(2^{61}-1,x)"),
        ("x<2^{61}", "x<2^{61}-1"),
        (r"2^{200}+\sqrt{2}", r"2^{200}+1+\sqrt{2}"),
        (r"\sqrt{10^{30}+1}", "10^{15}"),
        (r"\pi", "3.14159265359"),
        ("|x|", "x"),
        # A unit and another label name different things, also where one of them is not known.
        ("1 kg", "1 lb"),
        ("5 lb", "5 oz"),
        ("5 gallons", "5 liters"),
        ("5 pounds", "5 kg"),
        ("5 cm", "5 apples"),
        (r"5\text{ apples}", r"5\text{ oranges}"),
        ("5%", "5 apples"),
        ("5 MW", "5 mW"),
        ("5 kHz", "5 Hz"),
        ("5 GB", "5 MB"),
        ("5 GB", "5 GiB"),
        ("5 MB", "5 Mb"),
        ("1 GB", "1024 MB"),
        ("5 GB/s", "5 GB"),
        ("5 ms", "5 m"),
        ("5 µm", "5 mm"),
        ("5 m/s", "5 m/s^2"),
        ("$5", "5¢"),
        ("5 cm and 10 cm", "15 cm"),
        ("5 kJ", "5 kWh"),
        ("1.5 million", "1.5%"),
        (r"\sin 30^\circ", r"\sin 30"),
        ("8 mod 5", "8"),
        ("1.000", "1000"),
        ("9.05", "9:05"),
        ("12 am", "noon"),
    ],
)
def test_different_answers(a, b):
    assert not equal(a, b)
    assert not equal(b, a)


@pytest.mark.parametrize("missing", [None, "", "  ", "$$", r"\text{}", "."])
def test_a_missing_answer_equals_nothing_and_never_votes(missing):
    assert not equal(missing, missing)
    assert not equal(missing, "5")
    assert representatives([missing, "5", missing]) == [None, "5", None]


_ANSWERS = st.one_of(
    st.integers().map(str),
    st.fractions().map(str),
    st.sampled_from(["a", "yes", r"\sqrt{2}", "[0,1)", "(1,2)", "x+1", "1+x", r"\pi", "{", "50%"]),
    st.text(max_size=8, alphabet="0123456789./,-+{}\\%$ ab"),
)


@given(_ANSWERS)
def test_equality_is_reflexive_on_given_answers(answer):
    assert equal(answer, answer) == (normalise(answer) is not None)


@given(a=st.integers(), b=st.integers(), c=st.fractions(), d=st.fractions())
def test_numbers_are_compared_exactly(a, b, c, d):
    assert equal(str(a), f"{b:,}") == (a == b)
    assert equal(str(c), str(d)) == (c == d)
    assert number(normalise(rf"\frac{{{c.numerator}}}{{{c.denominator}}}")) == c


@given(a=st.integers(10**12, 10**40), b=st.integers(-3, 3))
def test_large_integers_differ_by_one(a, b):
    assert equal(str(a), f"{a}+{b}".replace("+-", "-")) == (b == 0)
    assert equal(rf"\{{{a}, 1\}}", rf"\{{1, {a + b}\}}") == (b == 0)


@given(_ANSWERS)
@example(r"\\ 0")
@example(r"\\\ 0")
def test_normalising_twice_changes_nothing(answer):
    once = normalise(answer)
    assert normalise(once) == once


@given(st.text())
def test_what_nothing_is_left_of_is_missing_and_not_empty(text):
    assert normalise(text) != ""


@pytest.mark.parametrize("a", ["x+1", r"\sqrt{2}", "(1,2)", "[0,1)", "1,2", "abc", r"\infty"])
@pytest.mark.parametrize("b", ["1+x", r"2^{1/2}", "(2,1)", "[1,0)", "2,1", "cab", "infinity"])
def test_equality_is_symmetric(a, b):
    assert equal(a, b) == equal(b, a)


@pytest.mark.parametrize(
    "hostile",
    ["9^{9^{9^{9}}}", r"\sum_{n=1}^{10^9} n!", "(10^{10})!", "(" * 300, "1e999999999",
     r"\int_0^1 x^{x^{x}} dx", "x^{9^{9^{9}}}", r"\frac{" * 60, "(x+y+z)^{300}"],
)  # fmt: skip
@pytest.mark.timeout(60)
def test_a_hostile_expression_is_different_and_does_not_hang(hostile):
    assert not equal(hostile, "5")
    assert equal(r"\sqrt{18}", r"3\sqrt{2}"), "the comparisons after it go on"
    assert not equal(hostile, "6")


def test_equal_answers_take_the_first_spelling():
    answers = ["0.5", None, r"\frac12", "3", "1/2", "3.0"]
    assert representatives(answers) == ["0.5", None, "0.5", "3", "0.5", "3"]


@pytest.mark.parametrize("part", ["\\text{", "$", "1,", "{", "\\frac", " ", "-", "\\boxed{"])
@pytest.mark.timeout(60)
def test_an_endless_answer_is_normalised_and_does_not_hang(part):
    assert not equal(part * 50_000 + "}" * 50_000, "5")
    assert not equal(part * 200 + "}" * 200, "5")
