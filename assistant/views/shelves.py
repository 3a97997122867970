"""Do what the library's page offers: search, sort, label, merge, edit, open and remove sources."""

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from assistant.errors import UsageError
from assistant.library.edits import parsed
from assistant.pages.attestations import brought, is_record
from assistant.search.query import Filters, Query, parse
from assistant.types import SyncReport
from assistant.views import holdings, parcels, sources
from assistant.views.holdings import EVERYTHING, View
from assistant.views.markup import Html, join, notice
from assistant.views.progress import Progress
from assistant.views.window import POLL, Trouble, Window

MOST_TYPED = 8
"""A question can name this many sources; for more, a collection gives them one name."""


class Shelves:
    """The actions on the library of a window; no method raises to the page."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._assistant = window.assistant

    # ── the table ────────────────────────────────────────────────────────────────────────────────

    def page(self, view: View) -> Html:
        """Return the table in the form of a view."""

        def draw() -> Html:
            rows = self._assistant.holdings(view.words, sort=view.by, backwards=view.backwards)
            records = self._assistant.library.records()
            names = sorted({name for each in records for name in (*each.tags, *each.collections)})
            runs = sum(each.kind == "evidence" for each in records)
            return holdings.page(rows, view, names, runs)

        drawn = self._window.attempt(draw)
        return notice(drawn.line) if isinstance(drawn, Trouble) else drawn

    def chosen(self, view: View, ticked: Sequence[str]) -> list[str]:
        """Return the keys of the ticked rows, or of all found rows if all were ticked.

        Raises:
            UsageError: no row is ticked.
        """
        keys = [key for key in ticked if key != EVERYTHING]
        if EVERYTHING in ticked:
            keys = [row.key for row in self._assistant.holdings(view.words) if row.key]
        if not keys:
            raise UsageError("Select sources first.")
        return keys

    def twins(self) -> Html:
        """Return the works that are in the library more than once."""

        def look() -> Html:
            titles = {each.key: each.title for each in self._assistant.library.records()}
            groups = self._assistant.duplicates()
            return holdings.twins([[(key, titles[key]) for key in group] for group in groups])

        found = self._window.attempt(look)
        return notice(found.line) if isinstance(found, Trouble) else found

    def narrowed(self, view: View, ticked: Sequence[str]) -> str | Trouble:
        """Return the filters that restrict a question to the ticked rows, in typed form."""

        def narrow() -> str:
            keys = self.chosen(view, ticked)
            asked = parse(view.words)
            if EVERYTHING in ticked and not asked.text.strip() and asked.filters:
                return Query(text="", filters=asked.filters).render()
            if len(keys) > MOST_TYPED:
                raise UsageError(
                    f"{len(keys)} sources are too many to name in a question: put them into a collection, show it, "
                    f"tick all, and ask only these; up to {MOST_TYPED} can be named."
                )
            return Query(text="", filters=Filters(source=tuple(keys))).render()

        return self._window.attempt(narrow)

    # ── many rows at a time ──────────────────────────────────────────────────────────────────────

    def assign(
        self, view: View, ticked: Sequence[str], field: str, name: str, *, present: bool
    ) -> Html:
        """Add a tag or a collection to the ticked rows, or take it away."""

        def give() -> str:
            keys = self.chosen(view, ticked)
            own: dict[str, Sequence[str]] = {
                f"{'' if present else 'drop_'}{'collections' if field == 'collection' else 'tags'}": (
                    name,
                )
            }
            self._assistant.label(keys, **own)
            what = f"{'collection' if field == 'collection' else 'tag'} {name.strip()}"
            return f"{len(keys)} {'now have' if present else 'no longer have'} the {what}."

        return self._told(give)

    def remove(self, view: View, ticked: Sequence[str]) -> Html:
        """Take the ticked rows out of the library; their files stay."""

        def take_out() -> str:
            keys = self.chosen(view, ticked)
            self._window.alone(lambda: self._assistant.remove(keys))
            return f"Removed {len(keys)}; the files stay where they are."

        return self._told(take_out)

    def export(self, view: View, ticked: Sequence[str], form: str) -> tuple[str, int] | Trouble:
        """Return bibliographic records of the ticked rows as a parcel for the browser to save, and how many."""

        def make() -> tuple[str, int]:
            keys = self.chosen(view, ticked)
            if form not in sources.FORMS:
                raise UsageError(f"There is no form {form!r} of records.")
            name = f"inquiring-lines.{sources.FORMS[form][1]}"
            text = self._assistant.export(keys, form)
            return parcels.parcel(name, "text/plain", text.encode()), len(keys)

        return self._window.attempt(make)

    def merge(self, keys: Sequence[str]) -> Html:
        """Merge several sources into the first, and show the remaining duplicates."""

        def make_one() -> str:
            if len(keys) < 2:
                raise UsageError("Name two sources or more to make one of them.")
            self._window.alone(lambda: self._assistant.merge([keys]))
            return f"{self._assistant.source(keys[0]).title} is one source now."

        done = self._window.attempt(make_one)
        return notice(done.line) if isinstance(done, Trouble) else notice(done, "calm")

    # ── one source ───────────────────────────────────────────────────────────────────────────────

    def correct(self, key: str, fields: dict[str, str]) -> Html | Trouble:
        """Correct the record of a paper, and show its page again; an empty field takes a correction back."""

        def edit() -> None:
            now = self._assistant.source(key)
            told = {"title": now.title, **now.metadata}
            edits = {
                field: value for field, said in fields.items()
                if (value := parsed(field, said)) != (told.get(field) or None)
            }  # fmt: skip
            if edits:
                self._window.alone(lambda: self._assistant.edit(key, edits))

        done = self._window.attempt(edit)
        return done if isinstance(done, Trouble) else self._window.paper(key)

    # ── files ────────────────────────────────────────────────────────────────────────────────────

    def add(self, files: Sequence[str]) -> Iterator[Html]:
        """Add uploaded files to the library: yield progress, then one line each; import a claims record."""
        records = {file: text for file in files if (text := _claims_record(file))}
        said = join(*(self._bring(file, text) for file, text in records.items()))
        if records and len(records) == len(files):
            yield said
            return
        files = [file for file in files if file not in records]
        folder = self._window.data_dir / "added"
        kept = self._window.attempt(lambda: [parcels.keep(Path(file), folder) for file in files])
        if isinstance(kept, Trouble):
            yield notice(kept.line)
            return
        names = [str(path) for path in kept]
        for page in self._read(lambda told: self._assistant.add(kept, progress=told.read), names):
            yield join(said, page)

    def _bring(self, file: str, text: str) -> Html:
        """Import another reader's claims record."""
        done = self._window.attempt(lambda: self._assistant.claims.bring(text))
        if isinstance(done, Trouble):
            return notice(f"{Path(file).name}: {done.line}")
        return notice(f"Claims record: {brought(done)}", "calm")

    def sync(self) -> Iterator[Html]:
        """Read the folders again: yield progress, then counts and refused files."""
        yield from self._read(lambda told: self._assistant.sync(progress=told.read), None)

    def unlock(self, path: str, password: str) -> Iterator[Html]:
        """Read a file that was refused because it needs a password."""

        def known() -> str:
            file = self._assistant.library.file(path)
            if file is None or file.status != "refused":
                raise UsageError("This file is not locked any more; sync the library.")
            if not password:
                raise UsageError("Type the password of the file first.")
            return file.path

        found = self._window.attempt(known)
        if isinstance(found, Trouble):
            yield notice(found.line)
            return
        yield from self._read(
            lambda told: self._assistant.add([found], password=password, progress=told.read),
            [found],
        )

    def _read(
        self, work: Callable[[Progress], SyncReport], names: Sequence[str] | None
    ) -> Iterator[Html]:
        told = Progress("Waiting for the list")
        future = self._window.begin(lambda: self._window.alone(lambda: work(told)))
        while not future.done():
            yield sources.working(str(told), told.fraction)
            threading.Event().wait(POLL)
        report = self._window.settled(future)
        if isinstance(report, Trouble):
            yield notice(report.line)
        else:
            yield sources.report(report, names, self._window.titles())

    def _told(self, work: Callable[[], str]) -> Html:
        done = self._window.attempt(work)
        return notice(done.line) if isinstance(done, Trouble) else notice(done, "calm")


def named(field: str, name: str) -> str:
    """Return the filter for the sources of a tag or a collection, in typed form."""
    chosen = Filters(tag=(name,)) if field == "tag" else Filters(collection=(name,))
    return Query(text="", filters=chosen).render()


def _claims_record(file: str) -> str | None:
    """Return the text of an uploaded claims record, or None for any other file."""
    if Path(file).suffix.lower() != ".json":
        return None
    try:
        text = Path(file).read_text("utf-8")
        return text if is_record(json.loads(text)) else None
    except (OSError, ValueError, RecursionError):
        return None
