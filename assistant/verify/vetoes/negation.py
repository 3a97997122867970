"""This veto refuses a sentence in the words of its evidence that adds or drops a negation."""

from assistant.verify.content import counted, stems
from assistant.verify.quoting import closest
from assistant.verify.wording import is_number, tokens

NEGATIONS = frozenset(
    """no not never none neither nor without nothing nobody nowhere hardly barely rarely seldom scarcely""".split()
)


def veto(sentence: str, evidence: str) -> str:
    """Return one line for the reader that a negation was reversed, or "" if that is not certain.

    It is certain if a sentence has the content words of a reading of its evidence, one by one and
    in order. In freer wording a negation may have become a verb ("fails", "lacks"), which the judge
    must recognise.
    """
    reading = closest(sentence, evidence)
    turned = _weighty(sentence) == _weighty(reading) and difference(sentence, reading)
    return "it reverses a negation of its evidence" if turned else ""


def _weighty(text: str) -> list[str]:
    """Return the content words and numbers of a text in order."""
    return [s or t for s, t in zip(stems(text), tokens(text), strict=True) if s or is_number(t)]


def difference(sentence: str, evidence: str) -> int:
    """Return 1 if the numbers of negations of the two differ by an odd number, else 0."""
    return abs(denials(sentence) - denials(evidence)) % 2


def denials(text: str) -> int:
    """Return how many words of a text are negations."""
    return counted(tokens(text), NEGATIONS)
