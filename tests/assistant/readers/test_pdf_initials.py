"""A large initial is part of the word that it opens."""

import pytest

from assistant.readers import pdf
from tests.pdfs import Text, column
from tests.pdfs import pdf as make_pdf

REST = [
    "found that removing them lowers accuracy by 0.4 points on average. The loss is",
    "largest in the first 3 layers and vanishes above layer 9, as it does elsewhere.",
]


def text_of(folder, initial: str, opening: str, *, width=26, order="before", depth=14) -> str:
    capital = Text(72, 640 - depth, initial, 34)
    beside = column(
        72 + width, 640, [opening, "of the prompt, and 37 of them were counted in this"], size=11
    )
    lines = [*beside, *column(72, 616, REST, size=11)]
    path = folder / "a.pdf"
    path.write_bytes(make_pdf([[capital, *lines] if order == "before" else [*lines, capital]]))
    return pdf.read(path).text


@pytest.mark.parametrize("order", ["before", "after"])
@pytest.mark.parametrize(
    "opening",
    [
        "uiet heads give nearly all of it to the first token",
        "UIET HEADS give nearly all of it to the first",
    ],
)
def test_an_initial_opens_its_word(tmp_path, order, opening):
    text = text_of(tmp_path, "Q", opening, order=order)
    assert text.startswith("Q" + opening)
    assert "\n" not in text


def test_an_initial_that_is_a_word_stays_one(tmp_path):
    opening = "head gives nearly all of a head to the first token"
    assert text_of(tmp_path, "A", opening).startswith("A head gives")
    assert text_of(tmp_path, "A", "gain the heads give nearly all to the first token").startswith(
        "Again the heads"
    )


def test_a_raised_initial_opens_its_word(tmp_path):
    assert text_of(tmp_path, "Q", "uiet heads give all to the first token", depth=0).startswith(
        "Quiet heads"
    )


def test_a_capital_of_the_size_of_the_line_stays_alone(tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(
        make_pdf([column(72, 640, ["Q values are given by the last layer of all", *REST])])
    )
    assert pdf.read(path).text.startswith("Q values")
