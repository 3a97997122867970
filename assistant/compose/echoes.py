"""A sentence of a note and the sentence of its paper that says the same stand as one, not as two voices."""

from collections.abc import Sequence
from dataclasses import replace

from assistant.compose.choice import Alike
from assistant.compose.plan import Line, Plan
from assistant.question.terms import share
from assistant.select.quotes import Quote
from assistant.text.prose import negated, numbers

# The share of a sentence's terms, and the cosine, from which on another sentence of the same work
# says the same, where it has its numbers and denies no more. Of 32 sentences of notes beside five
# papers these join 11 to 15 sentences of the papers, all of which say the same.
COVERED, NEAR = 0.8, 0.55


def with_echoes(plan: Plan, quotes: Sequence[Quote], alike: Alike) -> Plan:
    """Return the plan with what another source of a work says in nearly the same words as a line."""
    paragraphs = tuple(
        tuple(replace(line, echoes=_echoes(line, plan, quotes, alike)) for line in paragraph)
        for paragraph in plan.paragraphs
    )
    return replace(plan, paragraphs=paragraphs)


def _echoes(line: Line, plan: Plan, quotes: Sequence[Quote], alike: Alike) -> tuple[Quote, ...]:
    own = line.quote
    work = plan.works.get(own.source)
    said = [
        quote
        for quote in quotes
        if quote.source != own.source
        and plan.works.get(quote.source) == work
        and share(own.terms, quote.terms) >= COVERED
        and numbers(own.text) <= numbers(quote.text)
        and negated(own.text) == negated(quote.text)
        and alike(own, quote) >= NEAR
    ]
    return tuple(sorted(said, key=lambda q: (-alike(own, q), q.source, q.start)))
