"""gradio calls these functions when a reader uses the library: search, sort, label, correct, open or add files."""

from collections.abc import Iterator, Sequence
from typing import Any

from assistant.views.holdings import View
from assistant.views.markup import Html, join, notice
from assistant.views.press import pressed
from assistant.views.shelves import Shelves, named
from assistant.views.window import Trouble
from lean_gradio import gr
from presses import Presses, Updates, beside

ALL = View()


class LibraryPresses:
    """The buttons of the library's page: its table and the actions on it."""

    def __init__(self, presses: Presses) -> None:
        self._presses = presses
        self._shelves = Shelves(presses.window)

    # ── the table ────────────────────────────────────────────────────────────────────────────────

    def page(self, view: View) -> Html:
        """Return the table with the present search, order and length."""
        return self._shelves.page(view)

    def stock(self, view: View) -> tuple[Html, Html]:
        """Return the content of the library: the counts and the table."""
        return self._presses.window.masthead(), self.page(view)

    def find(self, words: str, view: View) -> tuple[View, Html]:
        """Search the table."""
        return self._seen(view.of(words))

    def order(self, view: View, event: gr.EventData) -> tuple[View, Html]:
        """Sort the table by a column, or reverse its order."""
        return self._seen(view.sorted_by(pressed(event._data).text("by")))

    def longer(self, view: View) -> tuple[View, Html]:
        """Show more rows."""
        return self._seen(view.longer())

    def _seen(self, view: View) -> tuple[View, Html]:
        return view, self.page(view)

    def sift(self, event: gr.EventData) -> str:
        """Return the search for the sources of a tag or collection."""
        press = pressed(event._data)
        return named(press.text("field"), press.text("name"))

    def apart(self) -> str:
        """Return the search for the experiments."""
        return "kind:evidence"

    # ── what is ticked ───────────────────────────────────────────────────────────────────────────

    def narrow(self, question: str, view: View, event: gr.EventData) -> Updates:
        """Add filters to the typed question that keep only the ticked sources."""
        found = self._shelves.narrowed(view, pressed(event._data).checked)
        if isinstance(found, Trouble):
            return gr.skip(), gr.skip(), notice(found.line)
        return f"{question.strip()} {found}".strip(), gr.Tabs(selected="ask"), Html()

    def assign(self, view: View, event: gr.EventData) -> Html:
        """Give the ticked sources a tag or a collection, or take it away."""
        press = pressed(event._data)
        return self._shelves.assign(
            view, press.checked, press.text("field"), press.fields.get("name", ""),
            present=bool(press.text("present")),
        )  # fmt: skip

    def remove(self, view: View, event: gr.EventData) -> Html:
        """Take the ticked sources out of the library; their files stay."""
        return self._shelves.remove(view, pressed(event._data).checked)

    def export(self, view: View, event: gr.EventData) -> Updates:
        """Return bibliographic records of the ticked sources, for the browser to save."""
        press = pressed(event._data)
        found = self._shelves.export(view, press.checked, press.text("formName"))
        if isinstance(found, Trouble):
            return gr.skip(), notice(found.line)
        parcel, count = found
        return parcel, notice(f"Exported {count}.", "calm")

    # ── works that are there twice, and records that are wrong ───────────────────────────────────

    def twins(self) -> Html:
        """Return the works that are in the library more than once."""
        return self._shelves.twins()

    def merge(self, event: gr.EventData) -> Html:
        """Merge several sources into one, and show the remaining duplicates."""
        done = self._shelves.merge(pressed(event._data).keys("keys"))
        return join(done, self._shelves.twins())

    def correct(self, event: gr.EventData) -> Updates:
        """Correct the record of a paper, and show its page."""
        press = pressed(event._data)
        fields = {name: press.fields[name] for name in _CORRECTED if name in press.fields}
        return beside(self._shelves.correct(press.text("key"), fields))

    # ── files ────────────────────────────────────────────────────────────────────────────────────

    def add(self, files: Sequence[str] | None) -> Iterator[Updates]:
        """Add dropped files to the library; show one line each."""
        for page in self._shelves.add(files or ()):
            yield page, gr.skip()
        yield gr.skip(), None

    def sync(self) -> Iterator[Any]:
        """Read the folders again: new, changed and deleted files."""
        yield from self._shelves.sync()

    def unlock(self, event: gr.EventData) -> Iterator[Any]:
        """Open a locked file with its password."""
        press = pressed(event._data)
        yield from self._shelves.unlock(press.text("file"), press.fields.get("password", ""))


_CORRECTED = ("title", "authors", "year", "venue")
