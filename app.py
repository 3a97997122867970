"""The window on the assistant: chat, evidence and experiments in a browser."""

import argparse
import base64
import json
import logging
import os
import queue
import shutil
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

# Read by gradio while it is imported; nothing may leave this machine.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"

import gradio as gr

from assistant import Assistant, views
from assistant.errors import InquiryError, Mendable
from assistant.types import Answer, Sentence, Source, SyncReport
from assistant.views import answers, experiments, papers, passages, sources
from assistant.views.markup import Html, join, notice, panel, tag
from probes import evidence, jobs, registry
from probes.types import ProbeError

T = TypeVar("T")
Turns = tuple[Answer, ...]

OPENING_LINES = (
    "Do intermediate layers give better features than the last layer?",
    "Which few activations dominate a hidden state?",
    "Why do intermediate LLM layers become more precise in frontier models?",
)
_POLL = 0.1


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve the window until it is interrupted; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m app", description=__doc__)
    parser.add_argument("--data-dir", type=Path, help="where the library is kept")
    parser.add_argument("--host", help="address to listen on (default: this machine only)")
    parser.add_argument("--port", type=int, help="port; 0 takes a free one (default: 7860)")
    parser.add_argument("--open", action="store_true", help="open the window in the browser")
    chosen = parser.parse_args(arguments)
    given = {"host": chosen.host, "port": chosen.port}
    try:
        assistant = Assistant.open(
            chosen.data_dir, **{name: value for name, value in given.items() if value is not None}
        )
        serve(assistant, open_browser=chosen.open)
    except InquiryError as error:
        print(error, file=sys.stderr)  # noqa: T201 the one line a terminal gets
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
    blocks = build(assistant, window)
    _, address, _ = blocks.queue(default_concurrency_limit=8).launch(
        server_name=settings.host, server_port=port, share=False, quiet=True, ssr_mode=False,
        prevent_thread_lock=True, show_error=False, footer_links=[], run_history=False,
        theme=gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace"]),
        head=f"<style>{views.style()}</style>",
    )  # fmt: skip
    print(f"Inquiring Lines is at {address} (Ctrl-C ends it).", flush=True)  # noqa: T201
    window.prepare()
    if open_browser:
        webbrowser.open(address)
    blocks.block_thread()


def build(assistant: Assistant, window: "Window | None" = None) -> gr.Blocks:
    """The window: a conversation, the library, and a panel beside them."""
    window = window or Window(assistant)
    with gr.Blocks(title="Inquiring Lines", analytics_enabled=False, fill_width=True) as blocks:
        turns, watched = gr.State(()), gr.State(())
        pending, linked = gr.State(""), gr.State("")
        masthead, outbox = _part("masthead", window.masthead()), _part("outbox")
        with gr.Row(elem_id="desk"):
            with gr.Column(elem_id="main"), gr.Tabs():
                with gr.Tab("Ask"):
                    history = _part("history")
                    answer = _part("answer", window.welcome())
                    bench, more = _part("bench"), _part("more")
                    with gr.Row(elem_id="composer"):
                        question = gr.Textbox(
                            placeholder="An inquiring line …", show_label=False, lines=1,
                            max_lines=6, label="Your question", autofocus=True, scale=1,
                        )  # fmt: skip
                        ask = gr.Button("Ask", scale=0)
                        stop = gr.Button("Stop", elem_id="stop", visible=False, scale=0)
                with gr.Tab("Library"):
                    drop = gr.File(
                        label="Drop PDFs, Markdown, BibTeX, RIS or CSL-JSON here", height=110,
                        file_count="multiple", elem_id="drop",
                    )  # fmt: skip
                    sync = gr.Button("Sync now", size="sm")
                    fates = _part("fates")
                    shelf = _part("shelf")
            with gr.Column(elem_id="side"):
                side = _part("panel")
                figure = gr.Plot(show_label=False, elem_id="figure", visible=False)
        pulse = gr.Timer(0.6)

        quiet: dict[str, Any] = {"show_progress": "hidden"}
        written = [history, answer, bench, more, turns, watched, ask, stop, masthead]
        reply = {"fn": window.reply, "inputs": [pending, turns], "outputs": written, **quiet}
        for asked in (ask.click, question.submit):
            asked(window.take, question, [pending, question], **quiet).then(**reply)
        stop.click(window.stop, None, None, **quiet)
        held = [turns, watched]
        for part in (history, answer, bench, more, side, fates, shelf):
            part.line(window.line, None, pending, **quiet).then(**reply)
            part.cite(window.cite, None, [side, figure], **quiet)
            part.paper(window.paper, None, [side, figure], **quiet)
            part.evidence(window.evidence, None, [side, figure], **quiet)
        bench.run(window.run, held, [bench, watched, pulse], **quiet)
        bench.halt(window.halt, held, bench, **quiet)
        side.close(lambda: ("", gr.Plot(value=None, visible=False)), None, [side, figure], **quiet)
        side.comment(window.comment, None, [side, figure], **quiet)
        side.fetch(window.fetch, None, outbox, **quiet)
        shelf.export(window.export, None, [outbox, fates], **quiet)
        shelf.remove(window.remove, None, [shelf, fates, masthead], **quiet)
        stocked = [fates, shelf, masthead]
        drop.upload(window.add, drop, [*stocked, drop], **quiet)
        sync.click(window.sync, None, stocked, **quiet)
        pulse.tick(window.tick, held, [masthead, bench, shelf, pulse], **quiet)
        arrived = [linked, watched, shelf, pulse]
        # Its own state: a question asked while the page still arrives is not overwritten.
        blocks.load(window.arrive, None, arrived, **quiet).then(
            **{**reply, "inputs": [linked, turns]}
        )
    return blocks


