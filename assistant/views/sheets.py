"""Open the texts of sources: a passage of a note, or a page of a PDF with what is searched for in it."""

import threading
from pathlib import Path

from assistant import readers
from assistant.errors import InquiryError
from assistant.types import Page, Source
from assistant.views import finding, marking, passages
from assistant.views.finding import Found
from assistant.views.markup import Html
from assistant.views.printed import layer
from assistant.views.window import Trouble, Window


class Sheets:
    """The texts behind the citations of a window; no method raises to the page."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._assistant = window.assistant
        # Two threads must not be in pdfium at once.
        self._drawing = threading.Lock()

    def passage(
        self, key: str, number: int | None, start: int, end: int, asked: str = ""
    ) -> Html | Trouble:
        """Return a passage of a note, or the page of a paper that contains it, or page `number` of the paper.

        A place outside the text is moved inside it. A quote of the answer to the question `asked`
        can be marked.
        """

        def shown() -> Html:
            source = self._assistant.source(key, words=True)
            low, high = _inside(source, start, end)
            choices = marking.choices(self._assistant, asked, source, low, high)
            if not source.pages:
                return passages.note(source, low, high, choices)
            return self._page(source, _page(source, number, low), (low, high), Found(), choices)

        return self._window.attempt(lambda: marking.within(asked, shown()))

    def find(
        self, key: str, number: int | None, span: tuple[int, int], words: str, begin: int | None,
        step: int, asked: str = "",
    ) -> Html | Trouble:  # fmt: skip
        """Return the page of a paper with the next place of the words, or the one before, marked.

        Args:
            key: The paper.
            number: The page that is shown now.
            span: The quote that is highlighted.
            words: What is searched for; without words nothing is marked any more.
            begin: The place that is shown now; None searches from the page on.
            step: 1 for the next place, -1 for the one before, 0 for the first one.
            asked: The question whose answer quotes the paper.
        """

        def shown() -> Html:
            source = self._assistant.source(key, words=True)
            low, high = _inside(source, *span)
            if not source.pages:
                return passages.note(source, low, high)
            page = _page(source, number, low)
            found = finding.find(source, words, page.start if begin is None else begin, step)
            if found.now:
                page = _page(source, source.page_at(found.now.start), found.now.start)
            choices = marking.choices(self._assistant, asked, source, low, high)
            return self._page(source, page, (low, high), found, choices)

        return self._window.attempt(lambda: marking.within(asked, shown()))

    def _page(
        self, source: Source, page: Page, span: tuple[int, int], found: Found, choices: Html | None
    ) -> Html:
        start, end = span
        try:
            with self._drawing:
                drawn = readers.pdf_page.render_page(
                    Path(source.path), page.number, readers.pdf_page.quote_boxes(page, start, end)
                )
        except InquiryError as error:
            return passages.pdf_page(source, page, start, end, None, str(error), choices, found)
        here = [
            place for place in found.places if place.start < page.end and page.start < place.end
        ]
        now = here.index(found.now) if found.now in here else None
        boxes = [readers.pdf_page.quote_boxes(page, place.start, place.end) for place in here]
        over = layer(source.text, page, drawn, boxes, now)
        picture = (drawn.png, over)
        return passages.pdf_page(source, page, start, end, picture, "", choices, found)


def _inside(source: Source, start: int, end: int) -> tuple[int, int]:
    low = min(start, len(source.text))
    return low, min(max(low, end), len(source.text))


def _page(source: Source, number: int | None, start: int) -> Page:
    wanted = source.page_at(start) if number is None else number
    return next((page for page in source.pages if page.number == wanted), source.pages[0])
