"""Threads in the window are opened by address, continued from two tabs, named, branched, deleted and exported."""

import json
import re
import sqlite3
from base64 import b64decode

import gradio as gr
import pytest

from assistant.question.follow_up import Thread
from assistant.views import threads as pages
from tests.checkout import app, room_presses
from tests.presses.pressing import EMPTY, QUESTION, page_of, pressed, reply, room_of

OTHER = "Can a hidden state be read with the unembedding?"


@pytest.fixture
def rooms(presses):
    return room_presses.RoomPresses(presses, app.OPENING_LINES)


def visited(rooms, path, page=None):
    """What a visit shows: the question to be asked there, and the fifteen parts of a page."""
    asked, *shown, tabs = rooms.visit("brief", page or page_of(), pressed(where=path, asked=""))
    assert tabs.selected == "ask"
    return asked, shown


def test_a_thread_is_found_again_by_its_address_without_asking(presses, rooms, window):
    room = room_of(presses, QUESTION)
    window.assistant.ask = None  # nobody may ask
    asked, shown = visited(rooms, room.address)
    assert asked == ""
    assert (shown[4].turns, shown[4].id) == (room.turns, room.id)
    assert shown[5] == room.turns[-1].answer
    assert QUESTION in shown[1]
    assert f'data-address="/t/{room.id}"' in shown[11]
    asked, *shown = rooms.arrive("brief", page_of(t=room.id))
    assert (asked, shown[4].turns) == ("", room.turns)


def test_an_answer_has_an_address_of_its_own_and_leads_to_its_thread(presses, rooms):
    room = room_of(presses, QUESTION)
    second = reply(presses, OTHER, room)[-1][4]
    _, shown = visited(rooms, f"/a/{room.turns[0].id}")
    assert shown[0] == ""
    assert QUESTION in shown[1]
    assert OTHER not in shown[1]
    assert f'data-path="/t/{room.id}"' in shown[11]
    assert shown[4].alone
    after = reply(presses, "and why?", shown[4])[-1][4]
    assert (after.id, len(after.turns), after.alone) == (room.id, len(second.turns) + 1, False)


@pytest.mark.parametrize("path", ["/t/00000000", "/a/000000000000"])
def test_an_address_of_nothing_is_one_line(rooms, path):
    _, shown = visited(rooms, path)
    assert shown[11].count('class="notice') == 1
    assert f'data-address="{path}"' in shown[11]
    assert shown[4].turns == ()


@pytest.mark.parametrize(
    "path", ["/", "", "/t/", "/t/../a", "/x/0000000a", "/t/0000000G", "https://x/t/0"]
)
def test_any_other_address_is_a_new_page(rooms, path):
    _, shown = visited(rooms, path)
    assert "Ask your reading list" in shown[1]
    assert 'data-address="/"' in shown[11]


def test_a_question_in_the_address_is_asked_in_the_thread_there(rooms):
    asked, *shown = rooms.arrive("brief", page_of(q=QUESTION))
    assert asked == QUESTION
    assert shown == [gr.skip()] * 15
    asked, *shown = rooms.arrive("brief", page_of(t="0000000a", q=QUESTION))
    assert (asked, shown[4].id, shown[4].turns) == (QUESTION, "0000000a", ())


def test_a_second_tab_asks_with_what_the_first_asked(presses, rooms):
    room = room_of(presses, QUESTION)
    _, shown = visited(rooms, room.address, page_of("other"))
    first = reply(presses, OTHER, room)[-1][4]
    last = reply(presses, "and in encoders?", shown[4], page_of("other"))[-1]
    assert [turn.answer.question for turn in last[4].turns] == [QUESTION, OTHER, "and in encoders?"]
    assert last[4].turns[:2] == first.turns
    assert OTHER in last[0]
    assert last[4].turns[-1].context.earlier == (QUESTION, OTHER)


def test_what_was_pinned_stays_with_the_thread(presses, rooms):
    room = room_of(presses, QUESTION)
    presses.pin(Thread(), room, pressed(key="logit-lens"))
    *_, choices, told, _ = visited(rooms, room.address)[1]
    assert choices.pinned == ("logit-lens",)
    assert "Pinned" in told
    *_, choices, told, _ = visited(rooms, "/")[1]
    assert (choices, told) == (Thread(), "")


def test_an_answer_is_stored_when_its_page_has_gone_elsewhere(presses, rooms, window):
    with window._turns.alone():
        writing = presses.reply(QUESTION, EMPTY, page_of())
        room = next(writing)[4]
        presses._writing["s"].left.set()
        assert list(writing) == [(gr.skip(),) * 12]
    found = None
    while found is None:
        found = window.assistant.threads.find(room.id)
    assert found.turns[0].answer.question == QUESTION


def test_asked_again_an_answer_takes_its_place(presses, rooms, window):
    room = reply(presses, OTHER, room_of(presses, QUESTION))[-1][4]
    note = window.assistant.settings.corpus_dir / "middle-layers.md"
    note.write_text(note.read_text("utf-8").replace("2 to 16 points", "3 to 16 points"), "utf-8")
    window.assistant.sync()
    _, shown = visited(rooms, room.address)
    assert "Changed since: 1 source." in shown[0]
    named = re.search(r'notice since.*?data-key="(.*?)">(.*?)<', shown[0])
    assert named.groups() == ("middle-layers", window.assistant.source("middle-layers").title)
    assert "Changed since: 1 source." in rooms.listing("")
    question, place, _ = rooms.again(shown[4], pressed(place="0"))
    assert (question, place.place) == (QUESTION, 0)
    after = reply(presses, question, place)[-1][4]
    assert [turn.answer.question for turn in after.turns] == [QUESTION, OTHER]
    assert after.turns[0].before == (room.turns[0].id,)
    assert "3 to 16 points" in " ".join(s.text for s in after.turns[0].answer.sentences)
    assert after.turns[0].context.earlier == ()
    _, shown = visited(rooms, f"/a/{room.turns[0].id}")
    assert "2 to 16 points" in shown[1]


