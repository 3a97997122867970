"""The window on the assistant: chat, evidence and experiments in a browser."""

import argparse
import json
import os
import signal
import sys
import webbrowser
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from assistant import Assistant, views
from assistant.errors import InquiryError
from assistant.question.follow_up import Thread
from assistant.views import answers
from assistant.views.holdings import View
from assistant.views.window import Window
from lean_gradio import gr
from library_presses import ALL, LibraryPresses
from presses import EMPTY, Presses
from room_presses import RoomPresses
from run_presses import RunPresses
from serving import listening, served

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
    parser.add_argument(
        "--model",
        action="append",
        default=[],
        help="model that experiments may run on, beside the installed ones",
    )
    parser.add_argument("--open", action="store_true", help="open the window in the browser")
    parser.add_argument("--json", action="store_true", help="say where it is as one JSON document")
    chosen = parser.parse_args(arguments)
    given = {"host": chosen.host, "port": chosen.port}
    settings = {name: value for name, value in given.items() if value is not None}
    try:
        assistant = Assistant.open(chosen.data_dir, **settings)
        serve(assistant, models=chosen.model, open_browser=chosen.open, as_json=chosen.json)
    except InquiryError as error:
        print(error, file=sys.stderr)  # noqa: T201 the one line that a terminal gets
        return error.exit_code
    return 0


def serve(
    assistant: Assistant, *, models: Sequence[str] = (), open_browser: bool = False, as_json: bool = False
) -> None:  # fmt: skip
    """Serve the window of an assistant until it is interrupted.

    The page is served at once; the list is read and the models are loaded behind it.

    Raises:
        Mendable: the port is in use or may not be used, or the app needs a password.
    """
    settings = assistant.settings
    bound = listening(settings.host, settings.port)
    window = Window(assistant, models)
    with served(build(window), settings, bound) as found:
        if as_json:
            said = {"url": found.address, "pid": os.getpid(), "data_dir": str(assistant.data_dir)}
            print(json.dumps(said), flush=True)  # noqa: T201
            os.dup2(
                2, 1
            )  # everything printed from now on is a log; stdout has already had its one document
        else:
            print(f"Inquiring Lines is at {found.address} (Ctrl-C ends it).", flush=True)  # noqa: T201
        # If something terminates the app, its uploaded files are still deleted.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        window.prepare()
        if open_browser:
            webbrowser.open(found.once)
        with suppress(KeyboardInterrupt):
            found.thread.join()


