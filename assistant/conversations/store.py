"""Store the threads of a library in its own file, with one transaction for each change."""

import difflib
import itertools
import json
import re
import secrets
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from assistant.conversations.records import Conversation, Listed, Turn, restored, same, stored
from assistant.conversations.since import Since, since
from assistant.errors import UsageError
from assistant.library.store import Library
from assistant.library.titles import near_titles
from assistant.printable import folded
from assistant.question.follow_up import Thread
from assistant.types import Answer

LONGEST_TITLE = 200
THREAD_ID = re.compile(r"[0-9a-f]{8}")
ANSWER_ID = re.compile(r"[0-9a-f]{12}(?:-[0-9]{1,4})?")


def new_id() -> str:
    """Return an id for a thread that is not stored yet."""
    return secrets.token_hex(4)


class Conversations:
    """The threads of an open library.

    A failed write, for example on a read-only disk, raises the library's one-line message; reading
    still works.
    """

    def __init__(self, library: Library) -> None:
        self._library = library

    # ── reading ──────────────────────────────────────────────────────────────────────────────────

    def listing(self, words: str = "", most: int | None = None) -> list[Listed]:
        """Return all threads, latest first, or those whose name, questions and answers contain all the words."""
        wanted = words.casefold().split()
        with self._library.reading() as db:
            if not _has_tables(db):
                return []
            rows = db.execute(_LIST).fetchall()
        found = (
            row for row in rows
            if all(word in f"{row['title']} {row['words']}".casefold() for word in wanted)
        )  # fmt: skip
        return [_listed(row) for row in found][:most]

    def get(self, thread: str) -> Conversation:
        """Return a thread with its turns.

        Raises:
            UsageError: no thread has this id.
        """
        found = self.find(thread)
        if found is None:
            raise UsageError(f"There is no thread {thread!r}{_close(thread, self._ids('threads'))}")
        return found

    def find(self, thread: str) -> Conversation | None:
        """Return a thread with its turns, or None if no thread has this id."""
        with self._library.reading() as db:
            if not _has_tables(db):
                return None
            row = db.execute("SELECT * FROM threads WHERE id = ?", (thread,)).fetchone()
            rows = db.execute(_TURNS, (thread,)).fetchall() if row else []
        if row is None:
            return None
        places: dict[int, list[sqlite3.Row]] = {}
        for each in rows:  # latest first within a place
            places.setdefault(each["place"], []).append(each)
        turns = tuple(_turn(*standing) for _, standing in sorted(places.items()))
        first = turns[0].answer.question if turns else ""
        return Conversation(
            id=thread, title=row["title"] or first, turns=turns,
            pinned=tuple(json.loads(row["pinned"])), excluded=tuple(json.loads(row["excluded"])),
        )  # fmt: skip

    def answer(self, answer: str) -> Turn:
        """Return a stored answer.

        Raises:
            UsageError: no answer has this id.
        """
        with self._library.reading() as db:
            rows = db.execute(_ANSWER, (answer,)).fetchall() if _has_tables(db) else []
        if not rows:
            raise UsageError(f"There is no answer {answer!r}{_close(answer, self._ids('answers'))}")
        return _turn(rows[0])

    def opened_by(self, source: str, most: int = 5) -> list[Turn]:
        """Return the answers that open with a sentence of a source, latest first."""
        with self._library.reading() as db:
            rows = db.execute(_NAMING, (json.dumps(source),)).fetchall() if _has_tables(db) else []
        turns = (_turn(row) for row in rows)
        opened = (
            turn for turn in turns
            if any(c.source == source for s in turn.answer.sentences[:1] for c in s.citations)
        )  # fmt: skip
        return list(itertools.islice(opened, most))

    def threads_of(self, answer: str) -> tuple[str, ...]:
        """Return the threads that contain an answer now or contained it earlier, latest first."""
        query = (
            "SELECT thread, max(rowid) FROM turns WHERE answer = ? GROUP BY thread ORDER BY 2 DESC"
        )
        with self._library.reading() as db:
            if not _has_tables(db):
                return ()
            return tuple(row[0] for row in db.execute(query, (answer,)))

    def since(self, turns: Sequence[Turn]) -> list[Since]:
        """Return how the sources of each turn changed since it was asked."""
        now, index = self.contents(), self._library.fact("index")
        return [
            since(turn.contents, now, moved=turn.answer.index_hash != index) if turn.id else Since()
            for turn in turns
        ]

    def contents(self) -> dict[str, str]:
        """Return the content hash of every source, by key."""
        return {key: content for key, _, content in self._library.fingerprint()}

    # ── writing ──────────────────────────────────────────────────────────────────────────────────

    def keep(
        self, answer: Answer, thread: str, *, context: Thread | None = None, writer: str = "",
        place: int | None = None,
    ) -> Turn:  # fmt: skip
        """Store an answer in a thread; start the thread if no thread has this id.

        If the same answer is already the last of the thread, it is not stored twice.

        Args:
            answer: A brief answer to a question.
            thread: The id of the thread.
            context: What the question was read with; the thread keeps its pinned and excluded
                sources.
            writer: The chosen writer.
            place: The turn to replace, from 0; if there is no such turn, the answer is added at the
                end.

        Raises:
            UsageError: `answer` is not an answer to a question.
        """
        if not ANSWER_ID.fullmatch(answer.permalink) or answer.length != "brief":
            raise UsageError("Only brief answers to questions are stored; a summary is made again.")
        turn = self.turn(answer, context or Thread(), writer)
        with self._library.writing() as db:
            id = _put_answer(db, turn)
            _put_thread(db, thread, turn.context, turn.asked)
            _put_turn(db, thread, id, turn.asked, place)
        return replace(turn, id=id)

    def turn(self, answer: Answer, context: Thread, writer: str = "") -> Turn:
        """Return an answer as a turn of this moment, which is not stored."""
        now = self.contents()
        return Turn(
            answer=answer, asked=_now(), context=context, writer=writer,
            contents={each.key: now[each.key] for each in answer.sources if each.key in now},
            near=near_titles(self._library, answer),
        )  # fmt: skip

    def rename(self, thread: str, title: str) -> None:
        """Rename a thread; an empty name restores its first question as the name.

        Raises:
            UsageError: there is no such thread, or the name is too long.
        """
        line = folded(title)
        if len(line) > LONGEST_TITLE:
            raise UsageError(f"The name has {len(line)} characters; take at most {LONGEST_TITLE}.")
        self.get(thread)
        with self._library.writing() as db:
            db.execute("UPDATE threads SET title = ? WHERE id = ?", (line, thread))

    def choose(self, thread: str, choices: Thread) -> None:
        """Keep the pinned and excluded sources of a thread; a thread that is not stored yet is ignored."""
        with self._library.writing() as db:
            db.execute(
                "UPDATE threads SET pinned = ?, excluded = ? WHERE id = ?",
                (_keys(choices.pinned), _keys(choices.excluded), thread),
            )

    def delete(self, threads: Sequence[str]) -> None:
        """Delete threads, and the answers that are in no other thread.

        Raises:
            UsageError: there is no such thread; none was deleted.
        """
        for thread in threads:
            self.get(thread)
        with self._library.writing() as db:
            db.executemany("DELETE FROM threads WHERE id = ?", [(each,) for each in threads])
            db.executemany("DELETE FROM turns WHERE thread = ?", [(each,) for each in threads])
            db.execute("DELETE FROM answers WHERE id NOT IN (SELECT answer FROM turns)")

    def branch(self, thread: str, place: int) -> str:
        """Start a thread with the turns before a place of another thread, and return its id."""
        found, id = self.get(thread), new_id()
        with self._library.writing() as db:
            _put_thread(db, id, found.context(), _now())
            for turn in found.turns[:place]:
                _put_turn(db, id, turn.id, turn.asked, None)
        return id

    def _ids(self, table: str) -> set[str]:
        with self._library.reading() as db:
            if not _has_tables(db):
                return set()
            return {row[0] for row in db.execute(f"SELECT id FROM {table}")}  # noqa: S608 ours


