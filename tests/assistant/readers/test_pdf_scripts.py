"""Exponents and indices keep their meaning, and no number of a note sticks to a word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.readers import pdf
from assistant.readers.pdf_glyphs import Token
from assistant.readers.pdf_scripts import attached
from tests.pdfs import Line, column
from tests.pdfs import pdf as make_pdf

PROSE = ["The lines of this page are all of one size and stand at one edge,", "as lines do."]


def text_of(folder, printed: str) -> str:
    """What is read of a line in which ^{...} is raised and _{...} lowered."""
    pieces = []
    rest = printed
    while rest:
        at = min((rest.find(mark) for mark in ("^{", "_{") if mark in rest), default=len(rest))
        if at:
            pieces.append((rest[:at], 0, 1))
        if at < len(rest):
            end = rest.index("}", at)
            rise = 4 if rest[at] == "^" else -2
            pieces.append((rest[at + 2 : end], rise, 0.65))
            at = end + 1
        rest = rest[at:]
    path = folder / "a.pdf"
    path.write_bytes(make_pdf([[Line(72, 700, pieces), *column(72, 640, PROSE)]]))
    return pdf.read(path).text.split("\n\n")[0]


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("A rate of 3 x 10^{-5} for 2^{16} steps.", "A rate of 3 x 10⁻⁵ for 2¹⁶ steps."),
        ("An error below 10^{-4} is small.", "An error below 10⁻⁴ is small."),
        ("A batch of 10^{3} prompts.", "A batch of 10³ prompts."),
        ("The cost is O(n^{2}) here.", "The cost is O(n²) here."),
        ("Here R^{2} is high and (a+b)^{2} is low.", "Here R² is high and (a+b)² is low."),
        ("An area of 5 cm^{2} and 2 s^{-1} each.", "An area of 5 cm² and 2 s⁻¹ each."),
        ("The ion Ca^{2+} and the gas CO_{2} meet.", "The ion Ca²⁺ and the gas CO₂ meet."),
        ("The input x_{10} of h_{i} is log_{2} of it.", "The input x₁₀ of hᵢ is log₂ of it."),
        ("The 5^{th} and the 1^{st} layer.", "The 5th and the 1st layer."),
        ("It counts 2^{n} of them.", "It counts 2ⁿ of them."),
    ],
)
def test_exponents_and_indices_are_written_at_their_level(tmp_path, printed, read):
    assert text_of(tmp_path, printed) == read


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        (
            "It improves recall.^{12,13} Others disagree.^{14}",
            "It improves recall. Others disagree.",
        ),
        ("Others agree^{2} with it,^{3} too.", "Others agree with it, too."),
        ("GPT-2^{1} and BERT^{2} lead RoBERTa^{3,4} here.", "GPT-2 and BERT lead RoBERTa here."),
        ("So it was (Wei et al., 2021)^{7} then.", "So it was (Wei et al., 2021) then."),
        ("Ada Lovelace^{a,*} and Kurt Goedel^{b}", "Ada Lovelace and Kurt Goedel"),
        ("^{1}We use code of others.", "We use code of others."),
        ("^{1} https://example.org/code", "https://example.org/code"),
        ("Ada Lovelace ^{1} and Emmy Noether ^{2}", "Ada Lovelace and Emmy Noether"),
        ("The share is 40%^{3} of all.", "The share is 40% of all."),
    ],
)
def test_marks_of_notes_leave_the_word(tmp_path, printed, read):
    assert text_of(tmp_path, printed) == read


@pytest.mark.parametrize("line", ["LongT5 and PDF2 are names.", "Use H2O or vitamin B12 daily."])
def test_digits_on_the_line_stay_in_their_word(tmp_path, line):
    assert text_of(tmp_path, line) == line


def test_a_footnote_whose_mark_is_left_out_is_a_paragraph_of_its_own(tmp_path):
    lines = [
        Line(72, 100, [("1", 3, 0.65), ("The first note is quite short", 0, 1)], size=8),
        Line(72, 90, [("2", 3, 0.65), ("The second note is as short", 0, 1)], size=8),
    ]
    path = tmp_path / "a.pdf"
    path.write_bytes(make_pdf([[*column(72, 640, PROSE), *lines]]))
    notes = pdf.read(path).text.split("\n\n")[1:]
    assert notes == ["The first note is quite short", "The second note is as short"]


WORDS = st.lists(
    st.tuples(st.from_regex(r"[A-Za-z]{2,6}|[0-9]{1,3}|[.,()/*+-]", fullmatch=True), st.sampled_from([-1, 0, 0, 1]),
              st.floats(0, 8)),
    max_size=12,
)  # fmt: skip


@given(WORDS)
def test_no_word_on_the_line_is_lost_and_their_order_stays(pieces):
    tokens, x = [], 0.0
    for text, step, gap in pieces:
        size, base = (10.0, 0.0) if not step else (6.5, 4.0 * step)
        left = x + gap
        x = left + size * len(text) / 2
        tokens.append(Token(text, left, base - 2, x, base + size - 2, base=base))
    found = attached(tokens)
    kept = "".join(token.text for token in found)
    at = 0
    for token in tokens:
        if token.base == 0:
            at = kept.index(token.text, at) + len(token.text)
    assert [token.left for token in found] == sorted(token.left for token in found)
