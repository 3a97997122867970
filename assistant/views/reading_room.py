"""Manage the threads behind the pages: show, store and export their answers, and make notes of them."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace

from assistant.conversations.exports import FORMS, file_name
from assistant.conversations.records import Conversation, Listed, Turn
from assistant.conversations.since import Since, since
from assistant.conversations.store import ANSWER_ID, THREAD_ID, new_id
from assistant.errors import InquiryError, Mendable, UsageError
from assistant.question.follow_up import Thread
from assistant.types import Answer, Length, Sentence, Source
from assistant.views import parcels
from assistant.views.window import Trouble, Window

SHOWN_THREADS = 200
"""The number of threads in the list; a search finds the others."""


@dataclass(frozen=True, kw_only=True)
class Room:
    """The part of the threads that a page shows: one with its turns, or a single answer of it.

    `id` is that of the thread, even if it is not stored yet; it is empty before the first question.
    `alone` says that a single answer is shown, at its own address. `place` is the turn that the
    next question replaces; with `amended` the question there is changed, and starts a thread of its
    own if others follow it. `trouble` is one line.
    """

    id: str = ""
    title: str = ""
    turns: tuple[Turn, ...] = ()
    alone: bool = False
    place: int | None = None
    amended: bool = False
    trouble: str = ""
    asked_for: str = ""

    @property
    def address(self) -> str:
        """Return the path under which a browser finds it again."""
        if self.asked_for:
            return self.asked_for
        if self.alone and self.turns:
            return f"/a/{self.turns[-1].id}"
        return f"/t/{self.id}" if self.id else "/"

    @property
    def before(self) -> tuple[Turn, ...]:
        """Return the turns before the next question, which complete a follow-up."""
        return self.turns[: self.place]


class ReadingRoom:
    """The threads of a window; no method raises to the page."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._threads = window.assistant.threads

    # ── what a page shows ────────────────────────────────────────────────────────────────────────

    def visit(self, path: str) -> Room:
        """Return the thread or answer at an address, or a new page for any other address."""
        kind, _, id = path.strip("/").partition("/")
        if kind == "t" and THREAD_ID.fullmatch(id):
            found = self._window.attempt(lambda: self._threads.get(id))
            return _missing(path, found) if isinstance(found, Trouble) else _room(found)
        if kind == "a" and ANSWER_ID.fullmatch(id):
            alone = self._window.attempt(lambda: self._answer(id))
            return _missing(path, alone) if isinstance(alone, Trouble) else alone
        return Room()

    def _answer(self, id: str) -> Room:
        turn = self._threads.answer(id)
        held = next(iter(self._threads.threads_of(id)), "")
        thread = self._threads.find(held) if held else None
        return Room(id=held, title=thread.title if thread else "", turns=(turn,), alone=True)

    def choices(self, room: Room) -> Thread:
        """Return the pinned and excluded sources of the thread on a page."""
        found = self._window.attempt(lambda: self._threads.find(room.id)) if room.id else None
        return replace(found.context(), earlier=()) if isinstance(found, Conversation) else Thread()

    def choose(self, room: Room, choices: Thread) -> None:
        """Keep the pinned and excluded sources with a stored thread."""
        if room.id:
            self._window.attempt(lambda: self._threads.choose(room.id, choices))

    def asking(self, room: Room) -> Room:
        """Return the page while a question is being answered, with its thread as now stored.

        It includes questions asked in another tab; a changed question with others after it starts a
        new thread.
        """
        found = self._window.attempt(lambda: self._asking(room))
        return replace(room, id=room.id or new_id()) if isinstance(found, Trouble) else found

    def _asking(self, room: Room) -> Room:
        stored = self._threads.find(room.id) if room.id else None
        if stored is None:
            turns = () if room.alone else room.turns
            return Room(id=room.id or new_id(), turns=turns, title=room.title, place=room.place)
        loose = () if room.alone else tuple(turn for turn in room.turns if not turn.id)
        whole = replace(_room(stored), turns=(*stored.turns, *loose))
        if room.place is None or room.place >= len(whole.turns):
            return whole
        if not room.amended or room.place == len(whole.turns) - 1:
            return replace(whole, place=room.place)
        branch = self._threads.branch(room.id, room.place)
        return replace(_room(self._threads.get(branch)), id=branch)

    def answered(self, room: Room, turn: Turn) -> Room:
        """Return the page after its question was answered."""
        if turn.id:
            found = self._window.attempt(lambda: self._threads.find(room.id))
            if isinstance(found, Conversation):
                loose = tuple(each for each in room.turns if not each.id)
                return replace(_room(found), turns=(*found.turns, *loose))
        behind = room.turns[room.place + 1 :] if room.place is not None else ()
        return replace(room, turns=(*room.before, turn, *behind), place=None, amended=False)

    def since(self, turns: Sequence[Turn]) -> list[Since]:
        """Return how the sources of each turn changed since."""
        found = self._window.attempt(lambda: self._threads.since(turns))
        return [Since()] * len(turns) if isinstance(found, Trouble) else found

    # ── questions ────────────────────────────────────────────────────────────────────────────────

    def ask(
        self, question: str, room: Room, choices: Thread, stop: threading.Event,
        put: Callable[[Sentence], None], writer: str | None = None,
    ) -> "Future[tuple[Turn, str]]":  # fmt: skip
        """Answer in the background and store the answer in its thread, even if no page waits for it any more.

        The future gives the turn and, if it could not be stored, one line that says why; then its
        id is empty.
        """
        earlier = tuple(turn.answer.question for turn in room.before)
        context = replace(choices, earlier=earlier)
        kept: Future[tuple[Turn, str]] = Future()

        def store(done: "Future[Answer]") -> None:
            try:
                kept.set_result(self._stored(done.result(), room, context, writer or ""))
            except BaseException as error:  # noqa: BLE001 whoever waits is told
                kept.set_exception(error)

        self._window.ask(question, stop, put, writer, context).add_done_callback(store)
        return kept

    def _stored(self, answer: Answer, room: Room, context: Thread, writer: str) -> tuple[Turn, str]:
        try:
            return self._threads.keep(
                answer, room.id, context=context, writer=writer, place=room.place
            ), ""
        except InquiryError as error:
            return self._threads.turn(answer, context, writer), f"Not stored: {error}"

    # ── the list of threads ──────────────────────────────────────────────────────────────────────

    def listing(self, words: str = "") -> list[tuple[Listed, Since]] | Trouble:
        """Return the threads that contain all the words, latest first, each with the changes of its sources."""

        def look() -> list[tuple[Listed, Since]]:
            now = self._threads.contents()
            found = self._threads.listing(words, SHOWN_THREADS + 1)
            return [(each, since(dict(each.contents), now)) for each in found]

        return self._window.attempt(look)

    def rename(self, id: str, title: str) -> Trouble | None:
        """Rename a thread; an empty name restores its first question as the name."""
        done = self._window.attempt(lambda: self._threads.rename(id, title))
        return done if isinstance(done, Trouble) else None

    def delete(self, id: str) -> Trouble | None:
        """Delete a thread."""
        done = self._window.attempt(lambda: self._threads.delete([id]))
        return done if isinstance(done, Trouble) else None

    # ── an answer goes out ───────────────────────────────────────────────────────────────────────

    def copied(self, turn: Turn, length: Length) -> str | Trouble:
        """Return an answer as Markdown, as a parcel that the browser puts on the clipboard."""
        made = self._exported(turn, "md", length)
        return made if isinstance(made, Trouble) else parcels.copy(made.decode())

    def file(self, turn: Turn, form: str, length: Length) -> str | Trouble:
        """Return an answer as a file, as a parcel for the browser to save."""
        made = self._exported(turn, form, length)
        if isinstance(made, Trouble):
            return made
        return parcels.parcel(file_name(turn, form), FORMS[form].kind, made)

    def _exported(self, turn: Turn, form: str, length: Length) -> bytes | Trouble:
        return self._window.attempt(
            lambda: self._window.assistant.export_answer(turn, form, length)
        )

    def note(self, turn: Turn) -> Source | Trouble:
        """Make a note of an answer: a source of the library."""

        def make() -> Source:
            if not turn.id:
                raise Mendable("This answer is not stored, so no note can be made of it.")
            return self._window.alone(lambda: self._window.assistant.note_answer(turn))

        return self._window.attempt(make)


def turn_at(room: Room, place: int | None) -> Turn:
    """Return a turn of a page.

    Raises:
        UsageError: the page has no such turn.
    """
    if place is None or place >= len(room.turns):
        raise UsageError("This answer is not on the page any more; open its thread again.")
    return room.turns[place]


def _room(found: Conversation) -> Room:
    return Room(id=found.id, title=found.title, turns=found.turns)


def _missing(path: str, trouble: Trouble) -> Room:
    return Room(trouble=trouble.line, asked_for=path)
