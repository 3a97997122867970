"""Show buttons beside a quote of an answer, by which the reader marks it for the question."""

import json

from assistant import Assistant
from assistant.permalink import permalink
from assistant.types import Grade, Source
from assistant.views.markup import Html, button, tag
from assistant.views.press import Press

_LABELS: dict[Grade, str] = {
    "answers": "answers", "helps": "helps", "misleads": "does not help",
}  # fmt: skip


def choices(assistant: Assistant, asked: str, source: Source, start: int, end: int) -> Html | None:
    """Return the three buttons with the present mark pressed; None beside a text that is no quote of an answer."""
    sentence = _sentence(source, start, end)
    if not asked or not sentence:
        return None
    said = assistant.said(asked, source.key, sentence)
    buttons = (
        button(
            label, "mark", class_="choose", data_key=source.key, data_start=start, data_end=end, data_grade=grade,
            aria_pressed="true" if grade == said else "false",
        )
        for grade, label in _LABELS.items()
    )  # fmt: skip
    return tag(
        "div", tag("span", "This quote", class_="muted"), *buttons,
        tag("span", class_="muted", role="status"),
        class_="marking", role="group", data_quote=_name(asked, source.key, start, end),
        aria_label=f"What this quote is for the question: {asked}",
    )  # fmt: skip


def within(asked: str, page: Html) -> Html:
    """Return a page whose buttons report the question of their answer."""
    return tag("div", page, data_question=asked) if asked else page


def mark(assistant: Assistant, press: Press) -> str:
    """Keep the reader's mark on a quote, or take the same mark back; return the present mark."""
    asked, key, grade = (press.text(name) for name in ("question", "key", "grade"))
    start, end = press.whole("start") or 0, press.whole("end") or 0
    sentence = _sentence(assistant.source(key), start, end)
    if assistant.said(asked, key, sentence) == grade:
        assistant.unmark(asked, key, sentence)
    else:
        assistant.mark(asked, key, sentence, grade)
    said = assistant.said(asked, key, sentence)
    return json.dumps({"quote": _name(asked, key, start, end), "grade": said or ""})


def failed(press: Press, line: str) -> str:
    """Return why a mark could not be kept, for the browser to show beside the buttons."""
    start, end = press.whole("start") or 0, press.whole("end") or 0
    quote = _name(press.text("question"), press.text("key"), start, end)
    return json.dumps({"quote": quote, "line": line})


def _sentence(source: Source, start: int, end: int) -> str:
    return " ".join(source.text[start:end].split())


def _name(asked: str, key: str, start: int, end: int) -> str:
    """Return a name that identifies a quote of an answer, by which the browser finds its buttons."""
    return permalink(question=asked, source=key, start=start, end=end)
