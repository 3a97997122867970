"""A stored answer consists of its JSON, its question's context, and the hashes of the sources it cites."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from assistant.errors import Mendable
from assistant.question.follow_up import Thread
from assistant.rendering.data import answer_json
from assistant.types import Answer


@dataclass(frozen=True, kw_only=True)
class Turn:
    """A turn is a question of a thread with its answer and everything needed to show it again.

    `id` is the answer's address, empty while it is not stored; `asked` is the moment as ISO 8601 in
    UTC. `context` is what the question was read with. `writer` is the chosen writer, empty for the
    settings' choice. `contents` are the content hashes of the sources at that time, by key. `near`
    are the titles of the sources nearest to a gap. `before` are the earlier answers at this place
    of the thread, latest first.
    """

    answer: Answer
    id: str = ""
    asked: str = ""
    context: Thread = field(default_factory=Thread)
    writer: str = ""
    contents: Mapping[str, str] = field(default_factory=dict)
    near: Mapping[str, str] = field(default_factory=dict)
    before: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the turn as a JSON object, the answer as `inquire ask --json` prints it."""
        return {
            "id": self.id,
            "asked": self.asked,
            "chosen_writer": self.writer,
            "earlier": list(self.context.earlier),
            "pinned": list(self.context.pinned),
            "excluded": list(self.context.excluded),
            "before": list(self.before),
            "contents": dict(self.contents),
            "answer": answer_json(self.answer),
        }


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A thread in the list of threads: its name, the time of its last question, and the number of questions.

    `contents` are the content hashes of all sources that its answers cite, at the time of the
    answers.
    """

    id: str
    title: str
    asked: str
    questions: int
    contents: tuple[tuple[str, str], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the line as a JSON object."""
        return {
            "id": self.id, "title": self.title, "asked": self.asked, "questions": self.questions,
        }  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Conversation:
    """A thread has turns in order, and the reader's choice of sources for its next question.

    `title` is the name that the reader gave it, else its first question.
    """

    id: str
    title: str
    turns: tuple[Turn, ...]
    pinned: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()

    def context(self, place: int | None = None) -> Thread:
        """Return the context for the next question, or for a question asked again at a place of the thread."""
        before = self.turns[:place]
        return Thread(
            earlier=tuple(turn.answer.question for turn in before),
            pinned=self.pinned,
            excluded=self.excluded,
        )


def stored(turn: Turn) -> str:
    """Return the line of JSON that is stored for a turn; its id, moment and place have their own columns."""
    said = turn.as_json()
    kept = {name: said[name] for name in ("answer", "earlier", "pinned", "excluded")}
    record = {"form": FORM, **kept, "writer": turn.writer, "near": dict(turn.near)}
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


FORM = 1
"""The version of the stored format; a later program can read earlier versions."""


def restored(
    record: str, *, id: str, asked: str, contents: str, before: tuple[str, ...] = ()
) -> Turn:
    """Return the turn that was stored.

    Raises:
        Mendable: the stored turn is damaged, or of a later version.
    """
    try:
        said = json.loads(record)
        if said["form"] > FORM:
            raise Mendable(
                f"Answer {id} was stored by a newer version (form {said['form']}, here {FORM}); "
                "upgrade inquiring-lines."
            )
        return Turn(
            answer=_answers().validate_python(said["answer"]), id=id, asked=asked,
            context=_threads().validate_python(
                {name: said[name] for name in ("earlier", "pinned", "excluded")}
            ),
            writer=str(said["writer"]), contents=json.loads(contents), near=dict(said["near"]),
            before=before,
        )  # fmt: skip
    except (ValueError, LookupError, TypeError, ValidationError) as error:
        raise Mendable(
            f"The stored answer {id} cannot be read; ask its question again, or restore the library with "
            "`inquire doctor --repair`."
        ) from error


def same(one: Answer, other: Answer) -> bool:
    """Return whether two answers say the same, except for their times."""
    return replace(one, seconds={}) == replace(other, seconds={})


@cache
def _answers() -> TypeAdapter[Answer]:
    return TypeAdapter(Answer)


@cache
def _threads() -> TypeAdapter[Thread]:
    return TypeAdapter(Thread)