def build(window: Window) -> gr.Blocks:
    """Return the page: a conversation, the library, and a panel that opens beside them."""
    presses = Presses(window)
    rooms, library = RoomPresses(presses, OPENING_LINES), LibraryPresses(presses)
    runs = RunPresses(presses)

    def draw_all(
        standing: Any, watched: Any, troubles: Any, length: Any, view: View
    ) -> tuple[Any, ...]:
        return presses.draw(standing, watched, troubles, length, lambda: library.page(view))

    with gr.Blocks(title="Inquiring Lines", analytics_enabled=False, fill_width=True) as blocks:
        room, standing = gr.State(EMPTY), gr.State(None)
        watched, troubles, view = gr.State(()), gr.State({}), gr.State(ALL)
        pending, linked, gone, thread = gr.State(""), gr.State(""), gr.State(""), gr.State(Thread())
        masthead, outbox = _part("masthead", window.masthead()), _part("outbox")
        with gr.Row(elem_id="desk"):
            with gr.Column(elem_id="main"), gr.Tabs() as tabs:
                with gr.Tab("Ask", id="ask"):
                    welcome = answers.welcome(OPENING_LINES, window.promise())
                    head = _part("head")
                    history, answer = _part("history"), _part("answer", welcome)
                    more, bench, below = _part("more"), _part("bench"), _part("below")
                    said, choices = _part("said"), _part("choices")
                    question, length, writer, ask, stop = _composer(
                        *window.writers(), window.assistant.settings.length
                    )
                with gr.Tab("Threads", id="threads") as kept_tab:
                    seek = gr.Textbox(
                        label="Search the threads", show_label=False, elem_id="seek", container=False,
                        placeholder="Words of a question or an answer",
                    )  # fmt: skip
                    kept = _part("threads")
                with gr.Tab("Library", id="library"):
                    drop = gr.File(
                        label="Add PDFs, Markdown, BibTeX, RIS or CSL-JSON: drop them here, or press to choose",
                        file_count="multiple", height=72, elem_id="drop",
                    )  # fmt: skip
                    with gr.Row(elem_id="keeping"):
                        sync = gr.Button("Look for changed files", size="sm", elem_id="sync")
                        twins = gr.Button(
                            "Look for works that are here twice", size="sm", elem_id="twins"
                        )
                    fates = _part("fates")
                    find = gr.Textbox(
                        label="Search the library", show_label=False, elem_id="find", container=False,
                        placeholder="Words, or kind:paper year:>=2020",
                    )  # fmt: skip
                    shelf = _part("shelf")
                with gr.Tab("Ledger", id="ledger") as ledger_tab:
                    ledger = _part("ledger")
                with gr.Tab("Settings", id="settings") as settings_tab:
                    chosen = _part("settings")
            with gr.Column(elem_id="side"):
                side = _part("panel")
                figure = gr.Plot(show_label=False, elem_id="figure", visible=False)
        pulse = gr.Timer(0.6)

        quiet: dict[str, Any] = {"show_progress": "hidden", **_UNNAMED}
        # These two functions write everything that changes by itself, and they take turns. So a
        # page drawn before an answer or a run arrived cannot replace that answer or run.
        draw = {
            "fn": draw_all, "inputs": [standing, watched, troubles, length, view],
            "outputs": [masthead, bench, shelf, watched, pulse], **_in_turn("draw"),
        }  # fmt: skip
        stock = {
            "fn": library.stock, "inputs": view, "outputs": [masthead, shelf], **_in_turn("draw")
        }  # fmt: skip
        reply = {
            "fn": presses.reply, "inputs": [pending, room, writer, thread, length],
            "outputs": [
                history, answer, more, below, room, standing, watched, troubles, ask, stop, pulse, head,
            ],
            "trigger_mode": "multiple", "concurrency_limit": 64, **quiet,
        }  # fmt: skip
        for asked in (ask.click, question.submit):
            asked(presses.take, question, [pending, question], **quiet).then(**reply).then(**draw)
        stop.click(presses.stop, None, None, **quiet)
        length.input(None, length, None, js=_KEEP_LENGTH)
        length.input(
            presses.lengthen, [length, room, standing], [history, answer, below], **quiet
        ).then(**draw)
        beside = {"outputs": [side, figure], **_in_turn("beside")}
        for part in (history, answer, more, bench, below, side, fates, shelf):
            part.line(presses.line, None, [pending, tabs], **quiet).then(**reply).then(**draw)
            part.cite(presses.cite, **beside)
            part.paper(presses.paper, **beside)
            part.evidence(presses.evidence, **beside)
            part.summary(presses.summary, **beside)
        _threads(
            rooms, reply, draw, parts=(masthead, head, history, answer, kept, side), room=room, length=length,
            pending=pending, linked=linked, gone=gone, question=question, tabs=tabs, kept_tab=kept_tab,
            seek=seek, kept=kept, outbox=outbox, said=said, rest=[thread, choices, said],
        )  # fmt: skip
        choose = {"inputs": [thread, room], "outputs": [thread, choices], **_in_turn("choose")}
        for part in (history, answer):
            part.pin(presses.pin, **choose)
            part.leave(presses.leave, **choose)
        choices.free(presses.free, **choose)
        side.close(presses.close, **beside)
        side.comment(presses.comment, **beside)
        side.compare(presses.compare, **beside)
        side.uncomment(presses.uncomment, **beside)
        side.seek(presses.seek, **beside)
        side.cited(presses.cited, **beside).then(**stock)
        side.fetch(presses.fetch, None, outbox, **quiet)
        side.mark(presses.mark, None, outbox, **_in_turn("mark"))
        side.check(presses.check, **beside)
        side.attest(presses.attest, **beside)
        side.dispute(presses.dispute, **beside)
        side.withdraw(presses.withdraw, **beside)
        side.keep(presses.keep, None, outbox, **quiet)
        bench.run(runs.run, watched, [watched, troubles], **_in_turn("run")).then(**draw)
        bench.resume(runs.resume, watched, [watched, troubles], **_in_turn("run")).then(**draw)
        bench.estimate(runs.estimate, None, outbox, **quiet)
        bench.halt(runs.halt, None, troubles, **_in_turn("halt")).then(**draw)
        settings_tab.select(presses.settings, None, chosen, **quiet)
        chosen.prefer(presses.prefer, None, [chosen, writer], **_in_turn("prefer"))
        ledger_tab.select(runs.ledger, None, ledger, **quiet)
        ledger.evidence(presses.evidence, **beside)
        ledger.rerun(runs.rerun, None, ledger, **_in_turn("run")).then(**draw)
        ledger.resume(runs.go_on, None, ledger, **_in_turn("run")).then(**draw)
        ledger.halt(runs.stop, None, ledger, **_in_turn("halt")).then(**draw)
        ledger.file(runs.ledger_file, None, outbox, **quiet)
        sync.click(library.sync, None, fates, **quiet).then(**stock)
        twins.click(library.twins, None, fates, **quiet)
        drop.upload(library.add, drop, [fates, drop], **quiet).then(**stock)
        _library(
            library, stock, view=view, find=find, shelf=shelf, fates=fates, outbox=outbox, question=question,
            tabs=tabs,
        )  # fmt: skip
        side.correct(library.correct, **beside).then(**stock)
        pulse.tick(**{**draw, "trigger_mode": "once"})
        blocks.load(**stock)
        # This state is separate, so that it does not overwrite a question asked while the page
        # still loads.
        usual = blocks.load(lambda: window.assistant.settings.length, None, length, **quiet)
        arrived = usual.then(None, length, length, js=_KEPT_LENGTH).then(
            rooms.arrive, length, [linked, *reply["outputs"], thread, choices, said], **quiet
        )
        arrived.then(**{**reply, "inputs": [linked, *reply["inputs"][1:]]}).then(**draw)
    return blocks.queue(default_concurrency_limit=8)


