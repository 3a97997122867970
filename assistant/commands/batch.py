"""`inquire ask --batch` answers the questions of a file in order, one JSON line each, in one process."""

from collections.abc import Callable, Mapping
from typing import Any

from assistant import rendering
from assistant.commands.lines import answer_each
from assistant.errors import Mendable
from assistant.types import Answer, Progress


def answer_lines(
    name: str, ask: Callable[[str], Answer], report: Progress, put: Callable[[str], None]
) -> int:
    """Answer each line of a file of questions; see `answer_each`.

    Args:
        name: A file of JSON objects with `id` and `question`, one on each line, or "-" for standard
            input.
        ask: Returns the answer to a question.
        report: Called with the line that is being answered.
        put: Called with each line as soon as it is ready.

    Returns:
        The exit code: 0, or 3 if a line could not be answered.

    Raises:
        Mendable: the file cannot be read.
    """

    def answered(asked: Mapping[str, Any], number: int) -> Mapping[str, Any]:
        return rendering.data.answer_json(ask(_question(asked, number)))

    return answer_each(name, "`id` and `question`", answered, report, put, "question")


def _question(asked: Mapping[str, Any], number: int) -> str:
    """Return the question of a line.

    Raises:
        Mendable: the line has no question in words.
    """
    question = asked.get("question")
    if not isinstance(question, str):
        raise Mendable(f"Line {number} has no `question` in words.")
    return question
