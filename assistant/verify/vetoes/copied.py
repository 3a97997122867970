"""This veto refuses a sentence in nearly the words of its quotes that does not follow from them by rule."""

from collections import Counter
from collections.abc import Sequence

from assistant.verify.quoting import closest
from assistant.verify.wording import Tokens, tokens

# A sentence is a copy if runs of RUN or more words of its quotes make up NEARLY of it, or if it
# shares SAME of its words with a quote in any order. Of honest rewordings 3 % are copies; of lies
# planted in a quote's own words seven in eight are, and similarity is what a judge goes by.
RUN, NEARLY, SAME = 4, 0.75, 0.85


def veto(sentence: str, texts: Sequence[str]) -> str:
    """Return one line for the reader that a sentence is a changed copy, or "" if it has words of its own.

    What follows from a quote by rule (`derivation`) is exempt. If a word or two were changed, moved
    or left out among copied ones, similarity tells nothing: a dropped limit looks like a dropped
    article.
    """
    copy = copied(sentence, texts) >= NEARLY or any(shared(sentence, t) >= SAME for t in texts)
    return _REASON if copy else ""


_REASON = "it is its quote with a few words changed, moved or left out, and what that does to the sense cannot be told"


def copied(sentence: str, texts: Sequence[str]) -> float:
    """Return the share of a sentence's words in runs of RUN or more words of a quote, from 0 to 1."""
    words = tokens(sentence)
    known = {run for text in texts for run in _runs(tokens(text))}
    inside = {at + n for at, run in enumerate(_runs(words)) if run in known for n in range(RUN)}
    return len(inside) / len(words) if words else 0.0


def shared(sentence: str, text: str) -> float:
    """Return the share of words common to a sentence and a quote, of the longer of the two, from 0 to 1."""
    one, other = Counter(tokens(sentence)), Counter(tokens(closest(sentence, text)))
    return (one & other).total() / max(1, one.total(), other.total())


def _runs(words: Tokens) -> list[Tokens]:
    return [words[at : at + RUN] for at in range(len(words) - RUN + 1)]
