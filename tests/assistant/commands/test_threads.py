"""`inquire threads`, `thread` and `answer` show earlier questions again, in every form."""

import json
import sqlite3
from pathlib import Path

import pytest

from assistant.library.store import Library
from tests.assistant.command_line import QUESTION, one_line

OTHER = "Can a hidden state be read with the unembedding matrix?"


@pytest.fixture
def own(inquire, own_library, own_corpus):
    """Run a command on a library of the test's own."""
    return lambda *arguments: inquire(*arguments, data=own_library, corpus=own_corpus)


@pytest.fixture
def asked(own):
    """The answer to a question, and the thread it stands in."""
    answer = own("ask", QUESTION, "--json").document
    return answer, own("threads", "--json").document[0]["id"]


def test_a_question_begins_a_thread_and_a_follow_up_goes_on_with_it(own, asked):
    _, thread = asked
    follow = own("ask", "--follow", "and in encoders?", "--json").document
    assert follow["read_as"]
    own("ask", OTHER)
    own("ask", "--thread", thread, "why?")
    shown = own("thread", "show", thread, "--json").document
    assert [turn["answer"]["question"] for turn in shown["turns"]] == [
        QUESTION,
        "and in encoders?",
        "why?",
    ]
    assert shown["turns"][1]["answer"] == follow
    assert shown["turns"][2]["earlier"] == [QUESTION, "and in encoders?"]
    listed = own("threads", "--json").document
    assert [(each["title"], each["questions"]) for each in listed] == [(QUESTION, 3), (OTHER, 1)]


def test_a_stored_answer_is_the_one_that_was_printed(own, asked):
    answer, thread = asked
    shown = own("answer", "show", answer["permalink"], "--json").document
    assert shown["answer"] == answer
    assert shown["threads"] == [thread]
    assert shown["since"] == {"changed": [], "gone": [], "moved": False}
    printed = own("ask", QUESTION).out
    assert printed.strip() in own("answer", "show", answer["permalink"]).out
    assert own("answer", "export", answer["permalink"]).out == printed


def test_what_is_asked_in_full_is_stored_as_a_brief(own):
    full = own("ask", QUESTION, "--length", "full", "--json").document
    stored = own("answer", "show", full["permalink"], "--json").document["answer"]
    assert (full["length"], stored["length"]) == ("full", "brief")
    exported = own("answer", "export", full["permalink"], "--length", "full").out
    assert exported == own("ask", QUESTION, "--length", "full").out


def test_pins_are_the_threads(own, asked):
    _, thread = asked
    own("ask", "--thread", thread, "--pin", "logit-lens", "--exclude", "hostile", "why?")
    shown = own("thread", "show", thread, "--json").document
    assert (shown["pinned"], shown["excluded"]) == (["logit-lens"], ["hostile"])
    own("ask", "--thread", thread, "--exclude", "logit-lens", "how?")
    shown = own("thread", "show", thread, "--json").document
    assert (shown["pinned"], shown["excluded"]) == ([], ["hostile", "logit-lens"])


def test_threads_are_searched_named_and_deleted(own, asked):
    answer, thread = asked
    own("ask", OTHER)
    assert [each["id"] for each in own("threads", "beats", "points", "--json").document] == [thread]
    none = own("threads", "zanzibar")
    assert none.code == 1
    assert own("thread", "rename", thread, "Depth", "--json").document == {
        "id": thread,
        "title": "Depth",
    }
    assert "Depth" in own("threads").out
    assert own("thread", "delete", thread, "--json").document == {"deleted": [thread]}
    gone = own("answer", "show", answer["permalink"])
    assert gone.code == 2
    assert one_line(gone.err)


def test_a_changed_source_is_said(own, asked, own_corpus):
    answer, _ = asked
    note = own_corpus / "middle-layers.md"
    note.write_text(note.read_text("utf-8").replace("2 to 16", "3 to 16"), "utf-8")
    own("sync")
    shown = own("answer", "show", answer["permalink"])
    assert "Changed since: 1 source." in shown.out
    assert "2 to 16" in shown.out
    document = own("answer", "show", answer["permalink"], "--json").document
    assert document["since"]["changed"] == ["middle-layers"]


