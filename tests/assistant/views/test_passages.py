"""A passage of a note and a page of a paper mark the quote, and nothing else of them is lost."""

import re

from assistant.types import (
    Page,
    Source,
)
from assistant.views import passages


def test_the_quote_of_a_note_is_marked_and_nothing_else_is_lost():
    text = "# Title\n\nFirst line.\n- an item with words\nLast."
    source = Source(key="k", kind="note", title="T", claim="", text=text, content_hash="0")
    for start in range(len(text)):
        for end in range(start + 1, len(text) + 1):
            page = passages.note(source, start, end)
            body = page[page.index('<div class="note-text">') :]
            marked = "".join(re.findall(r"<mark>(.*?)</mark>", body))
            assert marked == text[start:end].replace("\n", "")
            assert re.sub(r"<[^>]+>", "", body) == text.replace("\n", "")


def test_the_title_of_a_note_stands_once_unless_it_is_quoted_in_the_text():
    text = "# Alpha\n\nFirst line."
    source = Source(key="k", kind="note", title="Alpha", claim="", text=text, content_hash="0")
    assert re.sub(r"<[^>]+>", "", passages.note(source, 9, 14)).count("Alpha") == 1
    assert "<mark>First</mark>" in passages.note(source, 9, 14)
    assert "<mark>Alpha</mark>" in passages.note(source, 2, 7)


def test_a_page_without_a_neighbour_cannot_be_turned():
    text = "one two three"
    pages = tuple(Page(number=n, start=at, end=at + 4) for n, at in ((1, 0), (2, 4), (3, 8)))
    source = Source(
        key="k", kind="paper", title="T", claim="", text=text, content_hash="0", pages=pages
    )
    first = passages.pdf_page(source, pages[0], 0, 3, None, "gone")
    middle = passages.pdf_page(source, pages[1], 0, 3, None, "gone")
    assert re.search(r"disabled[^>]*>← Previous|<button[^>]*disabled[^>]*>← Previous", first)
    assert 'data-number="2"' in first
    assert 'data-number="1"' in middle
    assert 'data-number="3"' in middle


def test_a_quote_over_a_page_break_says_on_each_page_where_its_rest_is():
    text = "one two three"
    pages = tuple(Page(number=n, start=at, end=at + 4) for n, at in ((1, 0), (2, 4), (3, 8)))
    source = Source(
        key="k", kind="paper", title="T", claim="", text=text, content_hash="0", pages=pages
    )
    shown = [passages.pdf_page(source, page, 2, 7, None, "gone") for page in pages]
    assert "The quote goes on on page 2." in shown[0]
    assert "The quote begins on page 1." in shown[1]
    assert "The quote" not in shown[2]
    assert "The quote" not in passages.pdf_page(source, pages[0], 0, 3, None, "gone")
