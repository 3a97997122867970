"""Check a sentence for certain excess over its evidence: a reason comes out, or nothing."""

from assistant.verify.evidence import Claim
from assistant.verify.vetoes import (
    attribution,
    copied,
    crossed,
    names,
    negation,
    numbers,
    scope,
    strength,
)


def vetoed(claim: Claim) -> str:
    """Return the first certain reason against a sentence, as one line for the reader, or "" if there is none.

    The title of a source supports names and numbers ("Llama 3", a year), and nothing else.
    """
    quotes = "\n".join(claim.texts)
    called = "\n".join((quotes, *claim.titles, *claim.names))
    return (
        numbers.veto(claim.sentence, called)
        or names.veto(claim.sentence, called)
        or next(filter(None, (rule(claim.sentence, quotes) for rule in _ON_QUOTES)), "")
        or copied.veto(claim.sentence, claim.texts)
    )


_ON_QUOTES = (negation.veto, strength.veto, attribution.veto, scope.veto, crossed.veto)
