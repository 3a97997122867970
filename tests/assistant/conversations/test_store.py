"""Threads are kept, listed, searched, named, continued, branched and deleted."""

import sqlite3
from dataclasses import replace

import pytest

from assistant.conversations.store import ANSWER_ID, THREAD_ID, Conversations, new_id
from assistant.errors import Mendable, UsageError
from assistant.library.store import Library
from assistant.question.follow_up import Thread

ONE, TWO = "0000000a", "0000000b"


def other(answer, question, permalink):
    return replace(answer, question=question, permalink=permalink)


def test_ids_are_what_an_address_takes():
    assert THREAD_ID.fullmatch(new_id())
    assert ANSWER_ID.fullmatch("0123456789ab-2")
    assert not ANSWER_ID.fullmatch("0123456789ab-")


def test_a_thread_begins_with_its_first_question_and_keeps_the_order(threads, asked):
    context = Thread(earlier=(asked.question,), pinned=("logit-lens",), excluded=("hostile",))
    threads.keep(asked, ONE)
    threads.keep(
        other(asked, "and in encoders?", "0123456789cd"), ONE, context=context, writer="local"
    )
    found = threads.get(ONE)
    assert found.title == asked.question
    assert [turn.answer.question for turn in found.turns] == [asked.question, "and in encoders?"]
    assert found.turns[1].context == context
    assert found.turns[1].writer == "local"
    assert found.context() == replace(context, earlier=(asked.question, "and in encoders?"))
    assert found.context(1).earlier == (asked.question,)


def test_what_was_kept_is_there_in_another_process(threads, library, asked):
    threads.keep(asked, ONE)
    with Library(library.data_dir) as second:
        assert Conversations(second).get(ONE) == threads.get(ONE)


def test_an_answer_has_its_permalink_as_its_address_and_other_words_another(threads, asked):
    first = threads.keep(asked, ONE)
    again = threads.keep(replace(asked, seconds={"write": 7.0}), TWO)
    assert first.id == again.id == asked.permalink
    reworded = threads.keep(replace(asked, deck="In other words."), TWO)
    assert reworded.id == f"{asked.permalink}-2"
    assert threads.answer(reworded.id).answer.deck == "In other words."
    assert threads.answer(first.id).answer == asked
    assert threads.threads_of(first.id) == (TWO, ONE)


def test_the_same_answer_does_not_stand_twice_at_the_end(threads, asked):
    for _ in range(3):
        threads.keep(asked, ONE)
    assert len(threads.get(ONE).turns) == 1
    threads.keep(other(asked, "and?", "0123456789cd"), ONE)
    threads.keep(asked, ONE)
    assert len(threads.get(ONE).turns) == 3


def test_an_answer_asked_again_takes_its_place_and_the_earlier_one_stays_at_its_address(
    threads, asked
):
    first = threads.keep(asked, ONE)
    threads.keep(other(asked, "and?", "0123456789cd"), ONE)
    later = replace(asked, permalink="0123456789ef", index_hash="moved")
    second = threads.keep(later, ONE, place=0)
    turns = threads.get(ONE).turns
    assert [turn.id for turn in turns] == [second.id, "0123456789cd"]
    assert turns[0].before == (first.id,)
    assert threads.answer(first.id).answer == asked
    threads.keep(asked, ONE, place=0)  # the list is as before
    assert threads.get(ONE).turns[0].id == first.id
    assert threads.get(ONE).turns[0].before == (second.id,)


def test_threads_are_listed_latest_first_and_found_by_all_words(threads, asked):
    threads.keep(asked, ONE)
    threads.keep(other(asked, "Which zanzibar?", "0123456789cd"), TWO)
    assert [each.id for each in threads.listing()] == [TWO, ONE]
    assert [each.id for each in threads.listing("ZANZIBAR")] == [TWO]
    assert [each.id for each in threads.listing("depth zanzibar")] == [TWO]
    assert threads.listing("zanzibar nowhere") == []
    assert [each.id for each in threads.listing(most=1)] == [TWO]
    threads.keep(other(asked, "and?", "0123456789ef"), ONE)
    latest = threads.listing()[0]
    assert (latest.id, latest.questions, latest.title) == (ONE, 2, asked.question)


