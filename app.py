"""The window on the assistant: chat, evidence and experiments in a browser."""

import argparse
import json
import os
import signal
import sys
import webbrowser
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant import Assistant
from assistant.errors import InquiryError
from assistant.views.holdings import View
from assistant.views.window import Window
from lean_gradio import gr
from library_presses import LibraryPresses
from page_parts import Page, laid_out
from presses import Presses
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
    with gr.Blocks(title="Inquiring Lines", analytics_enabled=False, fill_width=True) as blocks:
        page = laid_out(window, OPENING_LINES)
        steps = _steps(page, presses, library)
        _connect_questions(page, presses, steps)
        _connect_threads(page, rooms, steps)
        _connect_choices(page, presses)
        _connect_panel(page, presses, library, steps)
        _connect_runs(page, presses, runs, steps)
        _connect_settings(page, presses)
        _connect_library(page, library, steps)
        page.pulse.tick(**{**steps.draw, "trigger_mode": "once"})
        _connect_arrival(blocks, page, window, rooms, steps)
    return blocks.queue(default_concurrency_limit=8)


@dataclass(frozen=True)
class _Steps:
    """What several presses do, as the arguments of an event.

    `reply` answers the pending question, `linked` the one of an address; `draw` and `stock` write
    everything that changes by itself, and they take turns. So a page drawn before an answer or a
    run arrived cannot replace that answer or run. `beside` fills the panel.
    """

    reply: dict[str, Any]
    draw: dict[str, Any]
    stock: dict[str, Any]
    beside: dict[str, Any]

    def linked(self, linked: gr.State) -> dict[str, Any]:
        """Return the step that answers a question which came with an address."""
        return {**self.reply, "inputs": [linked, *self.reply["inputs"][1:]]}


def _steps(page: Page, presses: Presses, library: LibraryPresses) -> _Steps:
    kept, ask, composer = page.kept, page.ask, page.ask.composer

    def draw_all(
        standing: Any, watched: Any, troubles: Any, length: Any, view: View
    ) -> tuple[Any, ...]:
        return presses.draw(standing, watched, troubles, length, lambda: library.page(view))

    return _Steps(
        draw={
            "fn": draw_all,
            "inputs": [kept.standing, kept.watched, kept.troubles, composer.length, kept.view],
            "outputs": [page.masthead, ask.bench, page.library.shelf, kept.watched, page.pulse],
            **_in_turn("draw"),
        },
        stock={
            "fn": library.stock, "inputs": kept.view, "outputs": [page.masthead, page.library.shelf],
            **_in_turn("draw"),
        },
        reply={
            "fn": presses.reply,
            "inputs": [kept.pending, kept.room, composer.writer, kept.thread, composer.length],
            "outputs": [
                ask.history, ask.answer, ask.more, ask.below, kept.room, kept.standing, kept.watched,
                kept.troubles, composer.ask, composer.stop, page.pulse, ask.head,
            ],
            "trigger_mode": "multiple", "concurrency_limit": 64, **_QUIET,
        },
        beside={"outputs": [page.side, page.figure], **_in_turn("beside")},
    )  # fmt: skip


def _connect_questions(page: Page, presses: Presses, steps: _Steps) -> None:
    """Connect the field for a question, and what is pressed in an answer or beside it."""
    kept, ask, composer = page.kept, page.ask, page.ask.composer
    question, length, reply, draw = composer.question, composer.length, steps.reply, steps.draw
    for asked in (composer.ask.click, question.submit):
        asked(presses.take, question, [kept.pending, question], **_QUIET).then(**reply).then(**draw)
    composer.stop.click(presses.stop, None, None, **_QUIET)
    length.input(None, length, None, js=_KEEP_LENGTH)
    length.input(
        presses.lengthen, [length, kept.room, kept.standing], [ask.history, ask.answer, ask.below],
        **_QUIET,
    ).then(**draw)  # fmt: skip
    for part in (
        ask.history, ask.answer, ask.more, ask.bench, ask.below, page.side, page.library.fates,
        page.library.shelf,
    ):  # fmt: skip
        part.line(presses.line, None, [kept.pending, page.tabs], **_QUIET).then(**reply).then(
            **draw
        )
        part.cite(presses.cite, **steps.beside)
        part.paper(presses.paper, **steps.beside)
        part.evidence(presses.evidence, **steps.beside)
        part.summary(presses.summary, **steps.beside)