def _part(name: str, value: str = "") -> gr.HTML:
    """A part of the page that Python fills and whose buttons it hears."""
    return gr.HTML(
        value, elem_id=name, js_on_load=views.script(), apply_default_css=False, padding=False
    )


@dataclass(frozen=True)
class Trouble:
    """Why something could not be done, in one line for the reader."""

    line: str


class _Stopped(Exception):
    """The reader stopped the answer."""


class Window:
    """What the window does when something in it is pressed; holds no word of a document."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant
        self.data_dir = assistant.data_dir
        self._pool = ThreadPoolExecutor(max_workers=8, thread_name_prefix="window")
        # One reader or writer of the index at a time: the second waits and says what for.
        self._turn = threading.Lock()
        # pdfium must not be entered twice.
        self._drawing = threading.Lock()
        self._loaded: Future[Any] = Future()
        self._doing = ("Opening the list", 0.0)
        self._stops: dict[str | None, threading.Event] = {}

    # ── in the background ────────────────────────────────────────────────────────────────────────

    def prepare(self) -> None:
        """Read the list and load the models behind the page that is already served."""
        self._loaded = self._pool.submit(self._prepare)

    def _prepare(self) -> None:
        with self._turn:
            self.assistant.index(self._progress)
            self._doing = ("Loading the models", 0.95)
            self.assistant.search("warm up", 1)

    def _progress(self, message: str, fraction: float) -> None:
        word = "Reading" if message.startswith("reading") else "Indexing"
        self._doing = (f"{word} the list", fraction)

    def _status(self) -> str:
        message, fraction = self._doing
        return f"{message}… {fraction:.0%}"

    def masthead(self) -> Html:
        """The name, and what the list holds or how far it is read."""
        if self._turn.locked() and not self._loaded.done():
            told = self._status()
        elif self._loaded.done() and isinstance(trouble := self._settled(self._loaded), Trouble):
            told = trouble.line
        else:
            told = sources.counted(self.assistant.status())
        bar = tag(
            "div",
            tag("h1", "Inquiring Lines"),
            tag("span", told, class_="told", role="status"),
            class_="bar",
        )
        return tag("header", bar)

    def welcome(self) -> Html:
        """The page before the first question."""
        return answers.welcome(OPENING_LINES, "Everything stays on this machine.")

    def _attempt(self, work: Callable[[], T]) -> T | Trouble:
        return self._settled(self._pool.submit(work))

    def _settled(self, future: "Future[T]") -> T | Trouble:
        """The result of a piece of work, or its trouble in one line; surprises go to the log."""
        error = future.exception()
        if error is None:
            return future.result()
        if isinstance(error, _Stopped):
            return Trouble("Stopped.")
        if isinstance(error, (InquiryError, ProbeError)):
            return Trouble(str(error))
        log = _log(self.data_dir)
        logging.getLogger("app").error("unexpected", exc_info=error)
        return Trouble(f"Something unexpected went wrong; {log} has the details.")

    # ── questions ────────────────────────────────────────────────────────────────────────────────

    def take(self, question: str) -> tuple[str, str]:
        """The question that was typed, and the emptied field."""
        return question, ""

    def line(self, event: gr.EventData) -> str:
        """The question that was clicked."""
        return str(event._data.get("question", ""))

    def reply(self, question: str, turns: Turns, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        """The answer as it is written, then whole, with its experiments and next lines."""
        if not question.strip():
            yield (gr.skip(),) * 9
            return
        self.stop(request)
        stop = self._stops[request.session_hash] = threading.Event()
        heard: queue.SimpleQueue[Sentence] = queue.SimpleQueue()
        future = self._pool.submit(self._ask, question, stop, heard.put)
        earlier = join(*(answers.earlier(turn) for turn in turns))
        local = self._evidence_keys()
        written: list[Sentence] = []
        shown = ""
        while not (future.done() or stop.is_set()):
            written += _drained(heard)
            line = "Reading, choosing, checking…" if self._loaded.done() else self._status()
            now = answers.arriving(question, written, local, line)
            if now != shown:
                shown = now
                yield (
                    earlier,
                    now,
                    "",
                    "",
                    turns,
                    (),
                    gr.Button(visible=False),
                    gr.Button(visible=True),
                    gr.skip(),
                )
        if self._stops.get(request.session_hash) is not stop:
            return  # the next question has taken its place
        del self._stops[request.session_hash]
        done: Answer | Trouble = Trouble("Stopped.") if stop.is_set() else self._settled(future)
        buttons = gr.Button(visible=True), gr.Button(visible=False)
        if isinstance(done, Trouble):
            ended = answers.failed(question, written + _drained(heard), local, done.line)
            yield earlier, ended, "", "", turns, (), *buttons, self.masthead()
            return
        now = (*turns, done)
        watched = self._running()
        lines = answers.next_lines(done.next_lines)
        bench = self._bench(now, watched)
        yield earlier, answers.turn(done), bench, lines, now, watched, *buttons, self.masthead()

    def _ask(self, question: str, stop: threading.Event, put: Callable[[Sentence], None]) -> Answer:
        def hear(sentence: Sentence) -> None:
            if stop.is_set():
                raise _Stopped
            put(sentence)

        while not self._turn.acquire(timeout=_POLL):
            if stop.is_set():
                raise _Stopped
        try:
            return self.assistant.ask(question, listen=hear)
        finally:
            self._turn.release()

    def stop(self, request: gr.Request) -> None:
        """Stop the answer that is being written in this window."""
        if stop := self._stops.get(request.session_hash):
            stop.set()

    def _evidence_keys(self) -> list[str]:
        return [key for key, kind, _ in self.assistant.library.fingerprint() if kind == "evidence"]

    # ── beside the answer ────────────────────────────────────────────────────────────────────────

    def cite(self, event: gr.EventData) -> tuple[str, Any]:
        """The passage of a citation, or another page of the same paper."""
        data = event._data
        found = self._attempt(lambda: self.assistant.source(str(data.get("key")), words=True))
        if isinstance(found, Trouble):
            return self._panel(found)
        if found.kind == "evidence":
            return self._record(found.key)
        start, end = _span(data, len(found.text))
        if not found.pages:
            return self._panel(passages.note(found, start, end))
        return self._panel(
            self._attempt(lambda: self._pdf_page(found, data.get("number"), start, end))
        )

    def _pdf_page(self, source: Source, number: Any, start: int, end: int) -> Html:
        from assistant.readers.pdf_page import quote_boxes, render_page  # noqa: PLC0415 pdfium

        wanted = int(number) if str(number or "").isdigit() else source.page_at(start)
        page = next((page for page in source.pages if page.number == wanted), source.pages[0])
        try:
            with self._drawing:
                boxes = quote_boxes(page, start, end)
                image = render_page(Path(source.path), page.number, boxes)
        except InquiryError as error:
            return passages.pdf_page(source, page, start, end, None, str(error))
        return passages.pdf_page(source, page, start, end, image)

    def paper(self, event: gr.EventData) -> tuple[str, Any]:
        """The page of a source; of a local experiment, its record."""
        key = str(event._data.get("key"))
        if key in self._evidence_keys():
            return self._record(key)
        return self._panel(self._attempt(lambda: self._paper(key)))

    def _paper(self, key: str) -> Html:
        titles = {source.key: source.title for source in self.assistant.library.sources()}
        return papers.page(self.assistant.paper(key), titles)

    def comment(self, event: gr.EventData) -> tuple[str, Any]:
        """Keep the reader's comment on a source."""
        key, text = str(event._data["key"]), str(event._data["fields"]["comment"])

        def keep() -> Html:
            self.assistant.library.remark(self.assistant.source(key).key, "comment", text)
            return self._paper(key)

        return self._panel(self._attempt(keep))

    def evidence(self, event: gr.EventData) -> tuple[str, Any]:
        """The record of a local experiment with its figure."""
        return self._record(str(event._data.get("id")))

    def _record(self, identity: str) -> tuple[str, Any]:
        import plotly.graph_objects as go  # noqa: PLC0415 only here

        finding = self._attempt(lambda: self._finding(identity))
        if isinstance(finding, Trouble):
            return self._panel(finding)
        drawn = go.Figure(evidence.figure(self.data_dir, identity))
        return experiments.record(finding), gr.Plot(value=drawn, visible=True)

    def _panel(self, content: Html | Trouble) -> tuple[str, Any]:
        if isinstance(content, Trouble):
            content = panel("This cannot be shown", notice(content.line))
        return content, gr.Plot(value=None, visible=False)

    def _finding(self, identity: str) -> experiments.Finding:
        result = evidence.load(self.data_dir, identity)
        drawn = evidence.figure(self.data_dir, identity)
        alt = str(drawn["layout"].get("meta", {}).get("alt", "The figure of this run"))
        svg = Path(result.plot).with_name("plot.svg").read_bytes()
        return experiments.Finding(result=result, svg=svg, alt=alt)

    # ── experiments ──────────────────────────────────────────────────────────────────────────────

    def run(self, turns: Turns, watched: tuple[str, ...], event: gr.EventData) -> tuple[Any, ...]:
        """Start the experiment of a card with the parameters that were changed on it."""
        name = str(event._data.get("probe"))
        fields = dict(event._data.get("fields", {}))

        def begin() -> str:
            usual = {p["name"]: p["default"] for p in registry.describe(name)["parameters"]}
            changed = {
                field: value for field, value in fields.items()
                if value != experiments.written(usual.get(field))
            }  # fmt: skip
            with self._turn:
                return self.assistant.start_probe(name, changed).id

        begun = self._attempt(begin)
        if isinstance(begun, Trouble):
            return join(notice(begun.line), self._bench(turns, watched)), watched, gr.skip()
        watched = (*watched, begun)
        return self._bench(turns, watched), watched, gr.Timer(active=True)

    def halt(self, turns: Turns, watched: tuple[str, ...], event: gr.EventData) -> Html:
        """Stop a running experiment for good."""
        job = str(event._data.get("job"))
        stopped = self._attempt(lambda: jobs.cancel(jobs.load(self.data_dir, job)))
        told = notice(stopped.line) if isinstance(stopped, Trouble) else None
        return join(told, self._bench(turns, watched))

    def _running(self) -> tuple[str, ...]:
        listed = reversed(jobs.listing(self.data_dir))
        return tuple(job.id for job in listed if not jobs.status(job).over)

    def _bench(self, turns: Turns, watched: Sequence[str]) -> Html:
        """The experiment cards of the last answer with the runs this window follows."""
        known = {job.id: job for job in jobs.listing(self.data_dir)} if watched else {}
        runs = {
            status.probe: status
            for status in (jobs.status(known[id]) for id in watched if id in known)
        }
        findings = {}
        for status in runs.values():
            if status.evidence:
                finding = self._attempt(lambda id=status.evidence: self._finding(id))  # type: ignore[misc]
                if not isinstance(finding, Trouble):
                    findings[status.evidence] = finding
        last = turns[-1] if turns else None
        cards = [
            (each, registry.describe(each.probe)) for each in (last.experiments if last else ())
        ]
        return experiments.bench(cards, runs, findings, last.question if last else "")

    # ── the library ──────────────────────────────────────────────────────────────────────────────

    def _shelf(self) -> Html:
        return sources.listing(self.assistant.library.sources())

    def add(self, files: Sequence[str] | None) -> Iterator[tuple[Any, ...]]:
        """Take dropped files into the library, one line each."""
        kept = self._attempt(
            lambda: [_keep(Path(file), self.data_dir / "added") for file in files or ()]
        )
        if isinstance(kept, Trouble):
            yield notice(kept.line), gr.skip(), gr.skip(), None
            return
        for update in self._stock(lambda: self.assistant.add(kept, progress=self._progress), kept):
            yield *update, None

    def sync(self) -> Iterator[tuple[Any, ...]]:
        """Follow the folders: new, changed and deleted files."""
        yield from self._stock(lambda: self.assistant.sync(progress=self._progress), None)

    def _stock(
        self, work: Callable[[], SyncReport], kept: Sequence[Path] | None
    ) -> Iterator[tuple[Any, ...]]:
        def alone() -> SyncReport:
            with self._turn:
                return work()

        future = self._pool.submit(alone)
        while not future.done():
            yield sources.working(self._status(), self._doing[1]), gr.skip(), gr.skip()
            threading.Event().wait(_POLL)
        report = self._settled(future)
        if isinstance(report, Trouble):
            yield notice(report.line), self._shelf(), self.masthead()
            return
        names = [str(path) for path in kept] if kept is not None else None
        yield sources.report(report, names), self._shelf(), self.masthead()

    def remove(self, event: gr.EventData) -> tuple[Any, ...]:
        """Take the selected sources out of the library; their files stay."""
        keys = list(event._data.get("checked", ()))

        def take_out() -> str:
            with self._turn:
                self.assistant.remove(keys)
            return f"Removed {len(keys)}; the files stay where they are."

        done = self._attempt(take_out) if keys else Trouble("Select sources first.")
        line = notice(done.line) if isinstance(done, Trouble) else notice(done, "calm")
        return self._shelf(), line, self.masthead()

    def export(self, event: gr.EventData) -> tuple[Any, Any]:
        """Bibliographic records of the selected sources, handed to the browser as a file."""
        keys, form = list(event._data.get("checked", ())), str(event._data.get("formName"))
        if not keys:
            return gr.skip(), notice("Select sources first.")
        made = self._attempt(lambda: self.assistant.export(keys, form))
        if isinstance(made, Trouble):
            return gr.skip(), notice(made.line)
        name = f"inquiring-lines.{sources.FORMS[form][1]}"
        return _parcel(name, "text/plain", made.encode()), notice(f"Exported {len(keys)}.", "calm")

    def fetch(self, event: gr.EventData) -> Any:
        """The file of a source, handed to the browser."""
        path = self._attempt(lambda: Path(self.assistant.source(str(event._data["key"])).path))
        data = path if isinstance(path, Trouble) else self._attempt(path.read_bytes)
        if isinstance(path, Trouble) or isinstance(data, Trouble):
            return gr.skip()
        return _parcel(path.name, "application/octet-stream", data)

    # ── the page itself ──────────────────────────────────────────────────────────────────────────

    def arrive(self, request: gr.Request) -> tuple[Any, ...]:
        """A page was opened: its question, the runs still going, the list."""
        question = str(request.query_params.get("q", ""))
        watched = self._attempt(self._running)
        return (
            question,
            () if isinstance(watched, Trouble) else watched,
            self._shelf(),
            gr.Timer(active=True),
        )

    def tick(self, turns: Turns, watched: tuple[str, ...]) -> tuple[Any, ...]:
        """What changes by itself: how far the list is read, and the experiments."""
        bench = self._bench(turns, watched)
        busy = not self._loaded.done() or any(id in self._running() for id in watched)
        shelf = gr.skip() if busy else self._shelf()
        return self.masthead(), bench, shelf, gr.Timer(active=busy)


