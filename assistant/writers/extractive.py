"""The default writer: the quotes themselves, under headings that say what each thread is for."""

import threading
from collections.abc import Iterator, Sequence

from assistant.aspects import Aspect
from assistant.drafts import Draft, Writer
from assistant.outline import ANGLES, Outline, Thread
from assistant.selection import Quote
from assistant.settings import Settings


def check(settings: Settings) -> None:
    """Nothing can be missing."""
    del settings


def reach(settings: Settings) -> str:
    """It asks nobody."""
    del settings
    return "writes without a model"


def writer(settings: Settings, stop: threading.Event) -> Writer:
    """The writer; it waits for nothing that would have to be stopped."""
    del settings, stop
    return write


def write(outline: Outline) -> Iterator[Draft]:
    """An answer that generates nothing: fixed words say how far the list carries, quotes the rest."""
    yield from _opening(outline)
    for thread in outline.threads:
        yield from quoted(thread)


def _opening(outline: Outline) -> Iterator[Draft]:
    """Say at once whether the list answers, and turn the question where that helps."""
    coverage = outline.assessment.coverage
    heading = _OPENINGS[coverage]
    nearest = outline.nearest
    if coverage == "absent":
        yield Draft(
            text=f"Nothing in this collection bears on {_asked(outline)}.",
            role="gap",
            heading=heading,
        )
        if nearest:
            titles = "; ".join(f"“{source.title}”" for source in nearest[:2])
            yield Draft(
                text=f"The nearest it holds, which is not near: {titles}",
                role="gap",
                heading=heading,
            )
        return
    lead = outline.threads[0].quotes[0] if outline.threads else None
    title = next((s.title for s in nearest if lead and s.key == lead.source), "")
    others = outline.voices() - 1
    if coverage == "answered":
        what = "work" if outline.works else "source"
        more = f"one more {what} bears" if others == 1 else f"{_count(others)} more {what}s bear"
        beside = f"; {more} on it" if others else ""
        yield Draft(
            text=f"The collection takes this up under “{title}”{beside}.",
            role="link",
            heading=heading,
        )
        return
    if missing := _missing(outline.assessment.named):
        yield Draft(text=missing, role="gap", heading=heading)
    if title:
        turned = f"The question that the list does take up is a neighbouring one: “{title}”"
        yield Draft(text=turned, role="link", heading=heading)


def _missing(named: Sequence[Aspect]) -> str:
    """What is missing in one sentence: the names, and what the question requests beside them."""
    topics = _listed([a.text for a in named if a.kind in ("topic", "quantity")])
    asked = _listed(
        [a.text for a in named if a.kind not in _UNSAID and not (topics and a.kind == "clause")]
    )
    cause = any(aspect.kind == "cause" for aspect in named)
    if not (topics or asked):
        return "What is cited here describes; it gives no cause." if cause else ""
    verbs = [f"speak to {topics}"] * bool(topics) + [f"answer {asked}"] * bool(asked)
    end = ", and it gives no cause." if cause else "."
    return f"What is cited here does not {' and does not '.join(verbs)}{end}"


# The aspects that the opening does not list as what is not answered.
_UNSAID = ("topic", "quantity", "cause")
_OPENINGS = {"answered": "Head-on.", "partial": "In part.", "absent": "Not in this collection."}


def quoted(thread: Thread) -> Iterator[Draft]:
    """The quotes of a thread in their own words."""
    heading = ANGLES[thread.angle]
    for quote in thread.quotes:
        yield Draft(text=_plain(quote), role="claim", heading=heading, quotes=(quote,))


def _plain(quote: Quote) -> str:
    """The quote on one line."""
    return " ".join(quote.text.split())


def _asked(outline: Outline) -> str:
    topics = [aspect.text for aspect in outline.aspects if aspect.kind == "topic"]
    return _listed(topics) if topics else "this question"


def _listed(items: list[str]) -> str:
    quoted = [f"“{item}”" for item in items]
    return (
        quoted[0]
        if len(quoted) == 1
        else ", ".join(quoted[:-1]) + f" or {quoted[-1]}"
        if quoted
        else ""
    )


def _count(number: int) -> str:
    small = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight")
    return small[number] if number < len(small) else str(number)
