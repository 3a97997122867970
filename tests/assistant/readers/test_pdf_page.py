"""Highlights lie on the words they quote, whichever way the page is turned."""

import io
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from assistant.errors import Refused
from assistant.readers import pdf
from assistant.readers.pdf_page import Picture, quote_boxes, render_page
from tests.pdfs import Text, column
from tests.pdfs import pdf as make_pdf


def write(folder: Path, **options) -> Path:
    path = folder / "a.pdf"
    lines = ["Some words before the quoted", "ones, and some after them."]
    path.write_bytes(
        make_pdf([[*column(100, 700, lines), Text(100, 300, "Far below.")]], **options)
    )
    return path


def picture(drawn: Picture) -> Image.Image:
    return Image.open(io.BytesIO(drawn.png)).convert("RGB")


def changed(path: Path, boxes) -> tuple[int, int, int, int]:
    plain, marked = picture(render_page(path, 1)), picture(render_page(path, 1, boxes))
    return ImageChops.difference(plain, marked).getbbox()


def test_a_quote_over_two_lines_has_a_box_on_each(tmp_path):
    document = pdf.read(write(tmp_path))
    start = document.text.index("quoted ones")
    boxes = quote_boxes(document.pages[0], start, start + len("quoted ones"))
    assert len(boxes) == 2
    assert boxes[0][0] > 180
    assert boxes[0][1] > boxes[1][1]
    assert boxes[1][0] == pytest.approx(100, abs=2)


def test_a_span_elsewhere_has_no_box(tmp_path):
    document = pdf.read(write(tmp_path))
    assert quote_boxes(document.pages[0], len(document.text), len(document.text) + 5) == []


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_the_highlight_covers_the_ink_of_the_quote_on_a_rotated_page_too(tmp_path, rotate):
    document = pdf.read(write(tmp_path, rotate=rotate))
    start = document.text.index("Far below.")
    boxes = quote_boxes(document.pages[0], start, start + len("Far below."))
    left, top, right, bottom = changed(tmp_path / "a.pdf", boxes)
    page = picture(render_page(tmp_path / "a.pdf", 1))
    assert page.size == ((1224, 1584) if rotate % 180 == 0 else (1584, 1224))
    inside = page.crop((left, top, right, bottom)).convert("L").getextrema()[0]
    assert inside < 100, "there is ink under the highlight"
    page.paste((255, 255, 255), (left, top, right, bottom))
    alone = pdf.read(write_without(tmp_path, rotate))
    assert alone.text.startswith("Some words")
    bare = picture(render_page(tmp_path / "bare.pdf", 1))
    assert ImageChops.difference(page, bare).getbbox() is None, "all of its ink is under it"


def write_without(folder: Path, rotate: int) -> Path:
    path = folder / "bare.pdf"
    lines = ["Some words before the quoted", "ones, and some after them."]
    path.write_bytes(make_pdf([column(100, 700, lines)], rotate=rotate))
    return path


def test_a_huge_page_is_shown_within_bounds(tmp_path):
    path = tmp_path / "poster.pdf"
    path.write_bytes(make_pdf([[Text(100, 100, "Poster", 300)]], size=(6000, 9000)))
    assert max(picture(render_page(path, 1)).size) <= 4000


@pytest.mark.parametrize("number", [0, 2])
def test_a_page_that_is_not_there_is_refused(tmp_path, number):
    with pytest.raises(Refused, match="it has 1"):
        render_page(write(tmp_path), number)


def test_a_file_that_is_gone_is_refused(tmp_path):
    with pytest.raises(Refused, match="cannot be shown"):
        render_page(tmp_path / "gone.pdf", 1)
