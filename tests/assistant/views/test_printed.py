"""The words over the picture of a page say its stored text, each where it is printed."""

import html
import io
import re
from dataclasses import replace

import pytest
from PIL import Image

from assistant.readers import pdf
from assistant.readers.pdf_page import quote_boxes, render_page
from assistant.views.printed import layer
from tests.pdfs import Text, column
from tests.pdfs import pdf as make_pdf


def printed(folder, **options):
    path = folder / "a.pdf"
    lines = ["Some words before the quoted hyphen-", "ated ones, <b> and some & after them."]
    items = [*column(100, 700, lines), Text(100, 300, "Far below.")]
    path.write_bytes(make_pdf([items], **options))
    document = pdf.read(path)
    text, page = document.text, document.pages[0]
    return path, text, page, render_page(path, 1)


def spans(shown):
    return re.findall(r'<span[^>]*style="left:([\d.-]+)%;top:([\d.-]+)%[^>]*>([^<]*)</span>', shown)


def test_the_words_in_order_are_the_stored_text(tmp_path):
    _, text, page, drawn = printed(tmp_path)
    shown = layer(text, page, drawn, [], None)
    said = html.unescape(re.sub(r"<[^>]+>", "", shown.replace("<br>", "\n")))
    assert said == text[page.start : page.end].strip()
    assert "<b>" not in shown
    assert 'aria-hidden="true"' in shown


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_every_word_stands_on_its_ink(tmp_path, rotate):
    path, _, page, drawn = printed(tmp_path, rotate=rotate)
    picture = Image.open(io.BytesIO(render_page(path, 1).png)).convert("L")
    for word in page.words:
        left, top, right, bottom = drawn.place((word.left, word.bottom, word.right, word.top))
        assert 0 <= left < right <= 1
        assert 0 <= top < bottom <= 1
        box = (
            left * picture.width,
            top * picture.height,
            right * picture.width,
            bottom * picture.height,
        )
        assert picture.crop(tuple(map(round, box))).getextrema()[0] < 100
    assert drawn.shape == pytest.approx(picture.height / picture.width, rel=0.01)


def test_what_is_found_is_marked_and_the_place_shown_apart_from_the_others(tmp_path):
    _, text, page, drawn = printed(tmp_path)
    at = text.index("Far")
    boxes = [quote_boxes(page, 0, 4), quote_boxes(page, at, at + 3)]
    shown = layer(text, page, drawn, boxes, 1)
    assert re.findall(r'<i class="(hit[^"]*)"', shown) == ["hit", "hit now"]
    far = next(word for word in spans(shown) if word[2].startswith("Far"))
    mark = re.search(r'class="hit now" style="left:([\d.]+)%;top:([\d.]+)%', shown)
    assert (float(mark[1]), float(mark[2])) == pytest.approx(
        (float(far[0]), float(far[1])), abs=0.2
    )


def test_a_source_without_places_of_words_has_an_empty_layer(tmp_path):
    _, text, page, drawn = printed(tmp_path)
    assert layer(text, replace(page, words=()), drawn, [], None).endswith("></div>")