def _connect_threads(page: Page, rooms: RoomPresses, steps: _Steps) -> None:
    """Connect the buttons for threads and for the answers in them."""
    kept, ask, threads, draw = page.kept, page.ask, page.threads, steps.draw
    room, length, outbox = kept.room, ask.composer.length, page.outbox
    shown = [*steps.reply["outputs"], kept.thread, ask.choices, ask.said]
    linked = steps.linked(kept.linked)
    for part in (page.masthead, ask.head, ask.history, ask.answer, threads.kept, page.side):
        part.visit(rooms.visit, length, [kept.linked, *shown, page.tabs], **_in_turn("visit")).then(
            **draw
        ).then(**linked).then(**draw)
        part.again(rooms.again, room, [kept.pending, room, ask.said], **_QUIET).then(
            **steps.reply
        ).then(**draw)
        part.amend(rooms.amend, room, [ask.composer.question, room, ask.said], **_QUIET)
        part.carry(rooms.copy, [room, length], [outbox, ask.said], **_QUIET)
        part.send(rooms.send, [room, length], [outbox, ask.said], **_QUIET)
        part.jot(rooms.note, room, ask.said, **_QUIET)
        part.entitle(rooms.rename, [threads.seek, room], [threads.kept, room, ask.head], **_QUIET)
        part.discard(rooms.delete, threads.seek, [threads.kept, kept.gone], **_QUIET).then(
            rooms.forget, [kept.gone, room, length], shown, **_QUIET
        ).then(**draw)
    found = {"fn": rooms.listing, "inputs": threads.seek, "outputs": threads.kept, **_QUIET}
    threads.tab.select(**found)
    # `change`, unlike `input`, also notices a pasted text.
    threads.seek.change(**{**found, "trigger_mode": "always_last"})


def _connect_choices(page: Page, presses: Presses) -> None:
    """Connect the buttons that pin a source to a thread, leave it out, or free it again."""
    kept, ask = page.kept, page.ask
    choose = {
        "inputs": [kept.thread, kept.room], "outputs": [kept.thread, ask.choices], **_in_turn("choose")
    }  # fmt: skip
    for part in (ask.history, ask.answer):
        part.pin(presses.pin, **choose)
        part.leave(presses.leave, **choose)
    ask.choices.free(presses.free, **choose)


def _connect_panel(page: Page, presses: Presses, library: LibraryPresses, steps: _Steps) -> None:
    """Connect what is pressed in the panel: a passage, the page of a source, a claim."""
    side, outbox, beside = page.side, page.outbox, steps.beside
    side.close(presses.close, **beside)
    side.comment(presses.comment, **beside)
    side.compare(presses.compare, **beside)
    side.uncomment(presses.uncomment, **beside)
    side.seek(presses.seek, **beside)
    side.cited(presses.cited, **beside).then(**steps.stock)
    side.fetch(presses.fetch, None, outbox, **_QUIET)
    side.mark(presses.mark, None, outbox, **_in_turn("mark"))
    side.check(presses.check, **beside)
    side.attest(presses.attest, **beside)
    side.dispute(presses.dispute, **beside)
    side.withdraw(presses.withdraw, **beside)
    side.keep(presses.keep, None, outbox, **_QUIET)
    side.correct(library.correct, **beside).then(**steps.stock)


