"""The window on the assistant: chat, evidence and experiments in a browser."""

import argparse
import os
import queue
import socket
import sys
import threading
import webbrowser
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

# Read by gradio while it is imported; nothing may leave this machine.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"

import gradio as gr

from assistant import Assistant, views
from assistant.errors import InquiryError, Mendable
from assistant.question.follow_up import Thread
from assistant.types import Answer, Length, Sentence
from assistant.views import answers
from assistant.views.markup import Html, join, notice, panel
from assistant.views.window import Trouble, Window, heard

Turns = tuple[Answer, ...]
ALONE = Thread()
Updates = tuple[Any, ...]

OPENING_LINES = (
    "Do intermediate layers give better features than the last layer?",
    "Which few activations dominate a hidden state?",
    "Why do intermediate LLM layers become more precise in frontier models?",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve the window until it is interrupted; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m app", description=__doc__)
    parser.add_argument("--data-dir", type=Path, help="where the library is kept")
    parser.add_argument("--host", help="address to listen on (default: this machine only)")
    parser.add_argument("--port", type=int, help="port; 0 takes a free one (default: 7860)")
    parser.add_argument("--open", action="store_true", help="open the window in the browser")
    chosen = parser.parse_args(arguments)
    given = {"host": chosen.host, "port": chosen.port}
    settings = {name: value for name, value in given.items() if value is not None}
    try:
        serve(Assistant.open(chosen.data_dir, **settings), open_browser=chosen.open)
    except InquiryError as error:
        print(error, file=sys.stderr)  # noqa: T201 the one line that a terminal gets
        return error.exit_code
    return 0


def serve(assistant: Assistant, *, open_browser: bool = False) -> None:
    """Serve the window of an assistant until it is interrupted.

    The page is served at once; the list is read and the models are loaded behind it.

    Raises:
        Mendable: the port is in use or may not be used.
    """
    settings = assistant.settings
    port = _free_port(settings.host, settings.port)
    window = Window(assistant)
    blocks = build(window).queue(default_concurrency_limit=8)
    _, address, _ = blocks.launch(
        server_name=settings.host, server_port=port, share=False, quiet=True, ssr_mode=False,
        prevent_thread_lock=True, footer_links=[], run_history=False,
        theme=gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace"]),
        head=f"<style>{views.style()}</style>",
    )  # fmt: skip
    print(f"Inquiring Lines is at {address} (Ctrl-C ends it).", flush=True)  # noqa: T201
    window.prepare()
    if open_browser:
        webbrowser.open(address)
    blocks.block_thread()


def build(window: Window) -> gr.Blocks:
    """The page: a conversation and the library, and a panel that opens beside them."""
    presses = Presses(window)
    with gr.Blocks(title="Inquiring Lines", analytics_enabled=False, fill_width=True) as blocks:
        turns, standing = gr.State(()), gr.State(None)
        watched, troubles = gr.State(()), gr.State({})
        pending, linked, thread = gr.State(""), gr.State(""), gr.State(Thread())
        masthead, outbox = _part("masthead", window.masthead()), _part("outbox")
        with gr.Row(elem_id="desk"):
            with gr.Column(elem_id="main"), gr.Tabs():
                with gr.Tab("Ask"):
                    welcome = answers.welcome(OPENING_LINES, window.promise())
                    history, answer = _part("history"), _part("answer", welcome)
                    more, bench, below = _part("more"), _part("bench"), _part("below")
                    choices = _part("choices")
                    question, length, writer, ask, stop = _composer(*window.writers())
                with gr.Tab("Library"):
                    drop = gr.File(
                        label="Drop PDFs, Markdown, BibTeX, RIS or CSL-JSON here",
                        file_count="multiple", height=110, elem_id="drop",
                    )  # fmt: skip
                    sync = gr.Button("Sync now", size="sm", elem_id="sync")
                    fates, shelf = _part("fates"), _part("shelf")
            with gr.Column(elem_id="side"):
                side = _part("panel")
                figure = gr.Plot(show_label=False, elem_id="figure", visible=False)
        pulse = gr.Timer(0.6)

        quiet: dict[str, Any] = {"show_progress": "hidden"}
        # What changes by itself has these two writers, and they take turns: a page that was drawn
        # before an answer or a run came cannot arrive after it and wipe it out.
        draw = {
            "fn": presses.draw, "inputs": [standing, watched, troubles, length],
            "outputs": [masthead, bench, shelf, watched, pulse], **_in_turn("draw"),
        }  # fmt: skip
        stock = {"fn": presses.stock, "outputs": [masthead, shelf], **_in_turn("draw")}
        reply = {
            "fn": presses.reply, "inputs": [pending, turns, writer, thread, length],
            "outputs": [
                history, answer, more, below, turns, standing, watched, troubles, ask, stop, pulse,
            ],
            "trigger_mode": "multiple", **quiet,
        }  # fmt: skip
        for asked in (ask.click, question.submit):
            asked(presses.take, question, [pending, question], **quiet).then(**reply).then(**draw)
        stop.click(presses.stop, None, None, **quiet)
        length.input(None, length, None, js=_KEEP_LENGTH)
        length.input(
            presses.lengthen, [length, turns, standing], [history, answer, below], **quiet
        ).then(**draw)
        beside = {"outputs": [side, figure], **_in_turn("beside")}
        for part in (history, answer, more, bench, below, side, fates, shelf):
            part.line(presses.line, None, pending, **quiet).then(**reply).then(**draw)
            part.cite(presses.cite, **beside)
            part.paper(presses.paper, **beside)
            part.evidence(presses.evidence, **beside)
            part.summary(presses.summary, **beside)
        choose = {"inputs": thread, "outputs": [thread, choices], **_in_turn("choose")}
        for part in (history, answer):
            part.pin(presses.pin, **choose)
            part.leave(presses.leave, **choose)
        choices.free(presses.free, **choose)
        side.close(presses.close, **beside)
        side.comment(presses.comment, **beside)
        side.fetch(presses.fetch, None, outbox, **quiet)
        bench.run(presses.run, watched, [watched, troubles], **_in_turn("run")).then(**draw)
        bench.estimate(presses.estimate, None, outbox, **quiet)
        bench.halt(presses.halt, None, troubles, **_in_turn("halt")).then(**draw)
        shelf.export(presses.export, None, [outbox, fates], **quiet)
        shelf.remove(presses.remove, None, fates, **quiet).then(**stock)
        drop.upload(presses.add, drop, [fates, drop], **quiet).then(**stock)
        sync.click(presses.sync, None, fates, **quiet).then(**stock)
        pulse.tick(**{**draw, "trigger_mode": "once"})
        blocks.load(**stock)
        # Its own state: a question asked while the page still arrives is not overwritten.
        arrived = blocks.load(None, None, length, js=_KEPT_LENGTH).then(
            presses.arrive, None, linked, **quiet
        )
        arrived.then(**{**reply, "inputs": [linked, *reply["inputs"][1:]]}).then(**draw)
    return blocks


def _in_turn(what: str) -> dict[str, Any]:
    """For presses that write the same parts: each is heard, and they are done one after the other."""
    once = {"concurrency_id": what, "concurrency_limit": 1}
    return {**once, "trigger_mode": "multiple", "show_progress": "hidden"}


def _part(name: str, value: str = "") -> gr.HTML:
    """A part of the page that Python fills and whose buttons it hears."""
    return gr.HTML(
        value, elem_id=name, js_on_load=views.script(), apply_default_css=False, padding=False
    )


# The browser keeps the reader's choice for as long as the tab is open, through a reload too.
_KEEP_LENGTH = "length => { sessionStorage.setItem('length', length); }"
# gradio gives every radio a name of its own, so that the browser's arrow keys know of no other choice.
_KEPT_LENGTH = """() => {
  document.querySelector('#length').addEventListener('keydown', event => {
    if (!event.key.startsWith('Arrow')) return;
    event.preventDefault();
    const other = event.currentTarget.querySelector('label:not(.selected) input');
    other.focus();
    other.click();
  });
  return sessionStorage.getItem('length') === 'full' ? 'full' : 'brief';
}"""


def _composer(
    writers: Sequence[tuple[str, str]], usual: str
) -> tuple[gr.Textbox, gr.Radio, gr.Dropdown, gr.Button, gr.Button]:
    with gr.Row(elem_id="composer"):
        question = gr.Textbox(
            label="Your question", placeholder="An inquiring line …", show_label=False, lines=1,
            max_lines=6, autofocus=True, scale=1,
        )  # fmt: skip
        length = gr.Radio(
            [("Brief", "brief"), ("Full", "full")], value="brief", label="Length of the answer",
            show_label=False, elem_id="length", container=False, scale=0, min_width=110,
        )  # fmt: skip
        writer = gr.Dropdown(
            list(writers), value=usual, label="Who writes the answer", show_label=False,
            visible=len(writers) > 1, elem_id="writer", scale=0, min_width=130, container=False,
        )  # fmt: skip
        ask = gr.Button("Ask", scale=0)
        stop = gr.Button("Stop", elem_id="stop", visible=False, scale=0)
    return question, length, writer, ask, stop


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
        return _said(event, "question")

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
        return self._chosen(thread.pin(_said(event, "key")))

    def leave(self, thread: Thread, event: gr.EventData) -> tuple[Thread, Html]:
        """Use a source in no answer from now on."""
        return self._chosen(thread.exclude(_said(event, "key")))

    def free(self, thread: Thread, event: gr.EventData) -> tuple[Thread, Html]:
        """Take a choice back."""
        return self._chosen(thread.free(_said(event, "key")))

    def _chosen(self, thread: Thread) -> tuple[Thread, Html]:
        return thread, answers.choices(thread, self.window.titles())

    def stop(self, request: gr.Request) -> None:
        """Stop the answer that is being written on this page."""
        if writing := self._writing.get(request.session_hash):
            writing.stop.set()

    # ── beside the answer ────────────────────────────────────────────────────────────────────────

    def cite(self, event: gr.EventData) -> Updates:
        """The passage of a citation, or another page of the same paper."""
        key = _said(event, "key")
        if key in self.window.evidence_keys():
            return self._record(key)
        span = (_said(event, name) for name in ("number", "start", "end"))
        return _beside(self.window.passage(key, *span))

    def paper(self, event: gr.EventData) -> Updates:
        """The page of a source; of an experiment, its record."""
        key = _said(event, "key")
        if key in self.window.evidence_keys():
            return self._record(key)
        return _beside(self.window.paper(key))

    def summary(self, event: gr.EventData) -> Updates:
        """A cited summary of the sources of an answer."""
        return _beside(self.window.summary(_said(event, "keys").split()))

    def evidence(self, event: gr.EventData) -> Updates:
        """The record of an experiment with its figure."""
        return self._record(_said(event, "id"))

    def comment(self, event: gr.EventData) -> Updates:
        """Keep the reader's comment on a source."""
        return _beside(self.window.comment(_said(event, "key"), _fields(event).get("comment", "")))

    def close(self) -> Updates:
        """Nothing beside the answer."""
        return _beside(Html())

    def fetch(self, event: gr.EventData) -> Any:
        """The file of a source, for the browser to save."""
        parcel = self.window.fetch(_said(event, "key"))
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
        probe = _said(event, "probe")
        begun = self.window.run(probe, _fields(event))
        if isinstance(begun, Trouble):
            return watched, {probe: begun.line}
        return (*watched, begun), {}

    def estimate(self, event: gr.EventData) -> str:
        """How long a run with the parameters on its card takes, for the browser to show there."""
        return self.window.estimate(_said(event, "probe"), _fields(event))

    def halt(self, event: gr.EventData) -> dict[str, str]:
        """Stop a running experiment for good; why it could not be stopped, if so."""
        trouble = self.window.halt(_said(event, "job"))
        return {_said(event, "probe"): trouble.line} if trouble else {}

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
        return self.window.remove(_checked(event))

    def export(self, event: gr.EventData) -> Updates:
        """Bibliographic records of the selected sources, for the browser to save."""
        keys = _checked(event)
        parcel = self.window.export(keys, _said(event, "formName"))
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


def _said(event: gr.EventData, name: str) -> str:
    """A value of the button that was pressed; empty where it has none."""
    value = event._data.get(name)
    return "" if value is None else str(value)


def _fields(event: gr.EventData) -> dict[str, str]:
    return {str(name): str(value) for name, value in (event._data.get("fields") or {}).items()}


def _checked(event: gr.EventData) -> list[str]:
    return [str(name) for name in event._data.get("checked") or ()]


def _free_port(host: str, port: int) -> int:
    """The port, or a free one for 0.

    Raises:
        Mendable: it cannot be listened on.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            raise Mendable(
                f"Port {port} on {host} cannot be used ({error.strerror}); name another with "
                "--port, or --port 0 for a free one."
            ) from error
        return int(listener.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