def _drained(heard: "queue.SimpleQueue[Sentence]") -> list[Sentence]:
    """What was heard, waiting a moment for the first."""
    found: list[Sentence] = []
    try:
        found.append(heard.get(timeout=_POLL))
        while True:
            found.append(heard.get_nowait())
    except queue.Empty:
        return found


def _span(data: dict[str, Any], length: int) -> tuple[int, int]:
    """The quoted part that a click names, kept inside the text."""
    named = (str(data.get("start", "")), str(data.get("end", "")))
    start, end = (int(value) if value.isdigit() else 0 for value in named)
    return min(start, length), min(max(start, end), length)


def _keep(file: Path, folder: Path) -> Path:
    """A copy of an uploaded file in the data directory; another file of that name gets a number."""
    folder.mkdir(parents=True, exist_ok=True)
    content = file.read_bytes()
    target, number = folder / file.name, 1
    while target.exists() and target.read_bytes() != content:
        number += 1
        target = folder / f"{file.stem}-{number}{file.suffix}"
    if not target.exists():
        shutil.copyfile(file, target)
    return target


def _parcel(name: str, kind: str, data: bytes) -> str:
    return json.dumps({"name": name, "kind": kind, "data": base64.b64encode(data).decode("ascii")})


def _log(data_dir: Path) -> Path:
    """The log of the data directory, opened when there is first something to write."""
    path = data_dir / "app.log"
    logger = logging.getLogger("app")
    if not logger.handlers:
        handler = logging.FileHandler(path, encoding="utf-8")
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
        logger.addHandler(handler)
        logger.propagate = False
    return path


def _free_port(host: str, port: int) -> int:
    """The port, or a free one for 0.

    Raises:
        Mendable: it cannot be listened on.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Mendable(
                f"Port {port} on {host} cannot be used ({error.strerror}); name another with --port, "
                "or --port 0 for a free one."
            ) from error
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
