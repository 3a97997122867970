"""What gradio calls when something is pressed in the window: its pages, sorted to the parts of the page."""

import queue
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from assistant.question.follow_up import Thread
from assistant.types import Answer, Length, Sentence
from assistant.views import answers
from assistant.views.markup import Html, join, notice, panel
from assistant.views.press import Press, pressed
from assistant.views.window import Trouble, Window, heard
from lean_gradio import gr

Turns = tuple[Answer, ...]
ALONE = Thread()
Updates = tuple[Any, ...]


@dataclass
class _Writing:
    """The answer that a page waits for: how long it shall be, whether it shall stop, and whether its end is sent."""

    length: Length
    stop: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)


# The last update of a generator is sent once more when it ends, after whatever came in between.
_NOTHING_NEW = (gr.skip(),) * 11
# Seconds for an answer to let go: it looks ten times a second.
_PATIENCE = 2.0


class Presses:
    """What gradio calls when something is pressed: the window's pages, sorted to their parts."""

    def __init__(self, window: Window) -> None:
        self.window = window
        self._writing: dict[str | None, _Writing] = {}

    # ── questions ────────────────────────────────────────────────────────────────────────────────

    def take(self, question: str) -> tuple[str, str]:
        """The question that was typed, and the emptied field."""
        return question, ""

    def line(self, event: gr.EventData) -> str:
        """The question that was clicked."""
        return _heard(event).text("question")

    def reply(
        self, question: str, turns: Turns, request: gr.Request, writer: str | None = None,
        thread: Thread = ALONE, length: Length = "brief",
    ) -> Iterator[Updates]:  # fmt: skip
        """Yield the answer as it is written, then whole, with its next lines; `draw` adds its experiments."""
        if not question.strip():
            yield _NOTHING_NEW
            return
        before = self._writing.get(request.session_hash)
        writing = self._writing[request.session_hash] = _Writing(length)
        if before:  # this question takes its place, and nothing of it may arrive any more
            before.stop.set()
            before.over.wait(_PATIENCE)
        try:
            yield from self._reply(question, turns, writing, writer, thread)
        finally:
            writing.over.set()
            if self._writing.get(request.session_hash) is writing:
                del self._writing[request.session_hash]

    def _reply(
        self, question: str, turns: Turns, writing: _Writing, writer: str | None, thread: Thread
    ) -> Iterator[Updates]:
        sentences: queue.SimpleQueue[Sentence] = queue.SimpleQueue()
        thread = replace(thread, earlier=tuple(turn.question for turn in turns))
        stop = writing.stop
        future = self.window.ask(question, stop, sentences.put, writer, thread)
        earlier = self._earlier(turns, writing.length)
        local = self.window.evidence_keys()
        written: list[Sentence] = []
        shown = answers.arriving(question, written, local, self._doing())
        running, pulse = self.window.running(), gr.Timer(active=True)
        yield earlier, shown, "", "", gr.skip(), None, running, {}, *_buttons(writing=True), pulse
        while not (future.done() or stop.is_set()):
            now = answers.arriving(question, written, local, self._doing())
            if now != shown:
                shown = now
                yield gr.skip(), now, *(gr.skip(),) * 9
            written += heard(sentences)
        done: Answer | Trouble = Trouble("Stopped.")
        if not stop.is_set():
            done = self.window.settled(future)
        if isinstance(done, Trouble):
            ended = answers.failed(question, written + heard(sentences), local, done.line)
            rest: Updates = "", "", turns, None
        else:
            ended = self._turn(done, writing.length)
            below = answers.below(done, writing.length)
            rest = answers.next_lines(done), below, (*turns, done), done
        yield gr.skip(), ended, *rest, *(gr.skip(),) * 2, *_buttons(writing=False), gr.skip()
        yield _NOTHING_NEW

    def lengthen(
        self, length: Length, turns: Turns, standing: Answer | None, request: gr.Request
    ) -> Updates:
        """Show the answers on the page at another length; one that is being written ends at it."""
        if writing := self._writing.get(request.session_hash):
            writing.length = length
        before = turns if standing is None else turns[:-1]
        history = self._earlier(before, length)
        if standing is None:
            return history, gr.skip(), gr.skip()
        return history, self._turn(standing, length), answers.below(standing, length)

    def _turn(self, answer: Answer, length: Length) -> Html:
        return answers.turn(answer, length, self.window.near(answer))

    def _earlier(self, turns: Turns, length: Length) -> Html:
        shown = (answers.earlier(turn, length, self.window.near(turn)) for turn in turns)
        return join(*shown)

    def _doing(self) -> str:
        return "Reading, choosing, checking…" if self.window.loaded else self.window.status()

    def pin(self, thread: Thread, event: gr.EventData) -> tuple[Thread, Html]:
        """Hear a source in every answer from now on."""
        return self._chosen(thread.pin(_heard(event).text("key")))

    def leave(self, thread: Thread, event: gr.EventData) -> tuple[Thread, Html]:
        """Use a source in no answer from now on."""
        return self._chosen(thread.exclude(_heard(event).text("key")))

    def free(self, thread: Thread, event: gr.EventData) -> tuple[Thread, Html]:
        """Take a choice back."""
        return self._chosen(thread.free(_heard(event).text("key")))

    def _chosen(self, thread: Thread) -> tuple[Thread, Html]:
        return thread, answers.choices(thread, self.window.titles())

    def stop(self, request: gr.Request) -> None:
        """Stop the answer that is being written on this page."""
        if writing := self._writing.get(request.session_hash):
            writing.stop.set()

    # ── beside the answer ────────────────────────────────────────────────────────────────────────

    def cite(self, event: gr.EventData) -> Updates:
        """The passage of a citation, or another page of the same paper."""
        press = _heard(event)
        key = press.text("key")
        if key in self.window.evidence_keys():
            return self._record(key)
        start, end = press.whole("start") or 0, press.whole("end") or 0
        return _beside(self.window.passage(key, press.whole("number"), start, end))

    def paper(self, event: gr.EventData) -> Updates:
        """The page of a source; of an experiment, its record."""
        key = _heard(event).text("key")
        if key in self.window.evidence_keys():
            return self._record(key)
        return _beside(self.window.paper(key))

    def summary(self, event: gr.EventData) -> Updates:
        """A cited summary of the sources of an answer."""
        return _beside(self.window.summary(_heard(event).keys("keys")))

    def evidence(self, event: gr.EventData) -> Updates:
        """The record of an experiment with its figure."""
        return self._record(_heard(event).text("id"))

    def comment(self, event: gr.EventData) -> Updates:
        """Keep the reader's comment on a source."""
        press = _heard(event)
        return _beside(self.window.comment(press.text("key"), press.fields.get("comment", "")))

    def close(self) -> Updates:
        """Nothing beside the answer."""
        return _beside(Html())

    def fetch(self, event: gr.EventData) -> Any:
        """The file of a source, for the browser to save."""
        parcel = self.window.fetch(_heard(event).text("key"))
        return gr.skip() if isinstance(parcel, Trouble) else parcel

    def _record(self, identity: str) -> Updates:
        found = self.window.record(identity)
        if isinstance(found, Trouble):
            return _beside(found)
        import plotly.graph_objects as go  # noqa: PLC0415 the page is served before it is needed

        page, drawn = found
        return page, gr.Plot(value=go.Figure(drawn), visible=True)

    # ── experiments ──────────────────────────────────────────────────────────────────────────────

    def run(
        self, watched: tuple[str, ...], event: gr.EventData
    ) -> tuple[tuple[str, ...], dict[str, str]]:
        """Start the experiment of a card: the runs this page follows, and why there is none more."""
        press = _heard(event)
        probe = press.text("probe")
        begun = self.window.run(probe, press.fields)
        if isinstance(begun, Trouble):
            return watched, {probe: begun.line}
        return (*watched, begun), {}

    def estimate(self, event: gr.EventData) -> str:
        """How long a run with the parameters on its card takes, for the browser to show there."""
        press = _heard(event)
        return self.window.estimate(press.text("probe"), press.fields)

    def halt(self, event: gr.EventData) -> dict[str, str]:
        """Stop a running experiment for good; why it could not be stopped, if so."""
        press = _heard(event)
        trouble = self.window.halt(press.text("job"))
        return {press.text("probe"): trouble.line} if trouble else {}

    # ── the library ──────────────────────────────────────────────────────────────────────────────

    def add(self, files: Sequence[str] | None) -> Iterator[Updates]:
        """Take dropped files into the library, one line each."""
        for page in self.window.add(files or ()):
            yield page, gr.skip()
        yield gr.skip(), None

    def sync(self) -> Iterator[Html]:
        """Follow the folders: new, changed and deleted files."""
        yield from self.window.sync()

    def remove(self, event: gr.EventData) -> Html:
        """Take the selected sources out of the library; their files stay."""
        return self.window.remove(_heard(event).checked)

    def export(self, event: gr.EventData) -> Updates:
        """Bibliographic records of the selected sources, for the browser to save."""
        press = _heard(event)
        keys = press.checked
        parcel = self.window.export(keys, press.text("formName"))
        if isinstance(parcel, Trouble):
            return gr.skip(), notice(parcel.line)
        return parcel, notice(f"Exported {len(keys)}.", "calm")

    # ── the page itself ──────────────────────────────────────────────────────────────────────────

    def arrive(self, request: gr.Request) -> str:
        """A page was opened: the question in its address."""
        return str(request.query_params.get("q", ""))

    def draw(
        self, standing: Answer | None, watched: tuple[str, ...], troubles: dict[str, str],
        length: Length = "brief",
    ) -> Updates:  # fmt: skip
        """What changes by itself: how far the list is read, and the experiments.

        The cards are those of the answer that stands on the page; the runs are those that this page
        follows and all that are not over, whoever started them; `troubles` is why a press did nothing.
        """
        running = self.window.running()
        found = tuple(job for job in running if job not in watched)
        bench = self.window.bench(standing, (*watched, *found), troubles, length)
        busy = not self.window.loaded or bool(running)
        shelf = gr.skip() if busy else self.window.shelf()
        followed = (*watched, *found) if found else gr.skip()
        return self.window.masthead(), bench, shelf, followed, gr.Timer(active=busy)

    def stock(self) -> tuple[Html, Html]:
        """What the list holds: counted, and one by one."""
        return self.window.masthead(), self.window.shelf()


def _beside(page: Html | Trouble) -> Updates:
    if isinstance(page, Trouble):
        page = panel("This cannot be shown", notice(page.line))
    return page, gr.Plot(value=None, visible=False)


def _buttons(*, writing: bool) -> tuple[gr.Button, gr.Button]:
    """Ask and Stop: one of them is there."""
    return gr.Button(visible=not writing), gr.Button(visible=writing)


def _heard(event: gr.EventData) -> Press:
    return pressed(event._data)