def _put_answer(db: sqlite3.Connection, turn: Turn) -> str:
    """Store an answer under its permalink, with a number added if another answer has it; return the id."""
    permalink = turn.answer.permalink
    known = db.execute(
        "SELECT a.*, '' AS latest FROM answers a WHERE id = ? OR id GLOB ? ORDER BY rowid",
        (permalink, f"{permalink}-*"),
    ).fetchall()
    for row in known:
        if same(_turn(row).answer, turn.answer):
            return str(row["id"])
    id = f"{permalink}-{len(known) + 1}" if known else permalink
    db.execute(
        "INSERT INTO answers VALUES (?,?,?,?,?)",
        (id, stored(turn), json.dumps(dict(turn.contents)), _words(turn.answer), turn.asked),
    )
    return id


def _put_thread(db: sqlite3.Connection, id: str, choices: Thread, now: str) -> None:
    row = (id, _keys(choices.pinned), _keys(choices.excluded), now)
    db.execute("INSERT OR IGNORE INTO threads VALUES (?,'',?,?,?)", row)
    db.execute("UPDATE threads SET pinned = ?, excluded = ? WHERE id = ?", (*row[1:3], id))


def _put_turn(
    db: sqlite3.Connection, thread: str, answer: str, now: str, place: int | None
) -> None:
    rows = db.execute(_TURNS, (thread,)).fetchall()
    standing = {row["place"]: row["id"] for row in reversed(rows)}  # the latest of each place
    last = max(standing, default=-1)
    if place is None and standing.get(last) == answer:
        place = last
    at = place if place in standing else last + 1
    if standing.get(at) == answer:
        return
    # If an earlier answer is given again, it becomes the latest of its place and is no longer
    # listed as earlier.
    db.execute(
        "DELETE FROM turns WHERE thread = ? AND place = ? AND answer = ?", (thread, at, answer)
    )
    db.execute("INSERT INTO turns VALUES (?,?,?,?)", (thread, at, answer, now))


