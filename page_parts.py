"""The parts of the page: a conversation, the library, and a panel that opens beside them."""

from collections.abc import Sequence
from dataclasses import dataclass

from assistant import views
from assistant.question.follow_up import Thread
from assistant.views import answers
from assistant.views.window import Window
from lean_gradio import gr
from library_presses import ALL
from presses import EMPTY


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What a page remembers of its reader between two presses.

    `room` is the thread on the page, `standing` its last answer, `watched` the runs that the page
    follows, `troubles` why a press of an experiment did nothing, `view` the search and order of the
    library. `pending` is a question that waits for its answer, `linked` one that came with an
    address, `gone` the id of a thread that was just deleted, `thread` the pinned and excluded
    sources.
    """

    room: gr.State
    standing: gr.State
    watched: gr.State
    troubles: gr.State
    view: gr.State
    pending: gr.State
    linked: gr.State
    gone: gr.State
    thread: gr.State


@dataclass(frozen=True, kw_only=True)
class Composer:
    """Where a question is typed: its field, the length and the writer of the answer, Ask and Stop."""

    question: gr.Textbox
    length: gr.Radio
    writer: gr.Dropdown
    ask: gr.Button
    stop: gr.Button


@dataclass(frozen=True, kw_only=True)
class AskTab:
    """The conversation, from its heading to the field for the next question.

    `answer` is the last answer, `history` those before it, `more` the next lines, `bench` the
    experiments, `below` the folds; `said` tells what a press did, `choices` which sources are
    pinned or excluded.
    """

    head: gr.HTML
    history: gr.HTML
    answer: gr.HTML
    more: gr.HTML
    bench: gr.HTML
    below: gr.HTML
    said: gr.HTML
    choices: gr.HTML
    composer: Composer


@dataclass(frozen=True, kw_only=True)
class ThreadsTab:
    """The stored threads, with a field that searches them."""

    tab: gr.Tab
    seek: gr.Textbox
    kept: gr.HTML


@dataclass(frozen=True, kw_only=True)
class LibraryTab:
    """The library: where files are dropped, what became of them (`fates`), and the table (`shelf`)."""

    drop: gr.File
    sync: gr.Button
    twins: gr.Button
    fates: gr.HTML
    find: gr.Textbox
    shelf: gr.HTML


@dataclass(frozen=True, kw_only=True)
class Page:
    """All parts of the page.

    `outbox` carries a file or a text to the browser; `side` and `figure` are the panel beside the
    conversation; `pulse` ticks while something changes by itself.
    """

    kept: Kept
    masthead: gr.HTML
    outbox: gr.HTML
    tabs: gr.Tabs
    ask: AskTab
    threads: ThreadsTab
    library: LibraryTab
    ledger_tab: gr.Tab
    ledger: gr.HTML
    settings_tab: gr.Tab
    settings: gr.HTML
    side: gr.HTML
    figure: gr.Plot
    pulse: gr.Timer


def laid_out(window: Window, opening_lines: Sequence[str]) -> Page:
    """Lay out the page inside the open `gr.Blocks`; the parts stand in the order in which they are made."""
    kept = Kept(
        room=gr.State(EMPTY), standing=gr.State(None), watched=gr.State(()), troubles=gr.State({}),
        view=gr.State(ALL), pending=gr.State(""), linked=gr.State(""), gone=gr.State(""),
        thread=gr.State(Thread()),
    )  # fmt: skip
    masthead, outbox = part("masthead", window.masthead()), part("outbox")
    with gr.Row(elem_id="desk"):
        with gr.Column(elem_id="main"), gr.Tabs() as tabs:
            with gr.Tab("Ask", id="ask"):
                ask = _ask(window, opening_lines)
            with gr.Tab("Threads", id="threads") as threads_tab:
                threads = _threads(threads_tab)
            with gr.Tab("Library", id="library"):
                library = _library()
            with gr.Tab("Ledger", id="ledger") as ledger_tab:
                ledger = part("ledger")
            with gr.Tab("Settings", id="settings") as settings_tab:
                settings = part("settings")
        with gr.Column(elem_id="side"):
            side = part("panel")
            figure = gr.Plot(show_label=False, elem_id="figure", visible=False)
    return Page(
        kept=kept, masthead=masthead, outbox=outbox, tabs=tabs, ask=ask, threads=threads, library=library,
        ledger_tab=ledger_tab, ledger=ledger, settings_tab=settings_tab, settings=settings, side=side,
        figure=figure, pulse=gr.Timer(_PULSE),
    )  # fmt: skip


# Seconds between two looks at what changes by itself.
_PULSE = 0.6


def part(name: str, value: str = "") -> gr.HTML:
    """Return a part of the page that Python fills and whose buttons Python handles."""
    return gr.HTML(
        value, elem_id=name, js_on_load=views.script(), apply_default_css=False, padding=False
    )


def _ask(window: Window, opening_lines: Sequence[str]) -> AskTab:
    welcome = answers.welcome(opening_lines, window.promise())
    return AskTab(
        head=part("head"), history=part("history"), answer=part("answer", welcome), more=part("more"),
        bench=part("bench"), below=part("below"), said=part("said"), choices=part("choices"),
        composer=_composer(*window.writers(), window.assistant.settings.length),
    )  # fmt: skip


def _composer(writers: Sequence[tuple[str, str]], usual: str, shown: str) -> Composer:
    with gr.Row(elem_id="composer"):
        return Composer(
            question=gr.Textbox(
                label="Your question", placeholder="An inquiring line …", show_label=False, lines=1,
                max_lines=6, autofocus=True, scale=1,
            ),
            length=gr.Radio(
                [("Brief", "brief"), ("Full", "full")], value=shown, label="Length of the answer",
                show_label=False, elem_id="length", container=False, scale=0, min_width=110,
            ),
            writer=gr.Dropdown(
                list(writers), value=usual, label="Who writes the answer", show_label=False,
                visible=len(writers) > 1, elem_id="writer", scale=0, min_width=130, container=False,
            ),
            ask=gr.Button("Ask", scale=0),
            stop=gr.Button("Stop", elem_id="stop", visible=False, scale=0),
        )  # fmt: skip


def _threads(tab: gr.Tab) -> ThreadsTab:
    seek = gr.Textbox(
        label="Search the threads", show_label=False, elem_id="seek", container=False,
        placeholder="Words of a question or an answer",
    )  # fmt: skip
    return ThreadsTab(tab=tab, seek=seek, kept=part("threads"))


def _library() -> LibraryTab:
    drop = gr.File(
        label="Add PDFs, Markdown, BibTeX, RIS or CSL-JSON: drop them here, or press to choose",
        file_count="multiple", height=72, elem_id="drop",
    )  # fmt: skip
    with gr.Row(elem_id="keeping"):
        sync = gr.Button("Look for changed files", size="sm", elem_id="sync")
        twins = gr.Button("Look for works that are here twice", size="sm", elem_id="twins")
    fates = part("fates")
    find = gr.Textbox(
        label="Search the library", show_label=False, elem_id="find", container=False,
        placeholder="Words, or kind:paper year:>=2020",
    )  # fmt: skip
    return LibraryTab(
        drop=drop, sync=sync, twins=twins, fates=fates, find=find, shelf=part("shelf")
    )