def test_a_changed_question_takes_the_last_place_or_begins_a_thread(presses, rooms):
    room = room_of(presses, QUESTION)
    field, amended, told = rooms.amend(room, pressed(place="0"))
    assert field == QUESTION
    assert "changed below" in told
    after = reply(presses, OTHER, amended)[-1][4]
    assert (after.id, [turn.answer.question for turn in after.turns]) == (room.id, [OTHER])
    assert after.title == OTHER
    second = reply(presses, "and in encoders?", after)[-1][4]
    _, amended, told = rooms.amend(second, pressed(place="0"))
    assert "a new one begins" in told
    branch = reply(presses, QUESTION, amended)[-1][4]
    assert branch.id != room.id
    assert [turn.answer.question for turn in branch.turns] == [QUESTION]
    assert visited(rooms, room.address)[1][4].turns == second.turns


def test_threads_are_listed_searched_named_and_deleted(presses, rooms):
    room = room_of(presses, QUESTION)
    other = room_of(presses, OTHER)
    listed = rooms.listing("")
    assert listed.index(OTHER) < listed.index(QUESTION)
    assert OTHER not in rooms.listing("last layer")
    assert "No thread holds these words" in rooms.listing("zanzibar")
    kept, renamed, head = rooms.rename(
        "", room, pressed(id=room.id, fields={"title": "<b>Depth</b>"})
    )
    assert "&lt;b&gt;Depth&lt;/b&gt;" in kept
    assert renamed.title == "<b>Depth</b>"
    assert "&lt;b&gt;Depth" in head
    kept, gone = rooms.delete("", pressed(id=other.id))
    assert OTHER not in kept
    assert gone == other.id
    assert rooms.forget(gone, room, "brief", page_of()) == (gr.skip(),) * 15
    left = rooms.forget(gone, other, "brief", page_of())
    assert "Ask your reading list" in left[1]
    kept, gone = rooms.delete("", pressed(id=other.id))
    assert (gone, kept.count('class="notice')) == ("", 1)


def test_an_answer_goes_out_in_every_form(presses, rooms):
    room = room_of(presses, QUESTION)
    parcel, told = rooms.copy(room, "brief", pressed(place="0"))
    assert json.loads(parcel)["copy"].startswith("**INQUIRING LINE**")
    assert told == ""
    begins = {"md": b"**INQ", "html": b"<!DOCTYPE", "pdf": b"%PDF", "docx": b"PK", "bibtex": b"@"}
    for form, start in begins.items():
        parcel, told = rooms.send(room, "brief", pressed(place="0", formName=form))
        sent = json.loads(parcel)
        assert b64decode(sent["data"]).startswith(start)
        assert sent["name"].startswith(f"answer-{room.turns[0].id}.")
    assert "no form" in rooms.send(room, "brief", pressed(place="0", formName="exe"))[1]


@pytest.mark.parametrize("place", ["", "1", "-1", "x", "9" * 30])
def test_an_answer_that_is_not_on_the_page_is_one_line(presses, rooms, place):
    room = room_of(presses, QUESTION)
    for told in (
        rooms.copy(room, "brief", pressed(place=place))[1], rooms.note(room, pressed(place=place)),
        rooms.again(room, pressed(place=place))[2], rooms.amend(room, pressed(place=place))[2],
    ):  # fmt: skip
        assert "not on the page any more" in told


def test_an_answer_becomes_a_note(presses, rooms, window):
    room = room_of(presses, QUESTION)
    key = f"answer-{room.turns[0].id}"
    assert f'data-key="{key}"' in rooms.note(room, pressed(place="0"))
    note = window.assistant.source(key)
    assert note.title == QUESTION
    cited = {c.source for s in room.turns[0].answer.sentences for c in s.citations}
    assert {(r["to"], r["kind"]) for r in note.metadata["relations"]} == {
        (k, "cites") for k in cited
    }


def test_where_nothing_can_be_written_one_line_says_so_and_the_page_goes_on(
    presses, rooms, window, monkeypatch
):
    library = window.assistant.library
    refused = sqlite3.OperationalError("attempt to write a readonly database")
    refused.sqlite_errorcode = sqlite3.SQLITE_READONLY
    monkeypatch.setattr(library, "_refused", refused)
    monkeypatch.setattr(library, "_reopen", lambda: None)
    last = reply(presses, QUESTION)[-1]
    assert last[11].count("Not stored: ") == 1
    assert last[4].turns[0].id == ""
    second = reply(presses, "and in encoders?", last[4])[-1]
    assert [turn.answer.question for turn in second[4].turns] == [QUESTION, "and in encoders?"]
    assert second[4].turns[1].context.earlier == (QUESTION,)
    assert 'data-do="jot"' not in second[1]
    parcel, _ = rooms.send(second[4], "brief", pressed(place="1", formName="md"))
    assert "Read as" in b64decode(json.loads(parcel)["data"]).decode()
    assert "not stored" in rooms.note(second[4], pressed(place="1"))


def test_more_threads_than_are_shown_are_said(presses, window):
    room_of(presses, QUESTION)
    row = presses.room.listing()[0]
    shown = pages.listing([row] * (pages.SHOWN_THREADS + 1))
    assert shown.count("<li>") == pages.SHOWN_THREADS
    assert "search for the others" in shown
