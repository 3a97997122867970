"""Copies: a sentence in nearly the words of its quotes either follows from them by rule or is not shown."""

from collections import Counter
from collections.abc import Sequence

from assistant.verify.quoting import closest
from assistant.verify.wording import Tokens, tokens

# So many words in a row make a copy, and from this share of a sentence on it is one; or it is made of the quote's
# words in another order, all but the second share of both. Of honest rewordings 3 % are either; of lies that are
# planted in a quote's own words seven in eight, and likeness is what a judge goes by.
RUN, NEARLY, SAME = 4, 0.75, 0.85


def veto(sentence: str, texts: Sequence[str]) -> str:
    """Return that a sentence is a changed copy, as one line for the reader; "" where it is in words of its own.

    What follows from a quote by rule (`derivation`) is no matter of this law. Of a word or two changed, moved or left
    out in the midst of copied ones likeness tells nothing: a limit dropped looks like an article dropped.
    """
    copy = copied(sentence, texts) >= NEARLY or any(shared(sentence, t) >= SAME for t in texts)
    return _REASON if copy else ""


_REASON = "it is its quote with a few words changed, moved or left out, and what that does to the sense cannot be told"


def copied(sentence: str, texts: Sequence[str]) -> float:
    """Return the share of a sentence's words that stand in runs of RUN or more in a quote, from 0 to 1."""
    words = tokens(sentence)
    known = {run for text in texts for run in _runs(tokens(text))}
    inside = {at + n for at, run in enumerate(_runs(words)) if run in known for n in range(RUN)}
    return len(inside) / len(words) if words else 0.0


def shared(sentence: str, text: str) -> float:
    """Return the share of words that a sentence and a quote have in common, of the longer of the two, from 0 to 1."""
    one, other = Counter(tokens(sentence)), Counter(tokens(closest(sentence, text)))
    return (one & other).total() / max(1, one.total(), other.total())


def _runs(words: Tokens) -> list[Tokens]:
    return [words[at : at + RUN] for at in range(len(words) - RUN + 1)]
