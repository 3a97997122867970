"""An answer as it is stored: its JSON, what it was asked with, and the content of the sources it cites."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from assistant.errors import Mendable
from assistant.question.follow_up import Thread
from assistant.rendering import answer_json
from assistant.types import Answer


@dataclass(frozen=True, kw_only=True)
class Turn:
    """A question of a thread with its answer, and all that is needed to show it without asking again.

    `id` is the answer's address, empty while it is not stored; `asked` is the moment as ISO 8601 in UTC.
    `context` is what the question was read with, `writer` who was chosen to write, empty for the settings' choice.
    `contents` are the content hashes of the sources as they were, by key, and `near` the titles of sources that
    come near to a gap. `before` are the answers that stood in this place of the thread, latest first.
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
    """A thread in the list of threads: its name, when it was last asked, and how many questions it holds.

    `contents` are the content hashes of all sources that its answers cite, as they were.
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
    """A thread: its turns in order, and the reader's choices for what is asked next in it.

    `title` is the name that the reader gave it, else its first question.
    """

    id: str
    title: str
    turns: tuple[Turn, ...]
    pinned: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()

    def context(self, place: int | None = None) -> Thread:
        """Return what a question is read with that is asked next, or anew in a place of the thread."""
        before = self.turns[:place]
        return Thread(
            earlier=tuple(turn.answer.question for turn in before),
            pinned=self.pinned,
            excluded=self.excluded,
        )


def stored(turn: Turn) -> str:
    """Return the line of JSON that is stored of a turn; its id, moment and place are columns of their own."""
    said = turn.as_json()
    kept = {name: said[name] for name in ("answer", "earlier", "pinned", "excluded")}
    record = {"form": FORM, **kept, "writer": turn.writer, "near": dict(turn.near)}
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


FORM = 1
"""The form of what is stored; a later program reads the earlier ones."""


def restored(
    record: str, *, id: str, asked: str, contents: str, before: tuple[str, ...] = ()
) -> Turn:
    """Return the turn that was stored.

    Raises:
        Mendable: what is stored is damaged, or of a later form.
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
    """Return whether two answers say the same, whatever time they took."""
    return replace(one, seconds={}) == replace(other, seconds={})


@cache
def _answers() -> TypeAdapter[Answer]:
    return TypeAdapter(Answer)


@cache
def _threads() -> TypeAdapter[Thread]:
    return TypeAdapter(Thread)
