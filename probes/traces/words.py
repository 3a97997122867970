"""Tell answers in words from numbers spelt out and from remarks on an answer."""

import re


def speaks(text: str) -> bool:
    """Return whether a text is words: something is left of it without commands, units and connectives."""
    return _WORD.search(_NOT_WORDS.sub(" ", text)) is not None


def opens_with_number_word(phrase: str) -> bool:
    """Return whether a phrase begins with a number spelt out, such as `twelve apples`."""
    return _NUMBER_WORD.match(phrase) is not None


def spells_a_number(phrase: str) -> bool:
    """Return whether a phrase is a number spelt out from its first word to its last."""
    return all(
        word.lower() in ("and", "a") or opens_with_number_word(word)
        for word in re.findall(r"[^\W\d_]+|\d+", phrase)
    )


def is_remark(phrase: str) -> bool:
    """Return whether a phrase judges an answer, or points at it, instead of giving it."""
    return _REMARK.fullmatch(phrase.strip("() ")) is not None


_WORD = re.compile(r"(?<![A-Za-z])[^\W\d_]{2,}")
_NOT_WORDS = re.compile(
    r"\\[A-Za-z]+|\b(?:or|and|to|am|pm|mod|base|sin|cos|tan|log|ln|sqrt|pi|inf|infinity"
    r"|thousand|million|billion|trillion)\b|(?<=\d)[A-Za-z\s]+\Z",
    re.IGNORECASE,
)

# These are the cardinal words of English, and common stand-ins.
_NUMBER_WORD = re.compile(
    r"(?:(?:a|an|both|about|exactly|only|just|minus|negative)\s+)?"
    r"(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thir(?:teen|ty)"
    r"|four(?:teen)|forty|fif(?:teen|ty)|six(?:teen|ty)|seven(?:teen|ty)|eight(?:een|y)"
    r"|nine(?:teen|ty)|twenty|hundred|thousand|million|billion|trillion|dozen"
    r"|hal(?:f|ves)|thirds?|quarters?|once|twice|thrice|nought)\b",
    re.IGNORECASE,
)

# A judgement is no answer where another statement names one: `The answer is 5. The answer is correct.`
_REMARK = re.compile(
    r"(?:(?:it|this|that|which|is|are|was|also|indeed|now|therefore|thus|clearly|definitely|likely"
    r"|probably|all|see|quite|very|both|certainly|in\s?fact|found|given|shown|stated)\s+)*"
    r"(?:correct|incorrect|right|wrong|valid|invalid|sound|verified|confirmed|checked"
    r"|reasonable|plausible|consistent|sensible|logical|clear|obvious|unique|final|complete|done"
    r"|found|given|shown|ready|above|below|here|simple|straightforward|accurate|exact|expected"
    r"|justified|as\s+follows|in\s+the\s+box|boxed)"
    r"(?:\s+(?:and|with|because|since|as|for|by|to|in|above|below|here|too|now|so)\b.*)?[.!]?",
    re.IGNORECASE | re.DOTALL,
)
