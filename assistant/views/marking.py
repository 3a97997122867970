"""Beside a quote of an answer: what it is for the question, for the reader to say."""

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
    """Return the three choices, of which the one that stands is pressed; None beside what is no quote of an answer."""
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
    """Return a page whose buttons report that they belong to the answer to what was asked."""
    return tag("div", page, data_question=asked) if asked else page


def mark(assistant: Assistant, press: Press) -> str:
    """Keep what the reader says of a quote; where that was said already, take it back. Return what stands now."""
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
    """Return why a choice could not be kept, for the browser to show beside it."""
    start, end = press.whole("start") or 0, press.whole("end") or 0
    quote = _name(press.text("question"), press.text("key"), start, end)
    return json.dumps({"quote": quote, "line": line})


def _sentence(source: Source, start: int, end: int) -> str:
    return " ".join(source.text[start:end].split())


def _name(asked: str, key: str, start: int, end: int) -> str:
    """Return what tells a quote in an answer from others, for the browser to find its choices by."""
    return permalink(question=asked, source=key, start=start, end=end)
