"""Show threads: the name above a conversation, the actions on an answer, and the list of threads."""

from collections.abc import Sequence
from datetime import datetime

from assistant.conversations.exports import FORMS
from assistant.conversations.records import Listed, Turn
from assistant.conversations.since import Since
from assistant.types import CitedSource, Source
from assistant.views.markup import Html, button, folded, join, notice, tag
from assistant.views.reading_room import SHOWN_THREADS, Room


def heading(room: Room, asking: str = "") -> Html:
    """Return the head of a conversation: its name, how to change and leave it, and its address.

    Args:
        room: The state of the page.
        asking: The question that is being answered: a reload asks it again.
    """
    where = {"data_address": room.address, "data_asking": asking or None}
    trouble = notice(room.trouble) if room.trouble else None
    new = button(
        "New thread", "visit", data_path="/", title="New thread: the key n", class_="quiet new"
    )
    if not room.turns:
        shown = (trouble, tag("p", new, class_="actions")) if trouble else ()
        return tag("div", *shown, class_="thread-head", **where)
    if room.alone:
        opens = (
            button(room.title, "visit", class_="title", data_path=f"/t/{room.id}")
            if room.id
            else None
        )
        told = join("One answer of the thread ", opens) if opens else join("One answer")
        return tag("div", tag("p", told, class_="muted"), tag("p", new, class_="actions"), trouble,
                   class_="thread-head", **where)  # fmt: skip
    # A thread that is called as its only question is named by that question below.
    own = len(room.turns) == 1 and room.title == room.turns[0].answer.question
    kicker, title = (tag("span", "Thread", class_="kicker"), tag("span", room.title, class_="name"))
    name = None if own else tag("p", kicker, " ", title)
    acts = tag("div", *_managing(room.id, room.title), new, class_="actions")
    return tag("div", name, acts, trouble, class_="thread-head", **where)  # fmt: skip


def _managing(id: str, title: str) -> tuple[Html, Html]:
    """Return the form that renames and deletes a thread."""
    field = tag(
        "input",
        type="text",
        name="title",
        value=title,
        aria_label=f"New name of {title}",
        maxlength=200,
    )
    save = button("Save", "entitle", data_id=id)
    rename = tag(
        "details", tag("summary", "Rename", aria_label=f"Rename {title}"), tag("span", field, save, data_form=True),
        class_="menu rename",
    )  # fmt: skip
    delete = button("Delete", "discard", class_="quiet danger", data_id=id, data_confirm="Really delete?",
                    aria_label=f"Delete the thread {title}")  # fmt: skip
    return rename, delete


def actions(turn: Turn, place: int) -> Html:
    """Return the actions on an answer, and the earlier answers at its place."""
    where = {"data_place": place}
    exports = [
        button(form.name, "send", data_form_name=name, **where) for name, form in FORMS.items()
    ]
    menu = tag(
        "details",
        tag("summary", "Export"),
        tag("span", *exports, class_="choices-of"),
        class_="menu",
    )
    stored: list[Html] = []
    if turn.id:
        stored = [
            button(
                "Copy link",
                "link",
                data_path=f"/a/{turn.id}",
                title="The address of this answer alone",
            ),
            button("Make it a note", "jot", title="A note of the library, citations kept", **where),
        ]
    row = tag(
        "div",
        button("Ask again", "again", title="With the writer chosen below", **where),
        button("Edit", "amend", title="Change the question", **where),
        button("Copy", "carry", title="As Markdown", **where), menu, *stored, class_="actions turn",
    )  # fmt: skip
    return join(row, _before(turn))


def _before(turn: Turn) -> Html | None:
    if not turn.before:
        return None
    links = (
        tag("li", button(f"Answer {id}", "visit", class_="line", data_path=f"/a/{id}"))
        for id in turn.before
    )
    return folded(
        f"Answered before ({len(turn.before)})", tag("ul", *links, class_="lines"), class_="earlier"
    )


def moved(since: Since, place: int, sources: Sequence[CitedSource]) -> Html | None:
    """Return the line about changes of an answer's sources, with a button to ask again; None if nothing changed.

    Args:
        since: The changes.
        place: The answer's place on the page.
        sources: The sources of the answer, which are named by their titles.
    """
    if not since.line:
        return None
    titles = {source.key: source.title for source in sources}
    named = [
        button(titles.get(key, key), "paper", class_="title", data_key=key) for key in since.changed
    ]
    named += [join(titles.get(key, key), " (gone)") for key in since.gone]
    said = tag("span", since.line)
    if named:
        said = folded(
            since.line, tag("ul", *(tag("li", each) for each in named)), name=f"since-{place}"
        )
    again = button("Ask again", "again", data_place=place)
    return tag("div", said, again, class_="notice since", role="status")


def noted(made: Source) -> Html:
    """Return the line that says the answer is a note now."""
    opens = button(made.key, "paper", class_="title", data_key=made.key)
    return tag("p", "A note of the library now: ", opens, class_="notice calm", role="status")


def listing(threads: Sequence[tuple[Listed, Since]], words: str = "", trouble: str = "") -> Html:
    """Return the threads, latest first, each to open, rename and delete."""
    told = notice(trouble) if trouble else None
    if not threads:
        none = (
            "No thread holds these words."
            if words.strip()
            else "No thread yet: ask a question, and it is kept here."
        )
        return join(told, tag("p", none, class_="muted"))
    rows = [_row(each, since) for each, since in threads[:SHOWN_THREADS]]
    more = tag("p", f"The latest {SHOWN_THREADS} are shown; search for the others.", class_="muted")
    return join(
        told,
        tag("ul", *rows, class_="library threads"),
        more if len(threads) > SHOWN_THREADS else None,
    )


def _row(thread: Listed, since: Since) -> Html:
    count = f"{thread.questions} question{'' if thread.questions == 1 else 's'}"
    said = f"{_day(thread.asked)}, {count}"
    return tag(
        "li",
        tag(
            "div", button(thread.title, "visit", class_="title", data_path=f"/t/{thread.id}"),
            tag("p", said, join(" ", tag("span", since.line, class_="since")) if since.line else None, class_="muted"),
        ),
        tag("div", *_managing(thread.id, thread.title), class_="actions"),
    )  # fmt: skip


def _day(asked: str) -> str:
    """Return a moment in words: "30 November 2026"."""
    moment = datetime.fromisoformat(asked)
    return f"{moment.day} {moment:%B %Y}"