def _connect_runs(page: Page, presses: Presses, runs: RunPresses, steps: _Steps) -> None:
    """Connect the cards of experiments, and the ledger of all claims."""
    bench, ledger, draw = page.ask.bench, page.ledger, steps.draw
    watched, troubles = page.kept.watched, page.kept.troubles
    bench.run(runs.run, watched, [watched, troubles], **_in_turn("run")).then(**draw)
    bench.resume(runs.resume, watched, [watched, troubles], **_in_turn("run")).then(**draw)
    bench.estimate(runs.estimate, None, page.outbox, **_QUIET)
    bench.halt(runs.halt, None, troubles, **_in_turn("halt")).then(**draw)
    page.ledger_tab.select(runs.ledger, None, ledger, **_QUIET)
    ledger.evidence(presses.evidence, **steps.beside)
    ledger.rerun(runs.rerun, None, ledger, **_in_turn("run")).then(**draw)
    ledger.resume(runs.go_on, None, ledger, **_in_turn("run")).then(**draw)
    ledger.halt(runs.stop, None, ledger, **_in_turn("halt")).then(**draw)
    ledger.file(runs.ledger_file, None, page.outbox, **_QUIET)


def _connect_settings(page: Page, presses: Presses) -> None:
    """Connect the settings, which also decide what the field for a question offers."""
    page.settings_tab.select(presses.settings, None, page.settings, **_QUIET)
    page.settings.prefer(
        presses.prefer, None, [page.settings, page.ask.composer.writer], **_in_turn("prefer")
    )


def _connect_library(page: Page, library: LibraryPresses, steps: _Steps) -> None:
    """Connect the files that are added, the table of the library, and the actions on its rows."""
    tab, view, stock = page.library, page.kept.view, steps.stock
    find, shelf, fates, question = tab.find, tab.shelf, tab.fates, page.ask.composer.question
    tab.sync.click(library.sync, None, fates, **_QUIET).then(**stock)
    tab.twins.click(library.twins, None, fates, **_QUIET)
    tab.drop.upload(library.add, tab.drop, [fates, tab.drop], **_QUIET).then(**stock)
    seen = {"outputs": [view, shelf], **_in_turn("draw")}
    find.change(library.find, [find, view], **{**seen, "trigger_mode": "always_last"})
    shelf.order(library.order, view, **seen)
    shelf.longer(library.longer, view, **seen)
    shelf.sift(library.sift, None, find, **_QUIET)
    shelf.apart(library.apart, None, find, **_QUIET)
    shelf.narrow(library.narrow, [question, view], [question, page.tabs, fates], **_QUIET)
    shelf.export(library.export, view, [page.outbox, fates], **_QUIET)
    for press, work in ((shelf.assign, library.assign), (shelf.remove, library.remove)):
        press(work, view, fates, **_QUIET).then(**stock)
    for part in (shelf, fates):
        part.unlock(library.unlock, None, fates, **_QUIET).then(**stock)
    fates.merge(library.merge, None, fates, **_QUIET).then(**stock)


def _connect_arrival(
    blocks: gr.Blocks, page: Page, window: Window, rooms: RoomPresses, steps: _Steps
) -> None:
    """Connect the arrival of a browser: the library, the usual length, and what its address names."""
    kept, ask, length = page.kept, page.ask, page.ask.composer.length
    blocks.load(**steps.stock)
    # `linked` is a state of its own, so that it does not overwrite a question asked while the page
    # still loads.
    usual = blocks.load(lambda: window.assistant.settings.length, None, length, **_QUIET)
    arrived = usual.then(None, length, length, js=_KEPT_LENGTH).then(
        rooms.arrive, length,
        [kept.linked, *steps.reply["outputs"], kept.thread, ask.choices, ask.said], **_QUIET,
    )  # fmt: skip
    arrived.then(**steps.linked(kept.linked)).then(**steps.draw)


# Each button calls a function of the page; no program can call it by a name.
_UNNAMED: Mapping[str, Any] = {"api_visibility": "private"}
# The options of a press that shows no progress of its own.
_QUIET: Mapping[str, Any] = {"show_progress": "hidden", **_UNNAMED}


def _in_turn(what: str) -> dict[str, Any]:
    """Return options for buttons that write the same parts: every press is handled, one after the other."""
    once = {"concurrency_id": what, "concurrency_limit": 1}
    return {**once, "trigger_mode": "multiple", **_QUIET}


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


if __name__ == "__main__":
    ended = main()
    sys.stdout.flush()
    # The process does not wait for work behind the page: everything reported as done is already
    # stored.
    os._exit(ended)
