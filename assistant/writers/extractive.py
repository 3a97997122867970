"""The default writer returns the quotes themselves, in the order of the plan."""

import threading
from collections.abc import Iterator

from assistant.compose.plan import Plan
from assistant.settings import Settings
from assistant.writers.drafts import Draft, Judge, Writer

NAME = "extractive"
"""The name of this writer, which replaces any other that fails."""


def check(settings: Settings) -> None:
    """Check nothing, because this writer needs no setting."""
    del settings


def reach(settings: Settings) -> str:
    """Return "" because this writer uses no server."""
    del settings
    return "writes without a model"


def writer(settings: Settings, stop: threading.Event) -> Writer:
    """Return the writer; it never waits, so nothing must be stopped."""
    del settings, stop
    return write


def write(plan: Plan, judge: Judge) -> Iterator[Draft]:
    """Yield an answer without generated text: the program's own opening if no quote opens, then the lines."""
    del judge
    for text in plan.openings:
        yield Draft(text=text, role="gap")
    for number, paragraph in enumerate(plan.paragraphs):
        for line in paragraph:
            yield Draft(
                text=line.text,
                role="claim",
                paragraph=number,
                quotes=(line.quote,),
                lead_in=line.lead_in,
            )