def _threads(
    rooms: RoomPresses, reply: dict[str, Any], draw: dict[str, Any], *, parts: Sequence[gr.HTML],
    room: gr.State, length: gr.Radio, pending: gr.State, linked: gr.State, gone: gr.State,
    question: gr.Textbox, tabs: gr.Tabs, kept_tab: gr.Tab, seek: gr.Textbox, kept: gr.HTML,
    outbox: gr.HTML, said: gr.HTML, rest: Sequence[Any],
) -> None:  # fmt: skip
    """Connect the buttons for threads and for the answers in them."""
    quiet: dict[str, Any] = {"show_progress": "hidden", **_UNNAMED}
    shown = [*reply["outputs"], *rest]
    linked_reply = {**reply, "inputs": [linked, *reply["inputs"][1:]]}
    for part in parts:
        part.visit(rooms.visit, length, [linked, *shown, tabs], **_in_turn("visit")).then(
            **draw
        ).then(**linked_reply).then(**draw)
        part.again(rooms.again, room, [pending, room, said], **quiet).then(**reply).then(**draw)
        part.amend(rooms.amend, room, [question, room, said], **quiet)
        part.carry(rooms.copy, [room, length], [outbox, said], **quiet)
        part.send(rooms.send, [room, length], [outbox, said], **quiet)
        part.jot(rooms.note, room, said, **quiet)
        part.entitle(rooms.rename, [seek, room], [kept, room, reply["outputs"][-1]], **quiet)
        part.discard(rooms.delete, seek, [kept, gone], **quiet).then(
            rooms.forget, [gone, room, length], shown, **quiet
        ).then(**draw)
    found = {"fn": rooms.listing, "inputs": seek, "outputs": kept, **quiet}
    kept_tab.select(**found)
    seek.change(**{**found, "trigger_mode": "always_last"})  # also search when text is pasted


