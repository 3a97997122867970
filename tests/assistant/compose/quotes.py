"""Make quotes for the tests of composing an answer."""

from assistant.question.terms import terms
from assistant.select.quotes import Quote


def quote(
    text: str, source: str = "note", role: str = "fact", start: int = 0, **scores: float
) -> Quote:
    """Return a quote of these words at `start`, with the scores that are named."""
    return Quote(
        source=source,
        passage=f"{source}:0-10000",
        text=text,
        page=None,
        start=start,
        end=start + len(text),
        role=role,
        terms=terms(text),
        **scores,
    )


def unlike(_one: Quote, _other: Quote) -> float:
    """Return the cosine of two quotes of which nothing is known."""
    return 0.0
