"""Negation: a sentence in the words of its evidence denies what is denied there, and nothing else."""

from assistant.verify.content import counted, stems
from assistant.verify.quoting import closest
from assistant.verify.wording import is_number, tokens

NEGATIONS = frozenset(
    """no not never none neither nor without nothing nobody nowhere hardly barely rarely seldom scarcely""".split()
)


def veto(sentence: str, evidence: str) -> str:
    """Return that a negation was turned round, as one line for the reader; "" where it was not, or is not certain.

    It is certain where a sentence has the content words of a reading of its evidence, one by one and in their
    order. With freer wording a denial may have become a verb ("fails", "lacks"), which the judge has to tell.
    """
    reading = closest(sentence, evidence)
    turned = _weighty(sentence) == _weighty(reading) and difference(sentence, reading)
    return "it turns a negation of its evidence round" if turned else ""


def _weighty(text: str) -> list[str]:
    """Return the content words and numbers of a text in their order."""
    return [s or t for s, t in zip(stems(text), tokens(text), strict=True) if s or is_number(t)]


def difference(sentence: str, evidence: str) -> int:
    """Return 1 where one of the two denies an odd number of times more than the other, else 0."""
    return abs(denials(sentence) - denials(evidence)) % 2


def denials(text: str) -> int:
    """Return how many words of a text deny."""
    return counted(tokens(text), NEGATIONS)
