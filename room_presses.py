"""gradio calls these functions when a thread is opened, named or left, and when an answer is saved or shared."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from assistant.question.follow_up import Thread
from assistant.types import Length
from assistant.views import answers, threads
from assistant.views.markup import Html, notice
from assistant.views.press import Press, pressed
from assistant.views.reading_room import Room, turn_at
from assistant.views.window import Trouble
from lean_gradio import gr
from presses import Presses, Updates, buttons


class RoomPresses:
    """The pages that have an address: threads and answers."""

    def __init__(self, presses: Presses, opening_lines: Sequence[str]) -> None:
        self._presses = presses
        self._room = presses.room
        self._window = presses.window
        self._opening_lines = opening_lines

    # ── where a page is ──────────────────────────────────────────────────────────────────────────

    def arrive(self, length: Length, request: gr.Request) -> Updates:
        """Show the page at the address that a browser opened, with its question."""
        path = _path(request.query_params)
        asked = str(request.query_params.get("q", ""))
        if path == "/":  # the page is already there; what was asked meanwhile stays
            return asked, *(gr.skip(),) * _SHOWN
        return asked, *self._visited(path, length, asked)

    def visit(self, length: Length, request: gr.Request, event: gr.EventData) -> Updates:
        """Show the page at another address of the app, with its question."""
        press = pressed(event._data)
        self._presses.leave_page(request)
        asked = press.text("asked")
        shown = self._visited(press.text("where"), length, asked)
        return asked, *shown, gr.Tabs(selected="ask")

    def _visited(self, path: str, length: Length, asked: str) -> Updates:
        room = self._room.visit(path)
        if room.trouble and asked and path.startswith("/t/"):
            # The thread is not stored yet: its first question is still being answered, or was
            # stopped.
            room = Room(id=path.rpartition("/")[2])
        choices = self._room.choices(room)
        head = threads.heading(room, asked)
        told = self._presses.choices(choices) if choices != Thread() else Html()
        if room.turns:
            shown = self._presses.standing(room, length)
        else:
            said = (
                "" if room.trouble else answers.welcome(self._opening_lines, self._window.promise())
            )
            shown = Html(), said, "", "", room, None
        return *shown, (), {}, *buttons(writing=False), gr.skip(), head, choices, told, Html()

    # ── threads ──────────────────────────────────────────────────────────────────────────────────

    def listing(self, words: str) -> Html:
        """Return the threads that contain the words of the search."""
        return self._listing(words, None)

    def _listing(self, words: str, trouble: Trouble | None) -> Html:
        found = self._room.listing(words)
        if isinstance(found, Trouble):
            return notice(found.line)
        return threads.listing(found, words, trouble.line if trouble else "")

    def rename(self, words: str, room: Room, event: gr.EventData) -> Updates:
        """Rename a thread; return the list, the thread's state and its heading."""
        press = pressed(event._data)
        trouble = self._room.rename(press.text("id"), press.fields.get("title", ""))
        if press.text("id") != room.id:
            return self._listing(words, trouble), gr.skip(), gr.skip()
        found = self._room.visit(room.address)
        return self._listing(words, trouble), found, threads.heading(found)

    def delete(self, words: str, event: gr.EventData) -> tuple[Html, str]:
        """Delete a thread; return the list, and its id if it is deleted."""
        id = pressed(event._data).text("id")
        trouble = self._room.delete(id)
        return self._listing(words, trouble), "" if trouble else id

    def forget(self, gone: str, room: Room, length: Length, request: gr.Request) -> Updates:
        """Leave the page of a thread that was deleted."""
        if not gone or gone != room.id:
            return (gr.skip(),) * _SHOWN
        self._presses.leave_page(request)
        return self._visited("/", length, "")

    # ── an answer ────────────────────────────────────────────────────────────────────────────────

    def again(self, room: Room, event: gr.EventData) -> Updates:
        """Ask a question of the page again, in the same place."""

        def ask(press: Press) -> Updates:
            place = press.whole("place")
            turn = turn_at(room, place)
            if room.alone:  # the answer stands in its thread where it stood
                whole = self._room.visit(f"/t/{room.id}") if room.id else Room()
                place = next(
                    (at for at, each in enumerate(whole.turns) if each.id == turn.id), None
                )
                return turn.answer.question, _at(whole, place), Html()
            return turn.answer.question, _at(room, place), Html()

        return self._of_answer(event, ask, 3)

    def amend(self, room: Room, event: gr.EventData) -> Updates:
        """Put a question of the page into the field; the edited question will replace it."""

        def put(press: Press) -> Updates:
            place = press.whole("place")
            turn = turn_at(room, place)
            after = len(room.turns) - 1 - (place or 0)
            told = "The question is changed below." if not after else (
                "The question is changed below; the thread stays as it is with what follows, and a new one begins."
            )  # fmt: skip
            amended = room if room.alone else _at(room, place, amended=True)
            return turn.answer.question, amended, notice(told, "calm")

        return self._of_answer(event, put, 3)

    def copy(self, room: Room, length: Length, event: gr.EventData) -> Updates:
        """Return an answer as Markdown, for the clipboard."""
        return self._carried(event, lambda press: self._room.copied(_turn(room, press), length))

    def send(self, room: Room, length: Length, event: gr.EventData) -> Updates:
        """Return an answer as a file, for the browser to save."""
        return self._carried(
            event, lambda press: self._room.file(_turn(room, press), press.text("formName"), length)
        )

    def _carried(self, event: gr.EventData, make: Callable[[Press], str | Trouble]) -> Updates:
        def carried(press: Press) -> Updates:
            made = make(press)
            return (gr.skip(), notice(made.line)) if isinstance(made, Trouble) else (made, Html())

        return self._of_answer(event, carried, 2)

    def note(self, room: Room, event: gr.EventData) -> Html:
        """Make a note of an answer."""

        def make(press: Press) -> Updates:
            made = self._room.note(_turn(room, press))
            return (notice(made.line) if isinstance(made, Trouble) else threads.noted(made),)

        (told,) = self._of_answer(event, make, 1)
        return told

    def _of_answer(
        self, event: gr.EventData, work: Callable[[Press], Updates], outputs: int
    ) -> Updates:
        """Do something with an answer of the page; if the answer is gone, the last output says so."""
        done = self._window.attempt(lambda: work(pressed(event._data)))
        if isinstance(done, Trouble):
            return *(gr.skip(),) * (outputs - 1), notice(done.line)
        return done


# A visit updates this many parts: the twelve of a reply, the pinned and excluded sources, their
# message, the heading.
_SHOWN = 15


def _turn(room: Room, press: Press) -> Any:
    return turn_at(room, press.whole("place"))


def _at(room: Room, place: int | None, *, amended: bool = False) -> Room:
    return replace(room, place=place, amended=amended, alone=False)


def _path(query: Any) -> str:
    """Return the path that was opened; the guard passes it on as `t` or `a`."""
    for kind in ("t", "a"):
        if id := str(query.get(kind, "")):
            return f"/{kind}/{id}"
    return "/"