_LIST = """
SELECT t.id, t.title, max(u.at) AS latest, max(u.rowid) AS newest, count(DISTINCT u.place) AS questions,
  group_concat(a.words, char(10)) AS words, json_group_array(a.contents) AS contents,
  (SELECT f.record FROM turns g JOIN answers f ON f.id = g.answer WHERE g.thread = t.id
   ORDER BY g.place, g.rowid DESC LIMIT 1) AS first
FROM threads t JOIN turns u ON u.thread = t.id JOIN answers a ON a.id = u.answer
GROUP BY t.id ORDER BY newest DESC
"""
_TURNS = """
SELECT a.*, u.place, u.at AS latest FROM turns u JOIN answers a ON a.id = u.answer
WHERE u.thread = ? ORDER BY u.place, u.rowid DESC
"""
_ANSWER = """
SELECT a.*, (SELECT max(at) FROM turns WHERE answer = a.id) AS latest FROM answers a WHERE a.id = ?
"""

# This selects the latest answers that name a source anywhere; only among these are answers sought
# that open with it.
_NAMING = """
SELECT a.*, (SELECT max(at) FROM turns WHERE answer = a.id) AS latest FROM answers a
WHERE instr(a.record, ?) AND latest IS NOT NULL ORDER BY latest DESC LIMIT 40
"""


def _has_tables(db: sqlite3.Connection) -> bool:
    """Return whether the library has threads; a library of an earlier version on a read-only disk has none."""
    query = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'turns'"
    return db.execute(query).fetchone() is not None


def _turn(row: sqlite3.Row, *before: sqlite3.Row) -> Turn:
    return restored(
        row["record"], id=row["id"], asked=row["latest"] or row["at"], contents=row["contents"],
        before=tuple(each["id"] for each in before),
    )  # fmt: skip


def _listed(row: sqlite3.Row) -> Listed:
    contents: Mapping[str, str] = {}
    for each in json.loads(row["contents"]):
        contents = {**contents, **json.loads(each)}
    title = row["title"] or json.loads(row["first"])["answer"]["question"]
    return Listed(
        id=row["id"], title=title, asked=row["latest"], questions=row["questions"],
        contents=tuple(contents.items()),
    )  # fmt: skip


def _words(answer: Answer) -> str:
    """Return the text in which a thread is searched: the question and everything shown at once."""
    said = [answer.question, answer.deck, *(sentence.text for sentence in answer.sentences)]
    return folded(" ".join([*said, *(source.title for source in answer.sources)]))


def _keys(keys: Sequence[str]) -> str:
    return json.dumps(list(keys), ensure_ascii=False)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _close(id: str, known: set[str]) -> str:
    close = difflib.get_close_matches(id, sorted(known), n=2)
    return f"; did you mean {' or '.join(close)}?" if close else "; `inquire threads` lists them."
