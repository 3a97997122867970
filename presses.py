"""gradio calls these functions when a reader presses something; each returns updates of parts of the page."""

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from assistant.conversations.records import Turn
from assistant.conversations.since import Since
from assistant.question.follow_up import Thread
from assistant.types import Answer, Length, Sentence
from assistant.views import answers, comparing, marking, threads
from assistant.views.asking import heard
from assistant.views.choosing import Choosing
from assistant.views.markup import Html, join, notice, panel
from assistant.views.press import Press, pressed
from assistant.views.reading_room import ReadingRoom, Room
from assistant.views.sheets import Sheets
from assistant.views.window import Trouble, Window
from lean_gradio import gr

ALONE = Thread()
EMPTY = Room()
Updates = tuple[Any, ...]


@dataclass
class _Writing:
    """The answer that a page waits for, with its length, whether it must stop, and whether its end was sent.

    `left` is set when the page shows something else: the answer continues and is stored.
    """

    length: Length
    stop: threading.Event = field(default_factory=threading.Event)
    left: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)


# gradio sends the last update of a generator again at its end, after all others.
_NOTHING_NEW = (gr.skip(),) * 12
# Wait this many seconds for an answer to stop; it checks ten times a second.
_PATIENCE = 2.0


class Presses:
    """The buttons of the window: each method returns updates of parts of the page."""

    def __init__(self, window: Window) -> None:
        self.window = window
        self.room = ReadingRoom(window)
        self._choosing = Choosing(window)
        self._sheets = Sheets(window)
        self._writing: dict[str | None, _Writing] = {}

    # ── questions ────────────────────────────────────────────────────────────────────────────────

    def take(self, question: str) -> tuple[str, str]:
        """Return the typed question and the emptied field."""
        return question, ""

    def line(self, event: gr.EventData) -> Updates:
        """Return the clicked question, which is answered where questions are asked."""
        return _heard(event).text("question"), gr.Tabs(selected="ask")

    def reply(
        self, question: str, room: Room, request: gr.Request, writer: str | None = None,
        thread: Thread = ALONE, length: Length = "brief",
    ) -> Iterator[Updates]:  # fmt: skip
        """Yield the answer while it is written, then whole with its next lines; `draw` adds its experiments."""
        if not question.strip():
            yield _NOTHING_NEW
            return
        before = self._writing.get(request.session_hash)
        writing = self._writing[request.session_hash] = _Writing(length)
        if before:  # this question takes its place, so no more of it may arrive
            before.stop.set()
            before.over.wait(_PATIENCE)
        try:
            yield from self._reply(question, room, writing, writer, thread)
        finally:
            writing.over.set()
            if self._writing.get(request.session_hash) is writing:
                del self._writing[request.session_hash]

    def _reply(
        self, question: str, room: Room, writing: _Writing, writer: str | None, thread: Thread
    ) -> Iterator[Updates]:
        sentences: queue.SimpleQueue[Sentence] = queue.SimpleQueue()
        room, stop = self.room.asking(room), writing.stop
        future = self.room.ask(question, room, thread, stop, sentences.put, writer)
        earlier = self._earlier(room.before, writing.length)
        local = self.window.evidence_keys()
        written: list[Sentence] = []
        shown = answers.arriving(question, written, local, self._doing())
        running, pulse = self.window.running(), gr.Timer(active=True)
        head = threads.heading(room, question)
        yield earlier, shown, "", "", room, None, running, {}, *buttons(writing=True), pulse, head
        while not (future.done() or stop.is_set() or writing.left.is_set()):
            now = answers.arriving(question, written, local, self._doing())
            if now != shown:
                shown = now
                yield gr.skip(), now, *(gr.skip(),) * 10
            written += heard(sentences)
        if writing.left.is_set():
            yield _NOTHING_NEW
            return
        done: tuple[Turn, str] | Trouble = Trouble("Stopped.")
        if not stop.is_set():
            done = self.window.settled(future)
        rest: Updates
        if isinstance(done, Trouble):
            room = replace(room, place=None, amended=False)
            ended = answers.failed(question, written + heard(sentences), local, done.line)
            rest = self._earlier(room.turns, writing.length), ended, "", "", room, None
        else:
            room = replace(self.room.answered(room, done[0]), trouble=done[1])
            rest = self.standing(room, writing.length)
        head = threads.heading(room)
        yield *rest, *(gr.skip(),) * 2, *buttons(writing=False), gr.skip(), head
        yield _NOTHING_NEW

    def standing(self, room: Room, length: Length) -> Updates:
        """Return a thread with its last answer: history, answer, next lines, folds, the thread's state, the answer."""
        *_, last = room.turns
        since = self.room.since(room.turns)
        history = self._earlier(room.turns[:-1], length)
        shown = self._turn(last, since[-1], len(room.turns) - 1, length)
        more, below = answers.next_lines(last.answer), answers.below(last.answer, length)
        return history, shown, more, below, room, last.answer

    def leave_page(self, request: gr.Request) -> None:
        """Let the answer that is being written on this page continue without the page."""
        if writing := self._writing.get(request.session_hash):
            writing.left.set()
            writing.over.wait(_PATIENCE)

    def lengthen(
        self, length: Length, room: Room, standing: Answer | None, request: gr.Request
    ) -> Updates:
        """Show the answers on the page at another length; an answer that is being written gets it at its end."""
        if writing := self._writing.get(request.session_hash):
            writing.length = length
        if standing is None:
            return self._earlier(room.before, length), gr.skip(), gr.skip()
        history, shown, _, below, *_ = self.standing(room, length)
        return history, shown, below

    def _turn(self, turn: Turn, since: Since, place: int, length: Length) -> Html:
        said = threads.moved(since, place, turn.answer.sources)
        after = threads.actions(turn, place)
        return answers.turn(turn.answer, length, turn.near, said, after)

    def _earlier(self, turns: Sequence[Turn], length: Length) -> Html:
        told = zip(turns, self.room.since(turns) if turns else (), strict=True)
        return join(
            *(
                answers.earlier(
                    turn.answer, length, turn.near, threads.moved(since, place, turn.answer.sources),
                    threads.actions(turn, place),
                )
                for place, (turn, since) in enumerate(told)
            )
        )  # fmt: skip

    def _doing(self) -> str:
        return "Reading, choosing, checking…" if self.window.loaded else self.window.status()

    def pin(self, thread: Thread, room: Room, event: gr.EventData) -> tuple[Thread, Html]:
        """Use a source in every answer of the thread from now on."""
        return self._chosen(thread.pin(_heard(event).text("key")), room)

    def leave(self, thread: Thread, room: Room, event: gr.EventData) -> tuple[Thread, Html]:
        """Exclude a source from every answer of the thread from now on."""
        return self._chosen(thread.exclude(_heard(event).text("key")), room)

    def free(self, thread: Thread, room: Room, event: gr.EventData) -> tuple[Thread, Html]:
        """Take a pin or an exclusion back."""
        return self._chosen(thread.free(_heard(event).text("key")), room)

    def _chosen(self, thread: Thread, room: Room) -> tuple[Thread, Html]:
        self.room.choose(room, thread)
        return thread, self.choices(thread)

    def choices(self, thread: Thread) -> Html:
        """Return the pinned and excluded sources, each with a button to undo the choice."""
        return answers.choices(thread, self.window.titles())

    def stop(self, request: gr.Request) -> None:
        """Stop the answer that is being written on this page."""
        if writing := self._writing.get(request.session_hash):
            writing.stop.set()

    # ── beside the answer ────────────────────────────────────────────────────────────────────────

    def cite(self, event: gr.EventData) -> Updates:
        """Return the passage of a citation, or another page of the same paper."""
        press = _heard(event)
        key = press.text("key")
        if key in self.window.evidence_keys():
            return self._drawn(self.window.record(key))
        start, end = press.whole("start") or 0, press.whole("end") or 0
        asked = press.text("question")
        return beside(self._sheets.passage(key, press.whole("number"), start, end, asked))

    def seek(self, event: gr.EventData) -> Updates:
        """Return the page of a paper with the next place of the words that are searched for."""
        press = _heard(event)
        words, step = press.fields.get("words", ""), -1 if press.text("step") == "-1" else 1
        again = words.split() == press.text("sought").split()
        return beside(
            self._sheets.find(
                press.text("key"), press.whole("number"), (press.whole("start") or 0, press.whole("end") or 0),
                words, press.whole("begin") if again else None, step if again else 0, press.text("question"),
            )
        )  # fmt: skip

    def mark(self, event: gr.EventData) -> str:
        """Keep or take back the reader's mark on a quote, and tell the browser which mark is set."""
        press = _heard(event)
        kept = self.window.attempt(lambda: marking.mark(self.window.assistant, press))
        return marking.failed(press, kept.line) if isinstance(kept, Trouble) else kept

    def paper(self, event: gr.EventData) -> Updates:
        """Return the page of a source, or the record of an experiment."""
        key = _heard(event).text("key")
        if key in self.window.evidence_keys():
            return self._drawn(self.window.record(key))
        return beside(self.window.paper(key))

    def summary(self, event: gr.EventData) -> Updates:
        """Return a cited summary of the sources of an answer."""
        return beside(self.window.summary(_heard(event).keys("keys")))

    def evidence(self, event: gr.EventData) -> Updates:
        """Return the record of an experiment with its figure."""
        return self._drawn(self.window.record(_heard(event).text("id")))

    def compare(self, event: gr.EventData) -> Updates:
        """Show runs of one experiment side by side, with their curves in one figure."""
        keys, window = _heard(event).keys("keys"), self.window
        return self._drawn(window.attempt(lambda: comparing.compared(window.data_dir, keys)))

    def comment(self, event: gr.EventData) -> Updates:
        """Keep a comment on a source."""
        press = _heard(event)
        text = press.fields.get("comment", "")
        return beside(
            self.window.say(
                press.text("key"), lambda library, source: library.comments.put(source, text)
            )
        )

    def uncomment(self, event: gr.EventData) -> Updates:
        """Take a comment back."""
        press = _heard(event)
        number = press.whole("number") or 0
        return beside(
            self.window.say(
                press.text("key"),
                lambda library, source: library.comments.take_back(source, number),
            )
        )

    def cited(self, event: gr.EventData) -> Updates:
        """Make a comment a note, so that answers can cite it."""
        press = _heard(event)
        return beside(self.window.comment_cited(press.text("key"), press.whole("number") or 0))

    def check(self, event: gr.EventData) -> Updates:
        """Check a sentence against a source."""
        press = _heard(event)
        return beside(self.window.check(press.text("key"), press.fields.get("sentence", "")))

    def attest(self, event: gr.EventData) -> Updates:
        """Attest a claim."""
        press = _heard(event)
        claim = press.text("claim")
        return beside(
            self.window.say(
                press.text("key"), lambda library, source: library.claims.attest(source, claim)
            )
        )

    def dispute(self, event: gr.EventData) -> Updates:
        """Dispute a claim, with a reason."""
        press = _heard(event)
        claim, why = press.text("claim"), press.fields.get("reason", "")
        return beside(
            self.window.say(
                press.text("key"),
                lambda library, source: library.claims.dispute(source, claim, why),
            )
        )

    def withdraw(self, event: gr.EventData) -> Updates:
        """Take back an attestation or a dispute of a claim."""
        press = _heard(event)
        claim = press.text("claim")
        return beside(
            self.window.say(
                press.text("key"), lambda library, source: library.claims.withdraw(source, claim)
            )
        )

    def keep(self, event: gr.EventData) -> Any:
        """Return the claims record of a source, for the browser to save."""
        parcel = self.window.claims_record(_heard(event).text("key"))
        return gr.skip() if isinstance(parcel, Trouble) else parcel

    def close(self) -> Updates:
        """Clear the panel beside the answer."""
        return beside(Html())

    def fetch(self, event: gr.EventData) -> Any:
        """Return the file of a source, for the browser to save."""
        parcel = self.window.fetch(_heard(event).text("key"))
        return gr.skip() if isinstance(parcel, Trouble) else parcel

    def _drawn(self, found: tuple[Html, dict[str, Any]] | Trouble) -> Updates:
        if isinstance(found, Trouble):
            return beside(found)
        import plotly.graph_objects as go  # noqa: PLC0415 the page is served before it is needed

        page, drawn = found
        return page, gr.Plot(value=go.Figure(drawn), visible=True)

    # ── the page itself ──────────────────────────────────────────────────────────────────────────

    def draw(
        self, standing: Answer | None, watched: tuple[str, ...], troubles: dict[str, str],
        length: Length = "brief", shelf: Callable[[], Any] = gr.skip,
    ) -> Updates:  # fmt: skip
        """Return what changes by itself: reading progress, the experiments, and at their end the library.

        The cards are those of the answer on the page. The runs are those that this page follows and
        all unfinished runs, whoever started them. `troubles` says why a press did nothing.
        """
        running = self.window.running()
        found = tuple(job for job in running if job not in watched)
        bench = self.window.bench(standing, (*watched, *found), troubles, length)
        busy = not self.window.loaded or bool(running)
        drawn = gr.skip() if busy else shelf()
        followed = (*watched, *found) if found else gr.skip()
        return self.window.masthead(), bench, drawn, followed, gr.Timer(active=busy)

    def settings(self) -> Html:
        """Return the settings that can be chosen, with their costs."""
        return self._choosing.page()

    def prefer(self, event: gr.EventData) -> Updates:
        """Keep a setting; the next question uses it."""
        page = self._choosing.prefer(_heard(event).fields)
        return page, gr.Dropdown(value=self.window.assistant.settings.writer)


def beside(page: Html | Trouble) -> Updates:
    """Return a page without a figure, or why there is none, for the panel beside the answer."""
    if isinstance(page, Trouble):
        page = panel("This cannot be shown", notice(page.line))
    return page, gr.Plot(value=None, visible=False)


def buttons(*, writing: bool) -> tuple[gr.Button, gr.Button]:
    """Return the buttons Ask and Stop; exactly one of them is visible."""
    return gr.Button(visible=not writing), gr.Button(visible=writing)


def _heard(event: gr.EventData) -> Press:
    return pressed(event._data)