@pytest.mark.parametrize(
    ("form", "start"),
    [("md", b"**INQUIRING"), ("html", b"<!DOCTYPE"), ("pdf", b"%PDF"), ("docx", b"PK"), ("bibtex", b"@")],
)  # fmt: skip
def test_an_answer_is_exported(own, asked, tmp_path, monkeypatch, form, start):
    answer, _ = asked
    monkeypatch.chdir(tmp_path)
    id = answer["permalink"]
    ran = own("answer", "export", id, "--format", form, "--json")
    assert ran.code == 0
    assert (ran.document["id"], ran.document["format"]) == (id, form)
    if form in ("pdf", "docx"):
        assert Path(ran.document["file"]).name == f"answer-{id}.{form}"
        assert Path(ran.document["file"]).read_bytes().startswith(start)
    else:
        assert ran.document["content"].encode().startswith(start)
    written = own("answer", "export", id, "--format", form, "-o", "out")
    assert (tmp_path / "out").read_bytes().startswith(start)
    assert one_line(written.out)


def test_a_place_that_cannot_be_written_is_one_line(own, asked, tmp_path):
    ran = own("answer", "export", asked[0]["permalink"], "-o", str(tmp_path / "no" / "file"))
    assert ran.code == 3
    assert one_line(ran.err)
    assert "cannot be written" in ran.err


def test_an_answer_becomes_a_note_with_its_citations(own, asked):
    answer, _ = asked
    made = own("answer", "note", answer["permalink"], "--json").document
    page = own("paper", made["key"], "--json").document
    assert page["title"] == QUESTION
    for sentence in answer["sentences"]:
        assert sentence["text"] in " ".join(page["text"].split())
    cited = {c["source"] for sentence in answer["sentences"] for c in sentence["citations"]}
    assert all(key in page["text"] for key in cited)
    again = own("answer", "note", answer["permalink"], "--json").document
    assert again == made


@pytest.mark.parametrize(
    "arguments",
    [("thread", "show", "00000000"), ("thread", "delete", "00000000"), ("thread", "rename", "0", "x"),
     ("answer", "show", "x"), ("answer", "export", "x"), ("answer", "note", "x"), ("ask", "--thread", "0", "why?")],
)  # fmt: skip
def test_what_there_is_not_is_one_line_and_wrong_use(own, arguments):
    ran = own(*arguments)
    assert ran.code == 2
    assert one_line(ran.err)
    document = own(*arguments, "--json").document
    assert document["error"]["exit_code"] == 2


def test_a_data_directory_that_takes_no_writing_is_read_and_says_so_once(
    own, asked, own_library, monkeypatch, caplog
):
    answer, thread = asked
    refused = sqlite3.OperationalError("attempt to write a readonly database")
    refused.sqlite_errorcode = sqlite3.SQLITE_READONLY
    monkeypatch.setattr(Library, "_refused", refused, raising=False)
    monkeypatch.setattr(Library, "_reopen", lambda _: None)
    monkeypatch.setattr(
        Library, "_opened",
        lambda self: (setattr(self, "_refused", refused), self._opened_for_reading())[1],
    )  # fmt: skip
    assert own("thread", "show", thread).code == 0
    ran = own("ask", "--follow", "and in encoders?", "--json")
    assert ran.document["read_as"]
    assert [record.getMessage() for record in caplog.records if "not stored" in record.getMessage()]
    assert len(own("thread", "show", thread, "--json").document["turns"]) == 1
    assert own("answer", "export", answer["permalink"]).code == 0
    failed = own("thread", "delete", thread)
    assert failed.code == 3
    assert one_line(failed.err)
    assert json.loads(own("threads", "--json").out)