def test_a_thread_is_named_and_named_back(threads, asked):
    threads.keep(asked, ONE)
    threads.rename(ONE, "  Depth\nof layers ")
    assert threads.get(ONE).title == threads.listing()[0].title == "Depth of layers"
    assert threads.listing("of layers")[0].id == ONE
    threads.rename(ONE, "")
    assert threads.get(ONE).title == asked.question
    with pytest.raises(UsageError, match="at most"):
        threads.rename(ONE, "x" * 999)


def test_deleting_a_thread_leaves_what_another_holds(threads, asked):
    threads.keep(asked, ONE)
    threads.keep(asked, TWO)
    threads.keep(other(asked, "and?", "0123456789cd"), TWO)
    threads.delete([TWO])
    assert [each.id for each in threads.listing()] == [ONE]
    assert threads.answer(asked.permalink).answer == asked
    with pytest.raises(UsageError, match="no answer '0123456789cd'"):
        threads.answer("0123456789cd")
    with pytest.raises(UsageError, match="There is no thread"):
        threads.delete([ONE, TWO])
    assert threads.get(ONE)


def test_a_branch_holds_what_came_before_and_changes_nothing(threads, asked):
    for number in range(3):
        threads.keep(other(asked, f"and {number}?", f"0123456789a{number}"), ONE)
    before = threads.get(ONE)
    branch = threads.get(threads.branch(ONE, 2))
    assert [turn.id for turn in branch.turns] == [turn.id for turn in before.turns[:2]]
    threads.keep(asked, branch.id)
    assert threads.get(ONE) == before


def test_choices_are_the_threads(threads, asked):
    threads.keep(asked, ONE)
    threads.choose(ONE, Thread(pinned=("a",), excluded=("b",)))
    assert threads.get(ONE).context() == Thread(
        earlier=(asked.question,), pinned=("a",), excluded=("b",)
    )


def test_what_there_is_not_is_said_with_what_comes_near(threads, asked):
    with pytest.raises(UsageError, match="`inquire threads` lists them"):
        threads.get(ONE)
    threads.keep(asked, ONE)
    with pytest.raises(UsageError, match=f"did you mean {ONE}"):
        threads.get("0000000c")


def test_a_summary_is_not_stored(threads, asked):
    with pytest.raises(UsageError, match="a summary is made again"):
        threads.keep(replace(asked, permalink=""), ONE)


def test_what_changed_since_is_told_by_the_sources_content(threads, library, asked):
    source = library.get("logit-lens")
    held = replace(asked, sources=(replace(asked.sources[0], key="logit-lens"),))
    held = replace(held, index_hash=library.fact("index"))
    threads.keep(held, ONE)
    (turn,) = threads.get(ONE).turns
    assert turn.contents == {"logit-lens": source.content_hash}
    assert threads.since([turn])[0].line == ""
    library.put(replace(source, content_hash="ffff"), [])
    assert threads.since([turn])[0].line == "Changed since: 1 source."
    library.remove(["logit-lens"])
    assert threads.since([turn])[0].line == "Changed since: 1 source gone."


def test_a_library_of_an_earlier_version_gets_its_threads(own_library, asked):
    with sqlite3.connect(own_library / "library.sqlite") as db:
        db.executescript("DROP TABLE turns; DROP TABLE answers; DROP TABLE threads;")
        db.execute("UPDATE meta SET value = '2' WHERE name = 'schema'")
    db.close()
    with Library(own_library) as library:
        Conversations(library).keep(asked, ONE)
        assert Conversations(library).get(ONE).turns[0].answer == asked


def test_a_disk_that_takes_no_writing_shows_what_is_stored_and_stores_nothing(
    threads, library, asked, monkeypatch
):
    threads.keep(asked, ONE)
    refused = sqlite3.OperationalError("attempt to write a readonly database")
    refused.sqlite_errorcode = sqlite3.SQLITE_READONLY
    monkeypatch.setattr(library, "_refused", refused)
    monkeypatch.setattr(library, "_reopen", lambda: None)
    with pytest.raises(Mendable, match="make the disk and the folder writable"):
        threads.keep(other(asked, "and?", "0123456789cd"), ONE)
    assert len(threads.get(ONE).turns) == 1


def test_an_earlier_library_on_a_read_only_disk_has_no_threads(threads, library):
    with library.writing() as db:
        db.execute("DROP TABLE turns")
    assert threads.listing() == []
    assert threads.find(ONE) is None
    assert threads.threads_of("x") == ()
    with pytest.raises(UsageError, match="no thread"):
        threads.get(ONE)
    with pytest.raises(UsageError, match="no answer"):
        threads.answer("0123456789ab")