def _library(
    library: LibraryPresses, stock: dict[str, Any], *, view: gr.State, find: gr.Textbox, shelf: gr.HTML,
    fates: gr.HTML, outbox: gr.HTML, question: gr.Textbox, tabs: gr.Tabs,
) -> None:  # fmt: skip
    """Connect the table of the library and the actions on its rows."""
    quiet: dict[str, Any] = {"show_progress": "hidden", **_UNNAMED}
    seen = {"outputs": [view, shelf], **_in_turn("draw")}
    find.change(library.find, [find, view], **{**seen, "trigger_mode": "always_last"})
    shelf.order(library.order, view, **seen)
    shelf.longer(library.longer, view, **seen)
    shelf.sift(library.sift, None, find, **quiet)
    shelf.apart(library.apart, None, find, **quiet)
    shelf.narrow(library.narrow, [question, view], [question, tabs, fates], **quiet)
    shelf.export(library.export, view, [outbox, fates], **quiet)
    for press, work in ((shelf.assign, library.assign), (shelf.remove, library.remove)):
        press(work, view, fates, **quiet).then(**stock)
    for part in (shelf, fates):
        part.unlock(library.unlock, None, fates, **quiet).then(**stock)
    fates.merge(library.merge, None, fates, **quiet).then(**stock)


# Each button calls a function of the page; no program can call it by a name.
_UNNAMED: Mapping[str, Any] = {"api_visibility": "private"}


def _in_turn(what: str) -> dict[str, Any]:
    """Return options for buttons that write the same parts: every press is handled, one after the other."""
    once = {"concurrency_id": what, "concurrency_limit": 1}
    return {**once, "trigger_mode": "multiple", "show_progress": "hidden", **_UNNAMED}


def _part(name: str, value: str = "") -> gr.HTML:
    """Return a part of the page that Python fills and whose buttons Python handles."""
    return gr.HTML(
        value, elem_id=name, js_on_load=views.script(), apply_default_css=False, padding=False
    )


# The browser keeps the reader's choice as long as the tab is open, also after a reload.
_KEEP_LENGTH = "length => { sessionStorage.setItem('length', length); }"
# gradio gives every radio button a different name, so the browser's arrow keys cannot move between
# them.
_KEPT_LENGTH = """usual => {
  document.querySelector('#length').addEventListener('keydown', event => {
    if (!event.key.startsWith('Arrow')) return;
    event.preventDefault();
    const other = event.currentTarget.querySelector('label:not(.selected) input');
    other.focus();
    other.click();
  });
  const kept = sessionStorage.getItem('length');
  return ['brief', 'full'].includes(kept) ? kept : usual;
}"""


def _composer(
    writers: Sequence[tuple[str, str]], usual: str, shown: str
) -> tuple[gr.Textbox, gr.Radio, gr.Dropdown, gr.Button, gr.Button]:
    with gr.Row(elem_id="composer"):
        question = gr.Textbox(
            label="Your question", placeholder="An inquiring line …", show_label=False, lines=1,
            max_lines=6, autofocus=True, scale=1,
        )  # fmt: skip
        length = gr.Radio(
            [("Brief", "brief"), ("Full", "full")], value=shown, label="Length of the answer",
            show_label=False, elem_id="length", container=False, scale=0, min_width=110,
        )  # fmt: skip
        writer = gr.Dropdown(
            list(writers), value=usual, label="Who writes the answer", show_label=False,
            visible=len(writers) > 1, elem_id="writer", scale=0, min_width=130, container=False,
        )  # fmt: skip
        ask = gr.Button("Ask", scale=0)
        stop = gr.Button("Stop", elem_id="stop", visible=False, scale=0)
    return question, length, writer, ask, stop


if __name__ == "__main__":
    ended = main()
    sys.stdout.flush()
    # The process does not wait for work behind the page: everything reported as done is already
    # stored.
    os._exit(ended)
